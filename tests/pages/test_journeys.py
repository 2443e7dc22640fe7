"""What members do, from beginning to end, with JavaScript and without."""

import pytest
from django.conf import settings
from playwright.sync_api import Page

from alerts.models import Report
from tests.makers import PHONE, a_report, an_identifier
from tests.pages.conftest import SCRIPT_OFF
from tests.pages.steps import (
    AREA_CODE,
    break_bytes_of,
    check,
    checked,
    file_report,
    go,
    is_wrong,
    outcome,
    press,
    sign_in,
    sign_out,
    step,
    tap,
    tap_what,
    tap_where,
    tap_who,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class TestTheDoor:
    def test_a_member_comes_to_the_check(self, page, heron):
        sign_in(page)
        assert path(page) == "/check/"
        assert page.is_visible("[name=q]")

    def test_a_wrong_passphrase_opens_nothing_and_keeps_the_pseudonym_alone(self, page, heron):
        sign_in(page, passphrase="wrong lake stone moss fern")
        assert path(page) == "/sign-in/"
        assert is_wrong(page)
        assert page.input_value("[name=pseudonym]") == "Heron"
        assert page.input_value("[name=passphrase]") == ""

    @SCRIPT_OFF
    def test_signing_out_closes_every_page(self, page, heron):
        sign_in(page)
        sign_out(page)
        page.goto("/check/")
        assert path(page) == "/sign-in/"

    @SCRIPT_OFF
    def test_the_language_is_kept_through_signing_in_and_out(self, page, heron):
        page.goto("/")
        choose_language(page, "fr")
        sign_in(page)
        assert language(page) == "fr"
        sign_out(page)
        assert language(page) == "fr"

    @SCRIPT_OFF
    def test_a_language_is_chosen_without_leaving_the_page(self, page, heron):
        sign_in(page)
        page.goto("/reports/mine/")
        choose_language(page, "fr")
        assert (path(page), language(page)) == ("/reports/mine/", "fr")

    @SCRIPT_OFF
    def test_a_form_without_its_token_is_answered_by_a_page_and_a_sentence(self, page, heron):
        sign_in(page)
        page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
        page.fill("[name=q]", PHONE)
        press(page, "main form button")
        assert path(page) == "/check/"
        assert is_wrong(page)
        assert page.locator("[data-answer]").count() == 0


class TestTheCheck:
    @pytest.mark.parametrize("typed", [PHONE, "O6.39.98.12.34"])
    def test_a_reported_number_is_found_however_it_is_typed(self, hers, plover, typed):
        report = a_report(plover)
        answer = check(hers, typed)
        assert outcome(answer) == "found"
        assert answer.get_attribute("data-independent") == "1"
        assert what_is_shown(hers) == [(str(report.pk), "4", "shown", "sure")]

    def test_a_number_that_nobody_reported_is_not_found(self, hers):
        assert outcome(check(hers, PHONE)) == "none"

    @SCRIPT_OFF
    def test_a_name_is_only_perhaps(self, hers, plover):
        a_report(plover, identifiers=[an_identifier("Édouard", "name")])
        assert outcome(check(hers, "edouard")) == "perhaps"
        assert [match for *_rest, match in what_is_shown(hers)] == ["perhaps"]

    @pytest.mark.parametrize(("typed", "said"), [("…", "unreadable"), ("06 39 98 12 34 " * 200, "too_many")])
    def test_what_cannot_be_looked_up_is_said(self, hers, typed, said):
        assert outcome(check(hers, typed)) == said

    def test_a_row_whose_bytes_are_broken_is_a_failure_and_never_none(self, hers, plover):
        break_bytes_of(a_report(plover))
        assert outcome(check(hers, PHONE)) == "failed"

    def test_going_back_after_a_check_shows_a_page(self, hers):
        check(hers, PHONE)
        assert_going_back_shows_a_page(hers)

    @SCRIPT_OFF
    def test_what_was_typed_is_in_no_address(self, hers, watch):
        check(hers, "0639981234")
        assert not [url for url in watch.asked if "0639981234" in url]


class TestAReport:
    def test_a_report_is_tapped_sent_seen_added_to_and_taken_back(self, page, heron):
        sign_in(page)
        report = file_report(page, PHONE, "telegram: grey_fox_75")
        assert path(page) == f"/reports/{report}/"
        see_among_mine(page, report)
        add_to(page, report)
        take_back(page, report)
        assert not Report.objects.exists()

    @SCRIPT_OFF
    def test_what_was_tapped_is_what_is_kept(self, hers, heron):
        report = Report.objects.get(pk=file_report(hers, PHONE))
        assert (report.level, report.area, report.author) == (3, AREA_CODE, str(heron.pk))
        assert report.facts["incidents"] == ["condom_removal", "theft"]
        assert report.facts["identifiers"][0]["value"] == PHONE
        assert (report.facts["weapon"], report.facts["setting"]) == (False, "hotel")

    @SCRIPT_OFF
    def test_another_member_finds_it_at_once(self, page, heron, plover):
        sign_in(page)
        report = file_report(page, PHONE)
        sign_out(page)
        sign_in(page, "Plover")
        assert outcome(check(page, "+33639981234")) == "found"
        assert [shown for shown, *_rest in what_is_shown(page)] == [report]

    def test_a_draft_waits_for_her(self, page, heron):
        sign_in(page)
        tap_what(page, ["drugging"])
        page.locator("[name=identifier]").first.fill(PHONE)
        go(page, "back")
        assert checked(page, "incidents") == ["drugging"]
        go(page, "next")
        sign_out(page)
        sign_in(page)
        page.goto("/reports/new/")
        assert step(page) == "who"
        assert page.locator("[name=identifier]").first.input_value() == PHONE

    @SCRIPT_OFF
    def test_what_is_thrown_away_is_gone(self, hers):
        tap_what(hers)
        go(hers, "away")
        hers.goto("/reports/new/")
        assert (step(hers), checked(hers, "incidents")) == ("what", [])

    def test_going_back_from_each_page_shows_a_page(self, hers):
        tap_what(hers)
        assert_going_back_shows_a_page(hers)
        hers.goto("/reports/new/")
        tap_who(hers)
        assert_going_back_shows_a_page(hers)
        hers.goto("/reports/new/")
        tap_where(hers)
        assert_going_back_shows_a_page(hers)
        assert Report.objects.count() == 1

    def test_going_back_after_sending_sends_nothing_twice(self, hers):
        file_report(hers)
        hers.go_back()
        if hers.locator("[name=go][value=send]").count():
            go(hers, "send")
        assert Report.objects.count() == 1


class TestNothingTypedIsLost:
    def test_when_nothing_that_happened_was_chosen(self, hers):
        hers.goto("/reports/new/")
        tap(hers, "weapon", "yes")
        go(hers, "next")
        assert (step(hers), is_wrong(hers)) == ("what", True)
        assert checked(hers, "weapon") == ["yes"]

    def test_when_an_identifier_cannot_be_read(self, hers):
        tap_what(hers)
        hers.locator("[name=identifier_kind]").nth(0).select_option("phone")
        tap_who(hers, PHONE, "…")
        assert (step(hers), is_wrong(hers)) == ("who", True)
        assert [box.input_value() for box in hers.locator("[name=identifier]").all()[:2]] == [PHONE, "…"]
        assert hers.locator("[name=identifier_kind]").nth(0).input_value() == "phone"

    def test_when_the_area_is_not_known(self, hers):
        tap_what(hers)
        tap_who(hers)
        tap_where(hers, "Atlantis")
        assert (step(hers), is_wrong(hers)) == ("where", True)
        assert hers.input_value("[name=area]") == "Atlantis"
        assert hers.input_value("[name=setting]") == "hotel"
        assert not Report.objects.exists()

    def test_when_her_own_words_are_too_long(self, hers, heron):
        report = a_report(heron)
        hers.goto(f"/reports/{report.pk}/correct/")
        too_long = "He came back. " * 200
        # A browser's own limit is a help and not the rule: what passes it is kept too.
        hers.locator("[name=story]").evaluate(
            "(box, text) => { box.removeAttribute('maxlength'); box.value = text }", too_long
        )
        press(hers, "main form button")
        assert path(hers) == f"/reports/{report.pk}/correct/"
        assert is_wrong(hers)
        assert hers.input_value("[name=story]").strip() == too_long.strip()


def path(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3]


def language(page: Page) -> str | None:
    return page.get_attribute("html", "lang")


def choose_language(page: Page, code: str) -> None:
    page.tap(".languages summary")
    press(page, f"[name=language][value={code}]")


def what_is_shown(page: Page) -> list[tuple[str | None, ...]]:
    """Of each report: id, level, state, match."""
    names = ("data-report", "data-level", "data-state", "data-match")
    return [tuple(shown.get_attribute(name) for name in names) for shown in page.locator("article").all()]


def assert_going_back_shows_a_page(page: Page) -> None:
    """And not "send it again?": what is behind the back button was asked for by GET."""
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.method) if request.is_navigation_request() else None
    )
    page.go_back()
    assert set(asked) <= {"GET"}
    assert page.is_visible("main h1")


def see_among_mine(page: Page, report: str) -> None:
    page.goto("/reports/mine/")
    assert [shown for shown, *_rest in what_is_shown(page)] == [report]
    press(page, f"main a[href='/reports/{report}/']")


def add_to(page: Page, report: str) -> None:
    press(page, f"a[href='/reports/{report}/correct/']")
    tap(page, "helped", "left_at_once")
    page.fill("[name=story]", "He wore a red cap.")
    press(page, "main form button")
    assert path(page) == f"/reports/{report}/"
    kept = Report.objects.get(pk=report)
    assert (kept.facts["helped"], kept.story) == (["left_at_once"], "He wore a red cap.")


def take_back(page: Page, report: str) -> None:
    press(page, f"a[href='/reports/{report}/withdraw/']")
    press(page, "main form button")
    assert path(page) == "/reports/mine/"
    assert what_is_shown(page) == []
