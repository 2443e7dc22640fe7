"""Killed while it withdraws, backs up or restores: what was promised holds, and the next run finishes."""

import random
from datetime import UTC, datetime, timedelta

from django.conf import settings

from accounts.models import Account
from alerts import filing
from alerts.models import Report, Token
from jasmine import backups, crypto, restoring
from tests.faults.killing import Site, say
from tests.makers import a_report, an_identifier
from tests.people import an_account

REPORTS = 20
WITHDRAWN = 3


def folder():
    return settings.VAR / "backups"


def filed(account: Account, number: int) -> Report:
    return a_report(account, identifiers=[an_identifier(f"06 39 98 {number % 10_000:04}")])


# --- restore ------------------------------------------------------------------------------------------------


def make_a_backup() -> None:
    heron = an_account("Heron")
    reports = [filed(heron, number) for number in range(REPORTS)]
    backups.back_up(folder(), now=datetime.now(UTC))
    for report in reports[:WITHDRAWN]:
        filing.withdraw_report(report, by=heron)


def empty_the_site() -> None:
    Report.objects.all().delete()
    Account.objects.all().delete()


def restore(_round: int) -> None:
    restoring.restore(folder())


def it_is_all_or_nothing_and_can_be_done_again(_said: list[str]) -> None:
    if not Account.objects.exists():
        assert not Report.objects.exists()
        assert not Token.objects.exists()
        restoring.restore(folder())
    reports = list(Report.objects.all())
    assert len(reports) == REPORTS - WITHDRAWN
    assert all(report.identifiers and report.author for report in reports)
    assert Account.objects.named("heron")


def test_a_restore_that_is_killed_brings_back_nothing_and_the_next_one_all(site: Site):
    site.run(make_a_backup)
    site.kills(restore, before=empty_the_site, then=it_is_all_or_nothing_and_can_be_done_again)


# --- backup -------------------------------------------------------------------------------------------------


def fill() -> None:
    heron = an_account("Heron")
    for number in range(REPORTS):
        filed(heron, number)


def back_up(_round: int) -> None:
    # Some are older than 35 days already, so that deleting is killed as well.
    moment = datetime.now(UTC) - timedelta(seconds=random.randrange(50 * 24 * 3600))
    say(backups.back_up(folder(), now=moment)["folder"])
    backups.back_up(folder(), now=datetime.now(UTC) + timedelta(seconds=random.randrange(3600)))


def what_looks_whole_is_whole(_said: list[str]) -> None:
    for path in folder().glob("jasmine-*"):
        manifest = restoring._checked(path)
        assert backups.told(manifest)["reports"] == REPORTS


def test_a_backup_that_is_killed_never_looks_whole(site: Site):
    site.run(fill)
    site.kills(back_up, then=what_looks_whole_is_whole)


# --- withdrawing --------------------------------------------------------------------------------------------


def withdraw(number: int) -> None:
    heron = Account.objects.named("heron") or an_account("Heron")
    for turn in range(30):
        report = filed(heron, 100 * number + turn)
        name = report.pk
        filing.withdraw_report(report, by=heron)
        say(name)


def it_is_written_down_for_ever(said: list[str]) -> None:
    names = {("row", name) for name in said}
    assert crypto.gone_among(names) == names
    assert not Report.objects.filter(pk__in=said).exists()


def test_what_was_withdrawn_stays_written_down_whoever_is_killed(site: Site):
    assert site.kills(withdraw, then=it_is_written_down_for_ever)
