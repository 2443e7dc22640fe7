"""What is shown beside a passphrase: good once, of this account alone, and still there where a role asks for it."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import recovery, second_step, totp
from accounts.models import Account, RecoveryCodes, TotpDevice
from accounts.second_step import NoSuchStep, StillNeeded, WrongCode
from accounts.throttling import TooManyTries
from jasmine import crypto
from tests.people import SEED, an_account

pytestmark = pytest.mark.django_db

HALF_A_MINUTE = timedelta(seconds=totp.STEP_SECONDS)


def code(now, *, steps: int = 0, seed: str = SEED) -> str:
    return totp.code_at(seed, totp.step_at(now) + steps)


def a_wrong_code(now) -> str:
    good = {code(now, steps=aside) for aside in (-1, 0, 1)}
    return next(typed for typed in (f"{n:06}" for n in range(4)) if typed not in good)


def passes(account: Account, typed: str, now) -> bool:
    try:
        second_step.pass_code(account, typed, now=now)
    except WrongCode:
        return False
    return True


def again(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


class TestCodesOfAnApp:
    def test_the_code_that_her_app_shows(self, robin, now):
        assert isinstance(second_step.pass_code(robin, code(now), now=now), TotpDevice)

    @pytest.mark.parametrize("spelt", ["{0}{1}", "{0} {1}", " {0}-{1} ", "\u200e{0}\u200f {1}\n"])
    def test_however_it_is_typed(self, robin, now, spelt):
        digits = code(now)
        assert passes(robin, spelt.format(digits[:3], digits[3:]), now)

    @pytest.mark.parametrize("zero", ["٠", "۰", "०", "０"])
    def test_in_digits_of_any_script(self, robin, now, zero):
        assert passes(robin, "".join(chr(ord(zero) + int(digit)) for digit in code(now)), now)

    @pytest.mark.parametrize("steps", [-2, 2])
    def test_not_a_minute_away(self, robin, now, steps):
        assert not passes(robin, code(now, steps=steps), now)

    def test_never_twice(self, robin, now):
        assert passes(robin, code(now), now)
        assert not passes(robin, code(now), now)
        assert not passes(robin, code(now), now + HALF_A_MINUTE)

    def test_not_out_of_order(self, robin, now):
        assert passes(robin, code(now, steps=1), now)
        assert not passes(robin, code(now), now)
        assert passes(robin, code(now, steps=2), now + HALF_A_MINUTE)

    @pytest.mark.django_db(transaction=True)
    def test_once_when_it_comes_eight_times_at_once(self, robin, now):
        def try_it(_number: int) -> bool:
            try:
                return passes(again(robin), code(now), now)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(try_it, range(8))) == 1

    def test_of_nobody_else(self, robin, magpie, now):
        second_step.provide_totp(magpie, secrets.token_hex(20))
        assert not passes(magpie, code(now), now)
        assert passes(robin, code(now), now)

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12 34", "0x1234", "١٢٣", "\0" * 6])
    def test_what_is_no_code_is_no_guess(self, robin, now, typed):
        for _again in range(12):
            assert not passes(robin, typed, now)
        assert passes(robin, code(now), now)


class TestGuessing:
    def test_after_ten_wrong_ones_the_right_one_opens_no_more(self, robin, now):
        for _guess in range(10):
            assert not passes(robin, a_wrong_code(now), now)
        with pytest.raises(TooManyTries) as refused:
            second_step.pass_code(robin, code(now), now=now)
        assert now < refused.value.until <= now + timedelta(days=1)

    def test_after_nine_it_does(self, robin, now):
        for _guess in range(9):
            assert not passes(robin, a_wrong_code(now), now)
        assert passes(robin, code(now), now)

    def test_right_ones_are_not_counted(self, robin, now):
        for step in range(12):
            assert passes(robin, code(now, steps=step), now + step * HALF_A_MINUTE)

    def test_a_recovery_code_opens_also_then(self, robin, now):
        (first, *_others) = second_step.new_recovery_codes(robin)
        for _guess in range(10):
            passes(robin, a_wrong_code(now), now)
        assert passes(robin, first, now)

    def test_the_next_day_codes_open_again(self, robin, now):
        for _guess in range(10):
            passes(robin, a_wrong_code(now), now)
        tomorrow = now + timedelta(days=1)
        assert passes(robin, code(tomorrow), tomorrow)

    def test_one_account_s_guesses_are_not_another_s(self, robin, magpie, now):
        for _guess in range(10):
            passes(robin, a_wrong_code(now), now)
        assert passes(magpie, code(now), now)

    @pytest.mark.django_db(transaction=True)
    def test_of_forty_at_once_ten_are_looked_at(self, robin, now):
        def guess(_number: int) -> str:
            try:
                second_step.pass_code(again(robin), a_wrong_code(now), now=now)
            except (WrongCode, TooManyTries) as refused:
                return type(refused).__name__
            finally:
                connections.close_all()
            return "passed"

        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(guess, range(40)))
        assert (told.count("WrongCode"), told.count("TooManyCodes")) == (10, 30)


class TestTakingAnApp:
    def test_from_seed_to_sign_in(self, heron, now):
        seed = second_step.begin_totp(heron)
        assert not second_step.steps_of(heron).any
        given_codes = second_step.keep_totp(heron, seed.hex, code(now, seed=seed.hex), now=now)
        assert second_step.steps_of(heron) == second_step.Steps(totp=True, passkeys=0, recovery_left=10)
        assert len(given_codes) == 10
        later = now + HALF_A_MINUTE
        assert passes(again(heron), code(later, seed=seed.hex), later)

    def test_the_code_that_showed_it_is_spent(self, heron, now):
        seed = second_step.begin_totp(heron)
        second_step.keep_totp(heron, seed.hex, code(now, seed=seed.hex), now=now)
        assert not passes(heron, code(now, seed=seed.hex), now)

    def test_nothing_is_kept_for_a_wrong_code(self, heron, now):
        seed = second_step.begin_totp(heron)
        for typed in ("", "12345", code(now), "abc"):
            with pytest.raises(WrongCode):
                second_step.keep_totp(heron, seed.hex, typed, now=now)
        assert not second_step.steps_of(again(heron)).any
        assert not TotpDevice.objects.exists()

    def test_a_new_phone_takes_the_place_of_the_old_one(self, robin, now):
        codes = second_step.new_recovery_codes(robin)
        seed = second_step.begin_totp(robin).hex
        assert second_step.keep_totp(robin, seed, code(now, seed=seed), now=now) == []
        later = now + HALF_A_MINUTE
        assert not passes(robin, code(later), later)
        assert passes(robin, code(later, seed=seed), later)
        assert passes(robin, codes[0], later)
        assert TotpDevice.objects.filter(user=robin).count() == 1

    def test_what_an_app_is_told_is_not_her_pseudonym(self, heron):
        assert "heron" not in second_step.begin_totp(heron).uri.casefold()

    def test_every_change_ends_the_sessions_of_before(self, heron, now):
        seed = second_step.begin_totp(heron).hex
        epochs = [heron.epoch]
        second_step.keep_totp(heron, seed, code(now, seed=seed), now=now)
        epochs.append(again(heron).epoch)
        second_step.new_recovery_codes(heron)
        epochs.append(again(heron).epoch)
        second_step.remove_totp(heron)
        epochs.append(again(heron).epoch)
        assert len(set(epochs)) == 4
        assert heron.epoch == epochs[-1]


class TestRecoveryCodes:
    def test_each_is_good_once(self, robin, now):
        codes = second_step.new_recovery_codes(robin)
        for left, typed in zip(range(9, -1, -1), codes, strict=True):
            assert isinstance(second_step.pass_code(robin, typed, now=now), RecoveryCodes)
            assert second_step.steps_of(robin).recovery_left == left
            assert not passes(robin, typed, now)

    def test_as_it_is_shown(self, robin, now):
        (first, *_others) = second_step.new_recovery_codes(robin)
        assert passes(robin, recovery.grouped(first), now)

    def test_new_ones_end_the_old_ones(self, robin, now):
        old = second_step.new_recovery_codes(robin)
        new = second_step.new_recovery_codes(robin)
        assert not set(old) & set(new)
        assert not passes(robin, old[0], now)
        assert passes(robin, new[0], now)

    def test_none_without_a_second_step(self, heron):
        with pytest.raises(NoSuchStep):
            second_step.new_recovery_codes(heron)

    def test_of_nobody_else(self, robin, magpie, now):
        codes = second_step.new_recovery_codes(robin)
        second_step.new_recovery_codes(magpie)
        assert not passes(magpie, codes[0], now)

    @pytest.mark.django_db(transaction=True)
    def test_once_when_it_comes_eight_times_at_once(self, robin, now):
        (first, *_others) = second_step.new_recovery_codes(robin)

        def try_it(_number: int) -> bool:
            try:
                return passes(again(robin), first, now)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(try_it, range(8))) == 1
        assert second_step.steps_of(robin).recovery_left == 9

    def test_the_table_holds_none_of_them(self, robin):
        codes = second_step.new_recovery_codes(robin)
        stored = bytes(RecoveryCodes.objects.values_list("facts", flat=True).get(user=robin).sealed)
        hidden = [*codes, *(recovery.hashed(one) for one in codes)]
        assert not any(
            one.encode() in stored or bytes.fromhex(one.zfill(64))[-8:] in stored for one in hidden
        )


class TestRemoving:
    def test_a_member_may(self, heron):
        second_step.provide_totp(heron, SEED)
        second_step.new_recovery_codes(heron)
        second_step.remove_totp(heron)
        assert second_step.steps_of(again(heron)) == second_step.Steps(False, 0, 0)
        assert not TotpDevice.objects.exists()
        assert not RecoveryCodes.objects.exists()

    @pytest.mark.parametrize("who", ["robin", "owl"])
    def test_not_the_last_one_of_somebody_trusted(self, who, request, now):
        account = request.getfixturevalue(who)
        with pytest.raises(StillNeeded):
            second_step.remove_totp(account)
        assert passes(again(account), code(now), now)

    def test_what_is_not_there(self, heron):
        with pytest.raises(NoSuchStep):
            second_step.remove_totp(heron)


class TestSpareKey:
    KEY = "1234567890123456"

    @pytest.fixture
    def with_spare_key(self, heron):
        with Account.held(heron.pk) as held:
            held.tell(spare_key=make_password(self.KEY))
        return again(heron)

    @pytest.mark.parametrize("typed", [KEY, "1234 5678 9012 3456", "١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦"])
    def test_it_stands_in_for_a_second_step(self, with_spare_key, typed):
        second_step.pass_spare_key(with_spare_key, typed)
        second_step.pass_spare_key(with_spare_key, typed)

    @pytest.mark.parametrize("typed", ["", "1234567890123457", KEY[:-1], "abcd"])
    def test_no_other(self, with_spare_key, typed):
        with pytest.raises(WrongCode):
            second_step.pass_spare_key(with_spare_key, typed)

    def test_not_for_somebody_who_has_a_second_step(self, with_spare_key):
        second_step.provide_totp(with_spare_key, SEED)
        with pytest.raises(WrongCode):
            second_step.pass_spare_key(with_spare_key, self.KEY)

    def test_an_account_without_one_opens_with_nothing(self, heron):
        for typed in ("", "0" * 16):
            with pytest.raises(WrongCode):
                second_step.pass_spare_key(heron, typed)


class TestWhatIsWrittenIntoTheTable:
    """Which second steps she has stands in the sealed column of her account."""

    def test_a_row_that_is_moved_to_her_is_none_of_hers(self, heron, robin, now):
        second_step.provide_totp(heron, "a1" * 20)
        raw("DELETE FROM accounts_totpdevice WHERE user_id = %s", key(robin))
        raw("UPDATE accounts_totpdevice SET user_id = %s", key(robin))
        assert not passes(again(robin), code(now, seed="a1" * 20), now)

    def test_a_row_that_is_deleted_is_asked_for_all_the_same(self, robin, now):
        raw("DELETE FROM accounts_totpdevice")
        assert second_step.steps_of(again(robin)).any
        assert not passes(again(robin), code(now), now)

    def test_another_s_sealed_column_opens_nothing(self, robin, magpie, now):
        second_step.provide_totp(magpie, "a1" * 20)
        raw(
            "UPDATE accounts_totpdevice SET facts ="
            " (SELECT other.facts FROM accounts_totpdevice other WHERE other.user_id = %s) WHERE user_id = %s",
            key(magpie),
            key(robin),
        )
        with pytest.raises(crypto.CannotOpen):
            passes(again(robin), code(now, seed="a1" * 20), now)

    def test_the_seed_stands_nowhere(self, robin):
        stored = bytes(TotpDevice.objects.values_list("facts", flat=True).get(user=robin).sealed)
        assert SEED.encode() not in stored
        assert bytes.fromhex(SEED) not in stored
        assert totp.spelt(SEED, between="").encode() not in stored


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(order=st.lists(st.integers(-1, 1), min_size=1, max_size=8))
def test_whatever_the_order_only_later_steps_pass(order, now):
    somebody = an_account(f"Tern {secrets.token_hex(8)}")
    second_step.provide_totp(somebody, SEED)
    highest = -2
    for aside in order:
        assert passes(somebody, code(now, steps=aside), now) == (aside > highest)
        highest = max(highest, aside)


def raw(statement: str, *values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def key(account: Account) -> str:
    return account.pk.hex if connection.vendor == "sqlite" else str(account.pk)
