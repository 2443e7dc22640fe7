"""What a person does on the pages. Fields are found by the names and codes of the contract, never by words."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from playwright.sync_api import Locator, Page

from alerts.models import Report
from jasmine import crypto
from tests.makers import PHONE
from tests.people import PASSPHRASE

AREA = "75011"
AREA_CODE = "FR-75"


def press(page: Page, what: str) -> None:
    """Tap what leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.tap(what)


def sign_in(page: Page, pseudonym: str = "Heron", passphrase: str = PASSPHRASE) -> None:
    page.goto("/sign-in/")
    page.fill("[name=pseudonym]", pseudonym)
    page.fill("[name=passphrase]", passphrase)
    press(page, "main form button")


def sign_out(page: Page) -> None:
    press(page, "form[action='/sign-out/'] button")


def check(page: Page, typed: str) -> Locator:
    """The answer."""
    page.goto("/check/")
    page.fill("[name=q]", typed)
    press(page, "main form button")
    return page.locator("[data-answer]")


def outcome(answer: Locator) -> str | None:
    return answer.get_attribute("data-answer")


def tap(page: Page, name: str, *codes: str) -> None:
    for code in codes:
        page.tap(f"[name={name}][value={code}]")


def go(page: Page, where: str) -> None:
    press(page, f"[name=go][value={where}]")


def step(page: Page) -> str:
    """On which of the three pages of a report she is."""
    return page.input_value("[name=step]")


def tap_what(page: Page, incidents: Iterable[str] = ("condom_removal", "theft")) -> None:
    page.goto("/reports/new/")
    tap(page, "incidents", *incidents)
    tap(page, "weapon", "no")
    go(page, "next")


def tap_who(page: Page, *identifiers: str) -> None:
    boxes = page.locator("[name=identifier]")
    for place, typed in enumerate(identifiers or (PHONE,)):
        boxes.nth(place).fill(typed)
    go(page, "next")


def tap_where(page: Page, area: str = AREA) -> None:
    page.fill("[name=area]", area)
    page.fill("[name=incident_on]", (crypto.today() - timedelta(days=2)).isoformat())
    page.select_option("[name=setting]", "hotel")
    go(page, "send")


def file_report(page: Page, *identifiers: str) -> str:
    """Tap a report through its three pages and send it. Gives its id."""
    tap_what(page)
    tap_who(page, *identifiers)
    tap_where(page)
    return page.locator("article").get_attribute("data-report") or ""


def checked(page: Page, name: str) -> list[str]:
    """The codes that are tapped."""
    boxes = page.locator(f"[name={name}]").all()
    return [box.get_attribute("value") or "" for box in boxes if box.is_checked()]


def is_wrong(page: Page) -> bool:
    """Whether the page says that something is wrong."""
    return page.locator("main [role=alert], .note[role=alert]").count() > 0


def break_bytes_of(report: Report) -> None:
    """As a failing disk would."""
    row = report.pk.hex if connection.vendor == "sqlite" else str(report.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE alerts_report SET facts = %s WHERE id = %s", [b"\1" * 64, row])
