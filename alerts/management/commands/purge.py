"""Delete the rows whose day is over, and destroy the keys of weeks that are over."""

import sys
import time
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError

from alerts import retention
from jasmine import clock, crypto
from jasmine.commands import Command as JasmineCommand
from jasmine.commands import add_as_of, now_or_as_of

NEAR = timedelta(days=1)  # it may be another day already where somebody types it
SAID = {
    "clock_wrong": "The clock jumped, so nothing is deleted. It says {today} (UTC) now. If that is wrong, set it; then "
    "run this with --today and the day that it is.",
    "clock_late": "The last run was days ago. Rows are deleted; keys wait for a run at least 24 hours later. "
    "If the clock is right, --today and the day that it is destroys them now.",
    "overdue": "Rows that should be gone are still there, for the second time. The log says why.",
    "keys_not_destroyed": "Keys of past weeks could not be proved to be gone. The next run tries again.",
}
NOT_DONE = {"clock_wrong", "keys_not_destroyed"}


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # a locked site, or one that lacks a key, still deletes

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="count what is due, and delete nothing")
        parser.add_argument("--today", metavar="DAY", help="answer a clock alarm: this is the day that it is")
        add_as_of(parser)

    def handle(self, **options: Any) -> None:
        begun = time.monotonic()
        now = now_or_as_of(options["as_of"])
        today = now.date()
        answers = options["today"] is not None
        if answers:
            _refuse_unless_it_answers(options["today"], today)
        counts = _counted(today) if options["dry_run"] else _purged(now, clock_is_right=answers)
        alarms = clock.alarms(today=today)
        self.say(
            {**counts, "weeks_live": _weeks_live(today), "seconds": round(time.monotonic() - begun, 3)}
            | {"alarms": alarms},
            as_json=options["json"],
        )
        if answers and not options["dry_run"]:
            self.put_on_record("clock_answered", **counts)
        for alarm in alarms:
            self.stderr.write(SAID[alarm].format(today=today.isoformat()))
        if not options["dry_run"] and (counts["overdue"] or NOT_DONE & {*alarms}):
            sys.exit(1)


def _refuse_unless_it_answers(said: str, today: date) -> None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise CommandError("--today takes a day, as 2026-11-16", returncode=2) from None
    if not {"clock_wrong", "clock_late"} & {*clock.alarms(today=today)}:
        raise CommandError("--today answers a clock alarm, and there is none", returncode=2)
    if abs(day - today) > NEAR:
        # Not taken for true against the clock: every page and every key goes by the clock, so it must be set first.
        raise CommandError(f"This machine's clock says {today} (UTC). Set it first. Nothing was deleted.")


def _counted(today: date) -> dict[str, Any]:
    expired = retention.expired_rows(today)
    return {"expired": expired, "deleted": 0, "overdue": expired, "weeks_destroyed": 0}


def _purged(now: datetime, *, clock_is_right: bool) -> dict[str, Any]:
    run = retention.purge_expired(today=now.date(), now=now, clock_is_right=clock_is_right)
    return {name: getattr(run, name) for name in ("expired", "deleted", "overdue", "weeks_destroyed")}


def _weeks_live(today: date) -> int | None:
    """How many weeks can be written to; None while the ring cannot be read."""
    try:
        return sum(week >= crypto.week_of(today) for week in crypto.weeks_held())
    except crypto.CryptoError:
        return None
