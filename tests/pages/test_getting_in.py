"""From an invitation to the first check, back in after the phone is lost, and in with six digits: on a small phone."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts import inviting, vouching
from accounts.models import Account, Newcomer
from accounts.vocabulary import Knows
from tests.makers import PHONE, let_in
from tests.pages.conftest import SCRIPT_OFF, SCRIPT_ON
from tests.pages.steps import check, outcome, press, sign_in, sign_out
from tests.people import sign_in as sign_in_unseen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FRESH = "another long passphrase"
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def invitation(heron: Account, now) -> str:
    return inviting.invite(by=heron, now=now)


def path(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def send(page: Page, **typed: str) -> None:
    """Fill the form that has these boxes, and press its button."""
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    press(page, f"form:has([name={next(iter(typed))}]) .button")
    assert page.evaluate(FITS)


def join(page: Page, code: str, pseudonym: str = "Siskin") -> tuple[str, str]:
    """Gives her passphrase and her spare key."""
    page.goto("/")
    press(page, "a[href='/join/']")
    send(page, invitation=code)
    phrase = page.inner_text("[data-passphrase]")
    send(page, pseudonym=pseudonym, passphrase=phrase)
    spare_key = page.inner_text("[data-spare-key]")
    press(page, "main form button")
    return phrase, spare_key


def admitted(heron: Account, plover: Account, robin: Account, now) -> None:
    """What others do meanwhile."""
    newcomer = Newcomer.objects.get()
    vouching.confirm(newcomer, by=heron, now=now)
    vouching.vouch(newcomer.facts["vouch_code"], by=plover, how=Knows.MET, now=now)
    let_in(newcomer, by=robin)


@SCRIPT_OFF
def test_a_newcomer_from_invitation_to_first_check(page, invitation, heron, plover, robin, now):
    join(page, invitation)
    assert path(page) == "/waiting/"
    assert re.fullmatch(r"[\d ]{14}", page.inner_text("[data-vouch-code]"))
    admitted(heron, plover, robin, now)
    assert outcome(check(page, PHONE)) == "none"


@SCRIPT_OFF
def test_the_same_person_after_losing_her_phone(page, browser, invitation, heron, plover, robin, now):
    _phrase, spare_key = join(page, invitation)
    admitted(heron, plover, robin, now)
    page.context.clear_cookies()  # another phone
    page.goto("/")
    press(page, "a[href='/sign-in/']")
    press(page, "a[href='/come-back/']")
    send(page, pseudonym="Siskin", spare_key=spare_key, passphrase=FRESH)
    assert page.inner_text("[data-spare-key]") != spare_key
    press(page, "main form button")
    send(page, pseudonym="Siskin", passphrase=FRESH)
    assert outcome(check(page, PHONE)) == "none"


@SCRIPT_OFF
def test_without_her_spare_key_two_who_know_her_bring_her_back(page, heron, plover, stork, now):
    code = inviting.invite(by=plover, now=now)
    page.goto("/come-back/")
    press(page, "a[href='/come-back/invited/']")
    send(page, pseudonym="Heron", invitation=code, passphrase=FRESH)
    vouch_code = page.inner_text("[data-vouch-code]")
    confirms(plover)
    vouches(page, stork, vouch_code)
    sign_in(page, "Heron", FRESH)
    assert path(page) == "/check/"


def confirms(inviter: Account) -> None:
    client = Client()
    sign_in_unseen(client, inviter)
    pk = re.search(r'name="invitation" value="([^"]+)"', client.get("/invitations/").content.decode())[1]
    client.post("/invitations/", {"act": "confirm", "invitation": pk})


def vouches(page: Page, member: Account, code: str) -> None:
    sign_in(page, member.pseudonym)
    page.goto("/come-back/vouch/")
    send(page, code=code)
    press(page, "[name=confirm]")
    sign_out(page)


@SCRIPT_OFF
def test_six_digits_on_her_own_phone_are_ten_taps_at_most(page, heron):
    sign_in(page)
    page.goto("/account/")
    press(page, "a[href='/account/own-phone/']")
    send(page, digits="308514")
    sign_out(page)
    taps = 0

    page.goto("/")
    press(page, "a[href='/sign-in/']")
    page.tap("[name=digits]")
    taps += 2
    for digit in "308514":
        page.keyboard.press(digit)
        taps += 1
    press(page, "form[action='/sign-in/phone/'] button")
    taps += 1
    assert path(page) == "/check/"
    assert taps <= 10


@SCRIPT_ON
def test_a_link_fills_the_box_and_leaves_the_address(page, invitation, watch, live_server):
    page.goto(f"/join/#{invitation}")
    assert page.input_value("[name=invitation]") == invitation
    assert path(page) == "/join/"
    assert not any(invitation in url for url in watch.asked if "#" not in url)
    press(page, "main form button")
    assert page.locator("[data-passphrase]").count() == 1


@SCRIPT_ON
def test_a_spare_key_can_be_copied_and_printed(page, invitation):
    page.goto("/join/")
    send(page, invitation=invitation)
    send(page, pseudonym="Siskin", passphrase=page.inner_text("[data-passphrase]"))
    page.evaluate("navigator.clipboard.writeText = text => { window.copied = text }")
    page.evaluate("window.print = () => { window.printed = true }")
    page.tap("[data-copy]")
    page.tap("[data-print]")
    assert page.evaluate("[copied, printed]") == [page.inner_text("[data-spare-key]"), True]


@SCRIPT_OFF
def test_without_a_script_nothing_is_offered_that_needs_one(page, invitation):
    page.goto(f"/join/#{invitation}")
    assert page.input_value("[name=invitation]") == ""
    send(page, invitation=invitation)
    send(page, pseudonym="Siskin", passphrase=page.inner_text("[data-passphrase]"))
    assert not page.is_visible("[data-copy]")


@SCRIPT_OFF
def test_an_invitation_is_handed_over_on_the_page(page, heron):
    sign_in(page)
    page.goto("/invitations/")
    press(page, "[value=make]")
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", page.inner_text("[data-invitation]"))
    assert page.is_visible("main svg")
    assert page.evaluate(FITS)
