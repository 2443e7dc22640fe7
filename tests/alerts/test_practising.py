"""A practice community: twelve people, none of them real, on a site that says so."""

from collections import Counter

import pytest
from django.contrib.auth.hashers import check_password

from accounts import totp
from accounts.models import Account, TotpDevice
from accounts.vocabulary import Role
from alerts.models import Report
from alerts.practising import PEOPLE, NotForPractice, open_practice
from jasmine.models import Site
from tests.makers import a_report

pytestmark = pytest.mark.django_db
PAST_PROBATION = 30  # days


@pytest.fixture
def practice(now):
    return open_practice(now=now)


def test_there_are_twelve_people_with_the_roles_that_others_rely_on(practice):
    roles = Counter(person.role for person in practice)
    assert sum(roles.values()) == Account.objects.count() == 12
    assert (roles[Role.OUTREACH], roles[Role.MODERATOR], roles[Role.ADMIN]) == (1, 2, 2)


def test_three_members_or_more_are_past_their_first_days(practice, now):
    members = [account for account in Account.objects.all() if account.role == Role.MEMBER]
    assert sum((now.date() - member.joined_on).days > PAST_PROBATION for member in members) >= 3


def test_there_are_sixty_reports_and_all_open(practice):
    assert Report.objects.count() == 60
    for report in Report.objects.all():
        report.refuse_tampering()
        assert not report.is_imported


def test_some_stories_wait_for_a_moderator(practice):
    reports = list(Report.objects.all())
    assert any(report.story and not report.notice for report in reports)
    assert any(report.notice for report in reports)


def test_what_is_reported_for_somebody_else_belongs_to_the_group(practice):
    assert all(
        report.author.startswith("group:") == report.facts["on_behalf"] for report in Report.objects.all()
    )


def test_everybody_signs_in_with_what_was_said(practice, client, now):
    for person in practice:
        client.post("/sign-in/", {"pseudonym": person.pseudonym, "passphrase": person.passphrase})
        if person.totp_uri:
            assert client.get("/check/").status_code == 302
            client.post("/sign-in/second-step/", {"code": totp.code_at(person.seed, totp.step_at(now))})
        assert client.get("/check/").status_code == 200
        client.post("/sign-out/")


def test_those_who_moderate_or_lead_have_an_app_for_codes(practice):
    with_an_app = {Role.MODERATOR, Role.ADMIN}
    assert all(
        (person.role in with_an_app) == person.totp_uri.startswith("otpauth://") for person in practice
    )
    assert len({person.seed for person in practice if person.seed}) == TotpDevice.objects.count() == 4


def test_everybody_comes_back_with_her_spare_key(practice):
    for person in practice:
        assert check_password(person.spare_key, Account.objects.named(person.pseudonym).spare_key)
        assert len(person.spare_key) == 16
    assert len({person.spare_key for person in practice}) == 12


def test_a_second_time_says_the_same_and_adds_nothing(practice, now):
    before = [(person.pseudonym, person.passphrase, person.spare_key, person.totp_uri) for person in practice]
    again = open_practice(now=now)
    assert [
        (person.pseudonym, person.passphrase, person.spare_key, person.totp_uri) for person in again
    ] == before
    assert (Account.objects.count(), Report.objects.count()) == (12, 60)


def test_passphrases_are_five_words_and_unlike(practice):
    passphrases = {person.passphrase for person in practice}
    assert len(passphrases) == len(PEOPLE)
    assert all(
        len(one.split("-")) == 5 and one.replace("-", "").isalpha() and one.isascii() for one in passphrases
    )


def test_the_site_is_marked(practice):
    assert Site.is_practice()


def test_a_site_with_a_real_account_is_left_alone(heron, now):
    with pytest.raises(NotForPractice):
        open_practice(now=now)
    assert not Site.is_practice()
    assert (Account.objects.count(), Report.objects.count()) == (1, 0)


def test_a_site_with_a_real_report_is_left_alone(now):
    a_report("organisation", now=now, ref="L-1")
    with pytest.raises(NotForPractice):
        open_practice(now=now)
    assert not Site.is_practice()
    assert not Account.objects.exists()


def test_a_filling_that_fails_marks_nothing(now, monkeypatch):
    monkeypatch.setattr(Report, "index", lambda report: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_practice(now=now)
    assert not Site.is_practice()
    assert not Account.objects.exists()
