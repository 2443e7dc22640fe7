"""The check: never wrong by silence."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import budgets
from accounts.budgets import Allowance
from accounts.models import Account
from alerts.checking import Outcome, check
from alerts.models import Report, Token
from alerts.vocabulary import Alert, State
from jasmine import crypto
from tests.makers import PHONE, a_report, an_identifier

pytestmark = pytest.mark.django_db


def test_a_reported_number_is_found(heron, plover, now):
    report = a_report(heron)
    answer = check(PHONE, by=plover, now=now)
    assert answer.outcome == Outcome.FOUND
    assert [one.pk for person in answer.sure for one in person.reports] == [report.pk]


@pytest.mark.parametrize(
    "typed",
    ["+33639981234", "0033 6 39 98 12 34", "O6.39.98.12.34", "tel: 06-39-98-12-34", "wa.me/33639981234"],
)
def test_any_spelling_of_a_phone_number_finds_the_report(heron, plover, now, typed):
    a_report(heron)
    assert check(typed, by=plover, now=now).outcome == Outcome.FOUND


def test_an_unknown_number_is_not_found(heron, plover, now):
    a_report(heron)
    assert check("06 39 98 12 35", by=plover, now=now).outcome == Outcome.NONE


def test_what_nobody_can_read_is_said_to_be_unreadable(heron, now):
    assert check("…", by=heron, now=now).outcome == Outcome.UNREADABLE


@pytest.mark.parametrize(
    "typed",
    ["06399812xx", "+3363998", "tel 063998", "063998123", "06399812344"],
)
def test_part_of_a_number_is_not_answered_with_nothing_found(heron, now, typed):
    a_report(heron)
    assert check(typed, by=heron, now=now).outcome == Outcome.UNREADABLE


@pytest.mark.parametrize("beside", ["zz@example.org", "06 39 98 00 11"])
def test_what_stands_beside_a_number_or_an_address_is_asked_too(heron, plover, now, beside):
    a_report(heron, identifiers=[an_identifier("ZZ-555-ZZ", "plate")])
    assert check(f"{beside} ZZ-555-ZZ", by=plover, now=now).outcome == Outcome.FOUND
    assert check(f"{beside} ZZ-556-ZZ", by=plover, now=now).outcome == Outcome.NONE
    assert check(f"{beside} ZZ-55?-ZZ", by=plover, now=now).outcome == Outcome.PERHAPS


def test_a_hit_is_shown_though_something_beside_it_could_not_be_read(heron, plover, now):
    a_report(heron)
    assert check(f"{PHONE} / 06 39 98", by=plover, now=now).outcome == Outcome.FOUND


def test_a_very_long_text_is_too_many(heron, now):
    assert check("06 39 98 12 34 " * 200, by=heron, now=now).outcome == Outcome.TOO_MANY


def test_six_numbers_at_once_are_too_many(heron, now):
    numbers = " / ".join(f"06 39 98 12 3{digit}" for digit in range(6))
    assert check(numbers, by=heron, now=now).outcome == Outcome.TOO_MANY


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(f"z{seat}@example.org" for seat in range(6)),
        " ".join(f"@zorro_{seat}" for seat in range(6)),
        ", ".join(f"ZZ-55{seat}-ZZ" for seat in range(6)),
        "0639981230 0639981231 0639981232 a@example.org b@example.org c@example.org",
    ],
)
def test_six_of_whatever_kind_are_too_many(heron, now, typed):
    assert check(typed, by=heron, now=now).outcome == Outcome.TOO_MANY


@pytest.mark.parametrize(
    ("kind", "typed"), [("email", "z{}@example.org"), ("handle", "@zorro_{}"), ("plate", "ZZ-55{}-ZZ")]
)
def test_the_fifth_of_five_is_asked(heron, plover, now, kind, typed):
    a_report(heron, identifiers=[an_identifier(typed.format(4), kind)])
    assert (
        check(", ".join(typed.format(seat) for seat in range(5)), by=plover, now=now).outcome == Outcome.FOUND
    )


def test_an_account_of_letters_alone_never_accuses_unless_it_is_called_one(heron, plover, now):
    a_report(heron, identifiers=[an_identifier("Karimou", "handle")])
    assert check("karimou", by=plover, now=now).outcome == Outcome.PERHAPS
    assert check("@karimou", by=plover, now=now).outcome == Outcome.FOUND
    assert check("telegram: karimou", by=plover, now=now).outcome == Outcome.FOUND


def test_a_name_alone_never_accuses(heron, plover, now):
    a_report(heron, identifiers=[an_identifier("Édouard", "name")])
    answer = check("edouard", by=plover, now=now)
    assert answer.outcome == Outcome.PERHAPS
    assert answer.sure == []


def test_two_reports_of_one_author_are_one_independent_report(heron, plover, stork, now):
    a_report(heron)
    a_report(heron)
    assert check(PHONE, by=plover, now=now).independent == 1
    a_report(stork)
    assert check(PHONE, by=plover, now=now).independent == 2


def test_the_worst_comes_first_then_the_most_independent_then_the_freshest(heron, plover, stork, now):
    a_report(heron, identifiers=[an_identifier("06 39 98 00 01")], incidents=["theft"])
    a_report(heron, identifiers=[an_identifier("06 39 98 00 02")], incidents=["assault"])
    a_report(heron, identifiers=[an_identifier("06 39 98 00 03")], incidents=["assault"])
    a_report(stork, identifiers=[an_identifier("06 39 98 00 03")], incidents=["assault"])
    answer = check("06 39 98 00 01 / 06 39 98 00 02 / 06 39 98 00 03", by=plover, now=now)
    assert [person.reading.canonical[-1] for person in answer.people] == ["3", "2", "1"]


class TestNoneIsSaidOnlyWhenEverythingWasAsked:
    def test_a_missing_key_of_a_live_week_fails(self, heron, plover, now, ring_without_a_week):
        assert check(PHONE, by=plover, now=now).outcome == Outcome.FAILED

    def test_a_row_that_does_not_open_fails(self, heron, plover, now):
        report = a_report(heron)
        other = a_report(heron, identifiers=[an_identifier("06 39 98 99 99")])
        # The facts of another row: sealed well, and not for this one.
        with_facts_of(report, other)
        assert check(PHONE, by=plover, now=now).outcome == Outcome.FAILED

    def test_a_level_written_into_the_table_fails(self, heron, plover, now):
        report = a_report(heron)
        Report.objects.filter(pk=report.pk)._update([(Report._meta.get_field("level"), None, 1)])
        assert check(PHONE, by=plover, now=now).outcome == Outcome.FAILED

    def test_a_broken_row_beside_a_good_one_is_told(self, heron, plover, now):
        good, broken = a_report(heron), a_report(plover)
        other = a_report(heron, identifiers=[an_identifier("06 39 98 99 99")])
        with_facts_of(broken, other)
        answer = check(PHONE, by=plover, now=now)
        assert (answer.outcome, answer.whole) == (Outcome.FOUND, False)
        assert [report.pk for report in answer.people[0].reports] == [good.pk]

    def test_no_time_left_fails(self, heron, plover, now):
        a_report(heron)
        assert check(PHONE, by=plover, now=now, time_limit=timedelta(0)).outcome == Outcome.FAILED


class TestWhoseReportsAreShown:
    @pytest.mark.parametrize("alert", [Alert.IN_3_DAYS, Alert.IN_14_DAYS, Alert.WHEN_I_SAY])
    def test_a_report_that_waits_is_found_by_its_author_alone(self, heron, plover, now, alert):
        a_report(heron, alert=alert)
        assert check(PHONE, by=plover, now=now).outcome == Outcome.NONE
        assert check(PHONE, by=heron, now=now).outcome == Outcome.FOUND

    def test_a_report_is_shown_from_the_day_its_author_chose(self, heron, plover, now):
        a_report(heron, alert=Alert.IN_3_DAYS)
        assert check(PHONE, by=plover, now=now + timedelta(days=2)).outcome == Outcome.NONE
        assert check(PHONE, by=plover, now=now + timedelta(days=3)).outcome == Outcome.FOUND

    def test_nuisance_is_a_private_note_where_it_is_not_shared(self, heron, plover, now):
        report = a_report(heron, incidents=["no_show"])
        assert report.state == State.PRIVATE
        assert check(PHONE, by=plover, now=now).outcome == Outcome.NONE
        assert check(PHONE, by=heron, now=now).outcome == Outcome.FOUND

    def test_a_report_past_its_sunday_is_not_shown(self, heron, plover, now):
        report = a_report(heron)
        later = now.replace(
            year=report.delete_after.year, month=report.delete_after.month, day=report.delete_after.day
        )
        assert check(PHONE, by=plover, now=later).outcome == Outcome.FOUND
        assert check(PHONE, by=plover, now=later + timedelta(days=1)).outcome == Outcome.NONE


def test_what_was_found_beside_something_unread_is_not_the_whole(heron, plover, now):
    a_report(heron)
    answer = check(f"{PHONE} / +3363998", by=plover, now=now)
    assert (answer.outcome, answer.whole) == (Outcome.FOUND, False)


def test_a_text_of_more_words_than_are_looked_up_is_not_answered_with_nothing_found(heron, plover, now):
    typed = "bleu vert rouge jaune lapin cheval moulin fenêtre rideau Torvald"
    a_report(heron, identifiers=[an_identifier("Torvald", "name")])
    assert check(typed, by=plover, now=now).outcome != Outcome.NONE


class TestTheBudget:
    """Counted by accounts.budgets; here: what the check does with what is left."""

    @pytest.fixture
    def used_up(self, monkeypatch):
        def spend(allowance):
            monkeypatch.setattr(budgets, "spend_check", lambda *_args, **_more: allowance)

        return spend

    def test_a_used_up_budget_still_says_very_dangerous_and_nothing_else(self, heron, plover, now, used_up):
        a_report(heron)
        used_up(Allowance.BARE)
        answer = check(PHONE, by=plover, now=now)
        assert (answer.outcome, answer.is_very_dangerous, answer.people) == (Outcome.BUDGET, True, [])
        assert answer.recognised == ()

    def test_of_anything_less_it_cannot_say_more(self, heron, plover, now, used_up):
        a_report(heron, incidents=["theft"])
        used_up(Allowance.BARE)
        assert not check(PHONE, by=plover, now=now).is_very_dangerous
        assert not check("04 65 71 00 00", by=plover, now=now).is_very_dangerous

    def test_a_perhaps_accuses_nobody_there_either(self, heron, plover, now, used_up):
        a_report(heron, identifiers=[an_identifier("Torvald", "name")])
        used_up(Allowance.BARE)
        assert not check("Torvald", by=plover, now=now).is_very_dangerous

    def test_when_nothing_is_left_nothing_is_said(self, heron, plover, now, used_up):
        a_report(heron)
        used_up(Allowance.NONE)
        answer = check(PHONE, by=plover, now=now)
        assert (answer.outcome, answer.is_very_dangerous) == (Outcome.BUDGET, False)

    @pytest.mark.parametrize("typed", ["…", "06 39 98 12 34 " * 200, "😀", ""])
    def test_where_nothing_can_be_looked_up_nothing_is_counted(self, heron, plover, now, monkeypatch, typed):
        monkeypatch.setattr(budgets, "spend_check", lambda *_args, **_more: pytest.fail("it was counted"))
        check(typed, by=plover, now=now)

    def test_a_broken_piece_beside_numbers_makes_them_no_cheaper(self, heron, plover, now, used_up):
        a_report(heron)
        used_up(Allowance.NONE)
        for typed in (f"{PHONE} / +3363998", "04 65 71 00 00 / +3363998"):
            assert check(typed, by=plover, now=now).outcome == Outcome.BUDGET

    def test_the_same_text_in_other_spaces_and_capitals_is_the_same(self, heron, plover, now, monkeypatch):
        counted = []
        monkeypatch.setattr(
            budgets, "spend_check", lambda _who, typed, **_more: counted.append(typed) or Allowance.FULL
        )
        check("ZZ-555-zz", by=plover, now=now)
        check(" zz-555-ZZ ", by=plover, now=now)
        assert len(set(counted)) == 1

    def test_twenty_checks_are_a_new_members_day(self, heron, wren_in, now):
        a_report(heron)
        said = [check(f"{PHONE[:-2]}{seat:02}", by=wren_in, now=now).outcome for seat in range(10, 35)]
        assert said[:20].count(Outcome.BUDGET) == 0
        assert set(said[20:]) == {Outcome.BUDGET}


def with_facts_of(report: Report, other: Report) -> None:
    """Copy the sealed facts from one row to another, as somebody with the database could."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_report SET facts = (SELECT facts FROM alerts_report WHERE id = %s) WHERE id = %s",
            [_id(other), _id(report)],
        )


def _id(report: Report) -> str:
    return report.pk.hex if connection.vendor == "sqlite" else str(report.pk)


@pytest.fixture
def wren_in(db, now):
    """Wren, let in today."""
    return Account.open("Wren of today", "a passphrase of hers", today=now.date())


@pytest.fixture
def ring_without_a_week(tmp_path, settings):
    settings.KEYRING = tmp_path / "ring"
    crypto.make_ring()
    crypto.destroy_week(crypto.week_of(crypto.today()) + 5)


def test_no_token_of_one_report_stands_under_another(heron):
    one, other = a_report(heron), a_report(heron, identifiers=[an_identifier("04 65 71 99 99")])
    tokens = [
        set(Token.objects.filter(report=report).values_list("token", flat=True)) for report in (one, other)
    ]
    assert len(tokens[0] & tokens[1]) <= 1  # the author's, if both are of one week
