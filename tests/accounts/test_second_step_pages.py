"""The pages of the second step: half a sign-in opens nothing, and each change needs its owner."""

import re
from base64 import b32decode
from datetime import timedelta
from functools import partial
from html import unescape

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from accounts import coming_back, second_step, throttling, totp
from accounts.models import Account, Passkey, pseudonym_token
from accounts.vocabulary import Standing
from tests.people import PASSPHRASE, SEED, a_code, sign_in
from tests.softkey import ORIGIN, SoftKey

pytestmark = pytest.mark.django_db

Browser = partial(Client, SERVER_NAME="localhost")  # where passkeys work
PASS, PASSKEY = "/sign-in/second-step/", "/sign-in/passkey/"
LIST, APP, MAKE, CODES = (f"/account/second-step/{below}" for below in ("", "app/", "passkey/", "codes/"))


def half_in(account: Account, browser: Client | None = None) -> Client:
    browser = browser or Browser()
    answer = browser.post("/sign-in/", {"pseudonym": account.pseudonym, "passphrase": PASSPHRASE})
    assert (answer.status_code, answer["Location"]) == (303, PASS)
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/check/").status_code == 200


def shown(browser: Client, path: str) -> str:
    return browser.get(path, follow=True).content.decode()


def asked(browser: Client, path: str) -> str:
    """What the page would ask a browser's passkeys."""
    return unescape(re.search(r'data-passkey="([^"]*)"', shown(browser, path))[1])


def seed_on(page: str) -> str:
    """Of an app, as the page spells it: the same in hexadecimal."""
    letters = re.search(r"data-seed[^>]*>([A-Z2-7 ]+)<", page)[1].replace(" ", "")
    return b32decode(letters).hex()


def codes_on(page: str) -> list[str]:
    return re.findall(r"data-recovery-code[^>]*>([\d ]+)<", page)


@pytest.fixture
def inside(heron) -> Client:
    browser = Browser()
    sign_in(browser, heron)
    return browser


class TestSigningIn:
    def test_with_the_code_of_an_app(self, robin):
        browser = half_in(robin)
        answer = browser.post(PASS, {"code": a_code(robin)})
        assert (answer.status_code, answer["Location"]) == (303, "/")
        assert is_in(browser)

    @pytest.mark.parametrize(
        "path", ["/check/", "/reports/mine/", "/reports/new/", "/account/", LIST, APP, MAKE]
    )
    def test_half_a_sign_in_opens_nothing(self, robin, path):
        browser = half_in(robin)
        assert browser.get(path)["Location"] == "/sign-in/"
        assert browser.post(path, {"act": "remove-app", "q": "x"})["Location"] == "/sign-in/"
        assert second_step.steps_of(robin).totp

    @pytest.mark.parametrize(
        "typed", [{}, {"code": ""}, {"code": "000000x"}, {"answer": "{}"}, {"answer": ""}]
    )
    def test_anything_else_is_told_and_may_be_tried_again(self, robin, typed):
        browser = half_in(robin)
        answer = browser.post(PASS, typed)
        assert (answer.status_code, answer["Location"]) == (303, PASS)
        assert 'role="alert"' in shown(browser, PASS)
        assert not is_in(browser)
        browser.post(PASS, {"code": a_code(robin)})
        assert is_in(browser)

    def test_nobody_is_half_in_without_a_passphrase(self, robin):
        browser = Browser()
        for answer in (browser.get(PASS), browser.post(PASS, {"code": a_code(robin)})):
            assert answer["Location"] == "/sign-in/"
        assert not is_in(browser)

    def test_it_lasts_five_minutes(self, robin, now):
        early, late = half_in(robin), half_in(robin)
        with time_machine.travel(now + timedelta(minutes=4, seconds=50), tick=False):
            early.post(PASS, {"code": a_code(robin)})
            assert is_in(early)
        with time_machine.travel(now + timedelta(minutes=5, seconds=10), tick=False):
            assert late.post(PASS, {"code": a_code(robin)})["Location"] == "/sign-in/"
            assert not is_in(late)

    def test_it_is_not_another_s(self, robin, magpie):
        second_step.provide_totp(magpie, "a1" * 20)
        browser = half_in(robin)
        browser.post(PASS, {"code": code_of("a1" * 20), "pseudonym": "Magpie", "account": str(magpie.pk)})
        assert not is_in(browser)

    def test_a_code_opens_one_session(self, robin):
        first, second = half_in(robin), half_in(robin)
        typed = a_code(robin)
        first.post(PASS, {"code": typed})
        second.post(PASS, {"code": typed})
        assert (is_in(first), is_in(second)) == (True, False)

    def test_the_session_has_a_new_id(self, robin):
        browser = half_in(robin)
        before = browser.cookies["session"].value
        browser.post(PASS, {"code": a_code(robin)})
        assert browser.cookies["session"].value != before
        stale = Browser()
        stale.cookies["session"] = before
        assert not is_in(stale)

    def test_ten_wrong_codes_are_told(self, robin):
        browser = half_in(robin)
        (recovery_code, *_others) = second_step.new_recovery_codes(robin)
        browser = half_in(robin)
        for typed in range(11):
            browser.post(PASS, {"code": f"{typed:06}"})
        browser.post(PASS, {"code": a_code(robin)})
        assert "Ten codes were wrong today." in shown(browser, PASS)
        browser.post(PASS, {"code": recovery_code})
        assert is_in(browser)

    def test_whoever_may_not_sign_in_any_more_does_not(self, robin):
        browser = half_in(robin)
        with Account.held(robin.pk) as held:
            held.put_to(Standing.CLOSED)
        assert browser.post(PASS, {"code": a_code(robin)})["Location"] == "/sign-in/"
        assert not is_in(browser)

    def test_the_page_does_not_say_whose_it_is(self, robin):
        page = shown(half_in(robin), PASS)
        assert "Robin" not in page
        assert robin.handle not in page


