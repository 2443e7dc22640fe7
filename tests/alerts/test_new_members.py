"""What new members file: a peer reads it before the others do, unless it is very dangerous."""

from datetime import timedelta

import pytest

from alerts import filing
from alerts.checking import Outcome, check
from alerts.models import Report
from alerts.vocabulary import Peer, State
from jasmine import crypto
from tests.makers import PHONE, a_newcomer, a_report, an_identifier
from tests.people import an_account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days_here", "state"), [(29, State.WAITING), (30, State.SHOWN)])
def test_it_waits_in_the_first_30_days(now, plover, days_here, state):
    report = a_report(an_account("Dunlin", days_here=days_here), incidents=["assault"], now=now)
    assert report.state == state
    assert report.shown_to(plover, today=now.date()) == (state == State.SHOWN)


def test_its_day_does_not_show_what_a_peer_has_to_read_first(finch, plover, now):
    a_report(finch, incidents=["assault"], alert="in_3_days", now=now)
    later = now.date() + timedelta(days=3)
    assert filing.show_those_whose_day_has_come(today=later) == 0
    assert not Report.objects.get().shown_to(plover, today=later)


def test_she_cannot_show_it_herself(finch, now):
    report = a_report(finch, incidents=["assault"], now=now)
    filing.add_to_report(report, by=finch, now=now, story="", show_now=True)
    assert Report.objects.get().state == State.WAITING


def test_very_dangerous_it_is_shown_at_once(finch, plover, now):
    report = a_report(finch, now=now)
    assert (report.state, report.peer) == (State.SHOWN, Peer.UNCOUNTED)
    assert check(PHONE, by=plover, now=now).outcome == Outcome.FOUND


def test_two_of_them_are_and_the_third_waits(finch, now):
    reports = [a_report(finch, identifiers=[an_identifier(f"06 39 98 00 0{n}")], now=now) for n in range(3)]
    assert [report.state for report in reports] == [State.SHOWN, State.SHOWN, State.WAITING]


def test_of_somebody_who_waits_herself_even_that_is_read_first(now):
    report = a_report(a_newcomer().account, now=now)
    assert (report.state, report.peer) == (State.WAITING, Peer.FIRST)


def test_unread_it_is_nobodys_second_voice(finch, heron, plover, now):
    a_report(heron, now=now)
    second = a_report(finch, now=now)
    assert check(PHONE, by=plover, now=now).independent == 1
    second.tell(peer=str(Peer.READ))
    second.save()
    assert check(PHONE, by=plover, now=now).independent == 2


def test_alone_and_unread_it_is_one_person_all_the_same(finch, plover, now):
    a_report(finch, now=now)
    assert check(PHONE, by=plover, now=now).independent == 1


def test_private_it_stays_hers_and_is_on_no_desk(finch, now):
    report = a_report(finch, incidents=["no_show"], now=now)
    assert (report.state, report.on_desk) == (State.PRIVATE, False)


def test_other_words_than_those_that_were_read_are_read_anew(finch, heron, now):
    for author in (finch, heron):
        report = a_report(author, incidents=["assault"], story="He hit me.", now=now)
        report.tell(peer=str(Peer.READ))
        report.put_to(State.SHOWN)
        report.save()
        filing.add_to_report(report, by=author, now=now, story="He hit me.")
        assert Report.objects.get(pk=report.pk).peer == Peer.READ
        filing.add_to_report(report, by=author, now=now, story="He hit me and laughed.")
    of_finch = Report.objects.by(finch, today=crypto.today())[0]
    of_heron = Report.objects.by(heron, today=crypto.today())[0]
    assert (of_finch.peer, of_finch.state) == (Peer.FIRST, State.WAITING)
    assert (of_heron.peer, of_heron.state) == (Peer.NOT_YET, State.SHOWN)
