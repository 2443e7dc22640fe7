"""Killed while reports are filed, whatever was acknowledged is there, opens, and is found."""

from datetime import UTC, datetime
from itertools import count

from alerts import spelling
from alerts.filing import file_report
from alerts.models import ORGANISATION, Report
from jasmine import crypto
from tests.faults.killing import say
from tests.makers import an_identifier, what_is_said

STORY = "Il a changé d'adresse. " * 20


def phone(round_number: int, number: int) -> str:
    return f"+336{round_number:04}{number:04}"


def file_reports(round_number: int) -> None:
    """Says the phone number of each report after it was acknowledged."""
    for number in count():
        value = phone(round_number, number)
        said = what_is_said(identifiers=[an_identifier(value)], story=STORY)
        file_report(by=ORGANISATION, now=datetime.now(UTC), **said)
        say(value)


def the_latest_are_whole_and_found(said: list[str]) -> None:
    weeks = crypto.live_weeks()
    assert not Report.objects.filter(token__isnull=True).exists()
    assert Report.objects.count() >= len(said)
    for value in said[-50:]:
        identifier = spelling.Identifier("phone", value)
        written = spelling.forms(identifier, default_country="FR")
        forms = [(kind, spelling.FORM_VERSION[kind], form) for kind, form in written]
        hits = Report.objects.with_token(crypto.blind_tokens(forms, weeks=weeks))
        (found,) = [report for report in hits if report.facts["identifiers"][0]["value"] == value]
        is_whole(found)


def all_are_whole() -> None:
    for report in Report.objects.all():
        is_whole(report)
        say(report.facts["identifiers"][0]["value"])


def is_whole(report: Report) -> None:
    report.refuse_tampering()
    assert report.story == STORY.strip()
    assert report.author == ORGANISATION


def test_no_acknowledged_report_is_lost_or_half_there(site):
    acknowledged = site.kills(file_reports, then=the_latest_are_whole_and_found)
    assert acknowledged
    assert {*acknowledged} <= {*site.run(all_are_whole)}
