"""From an invitation to the spare key, over the pages."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts import inviting, passphrases
from accounts.models import Account, Invitation, Newcomer, Vouch
from tests.makers import a_vouch, let_in
from tests.people import PASSPHRASE, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(heron, now):
    return inviting.invite(by=heron, now=now)


def page_after(client, path, fields):
    answer = client.post(path, fields)
    assert answer.status_code == 303
    return client.get(answer["Location"], follow=True).content.decode()


def shown(name, page):
    found = re.search(rf"data-{name}[^>]*>([^<]+)<", page)
    return found[1] if found else None


def test_she_joins_and_waits(client, code):
    page = page_after(client, "/join/", {"invitation": code})
    phrase, pseudonym = shown("passphrase", page), re.search(r'name="pseudonym" value="([^"]+)"', page)[1]
    page = page_after(client, "/join/", {"pseudonym": pseudonym, "passphrase": phrase})
    spare_key = shown("spare-key", page)
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", spare_key)
    assert client.post("/spare-key/").status_code == 303
    assert client.get("/check/")["Location"] == "/waiting/"
    assert Account.objects.named(pseudonym).check_password(passphrases.prepared(phrase))


def test_the_spare_key_stays_until_she_has_it_and_no_longer(client, code):
    client.post("/join/", {"invitation": code})
    page = page_after(client, "/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE})
    key = shown("spare-key", page)
    assert shown("spare-key", client.get("/spare-key/").content.decode()) == key  # it had not arrived
    client.post("/spare-key/")
    assert "data-spare-key" not in client.get("/spare-key/", follow=True).content.decode()


def test_nobody_else_sees_it(client, code):
    client.post("/join/", {"invitation": code})
    client.post("/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE})
    assert "data-spare-key" not in Client().get("/spare-key/", follow=True).content.decode()


def test_after_half_an_hour_it_is_gone(client, code, now):
    client.post("/join/", {"invitation": code})
    client.post("/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE})
    with time_machine.travel(now + timedelta(minutes=31)):
        assert "data-spare-key" not in client.get("/spare-key/", follow=True).content.decode()


def test_opening_the_page_with_anything_in_its_address_spends_and_tells_nothing(client, code):
    plain = client.get("/join/").content
    for address in (f"/join/?invitation={code}", f"/join/?{code}"):
        assert client.get(address).content.replace(code.encode(), b"") != b""
        assert code.encode() not in client.get(address).content
        assert b"data-passphrase" not in client.get(address).content
    assert b"data-passphrase" not in plain
    assert inviting.read(code, now=Invitation.objects.get().made_at)


def test_every_wrong_code_gets_the_same_bytes(client, heron, plover, now):
    used, over, taken_back, of_nobody = (
        inviting.invite(by=by, now=now) for by in (heron, heron, heron, plover)
    )
    inviting.take_back(inviting.read(taken_back, now=now).pk, by=heron, now=now)
    inviting.spend(inviting.hold(used, now=now), used_by=str(heron.pk))
    late = inviting.hold(over, now=now)
    late.tell(good_until=now.isoformat())
    late.save()
    plover.delete()
    answers = set()
    for code in ("000000000000", used, over, taken_back, of_nobody, "12", ""):
        stranger = Client()
        stranger.cookies["csrf"] = "x" * 32
        answer = stranger.post("/join/", {"invitation": code})
        page = stranger.get("/join/").content
        answers.add((answer.status_code, answer["Location"], re.sub(rb'value="\w{64}"', b"", page)))
    assert len(answers) == 1


def test_ten_wrong_codes_an_hour_from_one_network(client, code):
    for number in range(10):
        client.post("/join/", {"invitation": f"{number:012}"})
    assert "hour" in page_after(client, "/join/", {"invitation": code})
    assert "data-passphrase" in page_after(Client(REMOTE_ADDR="198.51.100.9"), "/join/", {"invitation": code})


def test_without_a_code_no_pseudonym_is_looked_at(client, heron):
    page = page_after(client, "/join/", {"pseudonym": "Heron", "passphrase": PASSPHRASE})
    assert "already" not in page
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("pseudonym", "passphrase", "said"),
    [
        ("Heron", PASSPHRASE, "already"),
        ("siskin@example.org", PASSPHRASE, "who you are"),
        ("x", PASSPHRASE, "2 to 40"),
        ("Siskin", "short", "12 characters"),
        ("Siskin", "1234567890123", "Many people"),
        ("Siskin", "", "Type a passphrase"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_stands_there_again(
    client, heron, code, pseudonym, passphrase, said
):
    client.post("/join/", {"invitation": code})
    page = page_after(client, "/join/", {"pseudonym": pseudonym, "passphrase": passphrase})
    assert said in page
    assert f'value="{pseudonym}"' in page
    assert Account.objects.count() == 1


def test_the_words_stay_until_she_asks_for_others(client, code):
    first = shown("passphrase", page_after(client, "/join/", {"invitation": code}))
    assert shown("passphrase", client.get("/join/").content.decode()) == first
    assert shown("passphrase", page_after(client, "/join/", {"act": "other"})) != first


@pytest.mark.parametrize(("language", "phrases"), [("fr", 1), ("en", 1), ("ar", 2)])
def test_words_are_offered_in_her_language_or_in_two(client, code, settings, language, phrases):
    settings.LANGUAGES = [("en", "English"), ("fr", "Français"), ("ar", "العربية")]
    client.cookies["language"] = language
    page = page_after(client, "/join/", {"invitation": code})
    assert page.count("data-passphrase") == phrases


@pytest.mark.parametrize("extra", [{"role": "admin", "standing": "member"}, {"joined_on": "2020-01-01"}])
def test_extra_fields_change_nothing(client, code, extra, now):
    client.post("/join/", {"invitation": code, **extra})
    client.post("/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE, **extra})
    account = Account.objects.named("Siskin")
    assert (account.role, account.standing, account.joined_on) == ("member", "waiting", now.date())


def test_the_session_has_another_id_afterwards(client, code):
    client.post("/join/", {"invitation": code})
    before = client.cookies["session"].value
    client.post("/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE})
    assert client.cookies["session"].value != before


def test_a_member_has_no_need_of_it(client, heron):
    sign_in(client, heron)
    assert client.get("/join/")["Location"] == "/"


class TestInvitations:
    @pytest.fixture
    def inside(self, client, heron):
        sign_in(client, heron)
        return client

    def test_she_makes_one_and_it_is_shown_for_ten_minutes(self, inside, now):
        page = page_after(inside, "/invitations/", {"act": "make"})
        code = shown("invitation", page)
        assert inviting.read(code, now=now)
        assert "<svg" in page
        with time_machine.travel(now + timedelta(minutes=11)):
            assert shown("invitation", inside.get("/invitations/").content.decode()) is None

    def test_after_three_there_is_no_button(self, inside):
        for _ in range(4):
            page_after(inside, "/invitations/", {"act": "make"})
        page = page_after(inside, "/invitations/", {"act": "done"})
        assert 'value="make"' not in page
        assert Invitation.objects.count() == 3

    def test_she_takes_one_back(self, inside, heron, code, now):
        pk = Invitation.objects.get().pk
        assert 'data-state="taken_back"' in page_after(
            inside, "/invitations/", {"act": "take-back", "invitation": pk}
        )
        with pytest.raises(inviting.WrongCode):
            inviting.read(code, now=now)

    def test_she_sees_who_used_it_and_confirms_her(self, inside, code):
        newcomer = Client()
        newcomer.post("/join/", {"invitation": code})
        newcomer.post("/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE})
        page = inside.get("/invitations/").content.decode()
        assert 'data-state="to_confirm"' in page
        assert "Siskin" in page
        pk = Invitation.objects.get().pk
        assert 'data-state="confirmed"' in page_after(
            inside, "/invitations/", {"act": "confirm", "invitation": pk}
        )

    def test_of_whom_was_let_in_there_is_nothing_to_confirm(self, inside, heron, plover, stork, robin, code):
        newcomer = Client()
        newcomer.post("/join/", {"invitation": code})
        newcomer.post("/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE})
        waits = Newcomer.objects.get()
        for somebody in (plover, stork):
            a_vouch(waits, by=somebody)
        let_in(waits, by=robin)
        page = inside.get("/invitations/").content.decode()
        assert 'data-state="let_in"' in page
        assert 'value="confirm"' not in page

    def test_who_has_vouched_by_code_confirms_all_the_same(self, inside, heron, code):
        newcomer = Client()
        newcomer.post("/join/", {"invitation": code})
        newcomer.post("/join/", {"pseudonym": "Siskin", "passphrase": PASSPHRASE})
        a_vouch(Newcomer.objects.get(), by=heron)
        pk = Invitation.objects.get().pk
        page = page_after(inside, "/invitations/", {"act": "confirm", "invitation": pk})
        assert 'data-state="confirmed"' in page
        assert Vouch.objects.count() == 1

    def test_who_may_not_is_told_so_and_sees_no_button(self, client, finch):
        sign_in(client, finch)
        for path in ("/invitations/", "/vouch/", "/come-back/vouch/"):
            page = client.get(path).content.decode()
            assert "when you have been a member for 30 days" in page
            assert 'class="button"' not in page

    def test_another_members_is_neither_seen_nor_changed(self, inside, plover, now):
        code = inviting.invite(by=plover, now=now)
        assert "data-state" not in inside.get("/invitations/").content.decode()
        for act in ("take-back", "confirm"):
            inside.post("/invitations/", {"act": act, "invitation": Invitation.objects.get().pk})
        assert inviting.read(code, now=now)
        assert inside.post("/invitations/", {"act": "confirm", "invitation": "x"}).status_code == 404

    def test_waiting_new_and_signed_out_make_none(self, client, wren, finch):
        assert client.get("/invitations/")["Location"] == "/sign-in/"
        for somebody in (wren, finch):
            browser = Client()
            sign_in(browser, somebody)
            browser.post("/invitations/", {"act": "make"})
        assert not Invitation.objects.exists()
