"""Killed while reports are filed, whatever was acknowledged is there, opens, and is found."""

from datetime import UTC, datetime
from itertools import count

from alerts import spelling
from alerts.filing import file_report
from alerts.models import ORGANISATION, Report, Token
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


def all_are_whole_and_found(said: list[str]) -> None:
    weeks = crypto.live_weeks()
    for report in Report.objects.all():
        report.refuse_tampering()
        assert report.story == STORY.strip()
        assert report.author == ORGANISATION
        assert Token.objects.filter(report=report).exists()
    for value in said[-50:]:
        identifier = spelling.Identifier("phone", value)
        written = spelling.forms(identifier, default_country="FR")
        forms = [(kind, spelling.FORM_VERSION[kind], form) for kind, form in written]
        (found,) = [
            report
            for report in Report.objects.with_token(crypto.blind_tokens(forms, weeks=weeks))
            if report.facts["identifiers"][0]["value"] == value
        ]
        assert found.author == ORGANISATION
    assert Report.objects.count() >= len(said)


def test_no_acknowledged_report_is_lost_or_half_there(site):
    assert site.kills(file_reports, then=all_are_whole_and_found)
