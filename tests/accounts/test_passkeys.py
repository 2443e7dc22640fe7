"""Passkeys: an answer is taken from this site, to this question, once, by a key of hers whose holder was checked."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from accounts import passkeys, second_step
from accounts.models import Account, Passkey
from accounts.second_step import NoSuchStep, StillNeeded, TooManyPasskeys, WrongPasskey
from tests.softkey import ORIGIN, PRESENT, VERIFIED, SoftKey

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    {"origin": "http://localhost.example"},
    {"origin": "https://localhost"},
    {"origin": "http://localhost:8001"},
    {"origin": "null"},
    {"rp_id": "elsewhere.example"},
    {"rp_id": ""},
    {"challenge": bytes_to_base64url(bytes(32))},
    {"challenge": ""},
    {"kind": "payment.get"},
    {"flags": PRESENT},
    {"flags": VERIFIED},
    {"flags": 0},
]

PARTS = ["clientDataJSON", "authenticatorData", "signature", "userHandle"]


def a_passkey(account: Account, now, **told) -> SoftKey:
    key, question = SoftKey(), second_step.ask_to_make_passkey(account)
    keep(account, key.make(question.options, **told), question, now)
    return key


def keep(account: Account, answer: str, question: passkeys.Question, now) -> list[str]:
    return second_step.keep_passkey(account, answer, challenge=question.challenge, origin=ORIGIN, now=now)


def shows(answer: str, question: passkeys.Question, now, *, of: Account | None = None) -> Account | None:
    """Whose passkey it was."""
    try:
        shown = second_step.pass_passkey(answer, of=of, challenge=question.challenge, origin=ORIGIN, now=now)
    except WrongPasskey:
        return None
    return shown.user


def again(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


class TestMaking:
    def test_what_a_key_is_asked(self, heron):
        asked = json.loads(second_step.ask_to_make_passkey(heron).options)
        assert asked["rp"]["id"] == "localhost"
        assert asked["attestation"] == "none"
        assert asked["authenticatorSelection"] == {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        }

    def test_what_a_key_learns_is_not_her_pseudonym(self, heron, now):
        options = second_step.ask_to_make_passkey(heron).options
        asked = json.loads(options)
        assert asked["user"]["id"] == bytes_to_base64url(bytes.fromhex(heron.handle))
        assert asked["user"]["name"] == asked["user"]["displayName"] == f"Jasmine {heron.handle[:4]}"
        assert "heron" not in options.casefold()
        assert heron.pk.hex not in options

    def test_the_first_brings_recovery_codes(self, heron, now):
        question = second_step.ask_to_make_passkey(heron)
        assert len(keep(heron, SoftKey().make(question.options), question, now)) == 10
        assert second_step.steps_of(again(heron)) == second_step.Steps(False, 1, 10)
        question = second_step.ask_to_make_passkey(heron)
        assert keep(heron, SoftKey().make(question.options), question, now) == []

    def test_a_key_that_has_one_is_told_so(self, heron, now):
        key = a_passkey(heron, now)
        asked = json.loads(second_step.ask_to_make_passkey(heron).options)
        assert [one["id"] for one in asked["excludeCredentials"]] == [bytes_to_base64url(key.id)]

    def test_five_and_no_more(self, heron, now):
        for _number in range(5):
            a_passkey(heron, now)
        with pytest.raises(TooManyPasskeys):
            a_passkey(heron, now)
        assert Passkey.objects.filter(user=heron).count() == 5

    @pytest.mark.parametrize("told", ELSEWHERE, ids=str)
    def test_nothing_is_kept_of_another_answer(self, heron, now, told):
        with pytest.raises(WrongPasskey):
            a_passkey(heron, now, **told)
        assert not second_step.steps_of(again(heron)).any

    def test_nor_of_the_same_one_once_more(self, heron, plover, now):
        key, question = SoftKey(), second_step.ask_to_make_passkey(heron)
        answer = key.make(question.options)
        keep(heron, answer, question, now)
        with pytest.raises(WrongPasskey):
            keep(heron, answer, question, now)
        with pytest.raises(WrongPasskey):
            a_passkey_of(key, plover, now)
        assert Passkey.objects.count() == 1

    def test_nor_of_one_with_a_name_longer_than_the_standard_has(self, heron, now):
        question = second_step.ask_to_make_passkey(heron)
        with pytest.raises(WrongPasskey):
            keep(heron, SoftKey(id=bytes(1024)).make(question.options), question, now)

    def test_the_table_has_nothing_by_which_a_key_is_known(self, heron, now):
        key = a_passkey(heron, now)
        stored = bytes(Passkey.objects.values_list("facts", flat=True).get(user=heron).sealed)
        assert key.id not in stored
        assert bytes_to_base64url(key.id).encode() not in stored


class TestShowing:
    def test_alone(self, heron, plover, now):
        key, _other = a_passkey(heron, now), a_passkey(plover, now)
        question = second_step.ask_for_passkey()
        assert json.loads(question.options)["allowCredentials"] == []
        assert json.loads(question.options)["userVerification"] == "required"
        assert shows(key.show(question.options), question, now) == heron

    def test_beside_a_passphrase(self, heron, now):
        key, question = a_passkey(heron, now), second_step.ask_for_passkey(again(heron))
        assert [one["id"] for one in json.loads(question.options)["allowCredentials"]] == [
            bytes_to_base64url(key.id)
        ]
        assert shows(key.show(question.options), question, now, of=again(heron)) == heron

    def test_not_in_place_of_another_s(self, heron, plover, now):
        a_passkey(heron, now)
        key, question = a_passkey(plover, now), second_step.ask_for_passkey(again(heron))
        assert shows(key.show(question.options), question, now, of=again(heron)) is None

    @pytest.mark.parametrize("told", ELSEWHERE, ids=str)
    @pytest.mark.parametrize("alone", [True, False])
    def test_no_other_answer(self, heron, now, told, alone):
        key, question = a_passkey(heron, now), second_step.ask_for_passkey()
        assert (
            shows(key.show(question.options, **told), question, now, of=None if alone else again(heron))
            is None
        )

    def test_the_same_answer_opens_once(self, heron, now):
        key, question = a_passkey(heron, now), second_step.ask_for_passkey()
        answer = key.show(question.options)
        assert shows(answer, question, now) == heron
        assert shows(answer, question, now) is None

    def test_nor_is_a_question_answered_twice(self, heron, now):
        key, question = a_passkey(heron, now), second_step.ask_for_passkey()
        assert shows(key.show(question.options), question, now) == heron
        assert shows(key.show(question.options), question, now) is None

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("uses", [0, 1])
    def test_once_when_it_comes_eight_times_at_once(self, heron, now, uses):
        key, question = a_passkey(heron, now), second_step.ask_for_passkey()
        answer = key.show(question.options, uses=uses)

        def try_it(_number: int) -> bool:
            try:
                return shows(answer, question, now) == heron
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(try_it, range(8))) == 1

    @pytest.mark.parametrize("uses", [0, -1])
    def test_a_copy_of_a_key_that_counts_is_found_out(self, heron, now, uses):
        key = a_passkey(heron, now)
        for uses_of_it, opens in ((5, True), (uses, False), (1, uses == 0)):
            question = second_step.ask_for_passkey()
            answer = key.show(question.options, uses=uses_of_it)
            assert (shows(answer, question, now) == heron) == opens

    def test_a_key_that_does_not_count_opens_again_and_again(self, heron, now):
        key = a_passkey(heron, now)
        for _time in range(3):
            question = second_step.ask_for_passkey()
            assert shows(key.show(question.options, uses=0), question, now) == heron

    @pytest.mark.parametrize("handle", ["", bytes_to_base64url(bytes(16))])
    def test_alone_the_handle_must_be_hers(self, heron, now, handle):
        key, question = a_passkey(heron, now), second_step.ask_for_passkey()
        assert shows(key.show(question.options, handle=handle), question, now) is None

    def test_of_another_secret_under_the_same_name(self, heron, now):
        key, question = a_passkey(heron, now), second_step.ask_for_passkey()
        forged = SoftKey(id=key.id, handle=key.handle)
        assert shows(forged.show(question.options), question, now) is None

    def test_after_it_was_removed(self, heron, now):
        key = a_passkey(heron, now)
        (passkey,) = second_step.passkeys_of(again(heron))
        second_step.remove_passkey(heron, passkey.pk)
        question = second_step.ask_for_passkey()
        assert shows(key.show(question.options), question, now) is None

    @examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
    @given(part=st.sampled_from(PARTS), place=st.integers(0, 500), flipped=st.integers(1, 255))
    def test_no_answer_that_was_changed_anywhere(self, heron, now, part, place, flipped):
        question = second_step.ask_for_passkey()
        told = json.loads(a_key_of(heron, now).show(question.options))
        content = bytearray(base64url_to_bytes(told["response"][part]))
        content[place % len(content)] ^= flipped
        told["response"][part] = bytes_to_base64url(bytes(content))
        assert shows(json.dumps(told), question, now) is None

    @examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        answer=st.one_of(
            st.text(),
            st.recursive(
                st.none() | st.integers() | st.text(),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(["id", "rawId", "type", "response", "userHandle", "signature"]), inner
                    )
                ),
            ).map(json.dumps),
        )
    )
    def test_whatever_else_is_sent_is_refused(self, heron, now, answer):
        question = second_step.ask_for_passkey()
        assert shows(answer, question, now) is None
        with pytest.raises(WrongPasskey):
            keep(heron, answer, second_step.ask_to_make_passkey(heron), now)


class TestRemoving:
    def test_another_s_by_its_id(self, heron, plover, now):
        a_passkey(heron, now)
        a_passkey(plover, now)
        (passkey,) = second_step.passkeys_of(again(heron))
        with pytest.raises(NoSuchStep):
            second_step.remove_passkey(again(plover), passkey.pk)
        assert second_step.passkeys_of(again(heron)) == [passkey]

    def test_a_moderator_may_change_from_app_to_passkey_and_no_further(self, robin, now):
        a_passkey(robin, now)
        second_step.remove_totp(robin)
        (passkey,) = second_step.passkeys_of(again(robin))
        with pytest.raises(StillNeeded):
            second_step.remove_passkey(robin, passkey.pk)
        assert second_step.passkeys_of(again(robin)) == [passkey]

    @pytest.mark.django_db(transaction=True)
    def test_of_a_moderator_s_two_at_once_one_stays(self, robin, now):
        a_passkey(robin, now)
        (passkey,) = second_step.passkeys_of(again(robin))

        def remove(what: str) -> bool:
            try:
                if what == "app":
                    second_step.remove_totp(again(robin))
                else:
                    second_step.remove_passkey(again(robin), passkey.pk)
            except StillNeeded:
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(remove, ["app", "passkey"])) == 1
        assert second_step.steps_of(again(robin)).any


class TestWhatIsWrittenIntoTheTable:
    def test_a_passkey_that_is_moved_to_somebody_opens_nothing_of_hers(self, heron, owl, now):
        key = a_passkey(heron, now)
        with connection.cursor() as cursor:
            pk = owl.pk.hex if connection.vendor == "sqlite" else str(owl.pk)
            cursor.execute("UPDATE accounts_passkey SET user_id = %s", [pk])
        for handle in (key.handle, bytes_to_base64url(bytes.fromhex(owl.handle))):
            question = second_step.ask_for_passkey()
            assert shows(key.show(question.options, handle=handle), question, now) is None


def a_passkey_of(key: SoftKey, account: Account, now) -> None:
    """The same key once more, for somebody else."""
    question = second_step.ask_to_make_passkey(account)
    keep(account, key.make(question.options), question, now)


_keys: dict[str, SoftKey] = {}


def a_key_of(account: Account, now) -> SoftKey:
    """Hers, made at the first example."""
    name = f"{account.pk}"
    if name not in _keys:
        _keys[name] = a_passkey(account, now)
    return _keys[name]
