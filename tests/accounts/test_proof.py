"""Showing anew that it is her: by passphrase or by code, counted like a sign-in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts import own_phone, throttling
from accounts.models import Account
from tests.people import PASSPHRASE, a_code, sign_in

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
SPARE_KEY = "1234567890123456"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def after_16_minutes(clock, account: Account) -> Client:
    browser = Client()
    sign_in(browser, account)
    for _ in range(2):
        clock.shift(timedelta(minutes=8))
        browser.get("/check/")
    assert not is_fresh(browser)
    return browser


@pytest.fixture
def browser(clock, heron) -> Client:
    return after_16_minutes(clock, heron)


def is_fresh(browser: Client) -> bool:
    return browser.get("/reports/mine/").status_code == 200


def prove(browser: Client, **typed: str):
    answer = browser.post("/account/proof/", {"next": "/reports/mine/", **typed})
    assert answer.status_code == 303
    return answer


def give_spare_key(account: Account) -> None:
    with Account.held(account.pk) as held:
        held.tell(spare_key=make_password(SPARE_KEY))


class TestByPassphrase:
    def test_hers_is_good_for_15_minutes(self, browser, clock):
        assert prove(browser, passphrase=PASSPHRASE)["Location"] == "/reports/mine/"
        clock.shift(timedelta(minutes=14, seconds=59))
        assert is_fresh(browser)
        clock.shift(timedelta(seconds=1))
        assert not is_fresh(browser)

    @pytest.mark.parametrize("passphrase", ["wrong", "", " ", "\0", "x" * 2000])
    def test_no_other(self, browser, passphrase):
        answer = prove(browser, passphrase=passphrase)
        assert answer["Location"] == "/account/proof/?next=/reports/mine/"
        assert not is_fresh(browser)

    def test_an_empty_box_is_no_try(self, browser, heron):
        prove(browser, passphrase="", code="")
        now = datetime.now(UTC)
        assert throttling.counted("passphrase", heron.pseudonym_token, window=throttling.DAY, now=now) == 0

    def test_the_passphrase_of_somebody_else_is_not_hers(self, browser, plover):
        with Account.held(plover.pk) as held:
            held.set_password("moss fern reed lake stone")
        prove(browser, passphrase="moss fern reed lake stone")
        assert not is_fresh(browser)

    def test_a_wrong_one_counts_like_a_wrong_sign_in(self, browser, heron):
        for _ in range(3):
            prove(browser, passphrase="wrong")
        at = heron.pseudonym_token
        now = datetime.now(UTC)
        assert throttling.counted("passphrase", at, window=throttling.DAY, now=now) == 3

    def test_after_20_wrong_ones_it_is_not_enough(self, browser, heron, clock):
        give_spare_key(heron)
        for _ in range(20):
            prove(browser, passphrase="wrong")
        prove(browser, passphrase=PASSPHRASE)
        assert not is_fresh(browser)
        clock.shift(timedelta(seconds=10))
        prove(browser, code=SPARE_KEY)
        assert is_fresh(browser)


class TestByCode:
    def test_a_code_of_her_app(self, clock, robin):
        browser = after_16_minutes(clock, robin)
        prove(browser, code=a_code(robin))
        assert is_fresh(browser)

    @pytest.mark.parametrize("code", ["000000", "", "abc", SPARE_KEY])
    def test_no_other(self, clock, robin, code):
        give_spare_key(robin)
        browser = after_16_minutes(clock, robin)
        prove(browser, code=code)
        assert not is_fresh(browser)

    def test_after_ten_wrong_ones_it_says_what_still_opens(self, clock, robin):
        browser = after_16_minutes(clock, robin)
        for typed in range(11):
            answer = prove(browser, code=f"{typed:06}")
        assert "type your passphrase or a recovery code" in browser.get(answer["Location"]).content.decode()

    def test_a_wrong_code_beside_a_right_passphrase_is_wrong(self, browser):
        prove(browser, code="000000", passphrase=PASSPHRASE)
        assert not is_fresh(browser)


class TestByDigits:
    @pytest.fixture
    def phone(self, browser, heron) -> Client:
        """Hers, on which six digits are enough."""
        browser.cookies[settings.OWN_PHONE_COOKIE_NAME] = own_phone.set_digits(
            heron, "314159", now=datetime.now(UTC)
        )
        return browser

    def test_those_of_her_own_phone(self, phone):
        assert 'name="digits"' in phone.get("/account/proof/").content.decode()
        prove(phone, digits="314 159")
        assert is_fresh(phone)

    @pytest.mark.parametrize("digits", ["", "314158", "x"])
    def test_no_others(self, phone, digits):
        prove(phone, digits=digits)
        assert not is_fresh(phone)

    def test_those_of_somebody_elses_phone_do_not(self, browser, plover):
        browser.cookies[settings.OWN_PHONE_COOKIE_NAME] = own_phone.set_digits(
            plover, "314159", now=datetime.now(UTC)
        )
        prove(browser, digits="314159")
        assert not is_fresh(browser)

    def test_without_such_a_phone_they_are_not_asked(self, browser):
        assert 'name="digits"' not in browser.get("/account/proof/").content.decode()
        prove(browser, digits="314159")
        assert not is_fresh(browser)


class TestThePage:
    def test_it_is_for_who_is_signed_in(self):
        assert Client().get("/account/proof/")["Location"] == "/sign-in/"
        assert Client().post("/account/proof/", {"passphrase": PASSPHRASE})["Location"] == "/sign-in/"

    @pytest.mark.parametrize(
        "elsewhere", ["//elsewhere.example", "https://elsewhere.example/", "/exit/", "/nowhere/", "", "\\\\x"]
    )
    def test_it_leads_to_known_pages_alone(self, browser, elsewhere):
        assert 'name="next" value="/"' in browser.get("/account/proof/", {"next": elsewhere}).content.decode()
        answer = browser.post("/account/proof/", {"next": elsewhere, "passphrase": PASSPHRASE})
        assert answer["Location"] == "/"

    def test_what_was_typed_is_not_shown_again(self, browser):
        answer = prove(browser, passphrase="not hers at all", code="987654")
        page = browser.get(answer["Location"]).content.decode()
        assert "not hers at all" not in page
        assert "987654" not in page
