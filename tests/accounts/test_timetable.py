"""What the timetable does with standings: in time, never on a locked site, never by a clock in doubt."""

from datetime import timedelta

import pytest

from accounts import suspending, tasks
from accounts.models import Account
from accounts.vocabulary import Standing
from jasmine import clock, crypto
from tests.makers import a_newcomer

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(heron, robin, now) -> None:
    """A pause that is over, and somebody who has waited for 31 days."""
    suspending.pause(heron, by=robin, now=now - timedelta(hours=73))
    newcomer = a_newcomer()
    with Account.held(newcomer.account_id) as held:
        held.tell(joined_on=(now.date() - timedelta(days=31)).isoformat())


def standings() -> list[str]:
    return sorted(Account.objects.values_list("standing", flat=True))


def test_a_pause_is_lifted_and_who_waited_in_vain_is_gone(due):
    tasks.standings_due()
    assert standings() == [Standing.MEMBER, Standing.MEMBER]


def test_nothing_happens_on_a_locked_site(due, monkeypatch):
    monkeypatch.setattr(crypto, "is_locked", lambda: True)
    tasks.standings_due()
    assert standings() == [Standing.MEMBER, Standing.PAUSED, Standing.WAITING]


def test_nor_by_a_clock_that_is_wrong(due, monkeypatch):
    monkeypatch.setattr(clock, "reading", lambda *_said, **_more: clock.Reading.WRONG)
    tasks.standings_due()
    assert Standing.PAUSED in standings()


@pytest.mark.parametrize(("reading", "left"), [(clock.Reading.RIGHT, 0), (clock.Reading.LATE, 1)])
def test_idle_accounts_go_when_the_clock_is_right(heron, monkeypatch, reading, left):
    Account.objects.update(lapse_month=1)
    monkeypatch.setattr(clock, "reading", lambda *_said, **_more: reading)
    tasks.close_idle_accounts()
    assert Account.objects.count() == left
