"""Joining: one invitation, one account, and nothing else asked or kept."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password

from accounts import inviting, joining, passphrases, pseudonyms
from accounts.models import Account, Invitation, Newcomer
from accounts.vocabulary import Standing
from tests.people import PASSPHRASE
from tests.threads import let_go

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(heron, now):
    return inviting.invite(by=heron, now=now)


def join(code, now, **but):
    return joining.join(code, **{"pseudonym": "Siskin", "passphrase": PASSPHRASE, "now": now, **but})


class TestJoining:
    def test_she_waits_invited_by_whoever_gave_her_the_code(self, heron, code, now):
        account, _spare_key = join(code, now)
        newcomer = Newcomer.objects.get(account=account)
        assert Account.objects.named("siskin").standing == Standing.WAITING
        assert newcomer.facts["invited_by"] == str(heron.pk)
        assert newcomer.facts["confirmed"] is False
        assert Invitation.objects.get().facts["used_by"] == str(account.pk)

    def test_her_passphrase_and_her_spare_key_are_kept_as_hashes(self, code, now):
        account, spare_key = join(code, now)
        kept = Account.objects.get(pk=account.pk)
        assert len(spare_key) == 16
        assert kept.check_password(PASSPHRASE)
        assert check_password(spare_key, kept.spare_key)
        assert spare_key not in str(kept.facts)

    def test_five_words_open_however_she_types_them_later(self, code, now):
        account, _ = join(code, now, passphrase="Abeille météore éclairer ruban zèbre")
        assert account.check_password(passphrases.prepared("abei mete ecla ruba zebr"))

    def test_nothing_about_her_is_kept_but_what_she_chose(self, code, now):
        account, _ = join(code, now)
        said = {
            key: value for key, value in account.facts.items() if key not in ("epoch", "handle", "spare_key")
        }
        assert said == {
            "pseudonym": "Siskin",
            "standing": "waiting",
            "role": "member",
            "joined_on": now.date().isoformat(),
            "group": "",
        }

    def test_without_a_pseudonym_a_free_one_is_proposed(self, heron, code, now, monkeypatch):
        proposals = iter(["Heron", "Velvet Orbit"])
        monkeypatch.setattr(pseudonyms, "propose", lambda _language: next(proposals))
        assert join(code, now, pseudonym=" ")[0].pseudonym == "Velvet Orbit"


class TestRefused:
    @pytest.mark.parametrize("typed", ["", "000000000000", "12"])
    def test_without_a_good_code_nothing_is_looked_at(self, heron, code, now, typed):
        for pseudonym in ("Heron", "Siskin", "@"):
            with pytest.raises(joining.WrongCode):
                join(typed, now, pseudonym=pseudonym, passphrase="short")

    def test_a_code_is_good_once(self, code, now):
        join(code, now)
        with pytest.raises(joining.WrongCode):
            join(code, now, pseudonym="Dunnock")
        assert Account.objects.count() == 2

    @pytest.mark.parametrize(
        ("passphrase", "refusal"),
        [
            ("short", passphrases.TooShort),
            ("aaaaaaaaaaaaaaa", passphrases.TooCommon),
            ("1234567890123", passphrases.TooCommon),
            ("1Q2W3E4R5T6Y", passphrases.TooCommon),
            ("siskin-siskin-1", passphrases.TooShort),
            ("", passphrases.Unusable),
            ("x" * 1025, passphrases.Unusable),
            ("lone \ud800 surrogate", passphrases.Unusable),
        ],
    )
    def test_a_passphrase_that_others_would_guess(self, code, now, passphrase, refusal):
        with pytest.raises(refusal):
            join(code, now, passphrase=passphrase)
        assert inviting.read(code, now=now)

    def test_a_pseudonym_that_says_who_she_is(self, code, now):
        with pytest.raises(pseudonyms.LooksLikeContact):
            join(code, now, pseudonym="siskin@example.org")

    def test_taken_is_said_five_times_and_then_the_site_chooses(self, heron, code, now):
        for left in (4, 3, 2, 1, 0):
            with pytest.raises(joining.Taken) as taken:
                join(code, now, pseudonym=" HERON")
            assert taken.value.left == left
        for pseudonym in ("Heron", "Siskin"):  # taken or free: it is not said any more
            with pytest.raises(joining.NoMoreTries):
                join(code, now, pseudonym=pseudonym)
        assert join(code, now, pseudonym="")[0].standing == Standing.WAITING

    def test_taken_costs_no_invitation(self, heron, code, now):
        with pytest.raises(joining.Taken):
            join(code, now, pseudonym="Heron")
        assert join(code, now)[0].pseudonym == "Siskin"

    def test_whoever_is_killed_before_the_end_leaves_nothing(self, code, now, monkeypatch):
        def killed(*_args, **_kwargs):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(inviting, "spend", killed)
            with pytest.raises(KeyboardInterrupt):
                join(code, now)
        assert not Account.objects.named("Siskin")
        assert not Newcomer.objects.exists()
        assert join(code, now)[0].pseudonym == "Siskin"

    def test_taken_back_while_she_types(self, heron, code, now, monkeypatch):
        invitation = inviting.read(code, now=now)
        proposed = passphrases.refuse

        def meanwhile(*args, **kwargs):
            inviting.take_back(invitation.pk, by=heron, now=now)
            proposed(*args, **kwargs)

        monkeypatch.setattr(passphrases, "refuse", meanwhile)
        with pytest.raises(joining.WrongCode):
            join(code, now)
        assert not Account.objects.named("Siskin")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def _all_at_once(self, many, *calls):
        outcomes, start = [], threading.Barrier(many)

        def run(call):
            start.wait()
            try:
                outcomes.append(call())
            except (joining.WrongCode, joining.JoiningRefused) as refusal:
                outcomes.append(type(refusal))
            finally:
                let_go()

        threads = [threading.Thread(target=run, args=(calls[number % len(calls)],)) for number in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def test_one_invitation_makes_one_account(self, heron, now):
        code, names = inviting.invite(by=heron, now=now), iter(range(100))
        outcomes = self._all_at_once(12, lambda: join(code, now, pseudonym=f"Siskin {next(names)}"))
        assert outcomes.count(joining.WrongCode) == 11
        assert Account.objects.count() == 2
        assert Newcomer.objects.count() == 1

    def test_one_pseudonym_goes_to_one(self, heron, now):
        codes = [inviting.invite(by=heron, now=now) for _ in range(3)]
        outcomes = self._all_at_once(3, *[lambda code=code: join(code, now) for code in codes])
        assert outcomes.count(joining.Taken) == 2
        assert Account.objects.count() == 2


def test_an_invitation_of_a_member_is_over_after_14_days(code, now):
    with pytest.raises(joining.WrongCode):
        join(code, now + timedelta(days=14))
