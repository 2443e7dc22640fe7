"""The practice community's reports: all invented, told apart from real people, still within their time on any day."""

import json
import os
import re
from calendar import monthrange
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import danger, vocabulary

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "alerts" / "data" / "demo_reports.jsonl"
FIELDCASES = Path(os.environ.get("JASMINE_FIELDCASES", ROOT.parent / "shared" / "fieldcases"))

WRITTEN_AS_IF = date(2026, 11, 16)
KEEP_MONTHS = {4: 60, 3: 36, 2: 18, 1: 3}  # the policy's first values
KEEP_MONTHS_WITHOUT_IDENTIFIER = 12
# A report goes on a Sunday, up to six days before its months are over; a few days more because months differ.
MARGIN = timedelta(days=10)

REQUIRED = {
    *("ref", "reported_on", "incident_on", "area", "language", "incidents", "setting", "time_slot", "weapon"),
    *("intoxicated", "others_present", "appearance", "vehicle", "identifiers", "text", "on_behalf", "shares"),
}
OPTIONAL = {"person", "how", "helped"}

# Ranges kept for fiction: Arcep, Ofcom, NANP, Bundesnetzagentur, PTS, ACMA.
FICTION = re.compile(
    r"\+33(19900|26191|35301|46571|53649|63998)\d{4}"
    r"|\+447700900\d{3}"
    r"|\+1[2-9]\d\d55501\d\d"
    r"|\+493023125\d{3}"
    r"|\+467017406(0[5-9]|[1-9]\d)"
    r"|\+61491570(006|156|157|158|159)"
)
RESERVED_MAIL = re.compile(r"[^@\s]+@(example\.(org|com|net)|[a-z0-9-]+\.(test|example|invalid))")
PLATFORMS_BY_NUMBER = {"whatsapp", "viber", "signal"}


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def identifiers(reports: list[dict]) -> list[dict]:
    return [identifier for report in reports for identifier in report["identifiers"]]


REPORTS = read_lines(DEMO)


def level_of(report: dict) -> int:
    return danger.level_of(
        report["incidents"], weapon=report["weapon"], others_present=report["others_present"]
    )


def numbers_in(identifier: dict) -> list[str]:
    """The E.164 numbers of a phone, or of an account that is a phone number."""
    typed, country = identifier["value"], identifier.get("country", "FR")
    if identifier["kind"] == "handle":
        if identifier["platform"] not in PLATFORMS_BY_NUMBER:
            return []
        typed = re.sub(r"wa\.me/\+?", "+", typed)
    elif identifier["kind"] != "phone":
        return []
    found = phonenumbers.PhoneNumberMatcher(typed, country, leniency=phonenumbers.Leniency.POSSIBLE)
    return [phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164) for match in found]


def plain_values(identifier: dict) -> set[str]:
    """What the identifier says once the way of typing is taken off."""
    numbers = numbers_in(identifier)
    if numbers:
        return set(numbers)
    value = identifier["value"].casefold().removeprefix("mailto:").strip()
    if identifier["kind"] == "plate":
        return {re.sub(r"[^a-z0-9]", "", re.sub(r"\(.*?\)", "", value))}
    if identifier["kind"] == "handle":
        return {re.split(r"[/@:\s]+", value)[-1]}
    return {value}


def values_but_names(report: dict) -> set[str]:
    """What can join one report to another: a first name alone cannot."""
    return {value for i in report["identifiers"] if i["kind"] != "name" for value in plain_values(i)}


def incident_days(report: dict) -> tuple[date, date]:
    """First and last day that `incident_on` can mean: a day, or a month."""
    text = report["incident_on"]
    if len(text) == len("2026-05"):
        year, month = map(int, text.split("-"))
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(text), date.fromisoformat(text)


def months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def kept_until(report: dict, filed_on: date) -> date:
    months = KEEP_MONTHS[level_of(report)]
    if not report["identifiers"]:
        months = min(months, KEEP_MONTHS_WITHOUT_IDENTIFIER)
    return months_later(filed_on, months) - MARGIN


def test_there_are_sixty_reports_with_refs_of_their_own():
    assert [report["ref"] for report in REPORTS] == [f"DEMO-{n:03d}" for n in range(1, 61)]


def test_they_stand_oldest_first():
    days = [report["reported_on"] for report in REPORTS]
    assert days == sorted(days)


def test_each_language_has_six():
    assert Counter(report["language"] for report in REPORTS) == dict.fromkeys(vocabulary.Language.values, 6)


