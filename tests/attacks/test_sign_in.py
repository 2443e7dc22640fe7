"""Somebody attacks the way in of a site that runs."""

import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.attacks.running import Answer, Browser, Site
from tests.people import PASSPHRASE

WRONG = "reed lake stone moss fir"
AT_ONCE = 24  # as many as this machine sends while the site still answers
MEMBERS_ONLY = [
    "/check/",
    "/reports/new/",
    "/reports/mine/",
    "/account/",
    "/account/sessions/",
    "/account/proof/",
]
TRUSTED_ONLY = ["/moderation/", "/organisation/", "/organisation/roles/"]


def a_name() -> str:
    return f"Heron {secrets.token_hex(6)}"


def somebody(site: Site, **traits: object) -> str:
    """The pseudonym of a new member."""
    pseudonym = a_name()
    site.inside("somebody", pseudonym=pseudonym, **traits)
    return pseudonym


def sign_in(browser: Browser, pseudonym: str, passphrase: str = PASSPHRASE) -> Answer:
    answer = browser.post("/sign-in/", pseudonym=pseudonym, passphrase=passphrase)
    assert answer.status == 303
    return answer


def signed_in(site: Site, pseudonym: str) -> Browser:
    """Her browser, with her second step where she has one."""
    browser = site.browser()
    if sign_in(browser, pseudonym)["Location"] == "/sign-in/second-step/":
        browser.post("/sign-in/second-step/", code=site.inside("code_of", pseudonym=pseudonym))
    assert is_in(browser)
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get("/check/").status == 200


def was_looked_at(browser: Browser, pseudonym: str, passphrase: str = WRONG) -> bool:
    sign_in(browser, pseudonym, passphrase)
    page = browser.get("/sign-in/").text
    was, waits = "That did not open." in page, "Wait ten seconds" in page
    assert was != waits
    return was


class TestGuessing:
    def test_500_at_once_from_500_networks_are_counted_exactly(self, site):
        pseudonym = somebody(site)
        site.inside("hashes")

        def until_it_is_looked_at(_number: int) -> None:
            browser = site.browser()
            while not was_looked_at(browser, pseudonym):
                pass

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(until_it_is_looked_at, range(500)))
        assert site.inside("wrong_tries", pseudonym=pseudonym) == 500
        assert site.inside("hashes") == 500

    def test_after_20_her_passphrase_alone_opens_nothing_and_nobody_else_is_touched(self, site):
        pseudonym, other = somebody(site), somebody(site)
        with ThreadPoolExecutor(5) as pool:
            list(pool.map(lambda _: [was_looked_at(site.browser(), pseudonym) for _ in range(5)], range(5)))
        browser = site.browser()
        assert sign_in(browser, pseudonym)["Location"] == "/sign-in/second-step/"
        assert not is_in(browser)
        assert is_in(signed_in(site, other))

    def test_one_network_is_slowed_and_no_other(self, site):
        network, began = site.browser().network, time.monotonic()
        site.inside("hashes")

        def guess(_number: int) -> bool:
            return was_looked_at(site.browser(network=network), a_name())

        with ThreadPoolExecutor(AT_ONCE) as pool:
            looked_at = sum(pool.map(guess, range(200)))
        turns = (time.monotonic() - began) // 10 + 2
        assert 20 <= looked_at <= 20 + turns
        assert site.inside("hashes") == looked_at
        assert is_in(signed_in(site, somebody(site)))

    def test_the_pages_go_on_while_one_network_asks_for_hashes(self, site):
        member, network = signed_in(site, somebody(site)), site.browser().network
        with ThreadPoolExecutor(AT_ONCE) as pool:
            guesses = [
                pool.submit(was_looked_at, site.browser(network=network), a_name()) for _ in range(100)
            ]
            assert all(is_in(member) for _ in range(20))
            assert any(guess.result() for guess in guesses)


