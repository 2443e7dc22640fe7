"""Move every row to the newest keys of its week. It can be stopped and begun again at any time."""

from argparse import ArgumentParser
from datetime import date
from time import monotonic
from typing import Any

from django.core.management.base import CommandError

from jasmine import crypto, resealing
from jasmine.commands import Command as JasmineCommand

ALL = "all"


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--doubt",
            nargs="+",
            metavar="WEEK",
            default=[],
            help="first make new keys for these weeks, by number or a day in them (2026-11-16), or for `all`, "
            "the standing keys too",
        )

    def handle(self, **options: Any) -> None:
        begun = monotonic()
        done = resealing.reseal(doubted=_weeks(options["doubt"]), progress=self.progress)
        self.progress("")
        counts = {"resealed": done.resealed, "left": done.left, "seconds": round(monotonic() - begun, 2)}
        self.say(counts, as_json=options["json"])
        self.put_on_record("resealed", doubted=len(options["doubt"]), resealed=done.resealed, left=done.left)
        if done.left:
            raise CommandError("Some rows could not be moved: run it again, then look at the log.")


def _weeks(said: list[str]) -> list[int | None]:
    if ALL in said:
        return [*crypto.live_weeks(), crypto.STANDING]
    return [_week(word) for word in dict.fromkeys(said)]


def _week(word: str) -> int:
    try:
        week = int(word) if word.isdecimal() else crypto.week_of(date.fromisoformat(word))
    except ValueError:
        raise CommandError(
            "--doubt takes numbers of weeks, days as 2026-11-16, or `all`", returncode=2
        ) from None
    if week not in crypto.live_weeks():
        raise CommandError("--doubt takes weeks that are not over and not beyond the ring", returncode=2)
    return week
