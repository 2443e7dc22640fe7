"""The timetable and its worker. Tasks carry ids, never text; every task may run twice."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jasmine.settings")

app = Celery("jasmine")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Celery's own set-up would print the texts of exceptions."""
