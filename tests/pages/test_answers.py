"""The answer in a hand: seen at a glance, folded and unfolded by a tap, and seen by nobody else."""

import pytest
from playwright.sync_api import Page

from tests.makers import PHONE, a_report
from tests.pages.answering import all_at_once, answered_by
from tests.pages.conftest import SCRIPT_OFF
from tests.pages.steps import check, outcome, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_RED = 40  # of 255: by how much red may be more than green and blue, in what is no warning colour


@pytest.fixture
def answered(hers, plover) -> Page:
    a_report(plover, incidents=["rape", "drugging"])
    assert outcome(check(hers, PHONE)) == "found"
    return hers


@pytest.mark.parametrize("language", ["en", "fr"])
@SCRIPT_OFF
def test_the_verdict_is_seen_without_scrolling(answered, language, live_server):
    answered.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    answered.goto("/check/")
    verdict, way_out = (answered.locator(what).bounding_box() for what in (".verdict", "#exit"))
    assert verdict
    assert way_out
    assert verdict["y"] + verdict["height"] < way_out["y"]


@SCRIPT_OFF
def test_what_helps_right_now_unfolds_at_a_tap(answered):
    assert not answered.is_visible(".here a[href='tel:112']")
    answered.tap(".here summary")
    assert answered.is_visible(".here a[href='tel:112']")


class TestDiscreetly:
    def test_one_tap_folds_all_but_the_verdict_and_one_tap_brings_it_back(self, answered):
        press(answered, "[name=discreet]")
        assert outcome(answered.locator("[data-answer]")) == "found"
        assert answered.is_visible(".verdict .shape")
        assert not answered.is_visible("article")
        press(answered, "[name=discreet]")
        assert answered.is_visible("article")

    @SCRIPT_OFF
    def test_what_is_folded_unfolds_at_a_tap(self, answered):
        press(answered, "[name=discreet]")
        answered.tap(".person > .more > summary")
        assert answered.is_visible("article")

    @SCRIPT_OFF
    def test_it_stays_when_she_leaves(self, answered, let_in, heron, watch, elsewhere):
        watch.may_be_asked = (*watch.may_be_asked, elsewhere.url)
        press(answered, "[name=discreet]")
        press(answered, "#exit")
        let_in(answered.context, heron)
        check(answered, PHONE)
        assert not answered.is_visible("article")

    @pytest.mark.parametrize("light", ["light", "dark"])
    @SCRIPT_OFF
    def test_nothing_is_red_and_there_is_no_pictogram(self, hers, plover, light):
        hers.emulate_media(color_scheme=light)
        with answered_by(all_at_once(plover)):
            check(hers, PHONE)
            assert reddest(hers) > MOST_RED
            press(hers, "[name=discreet]")
            assert reddest(hers) <= MOST_RED
        assert hers.locator("[data-answer] svg").count() == 0

    def test_going_back_shows_a_page(self, answered):
        press(answered, "[name=discreet]")
        answered.go_back()
        assert answered.is_visible("main h1")


def reddest(page: Page) -> int:
    """How red the reddest thing in the answer is, of what is drawn or filled, folded or not."""
    return page.evaluate(
        """() => Math.max(...[...document.querySelectorAll("[data-answer], [data-answer] *")].flatMap(one => {
          const style = getComputedStyle(one);
          return [style.backgroundColor, style.color, style.borderTopColor].map(colour => {
            const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
            return alpha ? red - Math.max(green, blue) : 0;
          });
        }))"""
    )
