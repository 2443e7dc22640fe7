"""Signing in with six digits on one's own phone, over the pages."""

import pytest
from django.test import Client

from accounts.models import OwnPhone
from tests.people import PASSPHRASE, sign_in

pytestmark = pytest.mark.django_db

DIGITS = "308514"


def is_in(client):
    return client.get("/check/").status_code == 200


@pytest.fixture
def phone(heron):
    """Heron's phone, after a day: its session is over."""
    client = Client()
    sign_in(client, heron)
    client.post("/account/own-phone/", {"digits": DIGITS})
    client.post("/sign-out/")
    return client


def come_in_and_prove(phone):
    """In with the digits, and her passphrase for what asks for it."""
    phone.post("/sign-in/phone/", {"digits": DIGITS})
    phone.post("/account/proof/", {"passphrase": PASSPHRASE, "next": "/account/"})


def test_the_digits_sign_her_in(phone):
    assert 'name="digits"' in phone.get("/sign-in/").content.decode()
    assert phone.post("/sign-in/phone/", {"digits": DIGITS})["Location"] == "/"
    assert is_in(phone)


def test_the_cookie_is_for_this_site_alone_and_for_30_days(phone):
    cookie = phone.cookies["phone"]
    assert len(cookie.value) == 64
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Strict", True, 30 * 24 * 3600)


def test_no_other_phone_is_asked_for_digits(phone):
    other = Client()
    assert 'name="digits"' not in other.get("/sign-in/").content.decode()
    other.post("/sign-in/phone/", {"digits": DIGITS})
    assert not is_in(other)


def test_five_wrong_digits_end_it(phone):
    for _ in range(5):
        phone.post("/sign-in/phone/", {"digits": "111112"})
    assert 'name="digits"' not in phone.get("/sign-in/").content.decode()
    phone.post("/sign-in/phone/", {"digits": DIGITS})
    assert not is_in(phone)
    assert phone.cookies["phone"].value == ""


def test_it_begins_a_session_under_a_new_id(phone):
    phone.get("/sign-in/")
    before = phone.cookies["session"].value if "session" in phone.cookies else ""
    phone.post("/sign-in/phone/", {"digits": DIGITS})
    assert phone.cookies["session"].value != before


def test_the_quick_exit_leaves_it_and_forgetting_is_an_act_of_its_own(phone):
    phone.get("/exit/")
    assert 'name="digits"' in phone.get("/sign-in/").content.decode()
    phone.post("/sign-in/phone/forget/")
    assert phone.cookies["phone"].value == ""
    assert not OwnPhone.objects.exists()


def test_the_end_of_all_other_visits_ends_it(phone, heron):
    client = Client()
    sign_in(client, heron)
    client.post("/account/sessions/")
    phone.post("/sign-in/phone/", {"digits": DIGITS})
    assert not is_in(phone)


def test_other_digits_take_the_place_of_the_first(phone):
    come_in_and_prove(phone)
    phone.post("/account/own-phone/", {"digits": "406 825"})
    assert OwnPhone.objects.count() == 1


def test_the_page_says_first_what_a_search_could_show(phone):
    come_in_and_prove(phone)
    page = phone.get("/account/own-phone/").content.decode()
    assert page.index("Who searches this phone") < page.index('name="digits"')


LASTING = ["passphrase/", "spare-key/", "close/", "own-phone/", "second-step/app/", "second-step/passkey/"]


@pytest.mark.parametrize("page", LASTING)
def test_phone_and_digits_do_not_do_for_what_outlasts_the_phone(phone, page):
    phone.post("/sign-in/phone/", {"digits": DIGITS})
    asked = phone.get(f"/account/{page}")["Location"]
    assert asked.startswith("/account/proof/")
    assert 'name="digits"' not in phone.get(asked).content.decode()
    phone.post("/account/proof/", {"digits": DIGITS, "next": f"/account/{page}"})
    assert phone.get(f"/account/{page}")["Location"] == asked
    phone.post("/account/proof/", {"passphrase": PASSPHRASE, "next": f"/account/{page}"})
    assert phone.get(f"/account/{page}").status_code == 200


def test_phone_and_digits_do_for_her_own_reports(phone):
    phone.post("/sign-in/phone/", {"digits": DIGITS})
    assert phone.get("/reports/mine/").status_code == 200


def test_a_moderator_has_none(robin):
    client = Client()
    sign_in(client, robin)
    client.post("/account/own-phone/", {"digits": DIGITS})
    assert not OwnPhone.objects.exists()
    assert "phone" not in client.cookies
