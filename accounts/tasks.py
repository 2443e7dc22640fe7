"""What the timetable does with accounts. Tasks are shells: they read the clock and count."""

import logging
from datetime import UTC, datetime

from celery import shared_task

from accounts import admitting, deciding, leaving, suspending
from jasmine import clock, crypto

log = logging.getLogger("jasmine.accounts")


@shared_task
def decisions_due() -> None:
    """End what nobody agreed to in time, and do what one alone asked 24 hours ago; never by a clock in doubt."""
    now = datetime.now(UTC)
    if crypto.is_locked() or clock.is_in_doubt(today=now.date()):
        return
    lapsed, done = deciding.lapse_due(now), deciding.run_due(now)
    log.info("of what takes two, %d lapsed and %d were done by one alone", lapsed, done)


@shared_task
def standings_due() -> None:
    """Lift the pauses that are over, and delete who waited for 30 days or was refused a week ago."""
    now = datetime.now(UTC)
    if crypto.is_locked() or clock.is_in_doubt(today=now.date()):
        return
    lifted, lapsed = suspending.lift_due(now=now), admitting.lapse_due(now=now)
    log.info("%d pauses lifted, %d newcomers deleted", lifted, lapsed)


@shared_task
def close_idle_accounts() -> None:
    """Close the accounts that nobody has visited for 24 months; never by a clock in doubt."""
    now = datetime.now(UTC)
    if crypto.is_locked() or clock.reading(clock.read(), today=now.date()) is not clock.Reading.RIGHT:
        return
    log.info("closed %d accounts that nobody came to", leaving.close_idle(now=now).closed)
