"""Make what the site needs: keys, database, catalogues, static files. What is there already is left as it is."""

import json
from argparse import ArgumentParser
from hashlib import sha256
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jasmine import catalogues, crypto
from jasmine.commands import Command as JasmineCommand
from jasmine.ledger import rows_until
from jasmine.models import Site

COLLECTED = settings.VAR / "static.collected"  # what the static files were made from
NEXT = """
This site is unmarked: it is for real. Next:
  1. Copy {root_key} to a place apart: without it nothing that is kept here can be read again.
  2. Read docs/operating.md, above all "In production".
  3. Make the first admins and moderators: python manage.py found
  4. Bring in an earlier list, if there is one: python manage.py import_reports FILE --dry-run
"""


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # they ask for the keys that this command makes

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--for-real", action="store_true", help="refuse a practice site, and say what comes next"
        )

    def handle(self, **options: Any) -> None:
        if crypto.is_locked():
            self.stderr.write("This site is locked: `manage.py unlock` opens it. Keys are left as they are.")
        else:
            crypto.make_ring()
        counts = {
            "migrations": _migrate(),
            "keys": 0 if crypto.is_locked() else crypto.top_up(rows_until=rows_until()),
            "catalogues": sum(catalogues.compile_catalogue(language) for language in catalogues.languages()),
            "static": _collect_static(),
            "reindexed": 0 if crypto.is_locked() else self._reindexed(),
        }
        if options["for_real"] and Site.is_practice():
            raise CommandError(
                f"{settings.VAR} holds a practice site, and can never become a real one: name another folder in "
                "JASMINE_VAR."
            )
        if options["json"] or any(counts.values()):
            self.say(counts, as_json=options["json"])
        if options["for_real"] and not options["json"]:
            self.stdout.write(NEXT.format(root_key=settings.ROOT_KEY_FILE))

    def _reindexed(self) -> int:
        """Write the index anew where an upgrade changed its rules. Gives how many reports were written."""
        said = StringIO()
        try:
            call_command("reindex", if_due=True, json=True, stdout=said)
        except CommandError as fault:  # health tells it too
            self.stderr.write(str(fault))
        return int(json.loads(said.getvalue())["reindexed"])


def _migrate() -> int:
    """Bring the database up to date. Gives how many migrations ran."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    return waiting


def _collect_static() -> int:
    """Collect, name by content and compress the static files. Gives how many there were to do; 0 if nothing changed."""
    sources = sorted(_static_sources())
    tools = f"django {version('django')}, whitenoise {version('whitenoise')}"
    contents = [f"{name} {sha256(path.read_bytes()).hexdigest()}" for name, path in sources]
    made_from = sha256("\n".join([tools, *contents]).encode()).hexdigest()
    if Path(settings.STATIC_ROOT).is_dir() and COLLECTED.exists() and COLLECTED.read_text() == made_from:
        return 0
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    COLLECTED.write_text(made_from)
    return len(sources)


def _static_sources() -> list[tuple[str, Path]]:
    return [
        (name, Path(storage.path(name)))
        for finder in get_finders()
        for name, storage in finder.list(ignore_patterns=None)
    ]
