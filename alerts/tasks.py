"""What the timetable does with reports. Tasks are shells: they read the clock and count."""

import logging
from datetime import UTC, datetime

from celery import shared_task

from alerts import filing, moderating, retention
from jasmine import clock, crypto

log = logging.getLogger("jasmine.alerts")


@shared_task
def show_waiting_reports() -> None:
    if crypto.is_locked():
        return
    log.info("showed %d reports that waited", filing.show_those_whose_day_has_come(today=crypto.today()))


@shared_task
def moderation_due() -> None:
    """Show again what was held for 72 hours, delete what was refused 14 days ago; never by a clock in doubt."""
    now = datetime.now(UTC)
    if crypto.is_locked() or clock.is_in_doubt(today=now.date()):
        return
    shown, deleted = moderating.end_holds_due(now=now), moderating.delete_refused(now=now)
    log.info("showed %d reports that were held, deleted %d that were refused", shown, deleted)


@shared_task
def purge() -> None:
    """Delete the rows whose day is over, and destroy the keys of their weeks."""
    now = datetime.now(UTC)
    run = retention.purge_expired(today=now.date(), now=now)
    log.info("purged %d rows, %d overdue, %d weeks destroyed", run.deleted, run.overdue, run.weeks_destroyed)
    for alarm in clock.alarms(today=now.date()):
        log.warning("the purge asks for somebody: %s", alarm)