def test_every_level_and_every_incident_occurs():
    assert Counter(level_of(report) for report in REPORTS) == {4: 14, 3: 22, 2: 16, 1: 8}
    assert {code for report in REPORTS for code in report["incidents"]} == set(vocabulary.Incident.values)


def test_a_third_of_the_reports_name_somebody_who_is_named_again():
    counts = Counter(value for report in REPORTS for value in values_but_names(report))
    again = {value for value, reports in counts.items() if reports > 1}
    assert sum(1 for report in REPORTS if values_but_names(report) & again) == 20
    assert max(counts.values()) == 4


def test_a_report_has_the_importers_keys():
    for report in REPORTS:
        assert set(report) >= REQUIRED
        assert set(report) <= REQUIRED | OPTIONAL


def test_every_code_is_in_the_vocabulary():
    for report in REPORTS:
        assert report["setting"] in vocabulary.Setting.values
        assert report["time_slot"] in vocabulary.TimeSlot.values
        assert report.get("person", "client") in vocabulary.PersonKind.values
        assert set(report["incidents"]) <= set(vocabulary.Incident.values)
        assert set(report.get("how", [])) <= set(vocabulary.How.values)
        assert set(report.get("helped", [])) <= set(vocabulary.Helped.values)
        assert report["shares"]["police"] in vocabulary.Police.values


def test_every_look_car_and_identifier_is_in_the_vocabulary():
    for report in REPORTS:
        looks, car = report["appearance"], report["vehicle"]
        assert looks["age_band"] in vocabulary.AgeBand.values
        assert looks["height_band"] in vocabulary.HeightBand.values
        assert looks["build"] in vocabulary.Build.values
        assert looks["hair"] in vocabulary.Hair.values
        assert looks["facial_hair"] in vocabulary.FacialHair.values
        assert car is None or car["type"] in vocabulary.VehicleType.values
        assert car is None or car["colour"] in vocabulary.Colour.values
    for identifier in identifiers(REPORTS):
        assert identifier["kind"] in vocabulary.IdentifierKind.values
        assert ("platform" in identifier) == (identifier["kind"] == "handle")
        assert identifier.get("platform", "other") in vocabulary.Platform.values


def test_numbers_come_from_ranges_kept_for_fiction():
    for identifier in identifiers(REPORTS):
        numbers = numbers_in(identifier)
        looks_like_one = len(re.findall(r"\d", identifier["value"])) >= 8
        assert len(numbers) == (identifier["kind"] == "phone" or looks_like_one), identifier
        assert all(FICTION.fullmatch(number) for number in numbers), identifier


def test_mail_goes_to_nobody():
    mail = [identifier for identifier in identifiers(REPORTS) if identifier["kind"] == "email"]
    assert mail
    for address in mail:
        assert RESERVED_MAIL.fullmatch(address["value"].lower().removeprefix("mailto:")), address


def test_texts_are_short_and_carry_no_identifier():
    for report in REPORTS:
        for text in (report["text"], report["appearance"]["marks"]):
            assert len(text) <= 500
            assert not re.search(r"\d|@|www|://", text)
        assert report["text"].strip()


def test_it_happened_before_it_was_reported_even_when_only_the_month_is_known():
    for report in REPORTS:
        _, last_day = incident_days(report)
        assert last_day <= date.fromisoformat(report["reported_on"]) <= WRITTEN_AS_IF


def test_a_report_is_within_its_keeping_time():
    for report in REPORTS:
        assert WRITTEN_AS_IF < kept_until(report, date.fromisoformat(report["reported_on"]))


@given(days=st.integers(min_value=-1000, max_value=20_000))
def test_moving_all_dates_together_keeps_them_within_their_time(days):
    moved = timedelta(days=days)
    for report in REPORTS:
        filed_on = date.fromisoformat(report["reported_on"]) + moved
        assert WRITTEN_AS_IF + moved < kept_until(report, filed_on), report["ref"]


def test_nothing_is_shared_with_the_field_cases():
    if not FIELDCASES.is_dir():
        message = "The field cases are not here (JASMINE_FIELDCASES), so the demo was not compared with them."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    reports, truth = read_lines(FIELDCASES / "reports.jsonl"), read_lines(FIELDCASES / "truth.jsonl")
    typed = {value for i in identifiers(reports) for value in plain_values(i)}
    meant = {value.casefold() for i in identifiers(truth) for value in i["canonical"]}
    ours = {value for i in identifiers(REPORTS) for value in plain_values(i)}
    assert not ours & (typed | meant)
