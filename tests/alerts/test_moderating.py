"""What moderators may do with a report: alone what is small, two what is grave, and nobody with her own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts import deciding
from accounts.deciding import Changed, NotForHer, OwnDecision
from accounts.models import Account, Decision, RecordEntry
from accounts.vocabulary import Role
from alerts import filing, moderating
from alerts.facts import FactsRefused
from alerts.models import Refusal, Report, voices
from alerts.moderating import (
    ChangedMeanwhile,
    EnoughForToday,
    Gone,
    HeldBefore,
    Involved,
    NotAsItStands,
    NotOpened,
    NotToBeWritten,
    Taken,
    print_of,
)
from alerts.vocabulary import Peer, RefusedFor, State
from tests.makers import PHONE, a_report, an_identifier
from tests.people import an_account

pytestmark = pytest.mark.django_db(transaction=True)

STORY = "He was kind at first."
NOTICE = "Kind at first, then took the door key."
HOUR = timedelta(hours=1)


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def opened(report: Report, by: Account, now: datetime) -> dict[str, Any]:
    """Her claim, and what an act of hers is told besides."""
    moderating.claim(report.pk, by=by, now=now)
    return {"by": by, "now": now, "seen": print_of(fresh(report))}


def refused(report: Report, one: Account, other: Account, now: datetime) -> Decision:
    asked = moderating.ask_to_refuse(report.pk, why=RefusedFor.TWICE, **opened(report, one, now))
    return deciding.agree(asked, by=other, now=now)


def kinds_on_record() -> list[str]:
    return [entry.facts["kind"] for entry in RecordEntry.objects.order_by("number")]


class TestReading:
    def test_the_notice_is_what_others_find_and_the_story_stays(self, heron, robin, now):
        report = a_report(heron, story=STORY, now=now)
        moderating.read(report.pk, notice=NOTICE, **opened(report, robin, now))
        after = fresh(report)
        assert (after.notice, after.story, after.peer, after.on_desk) == (NOTICE, STORY, Peer.READ, False)
        assert "word" not in {kind for kind, _version, _form in report.forms()}
        assert "word" in {kind for kind, _version, _form in after.forms()}

    def test_what_a_new_member_filed_is_shown_then(self, finch, robin, plover, now):
        report = a_report(finch, incidents=["assault"], now=now)
        moderating.read(report.pk, notice="", by=robin, now=now, seen=print_of(report))
        assert fresh(report).shown_to(plover, today=now.date())

    def test_a_story_has_to_be_opened_first(self, heron, robin, now):
        report = a_report(heron, story=STORY, now=now)
        with pytest.raises(NotOpened):
            moderating.read(report.pk, notice="", by=robin, now=now, seen=print_of(report))

    def test_no_notice_is_longer_than_500_characters(self, heron, robin, now):
        report = a_report(heron, now=now)
        with pytest.raises(FactsRefused):
            moderating.read(report.pk, notice="x" * 501, by=robin, now=now, seen=print_of(report))
        moderating.read(report.pk, notice="x" * 500, by=robin, now=now, seen=print_of(report))

    def test_what_its_author_changed_meanwhile_is_looked_at_again(self, heron, robin, now):
        report = a_report(heron, story=STORY, now=now)
        told = opened(report, robin, now)
        filing.add_to_report(report, by=heron, now=now, story="He was not kind.")
        with pytest.raises(ChangedMeanwhile):
            moderating.read(report.pk, notice=NOTICE, **told)
        assert fresh(report).story == "He was not kind."

    def test_what_its_author_took_back_meanwhile_is_gone(self, heron, robin, now):
        report = a_report(heron, story=STORY, now=now)
        told = opened(report, robin, now)
        filing.withdraw_report(fresh(report), by=heron)
        with pytest.raises(Gone):
            moderating.read(report.pk, notice=NOTICE, **told)
        assert not Report.objects.exists()

    @pytest.mark.parametrize(
        "how", [{"incidents": ["no_show"]}, {"alert": "in_3_days"}, {"alert": "when_i_say"}]
    )
    def test_what_its_author_lets_nobody_see_yet_is_not_theirs(self, heron, robin, now, how):
        report = a_report(heron, now=now, **how)
        with pytest.raises(Gone):
            moderating.read(report.pk, notice="", by=robin, now=now, seen=print_of(report))
        assert moderating.queue(robin, now=now).reports == []


class TestWhoMay:
    @pytest.mark.parametrize("role", [Role.MEMBER, Role.OUTREACH, Role.ADMIN])
    def test_moderators_alone(self, heron, now, role):
        report, other = a_report(heron, now=now), an_account("Teal", role=role)
        with pytest.raises(NotForHer):
            moderating.hold(report.pk, by=other, now=now)

    def test_not_her_own(self, robin, now):
        report = a_report(robin, now=now)
        with pytest.raises(Involved):
            moderating.hold(report.pk, by=robin, now=now)
        assert moderating.queue(robin, now=now).reports == []

    def test_not_about_somebody_whom_she_reported_too(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        a_report(robin, identifiers=[an_identifier("+33 6 39981234")], incidents=["no_show"], now=now)
        with pytest.raises(Involved):
            moderating.hold(report.pk, by=robin, now=now)
        assert report not in moderating.queue(robin, now=now).reports
        assert report in moderating.queue(magpie, now=now).reports

    def test_neither_is_she_the_second(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        a_report(magpie, now=now)
        asked = moderating.ask_to_refuse(report.pk, why=RefusedFor.TWICE, **opened(report, robin, now))
        with pytest.raises(NotForHer):
            deciding.agree(asked, by=magpie, now=now)


class TestOpening:
    def test_it_is_hers_for_30_minutes(self, heron, robin, magpie, now):
        report = a_report(heron, story=STORY, now=now)
        moderating.claim(report.pk, by=robin, now=now)
        with pytest.raises(Taken):
            moderating.claim(report.pk, by=magpie, now=now + timedelta(minutes=29))
        moderating.claim(report.pk, by=magpie, now=now + timedelta(minutes=30))
        with pytest.raises(Taken):
            moderating.read(
                report.pk, notice="", by=robin, now=now + timedelta(minutes=30), seen=print_of(report)
            )

    def test_of_two_at_once_one_has_it(self, heron, robin, magpie, now):
        report = a_report(heron, story=STORY, now=now)

        def tried(by: Account) -> bool:
            try:
                moderating.claim(report.pk, by=by, now=now)
                return True
            except Taken:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as both:
            assert sorted(both.map(tried, [robin, magpie])) == [False, True]

    def test_the_same_story_counts_once_a_day(self, heron, robin, now):
        report = a_report(heron, story=STORY, now=now)
        assert [moderating.claim(report.pk, by=robin, now=now) for _ in range(3)] == [1, 1, 1]

    def test_facts_alone_tire_less(self, heron, robin, now):
        assert moderating.claim(a_report(heron, now=now).pk, by=robin, now=now) == 0

    def test_after_30_it_takes_a_second_moderator(self, heron, robin, magpie, now, monkeypatch):
        monkeypatch.setattr(moderating, "STORIES_A_DAY", 1)
        first, second = (a_report(heron, story=STORY, now=now) for _ in range(2))
        moderating.claim(first.pk, by=robin, now=now)
        with pytest.raises(EnoughForToday):
            moderating.claim(second.pk, by=robin, now=now)
        asked = moderating.ask_for_more(by=robin, now=now)
        with pytest.raises(OwnDecision):
            deciding.agree(asked, by=robin, now=now)
        deciding.agree(asked, by=magpie, now=now)
        assert moderating.claim(second.pk, by=robin, now=now) == 2


class TestHolding:
    def test_nobody_else_sees_it_for_72_hours(self, heron, robin, plover, now):
        report = a_report(heron, now=now)
        moderating.hold(report.pk, by=robin, now=now)
        assert not fresh(report).shown_to(plover, today=now.date())
        assert moderating.end_holds_due(now=now + 72 * HOUR - timedelta(seconds=1)) == 0
        assert moderating.end_holds_due(now=now + 72 * HOUR) == 1
        assert fresh(report).shown_to(plover, today=now.date())

    def test_once_in_its_life(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        moderating.hold(report.pk, by=robin, now=now)
        moderating.give_back(report.pk, by=magpie, now=now)
        with pytest.raises(HeldBefore):
            moderating.hold(report.pk, by=magpie, now=now)
        assert kinds_on_record() == ["report_held", "report_given_back"]

    def test_whoever_meanwhile_warns_nobody_is_obeyed(self, heron, robin, now):
        report = a_report(heron, now=now)
        moderating.hold(report.pk, by=robin, now=now)
        shares = {**report.facts["shares"], "alert": False}
        filing.add_to_report(report, by=heron, now=now, story="", shares=shares)
        moderating.end_holds_due(now=now + 72 * HOUR)
        assert fresh(report).state == State.PRIVATE


class TestRefusing:
    def test_it_takes_two(self, heron, robin, magpie, plover, now):
        report = a_report(heron, now=now)
        asked = moderating.ask_to_refuse(report.pk, why=RefusedFor.TWICE, **opened(report, robin, now))
        assert fresh(report).shown_to(plover, today=now.date())
        with pytest.raises(OwnDecision):
            deciding.agree(asked, by=robin, now=now)
        deciding.agree(asked, by=magpie, now=now)
        assert (fresh(report).state, fresh(report).shown_to(plover, today=now.date())) == (
            State.REFUSED,
            False,
        )

    def test_hidden_for_14_days_then_deleted_for_good(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        refused(report, robin, magpie, now)
        assert moderating.delete_refused(now=now + timedelta(days=13)) == 0
        assert moderating.delete_refused(now=now + timedelta(days=14)) == 1
        assert not Report.objects.exists()

    def test_its_author_is_told_why_and_nobody_else(self, heron, robin, magpie, plover, now):
        refused(a_report(heron, now=now), robin, magpie, now)
        (told,) = Refusal.of(voices(heron), today=now.date())
        assert told.content["why"] == RefusedFor.TWICE
        assert timedelta(days=23) < told.delete_after - now.date() <= timedelta(days=30)
        assert Refusal.of(voices(plover), today=now.date()) == []

    def test_what_changed_since_is_not_refused(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        asked = moderating.ask_to_refuse(report.pk, why=RefusedFor.TWICE, **opened(report, robin, now))
        filing.add_to_report(report, by=heron, now=now, story="There is more to say.")
        with pytest.raises(Changed):
            deciding.agree(asked, by=magpie, now=now)

    def test_a_hold_meanwhile_is_no_change(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        asked = moderating.ask_to_refuse(report.pk, why=RefusedFor.TWICE, **opened(report, robin, now))
        moderating.hold(report.pk, by=robin, now=now)
        deciding.agree(asked, by=magpie, now=now)
        assert fresh(report).state == State.REFUSED

    def test_taken_back_meanwhile_there_is_nothing_to_refuse(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        asked = moderating.ask_to_refuse(report.pk, why=RefusedFor.TWICE, **opened(report, robin, now))
        filing.withdraw_report(fresh(report), by=heron)
        with pytest.raises(Changed):
            deciding.agree(asked, by=magpie, now=now)

    def test_other_eyes_give_it_back(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        refused(report, robin, magpie, now)
        moderating.ask_other_eyes(report, by=heron, now=now)
        assert moderating.delete_refused(now=now + timedelta(days=20)) == 0
        for one in (robin, magpie):
            with pytest.raises(NotForHer):
                moderating.give_back(report.pk, by=one, now=now)
        moderating.give_back(report.pk, by=an_account("Teal", role=Role.MODERATOR), now=now)
        assert (fresh(report).state, fresh(report).peer) == (State.SHOWN, Peer.NOT_YET)
        assert Refusal.of(voices(heron), today=now.date()) == []

    def test_or_leave_it_and_it_goes_on_its_day(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        refused(report, robin, magpie, now)
        moderating.ask_other_eyes(report, by=heron, now=now)
        moderating.leave_refused(report.pk, by=an_account("Teal", role=Role.MODERATOR), now=now)
        with pytest.raises(NotAsItStands):
            moderating.ask_other_eyes(report, by=heron, now=now)
        assert moderating.delete_refused(now=now + timedelta(days=14)) == 1


class TestCorrecting:
    def test_the_level_rises_at_once_and_the_day_stays(self, heron, robin, now):
        report = a_report(heron, incidents=["threats"], now=now)
        told = opened(report, robin, now)
        _after, decision = moderating.correct(report.pk, incidents=["threats", "rape"], **told)
        assert decision is None
        assert (fresh(report).level, fresh(report).delete_after) == (4, report.delete_after)
        assert kinds_on_record() == ["report_corrected"]

    def test_it_falls_when_a_second_moderator_agrees_and_the_day_comes_sooner(
        self, heron, robin, magpie, now
    ):
        report = a_report(heron, now=now)
        _after, decision = moderating.correct(report.pk, incidents=["threats"], **opened(report, robin, now))
        assert fresh(report).level == 4
        deciding.agree(decision, by=magpie, now=now)
        after = fresh(report)
        assert after.level == 2
        assert after.delete_after < report.delete_after
        assert after.opens()

    def test_or_when_its_author_does_who_stands_on_no_record(self, heron, robin, now):
        report = a_report(heron, now=now)
        moderating.correct(report.pk, incidents=["threats"], **opened(report, robin, now))
        moderating.agree_as_author(report, by=heron, now=now)
        assert fresh(report).level == 2
        assert deciding.open_about(str(report.pk), now=now) == []
        assert all(str(heron.pk) not in repr(entry.facts) for entry in RecordEntry.objects.all())

    def test_it_does_not_go_at_once_where_the_lower_level_is_over(self, heron, robin, magpie, now):
        report = a_report("organisation", reported_on=now.date() - timedelta(days=700), now=now)
        _after, decision = moderating.correct(report.pk, incidents=["threats"], **opened(report, robin, now))
        deciding.agree(decision, by=magpie, now=now)
        assert timedelta(days=7) < fresh(report).delete_after - now.date() <= timedelta(days=14)

    def test_nuisance_becomes_her_own_note_where_it_is_not_shared(self, heron, robin, now):
        report = a_report(heron, now=now)
        moderating.correct(report.pk, incidents=["no_show"], **opened(report, robin, now))
        moderating.agree_as_author(report, by=heron, now=now)
        assert (fresh(report).state, fresh(report).level) == (State.PRIVATE, 1)


class TestWriting:
    def test_moderators_write_where_she_agreed_to_it_or_something_was_decided(self, heron, robin, now):
        report = a_report(heron, now=now)
        with pytest.raises(NotToBeWritten):
            moderating.write_to_author(report.pk, text="Was it him?", by=robin, now=now)
        moderating.hold(report.pk, by=robin, now=now)
        moderating.write_to_author(report.pk, text="Was it him?", by=robin, now=now)
        assert moderating.thread_of(fresh(report)) == [{"by": "moderator", "text": "Was it him?"}]

    def test_she_may_write_first_also_about_what_is_hers_alone(self, heron, robin, now):
        report = a_report(heron, incidents=["no_show"], now=now)
        moderating.write_to_moderators(report, text="I want somebody to help me.", by=heron, now=now)
        assert moderating.queue(robin, now=now).reports == [report]
        moderating.write_to_author(report.pk, text="We call you.", by=robin, now=now)
        assert moderating.queue(robin, now=now).reports == []

    def test_nobody_else_writes_for_her(self, heron, plover, now):
        with pytest.raises(NotAsItStands):
            moderating.write_to_moderators(a_report(heron, now=now), text="Hello", by=plover, now=now)

    def test_the_oldest_words_go_where_there_is_no_room(self, heron, robin, now):
        report = a_report(heron, shares={"contact": True}, now=now)
        for number in range(30):
            moderating.write_to_author(report.pk, text=f"{number} " + "语" * 490, by=robin, now=now)
        thread = moderating.thread_of(fresh(report))
        assert thread[-1]["text"].startswith("29 ")
        assert 2 < len(thread) < 30

    def test_it_is_sealed_to_the_week_of_the_report_and_moves_with_it(self, heron, robin, magpie, now):
        report = a_report(heron, now=now)
        moderating.write_to_moderators(report, text="Please help.", by=heron, now=now)
        _after, decision = moderating.correct(report.pk, incidents=["threats"], **opened(report, robin, now))
        deciding.agree(decision, by=magpie, now=now)
        assert moderating.thread_of(fresh(report)) == [{"by": "author", "text": "Please help."}]


class TestTheOrder:
    def test_first_what_nobody_sees_then_the_gravest_then_the_oldest(self, heron, finch, robin, now):
        def one(by: Account | str, number: int, **how: Any) -> Report:
            return a_report(by, identifiers=[an_identifier(f"06 39 98 00 {number:02}")], now=now, **how)

        risky = one(heron, 1, incidents=["threats"])
        young = one("organisation", 2)
        old = one("organisation", 3, reported_on=now.date() - timedelta(days=60))
        unseen = one(finch, 4, incidents=["threats"])
        unseen_and_worse = one(finch, 5, incidents=["assault"])
        waits = moderating.queue(robin, now=now).reports
        assert waits == [unseen_and_worse, unseen, old, young, risky]

    def test_stories_in_her_languages_and_facts_in_all(self, heron, robin, magpie, now):
        romanian = a_report(heron, story="Povestea ei.", language="ro", now=now)
        facts_alone = a_report(heron, language="ro", incidents=["threats"], now=now)
        moderating.pick_languages(robin, ["fr", "en", "xx"])
        waits = moderating.queue(robin, now=now)
        assert (waits.reports, waits.elsewhere, "ro" in waits.unread) == ([facts_alone], 1, False)
        assert moderating.queue(magpie, now=now).reports == [romanian, facts_alone]

    def test_what_no_moderator_reads_is_shown_to_all_and_said(self, heron, robin, magpie, now):
        romanian = a_report(heron, story="Povestea ei.", language="ro", now=now)
        for one in (robin, magpie):
            moderating.pick_languages(one, ["fr"])
        waits = moderating.queue(robin, now=now)
        assert (waits.reports, "ro" in waits.unread, "fr" in waits.unread) == ([romanian], True, False)

    def test_what_is_read_waits_no_more(self, heron, robin, now):
        report = a_report(heron, identifiers=[an_identifier(PHONE)], now=now)
        moderating.read(report.pk, notice="", by=robin, now=now, seen=print_of(report))
        assert moderating.queue(robin, now=now).reports == []

    def test_a_row_that_does_not_open_takes_no_other_with_it(self, heron, robin, now):
        broken, whole = a_report(heron, now=now), a_report(heron, now=now)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE alerts_report SET area = 'FR-13' WHERE id = %s", [_key(broken)])
        assert moderating.queue(robin, now=now).reports == [whole]


def _key(report: Report) -> str:
    return report.pk.hex if connection.vendor == "sqlite" else str(report.pk)
