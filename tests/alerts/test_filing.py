"""Filing a report, adding to it, taking it back."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from accounts.vocabulary import Role
from alerts import filing
from alerts.checking import Outcome, check
from alerts.facts import LONGEST_STORY, FactsRefused
from alerts.filing import NotShared, NotYours, PastItsDay
from alerts.models import MOST_TOKENS, ORGANISATION, Policy, Report, ReportTampered, Token
from alerts.vocabulary import Alert, State
from jasmine import crypto
from tests.makers import PHONE, a_report, an_identifier
from tests.people import an_account

pytestmark = pytest.mark.django_db

LOOKS = {"hair": "red", "build": "slim"}


@pytest.fixture
def egret(db):
    """Another worker of the night van."""
    return an_account("Egret", role=Role.OUTREACH, group="night-van")


@pytest.fixture
def nuisance_is_shared(db):
    Policy.objects.update(share_nuisance=True)


def _disk_is_broken(_file: int) -> None:
    raise OSError("broken")


def stored(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def shares(**but: object) -> dict[str, object]:
    return {"alert": True, "statistics": False, "police": "no", "contact": False, **but}


def test_a_report_keeps_what_was_said(heron, now):
    said = {"story": "He shouted.", "incident_on": "2026-03", "appearance": LOOKS, "how": ["changed_place"]}
    kept = stored(a_report(heron, now=now, **said))
    assert (kept.level, kept.area, kept.state) == (4, "FR-75", State.SHOWN)
    assert (kept.story, kept.notice, kept.author) == ("He shouted.", "", str(heron.pk))
    assert kept.facts["identifiers"] == [{"kind": "phone", "value": PHONE, "platform": "", "country": ""}]
    assert kept.facts["appearance"]["hair"] == "red"
    assert kept.facts["reported_on"] == now.date().isoformat()
    kept.refuse_tampering()


def test_the_day_of_filing_stands_nowhere_in_plain(heron, now):
    kept = a_report(heron, now=now)
    assert kept.filed_week == crypto.week_of(now.date())
    assert kept.delete_after == crypto.last_sunday_until(crypto.months_after(now.date(), 60))


def test_the_keeping_time_counts_from_the_day_of_an_earlier_list(now):
    long_ago = now.date() - timedelta(days=400)
    kept = a_report(ORGANISATION, now=now, reported_on=long_ago, ref="L-1")
    assert kept.delete_after == crypto.last_sunday_until(crypto.months_after(long_ago, 60))
    assert kept.filed_week == crypto.week_of(long_ago)


def test_a_report_whose_day_is_over_is_refused_and_one_whose_day_is_today_is_not():
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    in_time, too_late = date(2025, 5, 29), date(2025, 5, 28)  # 18 months before that Sunday, and a day more
    said = {"now": sunday, "incidents": ["theft"], "ref": "L-1"}
    with time_machine.travel(sunday):
        crypto.top_up()
        assert a_report(ORGANISATION, reported_on=in_time, **said).delete_after == sunday.date()
        with pytest.raises(PastItsDay):
            a_report(ORGANISATION, reported_on=too_late, **said)


@pytest.mark.parametrize(
    ("alert", "state", "days"),
    [
        (Alert.NOW, State.SHOWN, 0),
        (Alert.IN_3_DAYS, State.WAITING, 3),
        (Alert.IN_14_DAYS, State.WAITING, 14),
        (Alert.WHEN_I_SAY, State.WAITING, None),
    ],
)
def test_she_chooses_from_when_others_see_it(heron, now, alert, state, days):
    kept = stored(a_report(heron, now=now, alert=alert))
    visible_on = "" if days is None else (now.date() + timedelta(days=days)).isoformat()
    assert (kept.state, kept.facts["visible_on"]) == (state, visible_on)


def test_without_warning_the_others_a_report_is_private(heron, plover, now):
    kept = a_report(heron, now=now, shares=shares(alert=False))
    assert kept.state == State.PRIVATE
    assert not kept.shown_to(plover, today=now.date())


def test_nuisance_is_private_where_the_policy_does_not_share_it(heron, now):
    kept = a_report(heron, now=now, incidents=["no_show"])
    assert kept.state == State.PRIVATE
    assert kept.delete_after == crypto.last_sunday_until(crypto.months_after(now.date(), 12))


def test_nuisance_is_shown_for_three_months_where_the_policy_shares_it(heron, now, nuisance_is_shared):
    kept = a_report(heron, now=now, incidents=["no_show"])
    assert kept.state == State.SHOWN
    assert kept.delete_after == crypto.last_sunday_until(crypto.months_after(now.date(), 3))


def test_what_the_organisation_cannot_share_is_not_filed(now):
    with pytest.raises(NotShared):
        a_report(ORGANISATION, now=now, incidents=["no_show"])
    with pytest.raises(NotShared):
        a_report(ORGANISATION, now=now, shares=shares(alert=False))
    assert not Report.objects.exists()


class TestWhoseItIs:
    def test_an_outreach_worker_files_for_somebody_else_in_the_name_of_her_group(self, stork, egret, now):
        kept = a_report(stork, now=now, on_behalf=True)
        assert kept.author == "group:night-van"
        assert Report.objects.by(egret, today=now.date()) == [kept]

    def test_what_she_files_for_herself_is_her_own(self, stork, egret, now):
        kept = a_report(stork, now=now)
        assert kept.author == str(stork.pk)
        assert Report.objects.by(egret, today=now.date()) == []

    def test_whoever_has_no_group_files_in_her_own_name(self, heron, now):
        assert a_report(heron, now=now, on_behalf=True).author == str(heron.pk)

    def test_the_organisation_is_one_author(self, heron, now):
        a_report(ORGANISATION, now=now, ref="L-1")
        a_report(ORGANISATION, now=now, ref="L-2")
        assert check(PHONE, by=heron, now=now).independent == 1


class TestAllOrNothing:
    def test_a_report_without_tokens_is_not_stored(self, heron, now, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr(crypto, "blind_tokens", raising(crypto.NoKey))
            with pytest.raises(crypto.NoKey):
                a_report(heron, now=now)
        assert not Report.objects.exists()
        assert not Token.objects.exists()

    def test_a_draft_stays_when_its_report_cannot_be_filed(self, heron, now):
        draft = a_kept_draft(heron, now)
        with pytest.raises(FactsRefused):
            filing.send_draft(draft, by=heron, now=now, incidents=[], identifiers=[])
        assert type(draft).objects.filter(pk=draft.pk).exists()
        assert not Report.objects.exists()

    def test_what_is_added_is_added_whole(self, heron, now, monkeypatch):
        report = a_report(heron, now=now)
        with monkeypatch.context() as broken:
            broken.setattr(crypto, "blind_tokens", raising(crypto.NoKey))
            with pytest.raises(crypto.NoKey), transaction.atomic():
                filing.add_to_report(stored(report), by=heron, now=now, story="More.", appearance=LOOKS)
        assert stored(report).story == ""
        assert check(PHONE, by=heron, now=now).outcome == Outcome.FOUND


class TestTokens:
    def test_twelve_identifiers_are_all_found(self, heron, plover, now):
        numbers = [f"06 39 98 12 {ending}" for ending in range(10, 22)]
        report = a_report(heron, now=now, identifiers=[an_identifier(number) for number in numbers])
        assert Token.objects.filter(report=report).count() <= MOST_TOKENS
        assert all(check(number, by=plover, now=now).outcome == Outcome.FOUND for number in numbers)

    def test_more_numbers_than_can_be_found_again_are_refused_and_not_dropped(self, heron, now):
        boxes = [" / ".join(f"06 39 98 {row} {seat}" for seat in range(10, 16)) for row in range(10, 22)]
        with pytest.raises(FactsRefused) as refused:
            a_report(heron, now=now, identifiers=[an_identifier(box) for box in boxes])
        assert [key for key, _sentence in refused.value.problems] == ["identifiers"]
        assert not Report.objects.exists()


class TestTheStory:
    def test_two_thousand_characters_of_any_script_are_kept(self, heron, now):
        longest = "🌸" * LONGEST_STORY
        assert stored(a_report(heron, now=now, story=longest)).story == longest

    @pytest.mark.parametrize("key", ["story", "notice"])
    @pytest.mark.parametrize("text", ["x" * (LONGEST_STORY + 1), "a\0b", "a\ud800b", 7])
    def test_what_cannot_be_kept_as_it_is_is_refused(self, heron, now, key, text):
        with pytest.raises(FactsRefused):
            a_report(heron, now=now, **{key: text})
        assert not Report.objects.exists()


class TestWithdrawing:
    def test_the_row_and_its_tokens_are_gone_at_once(self, heron, plover, now):
        report = a_report(heron, now=now)
        filing.withdraw_report(report, by=heron)
        assert not Report.objects.exists()
        assert not Token.objects.exists()
        assert check(PHONE, by=plover, now=now).outcome == Outcome.NONE

    def test_nobody_else_withdraws_it(self, heron, plover, robin, owl, now):
        report = a_report(heron, now=now)
        for somebody in (plover, robin, owl):
            with pytest.raises(NotYours):
                filing.withdraw_report(report, by=somebody)
        assert Report.objects.filter(pk=report.pk).exists()

    def test_what_belongs_to_a_group_is_withdrawn_by_any_of_the_group(self, stork, egret, heron, now):
        report = a_report(stork, now=now, on_behalf=True)
        with pytest.raises(NotYours):
            filing.withdraw_report(report, by=heron)
        filing.withdraw_report(report, by=egret)
        assert not Report.objects.exists()

    def test_it_is_written_down_so_that_no_backup_brings_it_back(self, heron, now):
        report = a_report(heron, now=now)
        name = ("row", str(report.pk))
        filing.withdraw_report(report, by=heron)
        assert crypto.gone_among([name]) == {name}

    def test_what_cannot_be_written_down_is_not_withdrawn(self, heron, now, monkeypatch):
        report = a_report(heron, now=now)
        monkeypatch.setattr("os.fsync", _disk_is_broken)
        with pytest.raises(OSError, match="broken"):
            filing.withdraw_report(report, by=heron)
        assert Report.objects.filter(pk=report.pk).exists()

    def test_nobody_withdraws_what_the_organisation_brought(self, owl, now):
        report = a_report(ORGANISATION, now=now, ref="L-1")
        with pytest.raises(NotYours):
            filing.withdraw_report(report, by=owl)


class TestAdding:
    def test_looks_and_words_are_added_and_the_rest_stays(self, heron, now):
        report = a_report(heron, now=now, incident_on="2026-03")
        filing.add_to_report(stored(report), by=heron, now=now, story="He shouted.", appearance=LOOKS)
        kept = stored(report)
        assert (kept.story, kept.facts["appearance"]["build"], kept.facts["incident_on"]) == (
            "He shouted.",
            "slim",
            "2026-03",
        )
        assert (kept.level, kept.delete_after, kept.facts["ref"]) == (report.level, report.delete_after, "")
        kept.refuse_tampering()

    def test_nobody_else_adds_to_it(self, heron, plover, robin, now):
        report = a_report(heron, now=now)
        for somebody in (plover, robin):
            with pytest.raises(NotYours):
                filing.add_to_report(stored(report), by=somebody, now=now, story="Mine.")
        assert stored(report).story == ""

    def test_what_is_wrong_changes_nothing(self, heron, now):
        report = a_report(heron, now=now)
        with pytest.raises(FactsRefused):
            filing.add_to_report(
                stored(report), by=heron, now=now, story="More.", appearance={"hair": "pink"}
            )
        assert stored(report).story == ""

    def test_she_may_stop_warning_the_others_and_begin_again(self, heron, plover, now):
        report = a_report(heron, now=now)
        filing.add_to_report(stored(report), by=heron, now=now, story="", shares=shares(alert=False))
        assert stored(report).state == State.PRIVATE
        assert check(PHONE, by=plover, now=now).outcome == Outcome.NONE
        filing.add_to_report(stored(report), by=heron, now=now, story="", shares=shares())
        assert stored(report).state == State.SHOWN
        assert check(PHONE, by=plover, now=now).outcome == Outcome.FOUND

    @pytest.mark.parametrize(("alert", "days"), [(Alert.IN_14_DAYS, 14), (Alert.WHEN_I_SAY, 600)])
    def test_changing_her_mind_twice_shows_nothing_before_its_day(self, heron, plover, now, alert, days):
        report = a_report(heron, now=now, alert=alert)
        filing.add_to_report(stored(report), by=heron, now=now, story="", shares=shares(alert=False))
        filing.add_to_report(stored(report), by=heron, now=now, story="", shares=shares())
        assert stored(report).state == State.WAITING
        assert not stored(report).shown_to(plover, today=now.date() + timedelta(days=days - 1))

    def test_she_says_when_the_others_see_it(self, heron, plover, now):
        report = a_report(heron, now=now, alert=Alert.WHEN_I_SAY)
        filing.add_to_report(stored(report), by=heron, now=now, story="", show_now=True)
        assert check(PHONE, by=plover, now=now).outcome == Outcome.FOUND
        stored(report).refuse_tampering()

    @pytest.mark.parametrize("state", [State.HELD, State.REFUSED])
    def test_what_moderators_hide_she_cannot_show(self, heron, plover, now, state):
        report = a_report(heron, now=now)
        report.state = state
        report.facts = {**report.facts, **report.plain_columns()}
        report.save()
        filing.add_to_report(stored(report), by=heron, now=now, story="", shares=shares(alert=False))
        filing.add_to_report(stored(report), by=heron, now=now, story="", shares=shares(), show_now=True)
        assert stored(report).state == state
        assert check(PHONE, by=plover, now=now).outcome == Outcome.NONE

    def test_what_happened_on_a_day_one_ahead_of_the_site_can_be_filed_and_added_to(self, heron, now):
        tomorrow = (now + timedelta(days=1)).date().isoformat()
        report = a_report(heron, now=now, incident_on=tomorrow)
        filing.add_to_report(stored(report), by=heron, now=now, story="More.")
        assert stored(report).story == "More."

    def test_what_was_withdrawn_meanwhile_does_not_come_back(self, heron, now):
        report = a_report(heron, now=now)
        kept = stored(report)
        filing.withdraw_report(stored(report), by=heron)
        with pytest.raises(NotYours):
            filing.add_to_report(kept, by=heron, now=now, story="More.")
        assert not Report.objects.exists()

    def test_what_was_written_into_the_table_is_not_sealed_as_true(self, heron, now):
        report = a_report(heron, now=now)
        Report.objects.filter(pk=report.pk)._update([(Report._meta.get_field("level"), None, 1)])
        with pytest.raises(ReportTampered):
            filing.add_to_report(stored(report), by=heron, now=now, story="More.")

    def test_nothing_that_touches_the_level_can_be_added(self, heron, now):
        report = a_report(heron, now=now)
        with pytest.raises(TypeError):
            filing.add_to_report(stored(report), by=heron, now=now, story="", incidents=["theft"])

    def test_a_nuisance_note_that_is_shared_is_kept_for_the_shorter_time(
        self, heron, plover, now, nuisance_is_shared
    ):
        report = a_report(heron, now=now, incidents=["no_show"], shares=shares(alert=False))
        filing.add_to_report(stored(report), by=heron, now=now, story="", shares=shares())
        kept = stored(report)
        assert kept.state == State.SHOWN
        assert kept.delete_after == crypto.last_sunday_until(crypto.months_after(now.date(), 3))
        assert check(PHONE, by=plover, now=now).outcome == Outcome.FOUND
        kept.refuse_tampering()

    def test_a_nuisance_note_too_old_to_be_shared_stays_her_own(self, heron, now, nuisance_is_shared):
        report = a_report(heron, now=now, incidents=["no_show"], shares=shares(alert=False))
        later = now + timedelta(days=120)
        with pytest.raises(FactsRefused) as refused:
            filing.add_to_report(stored(report), by=heron, now=later, story="", shares=shares())
        assert [key for key, _sentence in refused.value.problems] == ["shares"]
        assert stored(report).state == State.PRIVATE

    def test_a_policy_that_changed_meanwhile_shares_nothing_that_was_private(self, heron, now):
        report = a_report(heron, now=now, incidents=["no_show"])
        Policy.objects.update(share_nuisance=True)
        filing.add_to_report(stored(report), by=heron, now=now, story="More.", appearance=LOOKS)
        kept = stored(report)
        assert (kept.state, kept.delete_after, kept.story) == (State.PRIVATE, report.delete_after, "More.")


def raising(error: type[Exception]):
    def refuse(*_args: object, **_more: object) -> None:
        raise error

    return refuse


def a_kept_draft(owner, now):
    draft = filing.Draft.of(str(owner.pk), today=now.date())
    filing.keep_draft(draft, content={"typed": {}})
    return draft
