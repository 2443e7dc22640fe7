"""The timetable's part: drafts whose Sunday is over are gone, and the log counts without quoting."""

import logging
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from alerts import filing
from alerts.models import Draft, Report
from alerts.tasks import forget_drafts, show_waiting_reports
from alerts.vocabulary import Alert, State
from jasmine import crypto
from jasmine.celery import app
from tests.makers import a_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(heron, now):
    draft = Draft.of(str(heron.pk), today=now.date())
    filing.keep_draft(draft, content={"typed": {"what": {"incidents": ["rape"]}}})
    return draft


@pytest.fixture
def said(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("jasmine.alerts"), "propagate", True)
    caplog.set_level(logging.INFO, logger="jasmine.alerts")
    return caplog


def run_on(day) -> None:
    with time_machine.travel(datetime.combine(day, time(12), tzinfo=UTC)):
        crypto.top_up()
        forget_drafts()


def test_on_its_sunday_a_draft_is_still_there(draft, said):
    run_on(draft.delete_after)
    assert Draft.objects.exists()
    assert said.messages == ["forgot 0 drafts"]


def test_on_the_monday_after_it_is_gone_and_once_more_does_no_harm(draft, said):
    run_on(draft.delete_after + timedelta(days=1))
    run_on(draft.delete_after + timedelta(days=1))
    assert not Draft.objects.exists()
    assert said.messages == ["forgot 1 drafts", "forgot 0 drafts"]


def test_a_report_is_shown_once_its_day_has_come(heron, now, said):
    report = a_report(heron, now=now, alert=Alert.IN_3_DAYS)
    never = a_report(heron, now=now, alert=Alert.WHEN_I_SAY)
    for days, state in ((2, State.WAITING), (3, State.SHOWN), (4, State.SHOWN)):
        with time_machine.travel(now + timedelta(days=days)):
            crypto.top_up()
            show_waiting_reports()
        kept = Report.objects.get(pk=report.pk)
        kept.refuse_tampering()
        assert kept.state == state
    assert Report.objects.get(pk=never.pk).state == State.WAITING


@pytest.mark.parametrize("task", ["forget_drafts", "show_waiting_reports"])
def test_the_timetable_calls_it_every_hour(settings, task):
    due = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert due[f"alerts.tasks.{task}"] <= timedelta(hours=1)
    app.loader.import_default_modules()
    assert f"alerts.tasks.{task}" in app.tasks
