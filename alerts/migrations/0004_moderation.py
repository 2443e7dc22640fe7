"""What moderators have to say about a report, and whether it waits for them.

A sealed column has no value that a migration could write: of rows that are there already it is null, until they are
saved.
"""

from typing import Any

from django.db import migrations, models

import jasmine.fields

COLUMN = jasmine.fields.SealedJSON(label="report.moderation", null=True)


def add_column(apps: Any, editor: Any) -> None:
    kind = COLUMN.db_type(editor.connection)
    editor.execute(f"ALTER TABLE alerts_report ADD COLUMN moderation {kind} NULL")


def drop_column(apps: Any, editor: Any) -> None:
    editor.execute("ALTER TABLE alerts_report DROP COLUMN moderation")


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_index")]

    operations = [
        migrations.AddField("report", "on_desk", models.BooleanField(default=False)),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_column, drop_column)],
            state_operations=[migrations.AddField("report", "moderation", COLUMN)],
        ),
        migrations.AddIndex(
            "report",
            models.Index(
                fields=["-level", "filed_week"], condition=models.Q(on_desk=True), name="on_the_desk"
            ),
        ),
    ]
