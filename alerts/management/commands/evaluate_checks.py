"""Judge the check: run questions with known answers against reports, in a throwaway site with keys of its own."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from alerts import evaluating
from jasmine import crypto
from jasmine.commands import Command as JasmineCommand
from jasmine.commands import add_as_of, now_or_as_of

INSIDE = "JASMINE_EVALUATING"
OURS = "JASMINE_"


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reports", type=Path, required=True, metavar="FILE")
        parser.add_argument("--queries", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--answers", type=Path, metavar="FILE", help="write what was answered, a JSON line each"
        )
        add_as_of(parser)

    def handle(self, **options: Any) -> None:
        if os.environ.get(INSIDE) != str(settings.VAR):
            sys.exit(_in_a_throwaway_site())
        crypto.make_ring()
        now = now_or_as_of(options["as_of"])
        call_command("migrate", verbosity=0, skip_checks=True)
        try:
            judged = evaluating.evaluate(
                options["reports"], options["queries"], now=now, answers=options["answers"]
            )
        except (OSError, ValueError, evaluating.ReportsRefused) as error:
            raise CommandError(f"cannot be judged: {error}") from None
        self.say(judged, as_json=options["json"])
        if not options["json"]:
            self.stdout.write(evaluating.as_table(judged["kinds"]))


def _in_a_throwaway_site() -> int:
    """This same command in a new process with nothing of the site's: neither its rows nor its keys. Its exit code."""
    with tempfile.TemporaryDirectory(prefix="jasmine-evaluating-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        environment |= {"JASMINE_VAR": folder, INSIDE: folder, "JASMINE_COUNTRY": settings.COUNTRY}
        return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode  # noqa: S603
