"""What the timetable does with accounts. Tasks are shells: they read the clock and count."""

import logging
from datetime import UTC, datetime

from celery import shared_task

from accounts import deciding
from jasmine import clock, crypto

log = logging.getLogger("jasmine.accounts")


@shared_task
def decisions_due() -> None:
    """End what nobody agreed to in time, and do what one alone asked 24 hours ago; never by a clock in doubt."""
    now = datetime.now(UTC)
    if crypto.is_locked() or clock.reading(clock.read(), today=now.date()) is clock.Reading.WRONG:
        return
    lapsed, done = deciding.lapse_due(now), deciding.run_due(now)
    log.info("of what takes two, %d lapsed and %d were done by one alone", lapsed, done)
