"""Who may open a page: by standing, role, second step, and how lately she showed that it is her."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from accounts import gates
from accounts.vocabulary import MAY_ENTER, Role, Standing
from tests.makers import a_report
from tests.people import an_account, sign_in

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DONE = HttpResponse("done")


def opened(gate, account=None, *, verified: bool = False, session=None, method: str = "GET") -> HttpResponse:
    request = RequestFactory().generic(method, "/waiting/")
    request.user = account or AnonymousUser()
    request.user.is_verified = lambda: verified
    request.session = SessionStore()
    request.session.update(session or {})
    return gate(lambda _request: DONE)(request)


def refuses(gate, account=None, **but) -> bool:
    try:
        return opened(gate, account, **but) is not DONE
    except Http404:
        return True


class TestStandings:
    @pytest.mark.parametrize("standing", [one for one in Standing if one != Standing.CLOSED])
    def test_only_those_in_good_standing_pass(self, standing):
        account = an_account("Somebody", standing=standing)
        for gate in (gates.member_required, gates.member_or_404):
            assert refuses(gate, account) == (standing not in MAY_ENTER)

    @pytest.mark.parametrize(
        "standing", [one for one in Standing if one not in MAY_ENTER | {Standing.CLOSED}]
    )
    def test_others_are_led_to_what_their_standing_means(self, standing):
        answer = opened(gates.member_required, an_account("Somebody", standing=standing), method="POST")
        assert answer.status_code == 303
        expected = "/waiting/" if standing == Standing.WAITING else "/account/standing/"
        assert answer["Location"] == expected

    def test_everybody_with_an_account_sees_her_own(self, wren, kite, heron):
        assert not any(refuses(gates.account_required, account) for account in (wren, kite, heron))
        assert opened(gates.account_required)["Location"] == "/sign-in/"

    def test_the_page_of_those_who_wait_is_for_them_alone(self, wren, kite, heron):
        assert not refuses(gates.waiting_required, wren)
        assert opened(gates.waiting_required, heron)["Location"] == "/"
        assert opened(gates.waiting_required, kite)["Location"] == "/"
        assert opened(gates.waiting_required)["Location"] == "/sign-in/"


class TestTrust:
    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("verified", [True, False])
    def test_a_role_and_a_second_step_are_needed_both(self, role, verified):
        account = an_account("Somebody", role=role)
        trusted, admin = role in (Role.MODERATOR, Role.ADMIN), role == Role.ADMIN
        assert refuses(gates.trusted_or_404, account, verified=verified) == (not (trusted and verified))
        assert refuses(gates.admin_or_404, account, verified=verified) == (not (admin and verified))

    @pytest.mark.parametrize(
        "standing", [Standing.PAUSED, Standing.SUSPENDED, Standing.ASLEEP, Standing.WAITING]
    )
    def test_a_moderator_who_may_not_enter_moderates_nothing(self, standing):
        account = an_account("Somebody", role=Role.MODERATOR, standing=standing)
        assert refuses(gates.trusted_or_404, account, verified=True)

    def test_a_stranger_meets_404(self):
        for gate in (gates.member_or_404, gates.trusted_or_404, gates.admin_or_404):
            with pytest.raises(Http404):
                opened(gate, verified=True)


class TestFreshProof:
    @pytest.mark.parametrize(
        ("ago", "is_fresh"),
        [
            (timedelta(), True),
            (timedelta(minutes=14, seconds=59), True),
            (timedelta(minutes=15), False),
            (timedelta(hours=3), False),
            (timedelta(minutes=-1), False),
        ],
    )
    def test_it_is_good_for_15_minutes(self, heron, ago, is_fresh):
        with time_machine.travel(NOON, tick=False):
            session = {"proved_at": (NOON - ago).timestamp()}
            assert refuses(gates.fresh_proof_required, heron, session=session) == (not is_fresh)

    def test_without_any_it_is_asked_and_the_way_back_is_kept(self, heron):
        answer = opened(gates.fresh_proof_required, heron)
        assert (answer.status_code, answer["Location"]) == (303, "/account/proof/?next=%2Fwaiting%2F")


class TestOwnReports:
    @pytest.fixture
    def browser(self, heron):
        with time_machine.travel(NOON, tick=False) as clock:
            browser = Client()
            sign_in(browser, heron)
            browser.clock = clock
            yield browser

    def later(self, browser: Client) -> None:
        """16 minutes on, never idle."""
        for _ in range(2):
            browser.clock.shift(timedelta(minutes=8))
            browser.get("/check/")

    @pytest.mark.parametrize("below", ["", "correct/", "withdraw/"])
    def test_each_asks_for_a_fresh_proof(self, browser, heron, below):
        path = f"/reports/{a_report(heron, now=NOON).pk}/{below}"
        assert browser.get(path).status_code == 200
        self.later(browser)
        assert browser.get(path)["Location"].startswith("/account/proof/?next=%2Freports%2F")
        assert browser.get("/reports/mine/")["Location"].startswith("/account/proof/")

    def test_a_report_of_others_and_a_check_do_not(self, browser, plover):
        report = a_report(plover, now=NOON)
        self.later(browser)
        assert browser.get(f"/reports/{report.pk}/").status_code == 200
        assert browser.get("/check/").status_code == 200

    def test_whose_report_it_is_is_not_told_by_the_question(self, browser, plover):
        report = a_report(plover, now=NOON)
        self.later(browser)
        unknown = "00112233-4455-4677-8899-aabbccddeeff"
        asked = [browser.get(f"/reports/{pk}/withdraw/").status_code for pk in (report.pk, unknown)]
        assert asked == [303, 303]
