"""Killed while keys are rotated or rows re-sealed, every row opens and is found, and the next run finishes."""

from datetime import UTC, datetime
from itertools import count

from accounts.models import Account
from alerts import spelling
from alerts.filing import file_report
from alerts.models import ORGANISATION, Report
from jasmine import crypto, resealing
from tests.faults.killing import say
from tests.makers import an_identifier, what_is_said
from tests.people import PASSPHRASE, an_account

STORY = "Il a changé d'adresse."
REPORTS, ACCOUNTS = 8, 4


def phone(number: int) -> str:
    return f"+3363998{number:04}"


def fill() -> None:
    """A few reports and accounts."""
    for number in range(REPORTS):
        said = what_is_said(identifiers=[an_identifier(phone(number))], story=STORY)
        file_report(by=ORGANISATION, now=datetime.now(UTC), **said)
    for number in range(ACCOUNTS):
        an_account(f"Bird {number}")


def quietly(_text: str) -> None:
    pass


def rotate_root(_round: int) -> None:
    for number in count():
        crypto.rotate_root()
        say(number)


def rotate_standing(_round: int) -> None:
    for number in count():
        resealing.rotate_standing(progress=quietly)
        say(number)


def reseal(_round: int) -> None:
    for number in count():
        resealing.reseal(doubted=[report.key_week for report in Report.objects.all()[:1]], progress=quietly)
        say(number)


def all_opens_and_is_found(_said: list[str]) -> None:
    assert crypto.is_open()
    assert (Report.objects.count(), Account.objects.count()) == (REPORTS, ACCOUNTS)
    weeks = crypto.live_weeks()
    for number in range(REPORTS):
        written = spelling.forms(spelling.Identifier("phone", phone(number)), default_country="FR")
        forms = [(kind, spelling.FORM_VERSION[kind], form) for kind, form in written]
        hits = Report.objects.with_token(crypto.blind_tokens(forms, weeks=weeks))
        (report,) = [hit for hit in hits if hit.facts["identifiers"][0]["value"] == phone(number)]
        report.refuse_tampering()
        assert (report.story, report.author, report.notice) == (STORY, ORGANISATION, "")
    for number in range(ACCOUNTS):
        account = Account.objects.named(f"bird {number}")
        assert account.may_enter()
        assert account.check_password(PASSPHRASE)


def the_next_run_finishes() -> None:
    assert resealing.reseal(progress=quietly).left == 0
    assert crypto.older_numbers(retired=False) == {}
    crypto.rotate_root()
    assert crypto.is_open()


def test_a_new_root_key(site):
    site.run(fill)
    site.kills(rotate_root, then=all_opens_and_is_found)
    site.run(the_next_run_finishes)


def test_new_standing_keys(site):
    site.run(fill)
    site.kills(rotate_standing, then=all_opens_and_is_found)
    site.run(the_next_run_finishes)


def test_new_keys_for_a_week_in_doubt(site):
    site.run(fill)
    site.kills(reseal, then=all_opens_and_is_found)
    site.run(the_next_run_finishes)
