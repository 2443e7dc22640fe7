"""The timetable's part: what is due is done every hour, and the log counts without quoting."""

import logging
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from alerts import filing
from alerts.models import Draft, PurgeRun, Report
from alerts.tasks import purge, show_waiting_reports
from alerts.vocabulary import Alert, State
from jasmine import crypto
from jasmine.celery import app
from tests.makers import a_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_ring(tmp_path, settings):
    settings.KEYRING = tmp_path
    crypto.make_ring()


@pytest.fixture
def draft(own_ring, heron, now):
    draft = Draft.of(str(heron.pk), today=now.date())
    filing.keep_draft(draft, content={"typed": {"what": {"incidents": ["rape"]}}})
    return draft


@pytest.fixture
def said(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("jasmine.alerts"), "propagate", True)
    caplog.set_level(logging.INFO, logger="jasmine.alerts")
    return caplog


def purge_on(day) -> None:
    with time_machine.travel(datetime.combine(day, time(0, 30), tzinfo=UTC)):
        purge()


def test_on_its_sunday_a_row_is_there_and_on_monday_it_is_gone(draft, said):
    purge_on(draft.delete_after)
    assert Draft.objects.exists()
    purge_on(draft.delete_after + timedelta(days=1))
    assert not Draft.objects.exists()
    assert said.messages[-1].startswith("purged 1 rows, 0 overdue, ")


def test_the_task_may_run_twice(draft, said):
    purge_on(draft.delete_after + timedelta(days=1))
    purge_on(draft.delete_after + timedelta(days=1))
    assert [run.deleted for run in PurgeRun.objects.order_by("pk")] == [1, 0]


def test_an_alarm_is_said_every_time_and_names_nothing(draft, said):
    purge_on(draft.delete_after)
    purge_on(draft.delete_after - timedelta(days=1))
    assert "the purge asks for somebody: clock_wrong" in said.messages


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


@pytest.mark.parametrize("task", ["purge", "show_waiting_reports"])
def test_the_timetable_calls_it_every_hour(settings, task):
    due = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert due[f"alerts.tasks.{task}"] <= timedelta(hours=1)
    app.loader.import_default_modules()
    assert f"alerts.tasks.{task}" in app.tasks
