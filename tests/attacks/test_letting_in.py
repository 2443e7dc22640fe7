"""Somebody attacks vouching and the moderators' yes, of a site that runs."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.attacks.running import Browser, Site
from tests.attacks.test_sign_in import a_name, is_in, sign_in, signed_in, somebody

AT_ONCE = 24


@pytest.fixture(autouse=True)
def _no_guesses_yet(site: Site) -> None:
    site.inside("forget_guesses")


def at_once(act, things) -> list:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, things))


def copies(browser: Browser, many: int) -> list[Browser]:
    return [Browser(browser.site, browser.network, dict(browser.cookies)) for _ in range(many)]


def waiting(site: Site, *vouched_by: str) -> tuple[str, dict[str, str]]:
    """A newcomer's pseudonym, her code and the id of her row."""
    pseudonym = a_name()
    return pseudonym, site.inside("newcomer", pseudonym=pseudonym, vouched_by=vouched_by)


class TestVouching:
    def test_one_word_that_is_given_many_times_at_once_is_one(self, site):
        voucher = somebody(site)
        _name, newcomer = waiting(site)
        browser = signed_in(site, voucher)
        browser.post("/vouch/", code=newcomer["code"])
        at_once(lambda copy: copy.post("/vouch/", confirm="yes", how="met"), copies(browser, AT_ONCE))
        assert site.inside("vouches_by", pseudonym=voucher) == 1

    def test_a_quota_that_is_stormed_from_many_phones_is_exact(self, site):
        voucher = somebody(site)
        browsers = [signed_in(site, voucher) for _ in range(8)]
        for browser in browsers:
            browser.post("/vouch/", code=waiting(site)[1]["code"])
        at_once(lambda browser: browser.post("/vouch/", confirm="yes", how="met"), browsers)
        assert site.inside("vouches_by", pseudonym=voucher) == 3

    def test_of_many_wrong_codes_at_once_from_one_network_ten_are_looked_at(self, site):
        browser = signed_in(site, somebody(site))

        def guess(numbered: tuple[int, Browser]) -> str:
            number, phone = numbered
            phone.post("/vouch/", code=f"{number:012}")
            page = phone.get("/vouch/").text
            return next(said for said in ("Nobody waits with this code", "an hour") if said in page)

        phones = [signed_in(site, somebody(site)) for _ in range(15)]
        for phone in phones:
            phone.network = browser.network
        told = Counter(at_once(guess, enumerate(phones)))
        assert told == {"Nobody waits with this code": 10, "an hour": 5}

    def test_without_the_first_step_the_second_gives_no_word(self, site):
        voucher = somebody(site)
        _name, newcomer = waiting(site)
        browser = signed_in(site, voucher)
        browser.post("/vouch/", confirm="yes", how="met", code=newcomer["code"], newcomer=newcomer["id"])
        assert site.inside("vouches_by", pseudonym=voucher) == 0


class TestLettingIn:
    def test_many_who_say_yes_at_once_let_her_in_once(self, site):
        name, newcomer = waiting(site, somebody(site), somebody(site))
        moderator = signed_in(site, somebody(site, role="moderator"))
        path = f"/moderation/newcomers/{newcomer['id']}/"
        at_once(lambda copy: copy.post(path, act="yes"), copies(moderator, AT_ONCE))
        assert site.inside("role_of", pseudonym=name) == ["member", "member"]
        assert site.inside("acts_about", pseudonym=name) == ["admitted"]

    def test_yes_and_no_at_once_are_one_of_them(self, site):
        name, newcomer = waiting(site, somebody(site), somebody(site))
        moderator = signed_in(site, somebody(site, role="moderator"))
        path, words = f"/moderation/newcomers/{newcomer['id']}/", ["yes", "no"] * 6
        pairs = zip(copies(moderator, len(words)), words, strict=True)
        at_once(lambda pair: pair[0].post(path, act=pair[1]), pairs)
        done = site.inside("acts_about", pseudonym=name)
        assert done in (["admitted"], ["turned_away"])

    def test_a_voucher_who_is_suspended_at_that_moment_counts_not_or_takes_her_along(self, site):
        voucher, first = somebody(site), somebody(site, role="moderator")
        name, newcomer = waiting(site, voucher, somebody(site))
        yes, second = signed_in(site, first), signed_in(site, somebody(site, role="moderator"))
        decision = site.inside("asked_to_suspend", pseudonym=voucher, by=first)
        acts = [
            (yes, f"/moderation/newcomers/{newcomer['id']}/", "yes"),
            (second, f"/decisions/{decision}/", "agree"),
        ]
        at_once(lambda act: act[0].post(act[1], act=act[2]), acts)
        assert site.inside("role_of", pseudonym=voucher) == ["member", "suspended"]
        assert site.inside("role_of", pseudonym=name)[1] in ("waiting", "limited")

    def test_she_does_not_let_herself_in(self, site):
        name, newcomer = waiting(site, somebody(site), somebody(site))
        browser = site.browser()
        assert sign_in(browser, name)["Location"]
        extra = {"standing": "member", "role": "moderator", "act": "yes"}
        for path in (
            "/waiting/",
            f"/moderation/newcomers/{newcomer['id']}/",
            "/account/standing/",
            "/vouch/",
        ):
            browser.post(path, **extra)
        assert not is_in(browser)
        assert site.inside("role_of", pseudonym=name) == ["member", "waiting"]
        assert re.search(r"data-vouch-code>[\d ]{14}<", browser.get("/waiting/").text)
