"""A walk over every page there is."""

from base64 import b32decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route

from accounts import inviting, totp
from accounts.models import Account
from alerts.models import Report
from jasmine import crypto
from tests.makers import PHONE, a_report, an_identifier
from tests.pages.answering import BUDGET, BUDGET_BUT_DANGEROUS, all_at_once, answered_by
from tests.pages.steps import (
    break_bytes_of,
    check,
    go,
    press,
    sign_in,
    sign_out,
    tap_what,
    tap_where,
    tap_who,
)
from tests.people import an_account

LOOKS = {"age_band": "36-45", "marks": "an anchor on the left arm", "spoke": "fr"}
CAR = {"type": "van", "colour": "white", "make": "Renault"}


def every_page(page: Page, let_in: Callable[[], object], other: Account) -> Iterator[str]:
    """The name of each page while it is open, with all that folds unfolded. `let_in` signs the reader in."""
    for walk in (outside(page), inside(page, let_in, other)):
        for name in walk:
            unfold(page)
            yield name


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")


def outside(page: Page) -> Iterator[str]:
    for path in ("/", "/sign-in/", "/sign-in/passkey/", "/what-we-keep/", "/no-such-page/"):
        page.goto(path)
        yield path
    yield from joining(page)
    sign_in(page, passphrase="wrong")
    yield "a wrong passphrase"
    page.route("**/refused/", refuse)
    page.goto("/refused/")
    yield "400"
    with patch("jasmine.views.our_models", side_effect=RuntimeError):
        page.goto("/what-we-keep/")
    yield "500"


def joining(page: Page) -> Iterator[str]:
    """With an invitation of somebody of whom this walk sees no more, to the first page where she waits."""
    code = inviting.invite(by=an_account("Avocet"), now=timezone.now())
    for path in ("/come-back/", "/come-back/invited/", "/join/"):
        page.goto(path)
        yield path
    page.fill("[name=invitation]", code)
    press(page, "main form .button")
    yield "joining as whom"
    page.fill("[name=pseudonym]", "Siskin")
    page.fill("[name=passphrase]", page.inner_text("[data-passphrase]"))
    press(page, "form:has([name=passphrase]) .button")
    yield "a spare key"
    press(page, "main form .button")
    yield "waiting"
    sign_out(page)


def refuse(route: Route) -> None:
    """The page of a request that the site does not even look at, which a browser cannot send."""
    cookies = route.request.all_headers().get("cookie", "")
    answer = Client().get("/", headers={"host": "elsewhere.example", "cookie": cookies})
    route.fulfill(status=answer.status_code, content_type="text/html", body=answer.content)


def inside(page: Page, let_in: Callable[[], object], other: Account) -> Iterator[str]:
    let_in()
    for path in ("/check/", "/reports/mine/"):
        page.goto(path)
        yield f"{path}, with nothing yet"
    yield from answers(page, other)
    yield from filing(page)
    yield from reports(page, other)
    yield from keys(page)
    yield from second_step(page)


def answers(page: Page, other: Account) -> Iterator[str]:
    long_known = (crypto.today() - timedelta(days=100)).isoformat()
    whole = {
        "weapon": True,
        "appearance": LOOKS,
        "vehicle": CAR,
        "notice": "He comes back.",
        "incident_on": long_known,
    }
    names = [an_identifier(), an_identifier("Grandchamp", "name")]
    a_report(other, identifiers=names, how=["false_notes"], helped=["left_at_once"], setting="hotel", **whole)
    broken = a_report(other, identifiers=[an_identifier("06 39 98 55 55")])
    break_bytes_of(broken)
    for typed in (PHONE, "Grandchamp", "06 39 98 12 35", "…", "1 2 " * 600, "06 39 98 55 55"):
        said = check(page, typed).get_attribute("data-answer")
        yield f"answer: {said}"
    broken.delete()
    yield from answers_made_by_hand(page, other)


def answers_made_by_hand(page: Page, other: Account) -> Iterator[str]:
    known = [report.pk for report in Report.objects.all()]
    for answer in (all_at_once(other), BUDGET, BUDGET_BUT_DANGEROUS):
        with answered_by(answer):
            check(page, PHONE)
            yield f"answer: {answer.outcome}, by hand"
            press(page, "[name=discreet]")
            yield f"answer: {answer.outcome}, by hand, discreetly"
            press(page, "[name=discreet]")
    Report.objects.exclude(pk__in=known).delete()


def filing(page: Page) -> Iterator[str]:
    page.goto("/reports/new/")
    yield "a report: what"
    go(page, "next")
    yield "a report: what, wrong"
    tap_what(page)
    yield "a report: who"
    tap_who(page, "…")
    yield "a report: who, wrong"
    tap_who(page)
    yield "a report: where"
    tap_where(page, "Atlantis")
    yield "a report: where, wrong"
    tap_where(page)
    yield "a report that was sent"


def reports(page: Page, other: Account) -> Iterator[str]:
    (own,) = [report for report in Report.objects.all() if report.author != str(other.pk)]
    for path in (f"/reports/{own.pk}/correct/", f"/reports/{own.pk}/withdraw/", "/reports/mine/"):
        page.goto(path)
        yield path.replace(str(own.pk), "…")
    (read,) = [report for report in Report.objects.all() if report.author == str(other.pk)]
    page.goto(f"/reports/{read.pk}/")
    yield "somebody else's report"


def keys(page: Page) -> Iterator[str]:
    """What opens her account, and what lets others in."""
    for below in ("", "sessions/", "proof/", "passphrase/", "spare-key/", "own-phone/"):
        page.goto(f"/account/{below}")
        yield f"/account/{below}"
    page.goto("/come-back/vouch/")
    yield "/come-back/vouch/"
    page.goto("/invitations/")
    press(page, "[value=make]")
    yield "an invitation to hand over"
    press(page, "[value=done]")
    yield "/invitations/"


def second_step(page: Page) -> Iterator[str]:
    """From none to an app that makes codes, and how it asks for one."""
    for path in ("/account/second-step/", "/account/second-step/passkey/", "/account/second-step/app/"):
        page.goto(path)
        yield path
    seed = b32decode(page.locator("[data-seed]").inner_text().replace(" ", "")).hex()
    page.fill("[name=code]", totp.code_at(seed, totp.step_at(timezone.now())))
    press(page, "main form button")
    yield "recovery codes"
    press(page, "main form button")
    yield "a second step that she has"
    sign_out(page)
    sign_in(page)
    yield "asked for it"
