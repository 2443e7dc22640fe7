"""Write the index of every report anew, after an upgrade that says so. It can be stopped and run again at any time."""

from time import monotonic
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from alerts import indexing
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        begun = monotonic()
        done = indexing.reindex(
            today=timezone.now().date(), progress=lambda count: self.progress(f"{count} indexed")
        )
        self.progress("")
        counts = {"reindexed": done.reindexed, "left": done.left, "seconds": round(monotonic() - begun, 2)}
        self.say(counts, as_json=options["json"])
        if done.left:
            raise CommandError("Some reports could not be indexed: the log says why.")
