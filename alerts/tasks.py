"""What the timetable does with reports. Tasks are shells: they read the clock and count."""

import logging

from celery import shared_task

from alerts import filing
from jasmine import crypto

log = logging.getLogger("jasmine.alerts")


@shared_task
def show_waiting_reports() -> None:
    log.info("showed %d reports that waited", filing.show_those_whose_day_has_come(today=crypto.today()))


@shared_task
def forget_drafts() -> None:
    log.info("forgot %d drafts", filing.forget_old_drafts(today=crypto.today()))
