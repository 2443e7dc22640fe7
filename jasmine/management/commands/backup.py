"""Copy the rows, without their keys, into a new folder below DIR; delete the backups there of over 35 days."""

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from jasmine import backups, clock, crypto
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # what is damaged is worth a copy too

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("dir", type=Path, metavar="DIR")

    def handle(self, **options: Any) -> None:
        begun = time.monotonic()
        seen = clock.reading(clock.read(), today=crypto.today())
        believed = seen in (clock.Reading.RIGHT, clock.Reading.LATE)
        try:
            counts = backups.back_up(options["dir"], now=datetime.now(UTC), delete_older=believed)
        except backups.BackupFailed as failure:
            raise CommandError(str(failure)) from None
        self.say({**counts, "seconds": round(time.monotonic() - begun, 2)}, as_json=options["json"])
        if not believed:
            self.stderr.write("This machine's clock is in doubt (see `purge`): no older backup was deleted.")
