"""A report that is being tapped: she may leave any time, and send it once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from alerts import filing
from alerts.models import DRAFT_KEPT, Draft, Report
from jasmine import crypto
from tests.makers import what_is_said
from tests.people import sign_in

TAPPED = {"step": "who", "typed": {"what": {"incidents": ["rape"]}}}
SUNDAY = 6


def of(account, now) -> Draft:
    return Draft.of(str(account.pk), today=now.date())


def kept(account, now, **typed) -> Draft:
    draft = of(account, now)
    filing.keep_draft(draft, content={**TAPPED, **typed})
    return draft


def at_once(*acts) -> list:
    """What each act gave or raised, all of them begun at the same moment in threads of their own."""
    ready, outcomes = Barrier(len(acts)), []

    def run(act) -> None:
        ready.wait()
        try:
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db
class TestKeeping:
    def test_her_draft_is_found_again(self, heron, now):
        first = kept(heron, now)
        again = of(heron, now)
        assert (again.pk, again.content) == (first.pk, TAPPED)

    def test_a_member_has_one(self, heron, now):
        kept(heron, now)
        kept(heron, now + timedelta(days=8), step="where")
        assert Draft.objects.count() == 1

    def test_nobody_finds_that_of_another(self, heron, plover, now):
        kept(heron, now)
        assert of(plover, now).is_new
        assert of(plover, now).content == {"typed": {}}

    def test_looking_stores_nothing(self, heron, now):
        assert of(heron, now).is_new
        assert not Draft.objects.exists()

    def test_nothing_of_it_stands_in_plain(self, heron, now):
        draft = kept(heron, now)
        values = Draft.objects.values("content", "owner").get(pk=draft.pk)
        assert str(values["content"]) == "<sealed>"
        assert str(heron.pk) not in str(values["owner"])

    def test_more_than_a_report_can_hold_is_refused_and_the_draft_stays(self, heron, now):
        kept(heron, now)
        with pytest.raises(crypto.TooLong):
            filing.keep_draft(of(heron, now), content={"typed": {"what": "x" * crypto.LONGEST}})
        assert of(heron, now).content == TAPPED

    def test_what_she_throws_away_is_gone(self, heron, plover, now):
        kept(heron, now)
        kept(plover, now)
        filing.forget_draft(of(heron, now))
        assert of(heron, now).is_new
        assert not of(plover, now).is_new


@pytest.mark.django_db
class TestItsSunday:
    def test_it_dies_on_a_sunday_within_fourteen_days(self, heron, now):
        draft = kept(heron, now)
        assert draft.delete_after.weekday() == SUNDAY
        assert DRAFT_KEPT - timedelta(days=6) <= draft.delete_after - now.date() <= DRAFT_KEPT

    def test_on_its_sunday_it_is_there_and_a_day_later_it_is_not(self, heron, now):
        draft = kept(heron, now)
        days = draft.delete_after - now.date()
        assert of(heron, now + days).pk == draft.pk
        assert of(heron, now + days + timedelta(days=1)).is_new


@pytest.mark.django_db
class TestSending:
    def test_a_draft_becomes_one_report_and_is_gone(self, heron, now):
        report = filing.send_draft(kept(heron, now), by=heron, now=now, **what_is_said())
        assert [one.pk for one in Report.objects.all()] == [report.pk]
        assert of(heron, now).is_new

    def test_a_draft_is_sent_once(self, heron, now):
        draft = kept(heron, now)
        filing.send_draft(draft, by=heron, now=now, **what_is_said())
        with pytest.raises(filing.AlreadySent):
            filing.send_draft(draft, by=heron, now=now, **what_is_said())
        assert Report.objects.count() == 1

    def test_a_late_tap_does_not_bring_a_sent_draft_back(self, heron, now):
        kept(heron, now)
        late = of(heron, now)
        filing.send_draft(of(heron, now), by=heron, now=now, **what_is_said())
        with pytest.raises(filing.AlreadySent):
            filing.keep_draft(late, content=TAPPED)
        assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestTwoTapsAtOnce:
    def test_two_sends_file_one_report(self, heron, now):
        draft = kept(heron, now)

        def send():
            return filing.send_draft(draft, by=heron, now=now, **what_is_said())

        outcomes = at_once(send, send, send)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "AlreadySent",
            "AlreadySent",
            "Report",
        ]
        assert Report.objects.count() == 1
        assert not Draft.objects.exists()

    def test_two_first_steps_leave_one_draft(self, heron, now):
        both = at_once(lambda: kept(heron, now).pk, lambda: kept(heron, now).pk)
        assert of(heron, now).pk in both
        assert Draft.objects.count() == 1

    def test_two_taps_on_send_file_one_report_and_lead_to_it(self, heron, client):
        typed = [
            {"step": "what", "go": "next", "incidents": ["rape"]},
            {"step": "who", "go": "next", "identifier": ["06 39 98 12 34"], "identifier_kind": ["phone"]},
        ]
        sign_in(client, heron)
        for step in typed:
            client.post("/reports/new/", step)
        sent = {"step": "where", "go": "send", "area": "75", "alert": "now"}
        one, other = (client.post("/reports/new/", sent), client.post("/reports/new/", sent))
        (report,) = Report.objects.all()
        assert one["Location"] == f"/reports/{report.pk}/"
        assert other["Location"] == "/reports/mine/"
        assert not Draft.objects.exists()
