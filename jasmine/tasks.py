"""What the timetable does for the ground floor."""

import logging
from importlib import import_module

from celery import shared_task
from django.conf import settings

from jasmine import crypto, resealing

log = logging.getLogger("jasmine")


@shared_task
def top_up_keys() -> None:
    """Make the keys of the weeks that have come within 74 months, long before anything needs them."""
    if not crypto.is_locked():
        crypto.top_up()


@shared_task
def destroy_retired_keys() -> None:
    """Destroy the older pairs under which nothing has stood for 35 days."""
    if crypto.is_locked():
        return
    try:
        log.info("destroyed %d retired keys", resealing.destroy_retired())
    except crypto.AtWork:
        log.info("keys are being rotated: retired ones wait")


@shared_task
def forget_sessions() -> None:
    """Delete the sessions whose day is over."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
