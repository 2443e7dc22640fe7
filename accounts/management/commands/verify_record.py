"""Say whether anything was changed, moved or taken out of the record of grave acts. Exit 1: something was."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from accounts import record
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--since", metavar="HEAD", help="a head that was noted earlier; its first 16 digits are enough"
        )

    def handle(self, **options: Any) -> None:
        verdict = record.verify(options["since"])
        self.say(asdict(verdict), as_json=options["json"])
        if not verdict.ok:
            raise CommandError(
                "The record is not what it was: an entry was changed or taken out, or the head that you noted is not "
                "in it. docs/operating.md says what to do."
            )
