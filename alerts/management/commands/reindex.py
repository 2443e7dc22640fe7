"""Write the index of every report anew, where an upgrade changed its rules. Stopped, it can be run again."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from alerts import indexing
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--if-due", action="store_true", help="do nothing where the rules are those of today"
        )
        parser.add_argument(
            "--even-unreadable",
            action="store_true",
            help="accept that reports that do not open are found no more",
        )

    def handle(self, **options: Any) -> None:
        begun = monotonic()
        done = self._done(**options)
        counts = {"reindexed": done.reindexed, "left": done.left, "seconds": round(monotonic() - begun, 2)}
        self.say(counts, as_json=options["json"])
        if done.left and not options["even_unreadable"]:
            raise CommandError(
                "Some reports do not open, the log says why; until they do, no check says that there is nothing."
            )

    def _done(self, *, if_due: bool, even_unreadable: bool, **_options: Any) -> indexing.Reindexed:
        if if_due and not indexing.is_due():
            return indexing.Reindexed(0, 0)
        done = indexing.reindex(
            today=timezone.now().date(),
            progress=lambda count: self.progress(f"{count} indexed"),
            even_unreadable=even_unreadable,
        )
        self.progress("")
        return done
