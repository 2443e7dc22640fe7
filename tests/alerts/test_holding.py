"""Reports of somebody who may not come in are kept, and shown to nobody else until she does."""

import pytest

from accounts import admitting, deciding, leaving, suspending
from accounts.models import Account, Newcomer
from alerts.checking import check
from alerts.models import Report
from alerts.vocabulary import Alert, State
from tests.makers import PHONE, a_newcomer, a_report, a_vouch, let_in
from tests.people import sign_in

pytestmark = pytest.mark.django_db


def found_by(reader: Account, now) -> bool:
    return bool(check(PHONE, by=reader, now=now).people)


@pytest.fixture
def siskin() -> Newcomer:
    return a_newcomer()


class TestANewcomersReport:
    def test_nobody_else_finds_it_until_she_is_let_in(self, siskin, heron, plover, robin, now):
        report = a_report(siskin.account)
        assert not found_by(heron, now)
        for voucher in (heron, plover):
            a_vouch(siskin, by=voucher)
        let_in(siskin, by=robin)
        report.refresh_from_db()
        report.refuse_tampering()
        assert "held_back" not in report.facts
        assert report.facts["visible_on"] == now.date().isoformat()

    def test_it_is_one(self, siskin):
        a_report(siskin.account)
        with pytest.raises(admitting.OneReport):
            a_report(siskin.account)
        assert Report.objects.count() == 1

    def test_it_goes_with_her(self, siskin, robin, now):
        a_report(siskin.account)
        admitting.turn_away(siskin, by=robin, now=now)
        leaving.close(siskin.account, keep_reports=True, now=now)
        assert not Report.objects.exists()

    def test_she_taps_it_on_the_same_pages(self, client, siskin):
        sign_in(client, siskin.account)
        assert client.get("/reports/new/").status_code == 200
        steps = [
            {"step": "what", "incidents": "rape"},
            {"step": "who", "identifier": PHONE},
            {"step": "where", "area": "FR-75", "go": "send"},
        ]
        for step in steps:
            answer = client.post("/reports/new/", {"go": "next", **step})
        assert answer.headers["Location"] == "/waiting/"
        assert "report is kept" in client.get("/waiting/").content.decode()
        assert Report.objects.get().state == State.WAITING

    def test_no_other_page_about_reports_opens(self, client, siskin):
        report = a_report(siskin.account)
        sign_in(client, siskin.account)
        for path in ("/reports/mine/", "/reports/latest/", f"/reports/{report.pk}/"):
            assert client.get(path).status_code in (303, 404)


def suspend(account: Account, *, why: str, by: Account, second: Account, now) -> None:
    decision = deciding.ask(suspending.SUSPEND, about=str(account.pk), by=by, now=now, why=why)
    deciding.agree(decision, by=second, now=now)


class TestSuspension:
    def test_for_misuse_her_reports_are_held_and_come_back_when_it_is_lifted(
        self, heron, plover, robin, magpie, now
    ):
        report = a_report(heron)
        assert found_by(plover, now)
        suspend(heron, why="abuse", by=robin, second=magpie, now=now)
        assert not found_by(plover, now)
        lift = deciding.ask(suspending.LIFT, about=str(heron.pk), by=robin, now=now)
        deciding.agree(lift, by=magpie, now=now)
        assert found_by(plover, now)
        report.refresh_from_db()
        report.refuse_tampering()
        assert report.state == State.SHOWN

    def test_for_something_else_they_are_not(self, heron, plover, robin, magpie, now):
        a_report(heron)
        suspend(heron, why="conduct", by=robin, second=magpie, now=now)
        assert found_by(plover, now)

    def test_what_was_filed_for_the_group_is_not(self, stork, plover, robin, magpie, now):
        a_report(stork, on_behalf=True)
        suspend(stork, why="abuse", by=robin, second=magpie, now=now)
        assert found_by(plover, now)

    def test_one_that_waits_for_her_word_waits_for_it_again(self, heron, plover, robin, magpie, now):
        report = a_report(heron, alert=Alert.WHEN_I_SAY)
        suspend(heron, why="abuse", by=robin, second=magpie, now=now)
        lift = deciding.ask(suspending.LIFT, about=str(heron.pk), by=robin, now=now)
        deciding.agree(lift, by=magpie, now=now)
        report.refresh_from_db()
        assert (report.state, report.facts["visible_on"]) == (State.WAITING, "")

    def test_a_pause_holds_nothing(self, heron, plover, robin, now):
        a_report(heron)
        suspending.pause(heron, by=robin, now=now)
        assert found_by(plover, now)
