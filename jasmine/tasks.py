"""What the timetable does for the ground floor."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from jasmine import crypto
from jasmine.ledger import rows_until


@shared_task
def top_up_keys() -> None:
    """Make the keys of the weeks that have come within 74 months, long before anything needs them."""
    crypto.top_up(rows_until=rows_until())


@shared_task
def forget_sessions() -> None:
    """Delete the sessions whose day is over."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
