"""Coming back, sleeping and waking, and keys made anew, over the pages."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts import coming_back, inviting, throttling
from accounts.hash_slots import NoRoom
from accounts.models import Account, Invitation, OwnPhone
from accounts.vocabulary import Standing
from tests.people import PASSPHRASE, an_account, sign_in

pytestmark = pytest.mark.django_db

FRESH = "another long passphrase"


def page_after(client, path, fields):
    answer = client.post(path, fields)
    assert answer.status_code == 303
    return client.get(answer["Location"], follow=True).content.decode()


def shown(name, page):
    found = re.search(rf"data-{name}[^>]*>([^<]+)<", page)
    return found[1] if found else None


def is_in(client):
    return client.get("/check/").status_code == 200


def signed_in(account):
    client = Client()
    sign_in(client, account)
    return client


class TestBySpareKey:
    def test_she_gets_a_new_spare_key_and_signs_in_with_the_new_passphrase(self, client, heron):
        old, elsewhere = coming_back.new_spare_key(heron), signed_in(heron)
        page = page_after(
            client, "/come-back/", {"pseudonym": "Heron", "spare_key": old, "passphrase": FRESH}
        )
        assert shown("spare-key", page).replace(" ", "") != old
        assert not is_in(elsewhere)
        assert client.post("/spare-key/")["Location"] == "/sign-in/"
        client.post("/sign-in/", {"pseudonym": "Heron", "passphrase": FRESH})
        assert is_in(client)

    def test_a_moderator_is_asked_for_her_second_step_afterwards(self, client, robin):
        key = coming_back.new_spare_key(robin)
        client.post("/come-back/", {"pseudonym": "Robin", "spare_key": key, "passphrase": FRESH})
        assert not is_in(client)
        answer = client.post("/sign-in/", {"pseudonym": "Robin", "passphrase": FRESH})
        assert answer["Location"] == "/sign-in/second-step/"
        assert not is_in(client)

    def test_whatever_is_wrong_gets_the_same_bytes(self, heron, kite, wren):
        coming_back.new_spare_key(heron)
        answers = set()
        for pseudonym in ("Heron", "Kite", "Wren", "Nobody"):
            stranger = Client(REMOTE_ADDR=f"192.0.2.{len(pseudonym)}")
            fields = {"pseudonym": pseudonym, "spare_key": "0" * 16, "passphrase": FRESH}
            answer = stranger.post("/come-back/", fields)
            page = stranger.get("/come-back/").content.decode()
            for said in (r'value="\w{64}"', rf'value="{pseudonym}"', r"data-passphrase>[^<]+<"):
                page = re.sub(said, "", page)
            answers.add((answer.status_code, answer["Location"], page))
        assert len(answers) == 1

    @pytest.mark.parametrize("hostile", ["x" * 50_000, "\0", "'; --", "<b>"])
    def test_hostile_texts_are_refused(self, client, heron, hostile):
        for name in ("pseudonym", "spare_key", "passphrase"):
            fields = {"pseudonym": "Heron", "spare_key": "0" * 16, "passphrase": FRESH, name: hostile}
            assert "data-spare-key" not in page_after(client, "/come-back/", fields)


class TestThroughTwo:
    def test_from_a_lost_phone_to_the_first_page(self, client, heron, plover, now):
        code = inviting.invite(by=plover, now=now)
        page = page_after(
            client, "/come-back/invited/", {"pseudonym": "Heron", "invitation": code, "passphrase": FRESH}
        )
        vouch_code = shown("vouch-code", page)
        inviter, other = signed_in(plover), signed_in(an_account("Egret"))
        inviter.post("/invitations/", {"act": "confirm", "invitation": Invitation.objects.get().pk})
        assert "Heron" in page_after(other, "/come-back/vouch/", {"code": vouch_code})
        client.post("/sign-in/", {"pseudonym": "Heron", "passphrase": FRESH})
        assert not is_in(client)
        other.post("/come-back/vouch/", {"confirm": "yes"})
        client.post("/sign-in/", {"pseudonym": "Heron", "passphrase": FRESH})
        assert is_in(client)

    def test_a_pseudonym_that_nobody_has_gets_the_same_page(self, heron, plover, now):
        pages = set()
        for pseudonym in ("Heron", "Nobody", "Plover"):
            stranger, code = Client(), inviting.invite(by=plover, now=now)
            fields = {"pseudonym": pseudonym, "invitation": code, "passphrase": FRESH}
            page = page_after(stranger, "/come-back/invited/", fields)
            pages.add(re.sub(r'value="\w{64}"|data-vouch-code>[\d ]+<', "", page))
        assert len(pages) == 1

    def test_a_wrong_vouch_code_names_nobody(self, heron):
        page = page_after(signed_in(heron), "/come-back/vouch/", {"code": "000000000000"})
        assert "not good" in page


class TestSignedIn:
    def test_a_new_passphrase_keeps_this_visit_and_ends_the_others(self, heron):
        here, elsewhere = signed_in(heron), signed_in(heron)
        assert "spare key still holds" in page_after(here, "/account/passphrase/", {"passphrase": FRESH})
        assert is_in(here)
        assert not is_in(elsewhere)
        assert Account.objects.get(pk=heron.pk).check_password(FRESH)

    def test_a_poor_passphrase_is_refused(self, heron):
        assert "12 characters" in page_after(signed_in(heron), "/account/passphrase/", {"passphrase": "x"})
        assert Account.objects.get(pk=heron.pk).check_password(PASSPHRASE)

    @pytest.mark.parametrize("path", ["/account/passphrase/", "/account/spare-key/", "/account/own-phone/"])
    def test_who_sends_many_at_once_is_asked_to_wait(self, heron, path, monkeypatch):
        def no_room(_network: str) -> None:
            raise NoRoom

        client, before = signed_in(heron), Account.objects.get(pk=heron.pk)
        monkeypatch.setattr(throttling, "hash_slot", no_room)
        said = page_after(client, path, {"passphrase": FRESH, "digits": "314159"})
        after = Account.objects.get(pk=heron.pk)
        assert "Wait ten seconds" in said
        assert (after.password, after.facts) == (before.password, before.facts)
        assert not OwnPhone.objects.exists()

    def test_a_new_spare_key_is_shown(self, heron):
        assert shown("spare-key", page_after(signed_in(heron), "/account/spare-key/", {}))

    @pytest.mark.parametrize(
        "path", ["/account/passphrase/", "/account/spare-key/", "/invitations/", "/come-back/vouch/"]
    )
    def test_it_asks_anew_who_she_is_after_15_minutes(self, heron, path, now):
        client = signed_in(heron)
        client.get("/check/")
        with time_machine.travel(now + timedelta(minutes=10)):
            client.get("/check/")
        with time_machine.travel(now + timedelta(minutes=16)):
            assert client.get(path)["Location"].startswith("/account/proof/")


class TestAsleep:
    def test_a_moderator_puts_it_to_sleep_and_she_wakes_it(self, heron, robin):
        inside = signed_in(heron)
        signed_in(robin).post("/moderation/sleep/", {"pseudonym": "heron"})
        assert not is_in(inside)
        again = signed_in(heron)
        assert not is_in(again)
        assert "Wake" in again.get("/check/", follow=True).content.decode()
        again.post("/account/wake/")
        assert is_in(again)

    def test_members_and_admins_put_nobody_to_sleep(self, heron, plover, owl):
        for client in (signed_in(plover), signed_in(owl), Client()):
            assert client.post("/moderation/sleep/", {"pseudonym": "Heron"}).status_code == 404
        assert Account.objects.get(pk=heron.pk).standing == Standing.MEMBER

    def test_waking_is_for_the_sleeping(self, kite):
        client = signed_in(kite)
        client.post("/account/wake/")
        assert Account.objects.get(pk=kite.pk).standing == Standing.SUSPENDED
