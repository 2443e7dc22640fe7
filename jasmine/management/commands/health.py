"""Say how the site is: database, ring and its keys, its newest copy, alarms of the purge. Exit 1: look at it."""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection

from jasmine import backups, clock, crypto
from jasmine.commands import Command as JasmineCommand

A_DAY = timedelta(days=1)


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # what they would refuse is what this command is asked about

    def handle(self, **options: Any) -> None:
        now = datetime.now(UTC)
        age = backups.ring_copy_age(now=now)
        found = {
            "database": "ok" if _database_answers() else "failing",
            "ring": "ok" if crypto.is_open() else "locked" if crypto.is_locked() else "failing",
            "horizon_months": _horizon_months(),
            "ring_copy": _ring_copy(now),
            "ring_copy_days": None if age is None else round(age / A_DAY, 1),
        }
        alarms = clock.alarms(today=crypto.today())
        well = all(found[part] in ("ok", "none") for part in ("database", "ring", "ring_copy")) and not alarms
        self.say({"ok": well, **found, "alarms": alarms}, as_json=options["json"])
        if alarms and not options["json"]:
            self.stdout.write(f"The purge says: {', '.join(alarms).replace('_', ' ')}.")
        if found["ring_copy"] == "none" and not options["json"]:
            self.stdout.write("The ring has no second place: name one in JASMINE_KEYRING_COPY.")
        if not well:
            sys.exit(1)


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


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False
