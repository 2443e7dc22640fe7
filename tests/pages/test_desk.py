"""The desk, and what everybody sees of one who acts alone: on the narrowest phone, by ear, without script."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts import appointing
from accounts.models import Account, Decision
from accounts.vocabulary import Role
from tests.pages.conftest import PHONE as A_PHONE
from tests.pages.conftest import SCRIPT_OFF, LetIn
from tests.pages.test_accessibility import NARROWEST, faults, widths
from tests.people import an_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("/moderation/", "/decisions/", "/organisation/", "/organisation/roles/", "/organisation/record/")


@pytest.fixture
def asked(magpie: Account, stork: Account) -> Decision:
    """Magpie, alone, takes a role."""
    return appointing.ask_to_take(stork, Role.OUTREACH, by=magpie, now=datetime.now(UTC))


@pytest.fixture
def page(browser: Browser, live_server: Any, transactional_db: None) -> Any:
    with browser.new_context(**A_PHONE, base_url=live_server.url, bypass_csp=True) as context:
        yield context.new_page()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_serious_fault_or_is_too_wide(page: Page, asked, let_in: LetIn, path):
    let_in(page.context, an_account("Robin", role=Role.MODERATOR))
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    page.goto(path)
    assert faults(page) == []
    assert widths(page) == (NARROWEST, NARROWEST)


@SCRIPT_OFF
def test_a_member_sees_that_one_acts_alone_and_says_stop(context, asked, heron, let_in: LetIn):
    let_in(context, heron)
    page = context.new_page()
    page.goto("/check/")
    page.click("text=One person alone")
    assert page.locator(f"[data-decision='{asked.pk}']").count() == 1
    page.get_by_role("button", name="Stop it").click()
    assert "Your word counts" in page.inner_text("body")
    assert Decision.objects.get().facts["stops"] == [str(heron.pk)]


@SCRIPT_OFF
def test_a_moderator_agrees(context, asked, stork, let_in: LetIn):
    let_in(context, an_account("Robin", role=Role.MODERATOR))
    page = context.new_page()
    page.goto("/moderation/")
    page.get_by_role("button", name="I agree").click()
    assert "it is done" in page.inner_text("body")
    assert Account.objects.get(pk=stork.pk).role == Role.MEMBER
