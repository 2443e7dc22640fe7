"""Close the accounts that nobody has visited for 24 months. Their reports stay to their day, without them."""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from accounts import leaving
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="count them, and close none")

    def handle(self, **options: Any) -> None:
        now = datetime.now(UTC)
        if options["dry_run"]:
            counts = leaving.Closed(idle=len(leaving.idle(now=now)), closed=0, kept=0)
        else:
            counts = leaving.close_idle(now=now)
        self.say(asdict(counts), as_json=options["json"])
