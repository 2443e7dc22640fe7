"""Say how the site is: database, index, ring, its newest copy, alarms of the purge. Exit 1: look at it."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.checks import CheckMessage
from django.db import DatabaseError

from jasmine import backups, checks, clock, crypto
from jasmine.commands import Command as JasmineCommand

A_DAY = timedelta(days=1)


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # what they would refuse is what this command is asked about

    def handle(self, **options: Any) -> None:
        now = datetime.now(UTC)
        age = backups.ring_copy_age(now=now)
        ailments = _ailments()
        found = {
            "database": "failing" if ailments is None else "ok",
            "ring": "ok" if crypto.is_open() else "locked" if crypto.is_locked() else "failing",
            "horizon_months": _horizon_months(),
            "ring_copy": _ring_copy(now),
            "ring_copy_days": None if age is None else round(age / A_DAY, 1),
        }
        alarms = clock.alarms(today=crypto.today())
        well = all(found[part] in ("ok", "none") for part in ("database", "ring", "ring_copy"))
        well = well and not alarms and not ailments
        told = {"ok": well, **found, "alarms": alarms, "ailments": [one.id for one in ailments or ()]}
        self.say(told, as_json=options["json"])
        if not options["json"]:
            self.stdout.writelines(_sentences(ailments or [], alarms, found["ring_copy"]))
        if not well:
            sys.exit(1)


def _sentences(ailments: list[CheckMessage], alarms: list[str], ring_copy: object) -> Iterator[str]:
    """What to do about it."""
    yield from (f"{one.id}: {one.msg}: {one.hint}.\n" for one in ailments)
    if alarms:
        yield f"The purge says: {', '.join(alarms).replace('_', ' ')}.\n"
    if ring_copy == "none":
        yield "The ring has no second place: name one in JASMINE_KEYRING_COPY.\n"


def _ring_copy(now: datetime) -> str:
    """`none`: no second place is named. `old`: the newest copy is over three days old. `missing`: there is no copy."""
    if not backups.ring_is_copied():
        return "none"
    if backups.ring_copy_age(now=now) is None:
        return "missing"
    return "ok" if backups.ring_copy_is_well(now=now) else "old"


def _horizon_months() -> int | None:
    """For how many whole months ahead every week has its keys; None when that cannot be read."""
    try:
        last = crypto.last_day_of(crypto.live_weeks()[-1])
    except crypto.CryptoError:
        return None
    return next(months for months in range(1200) if crypto.months_after(crypto.today(), months + 1) > last)


def _ailments() -> list[CheckMessage] | None:
    """What checks of the database say; None when it does not answer."""
    try:
        return checks.ailments()
    except DatabaseError:
        return None
