"""Passkeys in a real browser, with its virtual authenticator, under the site's own strict policy."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from accounts import second_step
from accounts.models import Account
from tests.pages.conftest import SCRIPT_OFF, SCRIPT_ON
from tests.people import PASSPHRASE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Authenticator:
    """A phone's own, which says yes at once."""

    def __init__(self, page: Page) -> None:
        self.chrome: CDPSession = page.context.new_cdp_session(page)
        self.chrome.send("WebAuthn.enable")
        self.id = self.chrome.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})["authenticatorId"]

    @property
    def credentials(self) -> list[dict[str, Any]]:
        told = self.chrome.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(told["credentials"])

    def know(self, *, holder: bool) -> None:
        """Whether it takes whoever touches it for the one who may."""
        self.chrome.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": holder})


@pytest.fixture
def authenticator(page: Page) -> Authenticator:
    return Authenticator(page)


def make_one(page: Page) -> None:
    page.goto("/account/second-step/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make a passkey").click()


def made_one(page: Page) -> None:
    make_one(page)
    expect(page.locator("[data-recovery-code]")).to_have_count(10)
    page.get_by_role("button", name="I have them").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


@SCRIPT_ON
class TestWithScript:
    def test_made_once_it_signs_in_by_itself(self, hers, authenticator):
        made_one(hers)
        sign_out(hers)
        hers.goto("/sign-in/")
        hers.get_by_role("link", name="Sign in with a passkey").click()
        hers.get_by_role("button", name="Use a passkey").click()
        hers.wait_for_url("**/check/")

    def test_it_is_a_second_step_too(self, hers, authenticator):
        made_one(hers)
        sign_out(hers)
        with_passphrase(hers, "Heron")
        hers.get_by_role("button", name="Use a passkey").click()
        hers.wait_for_url("**/check/")

    def test_it_works_again_and_again(self, hers, authenticator):
        made_one(hers)
        for _time in range(3):
            sign_out(hers)
            hers.goto("/sign-in/passkey/")
            hers.get_by_role("button", name="Use a passkey").click()
            hers.wait_for_url("**/check/")

    def test_what_the_phone_keeps_is_not_her_pseudonym(self, hers, heron, authenticator):
        made_one(hers)
        (kept,) = authenticator.credentials
        assert kept["isResidentCredential"]
        assert kept["rpId"] == "localhost"
        assert kept["userName"] == kept["userDisplayName"] == f"Jasmine {heron.handle[:4]}"

    def test_the_same_phone_makes_no_second_one(self, hers, authenticator, heron):
        made_one(hers)
        make_one(hers)
        expect(hers.get_by_role("alert")).to_be_visible()
        assert second_step.steps_of(Account.objects.get(pk=heron.pk)).passkeys == 1

    def test_whoever_the_phone_does_not_know_gets_nowhere(self, hers, authenticator):
        made_one(hers)
        sign_out(hers)
        authenticator.know(holder=False)
        hers.goto("/sign-in/passkey/")
        hers.get_by_role("button", name="Use a passkey").click()
        expect(hers.get_by_role("alert")).to_be_visible()
        assert hers.goto("/check/").url.endswith("/sign-in/")

    def test_a_phone_without_one_is_told_in_words(self, page, authenticator):
        page.goto("/sign-in/passkey/")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("Your browser gave no passkey.")

    def test_the_sentence_for_browsers_without_is_hidden(self, page):
        page.goto("/sign-in/passkey/")
        expect(page.locator("[data-without-passkeys]")).to_be_hidden()


@SCRIPT_OFF
class TestWithoutScript:
    def test_a_sentence_says_what_it_takes(self, page):
        page.goto("/sign-in/passkey/")
        expect(page.get_by_text("Passkeys need a script")).to_be_visible()
        expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()

    def test_a_code_does_as_well(self, page, robin):
        (first, *_others) = second_step.new_recovery_codes(robin)
        with_passphrase(page, "Robin")
        page.get_by_label("Code").fill(first)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/check/")


def with_passphrase(page: Page, pseudonym: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Pseudonym").fill(pseudonym)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
