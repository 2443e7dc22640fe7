"""What was sent with a session that is over, or where a fresh proof was asked, waits for its sender and goes on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as some

from accounts.models import Decision
from alerts.models import Draft, Report
from jasmine import carrying
from tests.makers import PHONE, a_report
from tests.people import PASSPHRASE, a_code, an_account, sign_in

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
IDLE = timedelta(minutes=15)
NOTHING = UUID(int=0)  # the id of nothing
TYPED = {"step": "what", "go": "next", "incidents": ["rape", "filming"], "weapon": "yes"}


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def browser(clock, heron) -> Client:
    """Heron's, after 15 idle minutes."""
    browser = Client()
    sign_in(browser, heron)
    clock.shift(IDLE)
    return browser


def back(browser: Client, pseudonym: str = "Heron"):
    return browser.post("/sign-in/", {"pseudonym": pseudonym, "passphrase": PASSPHRASE})


class TestAnEndedSession:
    def test_what_was_sent_goes_on_after_signing_in(self, browser, heron):
        answer = browser.post("/reports/new/", TYPED)
        assert (answer.status_code, answer["Location"]) == (303, "/sign-in/")
        assert not Draft.objects.exists()
        assert "What you sent is kept" in browser.get("/sign-in/").content.decode()
        answer = back(browser)
        assert (answer.status_code, answer["Location"]) == (303, "/reports/new/")
        typed = Draft.of(str(heron.pk), today=NOON.date()).content["typed"]
        assert typed == {"what": {"incidents": ["rape", "filming"], "weapon": ["yes"]}}

    def test_it_goes_on_once(self, browser, heron):
        report = a_report(heron)
        browser.post(f"/reports/{report.pk}/withdraw/")
        back(browser)
        assert not Report.objects.exists()
        again = a_report(heron)
        browser.post("/sign-out/")
        assert back(browser)["Location"] == "/"
        assert Report.objects.get() == again

    def test_somebody_else_who_signs_in_sends_nothing_and_finds_nothing(self, browser, heron, plover):
        report = a_report(heron)
        browser.post(f"/reports/{report.pk}/withdraw/")
        assert back(browser, "Plover")["Location"] == "/"
        assert back(browser)["Location"] == "/"
        assert Report.objects.exists()

    def test_it_goes_through_the_second_step(self, clock, robin):
        browser = Client()
        sign_in(browser, robin)
        clock.shift(timedelta(hours=2))
        browser.post("/check/", {"q": PHONE})
        answer = back(browser, "Robin")
        assert answer["Location"] == "/sign-in/second-step/"
        answer = browser.post("/sign-in/second-step/", {"code": a_code(robin)})
        assert answer["Location"] == "/check/"
        assert PHONE in browser.get("/check/").content.decode()

    def test_what_takes_the_second_step_goes_on_after_it(self, clock, robin, heron, owl):
        browser = Client()
        sign_in(browser, robin)
        clock.shift(IDLE)
        browser.post("/organisation/roles/", {"pseudonym": "Heron", "role": "outreach", "group": "night-van"})
        back(browser, "Robin")
        answer = browser.post("/sign-in/second-step/", {"code": a_code(robin)})
        assert (answer.status_code, answer["Location"]) == (303, "/moderation/")
        assert Decision.objects.count() == 1

    @pytest.mark.parametrize("path", [f"/decisions/{NOTHING}/", f"/reports/{NOTHING}/withdraw/", "/account/"])
    def test_what_is_not_there_any_more_leaves_no_page_behind_a_passphrase(self, browser, path):
        assert browser.post(path, {"act": "stop"})["Location"] == "/sign-in/"
        answer = back(browser)
        assert (answer.status_code, answer["Location"]) == (303, "/")
        assert 'role="alert"' in browser.get("/check/").content.decode()

    @pytest.mark.parametrize(
        ("path", "minutes", "goes_on"),
        [
            ("/check/", 1.9, True),
            ("/check/", 2, False),
            ("/reports/new/", 29, True),
            ("/reports/new/", 30, False),
        ],
    )
    def test_a_question_waits_two_minutes_and_all_else_half_an_hour(
        self, browser, clock, path, minutes, goes_on
    ):
        browser.post(path, {"q": PHONE, **TYPED})
        clock.shift(timedelta(minutes=minutes))
        assert back(browser)["Location"] == (path if goes_on else "/")

    def test_a_wrong_passphrase_loses_nothing(self, browser):
        browser.post("/reports/new/", TYPED)
        browser.post("/sign-in/", {"pseudonym": "Heron", "passphrase": "wrong"})
        assert back(browser)["Location"] == "/reports/new/"

    def test_the_way_out_takes_it_along(self, browser):
        browser.post("/reports/new/", TYPED)
        browser.get("/exit/")
        assert back(browser)["Location"] == "/"

    @pytest.mark.parametrize(
        ("path", "typed"),
        [
            ("/sign-out/", {}),
            ("/language/", {"language": "fr", "next": "/"}),
            ("/account/proof/", {"code": "123456"}),
            ("/check/", {"q": PHONE, "passphrase": PASSPHRASE}),
            ("/nowhere/", {"q": PHONE}),
        ],
    )
    def test_what_needs_no_member_or_holds_a_secret_is_not_kept(self, browser, path, typed):
        browser.post(path, typed)
        assert back(browser)["Location"] == "/"

    def test_nobody_elses_page_puts_anything_there(self, clock, heron):
        browser = Client(enforce_csrf_checks=True)
        browser.get("/sign-in/")
        token = browser.cookies["csrf"].value
        form = {"pseudonym": "Heron", "passphrase": PASSPHRASE, "csrfmiddlewaretoken": token}
        browser.post("/sign-in/", form)
        clock.shift(IDLE)
        browser.post("/check/", {"q": PHONE, "csrfmiddlewaretoken": "x" * 64})
        assert carrying.CARRIED not in browser.session.get("briefly", {})

    def test_what_is_too_long_is_not_kept(self, browser):
        browser.post("/check/", {"q": "%" * 30_000})  # three letters each, as it is kept
        assert back(browser)["Location"] == "/"

    def test_one_who_was_put_out_elsewhere_keeps_nothing(self, clock, heron):
        browser, other = Client(), Client()
        sign_in(browser, heron)
        sign_in(other, heron)
        other.post("/account/sessions/")
        assert browser.post("/reports/new/", TYPED)["Location"] == "/sign-in/"
        assert back(browser)["Location"] == "/"

    def test_who_may_not_enter_any_more_sends_nothing(self, browser, heron):
        browser.post("/reports/new/", TYPED)
        with type(heron).held(heron.pk) as account:
            account.put_to("suspended")
        back(browser)
        assert not Draft.objects.exists()

    @given(fields=some.dictionaries(some.text(min_size=1), some.lists(some.text(), min_size=1), max_size=5))
    def test_any_fields_arrive_as_they_were_sent(self, fields):
        request = _asking("/reports/new/", fields)
        if not carrying.carry(request, "her", now=NOON):
            assert carrying.SECRETS & set(fields)
            return
        sent = carrying._as_sent(request, request.session["briefly"][carrying.CARRIED]["value"])
        sent_fields = {name: sent.POST.getlist(name) for name in sent.POST}
        assert sent_fields == {name: values for name, values in fields.items() if name != carrying.TOKEN}


