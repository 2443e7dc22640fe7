"""A moderator reads a report: on the narrowest phone, by ear, without script."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import Account
from accounts.vocabulary import Role
from alerts import moderating
from alerts.models import Report
from alerts.vocabulary import Peer
from tests.makers import a_report
from tests.pages.conftest import PHONE as A_PHONE
from tests.pages.conftest import SCRIPT_OFF, LetIn
from tests.pages.test_accessibility import NARROWEST, faults, widths
from tests.people import an_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORY = "He was kind at first. " + "Nothingwithoutabreak" * 20


@pytest.fixture
def report(heron: Account) -> Report:
    return a_report(heron, story=STORY)


@pytest.fixture
def robin(transactional_db: None) -> Account:
    return an_account("Robin", role=Role.MODERATOR)


@pytest.fixture
def page(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Page]:
    with browser.new_context(**A_PHONE, base_url=live_server.url, bypass_csp=True) as context:
        yield context.new_page()


def is_readable(page: Page, path: str) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    page.goto(path)
    for details in page.locator("main details").all():
        details.evaluate("one => one.open = true")
    assert faults(page) == []
    assert widths(page) == (NARROWEST, NARROWEST)


def test_no_page_of_a_moderator_has_a_serious_fault_or_is_too_wide(page, report, robin, let_in: LetIn):
    let_in(page.context, robin)
    is_readable(page, "/moderation/")
    is_readable(page, f"/moderation/reports/{report.pk}/")
    moderating.claim(report.pk, by=robin, now=datetime.now(UTC))
    moderating.hold(report.pk, by=robin, now=datetime.now(UTC))
    moderating.write_to_moderators(report, text=STORY, by=_author(report), now=datetime.now(UTC))
    is_readable(page, f"/moderation/reports/{report.pk}/")


def test_nor_has_the_page_of_its_author(page, report, heron, robin, let_in: LetIn):
    moderating.hold(report.pk, by=robin, now=datetime.now(UTC))
    moderating.write_to_author(report.pk, text=STORY, by=robin, now=datetime.now(UTC))
    let_in(page.context, heron)
    is_readable(page, f"/reports/{report.pk}/moderators/")


@SCRIPT_OFF
def test_a_story_is_blurred_until_it_is_opened(context, report, robin, let_in: LetIn):
    let_in(context, robin)
    page = context.new_page()
    page.goto("/moderation/")
    page.get_by_role("button", name="Open it").click()
    story = page.get_by_text("He was kind at first.")
    assert not story.is_visible()
    page.click("summary:has-text('Her story')")
    assert story.is_visible()
    page.fill("#notice", "Kind at first.")
    page.get_by_role("button", name="I have read it").click()
    assert "Read. Thank you." in page.inner_text("body")
    after = Report.objects.get()
    assert (after.notice, after.peer) == ("Kind at first.", Peer.READ)


def _author(report: Report) -> Account:
    return Account.objects.get(pk=report.author)
