"""Somebody attacks the ways in that need no passphrase: invitations, spare keys, the digits of a phone."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.attacks.running import Browser, Site
from tests.attacks.test_sign_in import is_in, signed_in, somebody
from tests.people import PASSPHRASE

FRESH = "another long passphrase"
AT_ONCE = 40


@pytest.fixture(autouse=True)
def _no_guesses_yet(site: Site) -> None:
    site.inside("forget_guesses")


def at_once(act, things) -> list:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, things))


def without_what_is_hers(page: str) -> str:
    return re.sub(r'value="[^"]*"|data-passphrase>[^<]+<', "", page)


class TestInvitations:
    def test_one_that_200_use_at_once_makes_one_account(self, site):
        code = site.inside("invitation_of", pseudonym=somebody(site))
        browsers = [site.browser() for _ in range(200)]
        before = site.inside("how_many_accounts")
        for browser in browsers:
            browser.post("/join/", invitation=code)
        names = iter(range(200))
        at_once(
            lambda browser: browser.post(
                "/join/", pseudonym=f"Joins {code[:3]} {next(names)}", passphrase=PASSPHRASE
            ),
            browsers,
        )
        assert site.inside("how_many_accounts") == before + 1
        assert sum("data-spare-key" in browser.get("/spare-key/").text for browser in browsers) == 1

    def test_of_sixty_wrong_ones_at_once_from_one_network_ten_are_looked_at(self, site):
        browsers = [site.browser(network="192.0.2.77") for _ in range(60)]
        told = at_once(self._guess, enumerate(browsers))
        assert Counter(told) == {"not good": 10, "an hour": 50}

    def _guess(self, numbered: tuple[int, Browser]) -> str:
        number, browser = numbered
        browser.post("/join/", invitation=f"{number:012}")
        page = browser.get("/join/").text
        return next(said for said in ("not good", "an hour") if said in page)

    def test_used_unknown_and_unreadable_ones_get_the_same_bytes(self, site):
        code = site.inside("invitation_of", pseudonym=somebody(site))
        used = site.browser()
        used.post("/join/", invitation=code)
        used.post("/join/", pseudonym=f"Uses {code[:6]}", passphrase=PASSPHRASE)
        pages = set()
        for typed in (code, "000000000000", "x", "\0", "9" * 5000):
            browser = site.browser()
            answer = browser.post("/join/", invitation=typed)
            pages.add((answer.status, answer["Location"], without_what_is_hers(browser.get("/join/").text)))
        assert len(pages) == 1

    def test_extra_fields_make_nobody_more_than_she_is(self, site):
        code, browser = site.inside("invitation_of", pseudonym=somebody(site)), site.browser()
        extra = {"role": "admin", "standing": "member", "joined_on": "2020-01-01"}
        browser.post("/join/", invitation=code, **extra)
        browser.post("/join/", pseudonym=f"More {code[:6]}", passphrase=PASSPHRASE, **extra)
        assert site.inside("role_of", pseudonym=f"More {code[:6]}") == ["member", "waiting"]
        assert not is_in(browser)


class TestSpareKeys:
    def test_unknown_waiting_suspended_and_known_cannot_be_told_apart(self, site):
        people = [somebody(site), somebody(site, standing="waiting"), somebody(site, standing="suspended")]
        for pseudonym in people:
            site.inside("spare_key_of", pseudonym=pseudonym)
        told = set()
        for pseudonym in [*people, "Nobody at all"]:
            site.inside("hashes")
            browser = site.browser()
            answer = browser.post("/come-back/", pseudonym=pseudonym, spare_key="0" * 16, passphrase=FRESH)
            page = without_what_is_hers(browser.get("/come-back/").text)
            told.add((answer.status, answer["Location"], page, site.inside("hashes")))
        assert len(told) == 1
        assert told.pop()[3] == 1

    def test_one_that_many_use_at_once_is_used_once(self, site):
        pseudonym = somebody(site)
        key = site.inside("spare_key_of", pseudonym=pseudonym)
        browsers = [site.browser() for _ in range(12)]
        at_once(
            lambda browser: browser.post("/come-back/", pseudonym=pseudonym, spare_key=key, passphrase=FRESH),
            browsers,
        )
        assert sum("data-spare-key" in browser.get("/spare-key/").text for browser in browsers) == 1

    def test_it_ends_what_is_open_elsewhere(self, site):
        pseudonym = somebody(site)
        inside, key = signed_in(site, pseudonym), site.inside("spare_key_of", pseudonym=pseudonym)
        site.browser().post("/come-back/", pseudonym=pseudonym, spare_key=key, passphrase=FRESH)
        assert not is_in(inside)

    def test_it_passes_no_second_step(self, site):
        pseudonym = somebody(site, role="moderator")
        key, browser = site.inside("spare_key_of", pseudonym=pseudonym), site.browser()
        browser.post("/come-back/", pseudonym=pseudonym, spare_key=key, passphrase=FRESH)
        assert not is_in(browser)
        answer = browser.post("/sign-in/", pseudonym=pseudonym, passphrase=FRESH)
        assert answer["Location"] == "/sign-in/second-step/"
        assert not is_in(browser)


class TestDigits:
    @pytest.fixture
    def phone(self, site: Site) -> Browser:
        browser = signed_in(site, somebody(site))
        browser.post("/account/own-phone/", digits="308514")
        browser.post("/sign-out/")
        return browser

    def copies(self, phone: Browser, many: int) -> list[Browser]:
        return [Browser(phone.site, phone.network, dict(phone.cookies)) for _ in range(many)]

    def test_of_sixty_guesses_at_once_five_are_looked_at(self, site, phone):
        copies = self.copies(phone, 60)
        site.inside("hashes")
        at_once(lambda copy: copy.post("/sign-in/phone/", digits="111112"), copies)
        assert site.inside("hashes") == 5
        phone.post("/sign-in/phone/", digits="308514")
        assert not is_in(phone)

    def test_a_stolen_cookie_without_the_digits_opens_nothing(self, site, phone):
        thief = site.browser(cookies={"csrf": "0" * 32, "phone": phone.cookies["phone"]})
        assert not is_in(thief)
        thief.post("/account/sessions/")
        phone.post("/sign-in/phone/", digits="308514")
        assert is_in(phone)

    def test_the_digits_without_the_cookie_open_nothing(self, site, phone):
        stranger = site.browser()
        stranger.post("/sign-in/phone/", digits="308514")
        assert not is_in(stranger)
