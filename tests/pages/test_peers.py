"""Waiting, vouching, letting in, and who may not come in: on the narrowest phone, by ear, without script."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts import admitting, suspending
from accounts.models import Account, Newcomer, Vouch
from accounts.vocabulary import Role, Standing
from tests.accounts.test_vouching import put_to
from tests.makers import a_newcomer, a_vouch
from tests.pages.conftest import PHONE as A_PHONE
from tests.pages.conftest import SCRIPT_OFF, LetIn
from tests.pages.steps import press, sign_in
from tests.pages.test_accessibility import NARROWEST, faults, unfold, widths
from tests.people import an_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Schneeammerngesellschaftsmitglied" * 3


@pytest.fixture
def page(browser: Browser, live_server: Any, transactional_db: None) -> Any:
    with browser.new_context(**A_PHONE, base_url=live_server.url, bypass_csp=True) as context:
        yield context.new_page()


def is_readable(page: Page, path: str) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    page.goto(path)
    assert page.url.endswith(path)
    unfold(page)
    assert faults(page) == []
    assert widths(page) == (NARROWEST, NARROWEST)


@pytest.fixture
def siskin(heron: Account, plover: Account, robin: Account, now) -> Newcomer:
    """A newcomer with two vouches, a question and a note, whose time with the moderators is over."""
    newcomer = a_newcomer()
    for voucher in (heron, plover):
        a_vouch(newcomer, by=voucher, now=now - timedelta(hours=50))
    admitting.write_note(newcomer.account, note=LONG, now=now)
    admitting.ask(newcomer, by=robin, question=LONG, now=now)
    return newcomer


def test_where_she_waits(page, siskin, let_in: LetIn):
    let_in(page.context, siskin.account)
    is_readable(page, "/waiting/")


def test_what_a_refused_newcomer_reads(page, siskin, robin, now, let_in: LetIn):
    admitting.turn_away(siskin, by=robin, now=now)
    let_in(page.context, siskin.account)
    is_readable(page, "/waiting/")


def test_vouching_and_closing(page, siskin, stork, let_in: LetIn):
    let_in(page.context, stork)
    is_readable(page, "/vouch/")
    page.fill("[name=code]", siskin.facts["vouch_code"])
    press(page, "main form .button")
    assert "Siskin" in page.inner_text("h1")
    assert faults(page) == []
    is_readable(page, "/account/close/")


def test_the_moderators_desk(page, siskin, kite, finch, robin, now, let_in: LetIn):
    admitting.answer(siskin.account, text=LONG)
    put_to(finch, Standing.LIMITED)
    suspending.write_note(kite, text=LONG, now=now)
    let_in(page.context, an_account("Magpie", role=Role.MODERATOR))
    is_readable(page, "/moderation/")
    is_readable(page, "/moderation/members/")


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.ASLEEP])
def test_who_may_not_come_in(page, heron, standing, let_in: LetIn):
    put_to(heron, standing)
    let_in(page.context, heron)
    is_readable(page, "/account/standing/")


def test_who_is_paused(page, heron, robin, now, let_in: LetIn):
    suspending.pause(heron, by=robin, now=now)
    heron.refresh_from_db()
    let_in(page.context, heron)
    is_readable(page, "/account/standing/")


@SCRIPT_OFF
def test_a_word_is_given_without_script(context, heron):
    page, newcomer = context.new_page(), a_newcomer()
    sign_in(page)
    page.goto("/account/")
    press(page, "a[href='/vouch/']")
    page.fill("[name=code]", newcomer.facts["vouch_code"])
    press(page, "main form .button")
    page.check("[value=met]")
    press(page, "[name=confirm]")
    assert "Thank you" in page.inner_text("body")
    (vouch,) = Vouch.objects.for_newcomer(newcomer)
    assert vouch.by == str(heron.pk)
