"""Coming back by spare key or through two who know her; asleep meanwhile."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from accounts import coming_back, inviting, passphrases, second_step, vouching
from accounts.deciding import NotForHer
from accounts.models import Account, Invitation, RecordEntry, Return, TotpDevice
from accounts.throttling import TooManyTries
from accounts.vocabulary import Role, Standing
from tests.people import PASSPHRASE, SEED, an_account
from tests.threads import let_go

pytestmark = pytest.mark.django_db

FRESH = "another long passphrase"


def spare_key_of(account):
    with Account.held(account.pk) as held:
        return held.give_spare_key()


def come_back(now, **but):
    said = {"pseudonym": "Heron", "spare_key": "", "passphrase": FRESH, "network": "192.0.2.1"}
    return coming_back.come_back(now=now, **{**said, **but})


def put_to(account, standing):
    with Account.held(account.pk) as held:
        held.put_to(standing)


class TestBySpareKey:
    def test_the_new_passphrase_opens_and_the_old_one_no_more(self, heron, now):
        account, _new = come_back(now, spare_key=spare_key_of(heron))
        assert account.check_password(FRESH)
        assert not Account.objects.get(pk=heron.pk).check_password(PASSPHRASE)

    def test_every_session_ends(self, heron, now):
        before = heron.get_session_auth_hash()
        come_back(now, spare_key=spare_key_of(heron))
        assert Account.objects.get(pk=heron.pk).get_session_auth_hash() != before

    def test_each_spare_key_is_good_once_and_gives_the_next(self, heron, now):
        first = spare_key_of(heron)
        _account, second = come_back(now, spare_key=first)
        assert second != first
        with pytest.raises(coming_back.WrongSpareKey):
            come_back(now, spare_key=first)
        assert come_back(now, spare_key=second)

    def test_in_groups_and_in_other_digits_it_is_the_same(self, heron, now):
        key = spare_key_of(heron)
        typed = f"{key[:4]} {key[4:8]}-{key[8:]}".translate({ord(d): 0x6F0 + int(d) for d in "0123456789"})
        assert come_back(now, spare_key=typed)

    @pytest.mark.parametrize("typed", ["", "0" * 16, "12", "x" * 16, "0" * 60_000])
    def test_any_other_is_wrong(self, heron, now, typed):
        spare_key_of(heron)
        with pytest.raises(coming_back.WrongSpareKey):
            come_back(now, spare_key=typed)
        assert heron.check_password(PASSPHRASE)

    def test_an_account_that_never_had_one_opens_to_none(self, heron, now):
        with pytest.raises(coming_back.WrongSpareKey):
            come_back(now, spare_key="")

    def test_a_poor_passphrase_costs_no_try(self, heron, now):
        with pytest.raises(passphrases.TooShort):
            come_back(now, spare_key=spare_key_of(heron), passphrase="short")

    @pytest.mark.parametrize("pseudonym", ["Heron", "Nobody", "Plover", "\ud800"])
    def test_whatever_is_wrong_costs_one_hash(self, heron, plover, now, pseudonym, monkeypatch):
        spare_key_of(heron)
        hashes = []
        real = {name: getattr(Argon2PasswordHasher, name) for name in ("encode", "verify")}
        for name, function in real.items():
            monkeypatch.setattr(
                Argon2PasswordHasher,
                name,
                lambda self, *args, _real=function: hashes.append(1) or _real(self, *args),
            )
        with pytest.raises(coming_back.WrongSpareKey):
            come_back(now, pseudonym=pseudonym, spare_key="0" * 16)
        assert len(hashes) == 1

    def test_a_role_written_into_the_table_opens_nothing(self, heron, now):
        key = spare_key_of(heron)
        Account.objects.filter(pk=heron.pk).update(role=Role.ADMIN)
        with pytest.raises(coming_back.WrongSpareKey):
            come_back(now, spare_key=key)

    def test_a_network_that_tries_much_has_to_wait_and_she_does_not(self, heron, now):
        key = spare_key_of(heron)
        for _ in range(21):
            with pytest.raises(coming_back.WrongSpareKey):
                come_back(now, spare_key="0" * 16)
        with pytest.raises(TooManyTries):
            come_back(now, spare_key=key)
        assert come_back(now, spare_key=key, network="198.51.100.7")

    def test_whoever_is_suspended_stays_so(self, kite, now):
        account, _ = come_back(now, pseudonym="Kite", spare_key=spare_key_of(kite))
        assert account.standing == Standing.SUSPENDED


@pytest.mark.django_db(transaction=True)
def test_one_spare_key_used_twice_at_once_is_used_once(heron, now):
    key, outcomes, start = spare_key_of(heron), [], threading.Barrier(4)

    def run(number):
        start.wait()
        try:
            outcomes.append(come_back(now, spare_key=key, network=f"192.0.2.{number}"))
        except (coming_back.WrongSpareKey, TooManyTries):
            pass
        finally:
            let_go()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1


class TestSignedIn:
    def test_a_new_passphrase_leaves_the_spare_key(self, heron, now):
        key = spare_key_of(heron)
        assert coming_back.change_passphrase(heron, FRESH).check_password(FRESH)
        assert come_back(now, spare_key=key)

    def test_a_new_spare_key_ends_the_old_one(self, heron, now):
        old, new = spare_key_of(heron), coming_back.new_spare_key(heron)
        with pytest.raises(coming_back.WrongSpareKey):
            come_back(now, spare_key=old)
        assert come_back(now, spare_key=new)


class TestThroughTwoWhoKnowHer:
    @pytest.fixture
    def invitation(self, plover, now):
        return inviting.invite(by=plover, now=now)

    @pytest.fixture
    def egret(self):
        return an_account("Egret", days_here=60)

    def ask(self, invitation, now, **but):
        said = {"pseudonym": "Heron", "passphrase": FRESH, "now": now}
        return coming_back.ask_to_return(invitation, **{**said, **but})

    def confirm(self, plover, now):
        coming_back.confirm_return(Invitation.objects.get().pk, by=plover, now=now)

    def opens_to(self, account):
        kept = Account.objects.get(pk=account.pk)
        return next(phrase for phrase in (PASSPHRASE, FRESH) if kept.check_password(phrase))

    @pytest.mark.parametrize("vouched_first", [True, False])
    def test_both_have_to_know_her(self, heron, plover, egret, invitation, now, vouched_first):
        code = self.ask(invitation, now)
        steps = [
            lambda: self.confirm(plover, now),
            lambda: coming_back.vouch_for_return(code, by=egret, now=now),
        ]
        for step in reversed(steps) if vouched_first else steps:
            assert self.opens_to(heron) == PASSPHRASE
            step()
        assert self.opens_to(heron) == FRESH

    def test_her_old_spare_key_and_her_second_step_are_good_no_more(
        self, heron, plover, egret, invitation, now
    ):
        key = spare_key_of(heron)
        second_step.provide_totp(heron, SEED)
        code = self.ask(invitation, now)
        self.confirm(plover, now)
        coming_back.vouch_for_return(code, by=egret, now=now)
        with pytest.raises(coming_back.WrongSpareKey):
            come_back(now, spare_key=key)
        assert not second_step.steps_of(Account.objects.get(pk=heron.pk)).any
        assert not TotpDevice.objects.exists()

    def test_a_moderator_keeps_her_second_step(self, robin, plover, egret, invitation, now):
        code = self.ask(invitation, now, pseudonym="Robin")
        self.confirm(plover, now)
        coming_back.vouch_for_return(code, by=egret, now=now)
        assert self.opens_to(robin) == FRESH
        assert second_step.steps_of(Account.objects.get(pk=robin.pk)).totp

    def test_it_is_on_the_record(self, heron, plover, egret, invitation, now):
        code = self.ask(invitation, now)
        self.confirm(plover, now)
        coming_back.vouch_for_return(code, by=egret, now=now)
        assert RecordEntry.objects.get().facts["kind"] == "returned"

    def test_the_invitation_is_spent(self, heron, invitation, now):
        self.ask(invitation, now)
        with pytest.raises(inviting.WrongCode):
            self.ask(invitation, now)

    def test_for_a_pseudonym_that_nobody_has_all_is_the_same_and_nothing_happens(
        self, plover, egret, invitation, now
    ):
        code = self.ask(invitation, now, pseudonym="Nobody")
        self.confirm(plover, now)
        coming_back.vouch_for_return(code, by=egret, now=now)
        assert Return.objects.get().facts["done"] is False

    def test_whoever_gave_the_invitation_does_not_vouch_too(self, heron, plover, invitation, now):
        code = self.ask(invitation, now)
        for somebody in (plover, heron):
            with pytest.raises(coming_back.NeedsAnother):
                coming_back.vouch_for_return(code, by=somebody, now=now)

    def test_nobody_brings_herself_back(self, plover, egret, invitation, now):
        code = self.ask(invitation, now, pseudonym="Plover")
        self.confirm(plover, now)
        coming_back.vouch_for_return(code, by=egret, now=now)
        assert self.opens_to(plover) == PASSPHRASE

    def test_nobody_new_vouches(self, heron, finch, invitation, now):
        code = self.ask(invitation, now)
        with pytest.raises(vouching.TooNewToVouch):
            coming_back.vouch_for_return(code, by=finch, now=now)

    def test_nobody_else_confirms(self, heron, egret, invitation, now):
        self.ask(invitation, now)
        with pytest.raises(coming_back.NotHers):
            self.confirm(egret, now)

    def test_whoever_was_suspended_meanwhile_does_not_count(self, heron, plover, egret, invitation, now):
        code = self.ask(invitation, now)
        self.confirm(plover, now)
        put_to(plover, Standing.SUSPENDED)
        coming_back.vouch_for_return(code, by=egret, now=now)
        assert self.opens_to(heron) == PASSPHRASE

    @pytest.mark.parametrize("by_spare_key", [True, False])
    def test_who_has_set_a_passphrase_meanwhile_keeps_it(
        self, heron, plover, egret, invitation, now, by_spare_key
    ):
        key, code = spare_key_of(heron), self.ask(invitation, now)
        hers = "river gate olive sand moon"
        if by_spare_key:
            come_back(now, spare_key=key, passphrase=hers)
        else:
            coming_back.change_passphrase(heron, hers)
        self.confirm(plover, now)
        coming_back.vouch_for_return(code, by=egret, now=now)
        assert Account.objects.get(pk=heron.pk).check_password(passphrases.prepared(hers))

    def test_to_be_put_to_sleep_meanwhile_does_not_keep_her_out(
        self, heron, plover, egret, robin, invitation, now
    ):
        code = self.ask(invitation, now)
        coming_back.put_to_sleep("Heron", by=robin, now=now)
        self.confirm(plover, now)
        coming_back.vouch_for_return(code, by=egret, now=now)
        assert self.opens_to(heron) == FRESH

    def test_a_vouch_code_is_good_once_and_for_14_days(self, heron, plover, egret, invitation, now):
        code = self.ask(invitation, now)
        with pytest.raises(coming_back.WrongCode):
            coming_back.vouch_for_return(code, by=egret, now=now + timedelta(days=14))
        coming_back.vouch_for_return(code, by=egret, now=now)
        with pytest.raises(coming_back.WrongCode):
            coming_back.vouch_for_return(code, by=an_account("Dunnock"), now=now)

    def test_a_dump_says_nothing_of_it(self, heron, invitation, now):
        code = self.ask(invitation, now)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_return")
            row = cursor.fetchone()
        dump = b" ".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row
        )
        for said in (code, "Heron", str(heron.pk), heron.pk.hex, "argon2"):
            assert said.encode() not in dump


class TestAsleep:
    def test_nobody_enters_and_no_session_is_left(self, heron, robin, now):
        before = heron.get_session_auth_hash()
        coming_back.put_to_sleep("heron", by=robin, now=now)
        account = Account.objects.get(pk=heron.pk)
        assert account.standing == Standing.ASLEEP
        assert not account.may_enter()
        assert account.get_session_auth_hash() != before
        assert RecordEntry.objects.get().facts["kind"] == "put_to_sleep"

    @pytest.mark.parametrize("was", [Standing.MEMBER, Standing.LIMITED, Standing.WAITING])
    def test_she_wakes_it_to_what_it_was(self, heron, robin, now, was):
        put_to(heron, was)
        coming_back.put_to_sleep("Heron", by=robin, now=now)
        coming_back.wake(heron, now=now)
        assert Account.objects.get(pk=heron.pk).standing == was

    def test_her_spare_key_wakes_it(self, heron, robin, now):
        key = spare_key_of(heron)
        coming_back.put_to_sleep("Heron", by=robin, now=now)
        assert come_back(now, spare_key=key)[0].standing == Standing.MEMBER

    @pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.SUSPENDED, Standing.ASLEEP])
    def test_it_is_no_way_round_a_pause_or_a_suspension(self, heron, robin, now, standing):
        put_to(heron, standing)
        with pytest.raises(coming_back.NotAsItStands):
            coming_back.put_to_sleep("Heron", by=robin, now=now)

    def test_who_is_awake_is_not_woken(self, kite, now):
        with pytest.raises(coming_back.NotAsItStands):
            coming_back.wake(kite, now=now)

    def test_only_a_moderator_in_good_standing_does_it(self, heron, owl, robin, now):
        put_to(robin, Standing.LIMITED)
        for somebody in (heron, owl, robin):
            with pytest.raises(NotForHer):
                coming_back.put_to_sleep("Heron", by=somebody, now=now)

    def test_nobody_of_that_pseudonym(self, robin, now):
        with pytest.raises(coming_back.NoSuchMember):
            coming_back.put_to_sleep("Nobody", by=robin, now=now)