class TestWhoIsThere:
    """Unknown, wrong, waiting, paused, suspended, asleep: the same bytes after the same work."""

    def told(self, site: Site, pseudonym: str, passphrase: str = WRONG) -> tuple:
        browser = site.browser()
        answer = sign_in(browser, pseudonym, passphrase)
        page = browser.get("/sign-in/")
        cookies = sorted(browser.cookies), [len(value) for _name, value in sorted(browser.cookies.items())]
        return (*_without_chance(answer, pseudonym), *_without_chance(page, pseudonym), cookies)

    @pytest.mark.parametrize("standing", ["member", "waiting", "limited", "paused", "suspended", "asleep"])
    @pytest.mark.parametrize("passphrase", [WRONG, "x" * 1025])
    def test_a_standing_is_not_told(self, site, standing, passphrase):
        pseudonym, unknown = somebody(site, standing=standing), a_name()
        site.inside("hashes")
        assert self.told(site, pseudonym, passphrase) == self.told(site, unknown)
        assert site.inside("hashes") == 2

    @pytest.mark.parametrize("role", ["outreach", "moderator", "admin"])
    def test_a_role_is_not_told(self, site, role):
        assert self.told(site, somebody(site, role=role)) == self.told(site, a_name())

    def test_what_was_written_into_the_table_is_not_told(self, site):
        pseudonym = somebody(site, standing="suspended")
        site.inside("write_into_the_table", pseudonym=pseudonym, column="standing", value="member")
        site.inside("hashes")
        assert self.told(site, pseudonym, PASSPHRASE) == self.told(site, a_name())
        assert site.inside("hashes") == 2


def _without_chance(answer: Answer, pseudonym: str) -> tuple:
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Date", "Set-Cookie"))
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", answer.text)
    return answer.status, headers, text.replace(pseudonym, "…")


class TestSessions:
    def test_a_second_step_cannot_be_skipped(self, site):
        browser = site.browser()
        sign_in(browser, somebody(site, role="moderator"))
        for path in [*MEMBERS_ONLY, *TRUSTED_ONLY]:
            assert browser.get(path).status in (302, 404)
            assert browser.post(path, next="/", act="agree").status in (303, 404)
        assert not is_in(browser)

    def test_a_planted_session_stays_a_strangers(self, site):
        thief = site.browser()
        thief.post("/sign-in/", pseudonym="x", passphrase="x")
        victim = site.browser(cookies=dict(thief.cookies))
        sign_in(victim, somebody(site))
        assert is_in(victim)
        assert not is_in(thief)

    def test_a_planted_session_is_not_half_signed_in_either(self, site):
        thief, pseudonym = site.browser(), somebody(site, role="moderator")
        thief.post("/sign-in/", pseudonym="x", passphrase="x")
        sign_in(site.browser(cookies=dict(thief.cookies)), pseudonym)
        thief.post("/sign-in/second-step/", code=site.inside("code_of", pseudonym=pseudonym))
        assert not is_in(thief)

    def test_a_stolen_cookie_is_worth_nothing_after_sign_out(self, site):
        victim = signed_in(site, somebody(site))
        thief = site.browser(cookies=dict(victim.cookies))
        assert is_in(thief)
        victim.post("/sign-out/")
        assert not is_in(thief)

    def test_a_stolen_cookie_is_worth_nothing_after_all_others_were_ended(self, site):
        pseudonym = somebody(site)
        stolen, hers = signed_in(site, pseudonym), signed_in(site, pseudonym)
        hers.post("/account/sessions/")
        assert (is_in(stolen), is_in(hers)) == (False, True)

    def test_somebody_elses_page_signs_nobody_in(self, site):
        pseudonym = somebody(site)
        for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
            browser = site.browser(headers=headers)
            sign_in(browser, pseudonym)
            assert not is_in(browser)
        browser = site.browser()
        browser.post("/sign-in/", pseudonym=pseudonym, passphrase=PASSPHRASE, csrfmiddlewaretoken="0" * 32)
        assert not is_in(browser)


