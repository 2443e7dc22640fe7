"""The watch over every page's requests and policy would see what it looks for."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_request_to_another_site_is_seen(page, watch, elsewhere):
    page.goto(elsewhere.url)
    assert watch.strangers == [elsewhere.url]
    watch.asked.clear()


def test_what_the_policy_forbids_is_seen(page, watch):
    page.goto("/")
    with page.expect_event("console"):
        page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert watch.complaints
    watch.complaints.clear()


def test_whatever_reaches_out_is_stopped_by_the_policy(page, watch, elsewhere):
    elsewhere.asked.clear()
    page.goto("/")
    with page.expect_event("console"):
        page.evaluate("src => { new Image().src = src }", f"{elsewhere.url}pixel.gif")
    assert elsewhere.asked == []
    assert watch.complaints
    watch.complaints.clear()
    watch.asked.clear()
