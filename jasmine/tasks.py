"""What the timetable does for the ground floor."""

import logging
from datetime import UTC, datetime
from importlib import import_module

from celery import shared_task
from django.conf import settings

from jasmine import backups, clock, crypto, resealing
from jasmine.ledger import rows_until

log = logging.getLogger("jasmine")


@shared_task
def top_up_keys() -> None:
    """Make the keys of the weeks that have come within 74 months, long before anything needs them."""
    if not crypto.is_locked():
        crypto.top_up(rows_until=rows_until())


@shared_task
def destroy_retired_keys() -> None:
    """Destroy the standing pairs under which nothing has stood for 35 days; never on the word of a doubtful clock."""
    if crypto.is_locked() or clock.reading(clock.read(), today=crypto.today()) is not clock.Reading.RIGHT:
        return
    try:
        log.info("destroyed %d retired keys", resealing.destroy_retired())
    except crypto.AtWork:
        log.info("keys are being rotated: retired ones wait")


@shared_task
def forget_sessions() -> None:
    """Delete the sessions whose day is over."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task
def copy_ring() -> None:
    """Copy the ring to its second place once a day, if there is one. What fails is tried again in an hour."""
    now = datetime.now(UTC)
    if backups.ring_copy_is_due(now=now):
        try:
            backups.copy_ring(now=now)
        except backups.BackupFailed as failure:
            log.error("%s", failure)
