"""Bring back the backup in DIR, or the newest of those below it, into an empty site: all of it or nothing."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from jasmine import restoring
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("dir", type=Path, metavar="DIR")
        parser.add_argument(
            "--without-gone", action="store_true", help="accept that withdrawn reports may come back"
        )
        parser.add_argument(
            "--with-unreadable", action="store_true", help="keep rows that do not open under this site's ring"
        )

    def handle(self, **options: Any) -> None:
        begun = time.monotonic()
        try:
            counts = restoring.restore(
                options["dir"],
                even_without_gone=options["without_gone"],
                even_unreadable=options["with_unreadable"],
            )
        except restoring.RestoreRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.say({**counts, "seconds": round(time.monotonic() - begun, 2)}, as_json=options["json"])
        self.put_on_record("restored", **counts)
        if counts["unreadable"]:
            sys.exit(1)