class TestOpenSessions:
    @pytest.mark.parametrize("standing", ["waiting", "paused", "suspended", "asleep"])
    def test_who_may_not_enter_any_more_is_out_at_the_next_request(self, site, standing):
        pseudonym = somebody(site)
        browser = signed_in(site, pseudonym)
        site.inside("put", pseudonym=pseudonym, standing=standing)
        assert not is_in(browser)
        assert browser.get("/reports/mine/").status in (302, 303)
        assert browser.post("/check/", q="06 39 98 12 34")["Location"] != "/check/"

    def test_who_is_no_moderator_any_more_moderates_nothing(self, site):
        pseudonym = somebody(site, role="moderator")
        browser = signed_in(site, pseudonym)
        assert browser.get("/moderation/").status == 200
        site.inside("appoint", pseudonym=pseudonym, role="member")
        assert [browser.get(path).status for path in TRUSTED_ONLY] == [404] * len(TRUSTED_ONLY)

    @pytest.mark.parametrize("role", ["moderator", "admin", "outreach"])
    def test_a_role_written_into_the_table_opens_nothing(self, site, role):
        pseudonym = somebody(site)
        browser = signed_in(site, pseudonym)
        site.inside("write_into_the_table", pseudonym=pseudonym, column="role", value=role)
        assert [browser.get(path).status for path in TRUSTED_ONLY] == [404] * len(TRUSTED_ONLY)
        assert not is_in(browser)
        again = site.browser()
        sign_in(again, pseudonym)
        assert not is_in(again)


class TestForms:
    def test_more_fields_change_nothing(self, site):
        pseudonym = somebody(site)
        browser = site.browser()
        more = {"role": "admin", "standing": "member", "id": "1", "is_verified": "1", "account": a_name()}
        browser.post("/sign-in/", pseudonym=pseudonym, passphrase=PASSPHRASE, **more)
        for path in ("/account/sessions/", "/account/proof/", "/check/", "/check/areas/"):
            browser.post(path, next="/", passphrase=PASSPHRASE, q="x", **more)
        assert site.inside("role_of", pseudonym=pseudonym) == ["member", "member"]
        assert browser.get("/moderation/").status == 404

    @pytest.mark.parametrize(
        "path", ["//check/", "/check//", "/Check/", "/CHECK/", "/./moderation/", "//moderation/"]
    )
    def test_no_spelling_of_an_address_goes_round_a_gate(self, site, path):
        assert site.browser().get(path).status in (301, 302, 404)
        assert signed_in(site, somebody(site)).get("/" + path.lstrip("/")).status != 500

    @pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
    def test_a_method_cannot_be_spoken_over(self, site, name):
        browser = signed_in(site, somebody(site))
        browser.headers = {name: "POST"}
        assert browser.get("/sign-out/?_method=POST").status == 405
        assert is_in(browser)

    @pytest.mark.parametrize(
        "typed",
        [
            b"\0",
            b"%00" + PASSPHRASE.encode(),
            b"%ED%A0%80",
            b"%ED%BF%BF%ED%A0%80",
            b"\xff\xfe\xfd",
            b"%u0041",
            b"a" * 60_000,
            b"%E2%80%AE" * 200,
        ],
        ids=range(8),
    )
    def test_nothing_that_is_typed_breaks_it(self, site, typed):
        browser = site.browser()
        token = browser.cookies["csrf"].encode()
        body = b"csrfmiddlewaretoken=%b&pseudonym=%b&passphrase=%b" % (token, typed[:300], typed)
        answer = browser.ask("POST", "/sign-in/", body)
        assert (answer.status, answer["Location"]) == (303, "/sign-in/")
        assert not is_in(browser)

    def test_a_megabyte_is_refused_without_work(self, site):
        site.inside("hashes")
        answer = site.browser().post("/sign-in/", pseudonym=a_name(), passphrase="x" * 1_000_000)
        assert (answer.status, answer["Location"]) == (303, "/not-sent/")
        assert site.inside("hashes") == 0
