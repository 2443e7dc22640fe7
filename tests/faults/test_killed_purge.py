"""Killed while rows and keys are destroyed, the next purge finishes: nothing past is there, all that lives opens.

Each round is a week later, by a calendar of the test's own.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from alerts.filing import file_report
from alerts.models import ORGANISATION, Report, Token
from alerts.retention import expired_rows, purge_expired
from jasmine import clock, crypto
from tests.faults.killing import ROUNDS, say
from tests.makers import what_is_said

ROWS = 12  # that are due in each round
SHORT = 0 if "JASMINE_FAULTS" in os.environ else 4  # rounds: each starts a process for the proof
STORY = "Il a changé d'adresse. " * 20
LABEL = "report.story"


def samples() -> Path:
    """What a thief copied, a value of each week: [week, row, sealed]."""
    return Path(settings.VAR) / "samples.json"


def begin() -> None:
    """The week after the last purge, on its Sunday: rows that are due, and one that is not."""
    last = clock.read().last_run_on or crypto.today()
    week = crypto.week_of(last)
    crypto.rehearse(crypto.last_day_of(week) - timedelta(days=6))
    crypto.top_up()
    due = [a_report(crypto.today(), week) for _ in range(ROWS)]
    a_report(crypto.today(), week + 90)
    (sealed,) = Report.objects.filter(pk=due[0].pk).values_list("story", flat=True)
    copied = json.loads(samples().read_text()) if samples().exists() else []
    sample = [week, str(due[0].pk), sealed.sealed.hex()]
    assert opens(*sample)
    samples().write_text(json.dumps([*copied, sample]))
    clock.write(clock.State(last_run_on=crypto.last_day_of(week)))


def a_report(today: date, week: int) -> Report:
    report = file_report(
        by=ORGANISATION, now=datetime.combine(today, time(12), tzinfo=UTC), **what_is_said(story=STORY)
    )
    report.move_to(crypto.last_day_of(week))
    return report


def monday() -> date:
    """The day of this round's purge, finished or not."""
    last = clock.read().last_run_on
    assert last is not None
    return crypto.last_day_of(crypto.week_of(last - timedelta(days=1))) + timedelta(days=1)


def purge(_round_number: int = 0) -> None:
    """Says the week that it destroyed, and how many rows it deleted."""
    today = monday()
    crypto.rehearse(today)
    run = purge_expired(today=today, batch_rows=2)
    say(f"{crypto.week_of(today) - 1} {run.deleted} {run.weeks_destroyed}")


def it_can_be_finished(said: list[str]) -> None:
    today = monday()
    crypto.rehearse(today)
    past = crypto.week_of(today) - 1
    gone = {int(line.split()[0]) for line in said}
    assert not gone & {*crypto.weeks_held()}
    if past not in crypto.weeks_held():
        assert expired_rows(today) == 0  # no key goes before the last row
    run = purge_expired(today=today)
    assert (run.overdue, expired_rows(today)) == (0, 0)
    assert crypto.weeks_held()[0] == past + 1
    assert clock.alarms(today=today) == []
    assert not Token.objects.exclude(report__in=Report.objects.all()).exists()
    for report in Report.objects.all():
        report.refuse_tampering()
        assert report.story == STORY.strip()
    assert Report.objects.exists()
    assert not any(opens(*sample) for sample in json.loads(samples().read_text()))


def opens(week: int, row: str, sealed: str) -> bool:
    """Whether what the thief copied opens, on a day on which it would have to."""
    crypto.rehearse(crypto.last_day_of(week))
    try:
        crypto.unseal(bytes.fromhex(sealed), label=LABEL, row=UUID(row))
    except crypto.CannotOpen:
        return False
    return True


def test_the_next_purge_finishes_what_a_killed_one_began(site):
    site.kills(purge, then=it_can_be_finished, before=begin, rounds=SHORT or ROUNDS, longest=0.3)


def test_two_processes_at_once_delete_each_row_and_destroy_each_week_once(site):
    site.run(begin)
    with ThreadPoolExecutor(2) as both:
        said = [line.split() for lines in both.map(lambda _: site.run(purge), range(2)) for line in lines]
    assert sum(int(deleted) for _week, deleted, _destroyed in said) == ROWS
    assert sum(int(destroyed) for _week, _deleted, destroyed in said) == 1