class TestTriedTooOften:
    KEY = "1234567890123456"

    @pytest.fixture
    def tried(self, heron, now) -> Client:
        with Account.held(heron.pk) as held:
            held.tell(spare_key=make_password(self.KEY))
        for _try in range(throttling.WRONG_A_DAY + 1):
            throttling.count("passphrase", pseudonym_token("Heron"), window=throttling.DAY, now=now)
        return half_in(heron)

    def test_her_spare_key_opens(self, tried):
        assert "The 16 digits of your spare key." in shown(tried, PASS)
        tried.post(PASS, {"code": "1234 5678 9012 3456"})
        assert is_in(tried)

    def test_nothing_else_does(self, tried):
        for typed in ("", "000000", "1234567890123457", "1" * 25):
            tried.post(PASS, {"code": typed})
            assert not is_in(tried)

    def test_a_wrong_spare_key_counts_like_a_wrong_passphrase(self, tried, heron, now):
        tried.post(PASS, {"code": "1" * 16})
        counted = throttling.counted("passphrase", heron.pseudonym_token, window=throttling.DAY, now=now)
        assert counted == throttling.WRONG_A_DAY + 2

    def test_a_network_that_tries_much_waits(self, tried, now):
        for _try in range(throttling.WRONG_AN_HOUR + 2):
            tried.post(PASS, {"code": "1" * 16})
        assert "There are many tries just now." in shown(tried, PASS)
        assert not is_in(tried)


