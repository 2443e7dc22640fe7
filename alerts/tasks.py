"""What the timetable does with reports. Tasks are shells: they read the clock and count."""

import logging
from datetime import UTC, datetime

from celery import shared_task

from alerts import filing, retention
from jasmine import clock, crypto

log = logging.getLogger("jasmine.alerts")


@shared_task
def show_waiting_reports() -> None:
    if crypto.is_locked():
        return
    log.info("showed %d reports that waited", filing.show_those_whose_day_has_come(today=crypto.today()))


@shared_task
def purge() -> None:
    """Delete the rows whose day is over, and destroy the keys of their weeks."""
    now = datetime.now(UTC)
    run = retention.purge_expired(today=now.date(), now=now)
    log.info("purged %d rows, %d overdue, %d weeks destroyed", run.deleted, run.overdue, run.weeks_destroyed)
    for alarm in clock.alarms(today=now.date()):
        log.warning("the purge asks for somebody: %s", alarm)
