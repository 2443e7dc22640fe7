"""Somebody who knows a passphrase attacks the second step of a site that runs."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from tests.attacks.running import Browser, Site
from tests.attacks.test_sign_in import is_in, sign_in, signed_in, somebody
from tests.softkey import SoftKey

PASS, ALONE, MAKE = "/sign-in/second-step/", "/sign-in/passkey/", "/account/second-step/passkey/"
AT_ONCE = 12


@pytest.fixture
def moderator(site: Site) -> str:
    return somebody(site, role="moderator")


def half_in(site: Site, pseudonym: str, *, many: int = AT_ONCE) -> list[Browser]:
    """So many browsers that have shown her passphrase."""
    browsers = [at_home(site) for _number in range(many)]
    for browser in browsers:
        assert sign_in(browser, pseudonym)["Location"] == PASS
    return browsers


def at_home(site: Site) -> Browser:
    """A browser at the address at which passkeys work."""
    return site.browser(headers={"Host": f"localhost:{site.port}"})


def at_once(act: Callable[[Browser], object], browsers: list[Browser]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, browsers))


def asked(browser: Browser, path: str) -> str:
    return unescape(re.search(r'data-passkey="([^"]*)"', browser.get(path).text)[1])


def a_key(site: Site, pseudonym: str) -> SoftKey:
    """A passkey of hers, made as her browser would."""
    browser, key = signed_in(site, pseudonym), SoftKey()
    browser.headers = {"Host": f"localhost:{site.port}"}
    browser.post(MAKE, answer=key.make(asked(browser, MAKE), origin=origin(site)))
    return key


def origin(site: Site) -> str:
    return f"http://localhost:{site.port}"


class TestCodes:
    def test_one_code_sent_by_many_at_once_opens_once(self, site, moderator):
        browsers, code = half_in(site, moderator), site.inside("code_of", pseudonym=moderator)
        at_once(lambda browser: browser.post(PASS, code=code), browsers)
        assert sum(map(is_in, browsers)) == 1

    def test_one_recovery_code_sent_by_many_at_once_opens_once(self, site, moderator):
        code = site.inside("recovery_codes_of", pseudonym=moderator)[0]
        browsers = half_in(site, moderator)
        at_once(lambda browser: browser.post(PASS, code=code), browsers)
        assert sum(map(is_in, browsers)) == 1

    def test_of_sixty_guesses_at_once_ten_are_looked_at(self, site, moderator):
        told: Counter[bool] = Counter()

        def guess(browser: Browser) -> None:
            for number in range(5):
                browser.post(PASS, code=f"00000{number}")
                told["That code did not open." in browser.get(PASS).text] += 1

        at_once(guess, half_in(site, moderator))
        assert told == {True: 10, False: 50}
        (browser,) = half_in(site, moderator, many=1)
        browser.post(PASS, code=site.inside("code_of", pseudonym=moderator))
        assert not is_in(browser)

    def test_a_code_that_was_used_opens_no_other_session(self, site, moderator):
        first, second = half_in(site, moderator, many=2)
        code = site.inside("code_of", pseudonym=moderator)
        first.post(PASS, code=code)
        second.post(PASS, code=code)
        assert (is_in(first), is_in(second)) == (True, False)

    def test_half_a_sign_in_that_was_copied_is_over_once_it_is_whole(self, site, moderator):
        (hers,) = half_in(site, moderator, many=1)
        thief = site.browser(cookies=dict(hers.cookies))
        hers.post(PASS, code=site.inside("code_of", pseudonym=moderator))
        thief.post(PASS, code=site.inside("code_of", pseudonym=moderator))
        assert (is_in(hers), is_in(thief)) == (True, False)


class TestPasskeys:
    def test_one_answer_sent_many_times_at_once_opens_once(self, site):
        key, asking = a_key(site, somebody(site)), at_home(site)
        answer = key.show(asked(asking, ALONE), origin=origin(site), uses=0)
        thieves = [at_home(site) for _number in range(AT_ONCE)]
        for thief in thieves:
            thief.cookies = dict(asking.cookies)
        at_once(lambda browser: browser.post(ALONE, answer=answer), thieves)
        assert sum(map(is_in, thieves)) == 1

    @pytest.mark.parametrize("address", ["https://elsewhere.example", "http://localhost", "null"])
    def test_an_answer_that_was_given_to_another_site_opens_nothing(self, site, address):
        key, browser = a_key(site, somebody(site)), at_home(site)
        browser.post(ALONE, answer=key.show(asked(browser, ALONE), origin=address))
        assert not is_in(browser)

    def test_another_s_passkey_is_no_second_step_of_hers(self, site, moderator):
        key = a_key(site, somebody(site))
        a_key(site, moderator)
        (browser,) = half_in(site, moderator, many=1)
        browser.post(PASS, answer=key.show(asked(browser, PASS), origin=origin(site)))
        assert not is_in(browser)