class TestPasskeyAlone:
    @pytest.fixture
    def key(self, heron, now) -> SoftKey:
        return a_key(heron, now)

    def test_it_signs_in(self, heron, key):
        browser = Browser()
        answer = browser.post(PASSKEY, {"answer": key.show(asked(browser, PASSKEY))})
        assert (answer.status_code, answer["Location"]) == (303, "/")
        assert is_in(browser)
        assert Account.objects.get(pk=browser.session["_auth_user_id"]) == heron

    def test_it_is_passphrase_and_second_step_in_one(self, robin, now):
        key, browser = a_key(robin, now), Browser()
        browser.post(PASSKEY, {"answer": key.show(asked(browser, PASSKEY))})
        assert browser.get("/check/").wsgi_request.user.is_verified()

    @pytest.mark.parametrize("key_id", ['"\\ud800"', '"é"', '""', "7", "{}", "[" * 20_000])
    def test_an_answer_from_no_key_is_told(self, key_id):
        browser = Browser()
        asked(browser, PASSKEY)
        answer = browser.post(PASSKEY, {"answer": f'{{"id": {key_id}, "response": {{}}}}'})
        assert (answer.status_code, answer["Location"]) == (303, PASSKEY)

    @pytest.mark.parametrize("minutes", [2, 5])
    def test_not_after_two_minutes(self, key, now, minutes):
        browser = Browser()
        question = asked(browser, PASSKEY)
        with time_machine.travel(now + timedelta(minutes=minutes, seconds=5)):
            browser.post(PASSKEY, {"answer": key.show(question)})
            assert not is_in(browser)

    def test_it_wakes_no_account_that_sleeps_while_her_phone_is_gone(self, heron, robin, key, now):
        coming_back.put_to_sleep("Heron", by=robin, now=now)
        browser = Browser()
        answer = browser.post(PASSKEY, {"answer": key.show(asked(browser, PASSKEY))})
        assert answer["Location"] == "/sign-in/"
        assert "asleep" in shown(browser, "/sign-in/")
        assert "_auth_user_id" not in browser.session

    def test_not_in_a_browser_that_was_not_asked(self, key):
        asking, other = Browser(), Browser()
        other.post(PASSKEY, {"answer": key.show(asked(asking, PASSKEY))})
        assert not is_in(other)

    def test_not_to_a_question_of_another_page(self, heron, key):
        browser = half_in(heron)
        question = asked(browser, PASS)
        other = Browser()
        other.get(PASSKEY)
        other.post(PASSKEY, {"answer": key.show(question)})
        assert not is_in(other)

    def test_a_question_is_asked_once(self, key):
        browser = Browser()
        question = asked(browser, PASSKEY)
        browser.post(PASSKEY, {"answer": "{}"})
        browser.post(PASSKEY, {"answer": key.show(question)})
        assert not is_in(browser)

    def test_nobody_who_is_closed(self, heron, key):
        with Account.held(heron.pk) as held:
            held.put_to(Standing.CLOSED)
        browser = Browser()
        browser.post(PASSKEY, {"answer": key.show(asked(browser, PASSKEY))})
        assert not is_in(browser)

    def test_elsewhere_the_page_says_where_it_works(self):
        page = Client(SERVER_NAME="127.0.0.1").get(PASSKEY).content.decode()
        assert "localhost" in page
        assert "data-passkey" not in page

    def test_the_origin_is_the_one_that_was_asked_at(self, key):
        browser = Browser()
        browser.post(PASSKEY, {"answer": key.show(asked(browser, PASSKEY), origin="http://localhost:8001")})
        assert not is_in(browser)

    def test_beside_her_passphrase_too(self, heron, key):
        browser = half_in(heron)
        browser.post(PASS, {"answer": key.show(asked(browser, PASS))})
        assert is_in(browser)


