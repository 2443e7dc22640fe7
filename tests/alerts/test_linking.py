"""The same person: joined at reading by what reports share, and no further than that."""

from datetime import timedelta

import pytest

from alerts import importing
from alerts.checking import Outcome, check
from alerts.models import Policy, Report
from tests import fieldcases
from tests.makers import PHONE, a_report, an_identifier

pytestmark = pytest.mark.django_db

MAIL = an_identifier("grebe.k4471@example.org", "email")
HANDLE = an_identifier("@grebe_kx4471", "handle")
PLATE = an_identifier("ZX-471-KG", "plate")


def joined_to(answer):
    return {(one.report.pk, one.match) for person in answer.sure for one in person.joined}


def test_a_report_that_shares_another_identifier_is_joined_and_says_by_which(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), MAIL])
    other = a_report(plover, identifiers=[MAIL])
    (person,) = check(PHONE, by=plover, now=now).sure
    (joined,) = person.joined
    assert (joined.report.pk, joined.match, joined.by.kind) == (other.pk, "sure", "email")
    assert person.independent == 2


def test_links_go_two_steps_and_no_further(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), MAIL])
    first = a_report(heron, identifiers=[MAIL, HANDLE])
    second = a_report(heron, identifiers=[HANDLE, PLATE])
    a_report(heron, identifiers=[PLATE])
    assert joined_to(check(PHONE, by=plover, now=now)) == {(first.pk, "sure"), (second.pk, "sure")}


def test_a_name_joins_nobody(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), an_identifier("Torvald", "name")])
    a_report(heron, identifiers=[an_identifier("Torvald", "name")])
    answer = check(PHONE, by=plover, now=now)
    assert joined_to(answer) == set()


def test_a_number_one_digit_off_joins_nobody(heron, plover, now):
    a_report(heron, identifiers=[MAIL, an_identifier("06 39 98 12 34")])
    a_report(heron, identifiers=[an_identifier("06 39 98 12 35")])
    assert joined_to(check(MAIL["value"], by=plover, now=now)) == set()


def test_a_number_seen_years_apart_joins_only_perhaps(heron, plover, now):
    a_report(heron, identifiers=[MAIL, an_identifier()])
    old = a_report(heron, now=now - timedelta(days=900), identifiers=[an_identifier()])
    answer = check(MAIL["value"], by=plover, now=now)
    assert joined_to(answer) == {(old.pk, "perhaps")}
    assert answer.independent == 1


def test_an_identifier_that_its_author_doubted_joins_only_perhaps(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), PLATE])
    doubted = a_report(plover, identifiers=[an_identifier("ZX-471-KG (à vérifier)", "plate")])
    assert joined_to(check(PHONE, by=plover, now=now)) == {(doubted.pk, "perhaps")}


def test_nothing_follows_from_a_perhaps(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), PLATE])
    a_report(plover, identifiers=[an_identifier("ZX-471-KG ?", "plate"), MAIL])
    a_report(plover, identifiers=[MAIL])
    assert {match for _pk, match in joined_to(check(PHONE, by=plover, now=now))} == {"perhaps"}


def test_who_is_joined_in_doubt_and_then_surely_is_joined_surely(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), PLATE, HANDLE])
    a_report(heron, identifiers=[HANDLE, MAIL])
    last = a_report(plover, identifiers=[an_identifier("ZX-471-KG ?", "plate"), MAIL])
    assert (last.pk, "sure") in joined_to(check(PHONE, by=plover, now=now))


def test_two_identifiers_of_one_person_are_one_person_in_the_answer(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), MAIL])
    a_report(plover, identifiers=[MAIL])
    answer = check(f"{PHONE} {MAIL['value']}", by=plover, now=now)
    assert len(answer.sure) == 1
    assert answer.sure[0].independent == 2


def test_what_she_may_not_see_is_not_joined_and_leads_nowhere(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), MAIL])
    a_report(heron, identifiers=[MAIL, HANDLE], alert="when_i_say")
    a_report(heron, identifiers=[HANDLE])
    assert joined_to(check(PHONE, by=plover, now=now)) == set()


def test_at_most_fifty_are_joined(heron, plover, now):
    a_report(heron, identifiers=[an_identifier(), MAIL])
    for _ in range(52):
        a_report(heron, identifiers=[MAIL])
    answer = check(PHONE, by=plover, now=now)
    assert len(answer.sure[0].joined) == 50
    assert answer.outcome == Outcome.FOUND


class TestOnTheFieldCases:
    """What identifiers join is one person in an answer; nobody else is taken for him."""

    @pytest.fixture
    def filed(self, on_reference_day, db):
        Policy.objects.update(share_nuisance=True)
        with open(fieldcases.FOLDER / "reports.jsonl", "rb") as file:
            lines = list(importing.json_lines(file))
        wish = importing.Wish(on_reference_day, texts="notice")
        importing.import_lines(lines, wish, refused=lambda _line: None, progress=lambda _read: None)
        return {report.facts["ref"]: report for report in Report.objects.all()}

    def test_every_group_is_joined_and_no_look_alike(self, filed, heron, on_reference_day):
        people = fieldcases.load("people.jsonl")
        refs_of = {person["client"]: set(person["reports"]) for person in people}
        groups = [(person, set(group)) for person in people for group in person["linked"] if len(group) > 1]
        assert len(groups) > 20
        for person, group in groups:
            sure, perhaps = refs_told_with(filed, group, heron, on_reference_day)
            assert group <= sure | perhaps, person["client"]
            others = set().union(*(refs_of[other] for other in person["looks_like"]))
            assert not (sure | perhaps) & others, person["client"]
            assert not sure & (set(person["reports"]) - group), person[
                "client"
            ]  # a name alone speaks for these


def refs_told_with(filed, group, heron, now):
    """The refs that answers by any one identifier of these reports tell as one person with them."""
    sure, perhaps = set(), set()
    for ref in sorted(group):
        for reading, _in_doubt in filed[ref].marks:
            for person in check(reading.canonical, by=heron, now=now, counted=False).sure:
                told = {report.facts["ref"] for report in person.surely}
                if told & group:
                    sure |= told
                    perhaps |= {report.facts["ref"] for report in person.all_reports} - told
    return sure, perhaps
