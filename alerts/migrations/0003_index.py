from django.db import migrations, models

from alerts.models import index_rules


def of_a_fresh_site(apps, schema_editor):
    """Where no report stands yet, all will be written by the rules of today. Of an older site nobody knows."""
    if not apps.get_model("alerts", "Report").objects.exists():
        apps.get_model("alerts", "Index").objects.create(id=1, rules=index_rules())


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0002_purge_run"),
    ]

    operations = [
        migrations.CreateModel(
            name="Index",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("rules", models.TextField()),
            ],
            options={
                "verbose_name": "how reports are found",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_index")],
            },
        ),
        migrations.RunPython(of_a_fresh_site, migrations.RunPython.noop),
    ]