class TestHerOwn:
    def test_an_app_from_picture_to_sign_in(self, inside, heron):
        page = shown(inside, APP)
        assert "<svg" in page
        answer = inside.post(APP, {"code": code_of(seed_on(page))})
        assert (answer.status_code, answer["Location"]) == (303, CODES)
        assert len(codes_on(shown(inside, CODES))) == 10
        assert second_step.steps_of(Account.objects.get(pk=heron.pk)).totp
        half_in(heron)

    def test_the_same_seed_stays_while_she_tries(self, inside):
        seed = seed_on(shown(inside, APP))
        inside.post(APP, {"code": "000000"})
        assert seed_on(shown(inside, APP)) == seed

    def test_a_seed_of_her_own_is_not_taken(self, inside, heron):
        shown(inside, APP)
        inside.post(APP, {"code": code_of(SEED), "seed": SEED})
        assert not second_step.steps_of(Account.objects.get(pk=heron.pk)).any

    def test_codes_are_shown_until_she_has_them(self, inside):
        inside.post(APP, {"code": code_of(seed_on(shown(inside, APP)))})
        assert codes_on(shown(inside, CODES)) == codes_on(shown(inside, CODES)) != []
        inside.post(CODES)
        assert codes_on(shown(inside, CODES)) == []

    def test_a_passkey(self, inside, heron):
        key = SoftKey()
        assert inside.post(MAKE, {"answer": key.make(asked(inside, MAKE))})["Location"] == CODES
        assert len(codes_on(shown(inside, CODES))) == 10
        assert "Remove passkey 1" in shown(inside, LIST)

    def test_a_change_ends_her_other_sessions_and_not_this_one(self, inside, heron):
        other = Browser()
        sign_in(other, heron)
        assert is_in(other)
        inside.post(APP, {"code": code_of(seed_on(shown(inside, APP)))})
        assert (is_in(inside), is_in(other)) == (True, False)

    def test_removing(self, inside, heron):
        inside.post(APP, {"code": code_of(seed_on(shown(inside, APP)))})
        assert inside.post(LIST, {"act": "remove-app"}).status_code == 303
        assert "Removed." in shown(inside, LIST)
        assert not second_step.steps_of(Account.objects.get(pk=heron.pk)).any

    def test_new_codes(self, inside, heron):
        second_step.provide_totp(heron, SEED)
        assert inside.post(LIST, {"act": "new-codes"})["Location"] == CODES
        assert len(codes_on(shown(inside, CODES))) == 10

    @pytest.mark.parametrize("passkey", ["", "x", "00000000-0000-4000-8000-000000000000", None])
    def test_another_s_passkey_by_its_id(self, inside, plover, now, passkey):
        a_key(plover, now)
        theirs = str(Passkey.objects.get(user=plover).pk)
        wrong = theirs if passkey is None else passkey
        assert inside.post(LIST, {"act": "remove-passkey", "passkey": wrong}).status_code == 404
        assert Passkey.objects.filter(pk=theirs).exists()

    def test_the_last_one_of_a_moderator_stays_and_the_page_says_why(self, robin):
        browser = Browser()
        sign_in(browser, robin)
        browser.post(LIST, {"act": "remove-app"})
        assert "Your role asks for a second step." in shown(browser, LIST)
        assert second_step.steps_of(robin).totp

    def test_a_moderator_who_removes_what_she_came_in_with_signs_in_again(self, robin, now):
        browser = Browser()
        a_key(robin, now)
        sign_in(browser, robin)
        assert browser.post(LIST, {"act": "remove-app"})["Location"] == "/sign-in/"
        assert not is_in(browser)

    @pytest.mark.parametrize("path", [LIST, APP, MAKE])
    def test_after_a_quarter_of_an_hour_she_shows_anew_who_she_is(self, inside, heron, now, path):
        session = inside.session
        session["proved_at"] -= 901
        session.save()
        assert inside.get(path)["Location"].startswith("/account/proof/")
        answer = inside.post(path, {"act": "remove-app", "code": code_of(SEED)})
        assert answer["Location"].startswith("/account/proof/")

    @pytest.mark.parametrize("path", [PASS, PASSKEY, LIST, APP, MAKE, CODES])
    def test_every_other_method_is_refused(self, inside, path):
        assert inside.delete(path).status_code == 405
        assert inside.put(path).status_code == 405


def a_key(account: Account, now) -> SoftKey:
    key, question = SoftKey(), second_step.ask_to_make_passkey(account)
    answer = key.make(question.options)
    second_step.keep_passkey(account, answer, challenge=question.challenge, origin=ORIGIN, now=now)
    return key


def code_of(seed: str) -> str:
    return totp.code_at(seed, totp.step_at(timezone.now()))