def _asking(path: str, fields: dict[str, list[str]]):
    request = RequestFactory().post(path)
    request.POST = QueryDict(mutable=True)
    for name, values in fields.items():
        request.POST.setlist(name, values)
    request.session = {}
    return request


class TestAFreshProof:
    @pytest.fixture
    def browser(self, clock, heron) -> Client:
        """Heron's, 16 minutes after she signed in, never idle."""
        browser = Client()
        sign_in(browser, heron)
        for _ in range(2):
            clock.shift(timedelta(minutes=8))
            browser.get("/check/")
        return browser

    def prove(self, browser: Client, path: str):
        return browser.post("/account/proof/", {"passphrase": PASSPHRASE, "next": path})

    def test_what_was_sent_goes_on_after_it(self, browser, heron):
        path = f"/reports/{a_report(heron).pk}/withdraw/"
        asked = browser.post(path)
        assert "What you sent is kept" in browser.get(asked["Location"]).content.decode()
        assert Report.objects.exists()
        assert self.prove(browser, path)["Location"] == "/reports/mine/"
        assert not Report.objects.exists()

    def test_what_was_left_there_does_not_go_on_with_something_else(self, browser, heron):
        browser.post(f"/reports/{a_report(heron).pk}/withdraw/")
        assert self.prove(browser, "/reports/mine/")["Location"] == "/reports/mine/"
        assert Report.objects.exists()

    def test_looking_at_another_page_that_asks_forgets_it(self, browser, heron):
        path = f"/reports/{a_report(heron).pk}/withdraw/"
        browser.post(path)
        browser.get("/reports/mine/")
        assert self.prove(browser, path)["Location"] == path
        assert Report.objects.exists()

    def test_another_account_does_not_send_it(self, browser, heron):
        path = f"/reports/{a_report(heron).pk}/withdraw/"
        browser.post(path)
        an_account("Dunlin")
        back(browser, "Dunlin")
        self.prove(browser, path)
        assert Report.objects.exists()
