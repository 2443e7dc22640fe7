"""Six digits on one's own phone: how they open, and what ends them."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from accounts import own_phone, standings
from accounts.models import Account, OwnPhone
from accounts.vocabulary import Role, Standing
from tests.threads import let_go

pytestmark = pytest.mark.django_db

DIGITS = "308 514"


@pytest.fixture
def cookie(heron, now):
    return own_phone.set_digits(heron, DIGITS, now=now)


def wrong(cookie, now):
    with pytest.raises(own_phone.WrongDigits) as refusal:
        own_phone.open_with(cookie, "111112", now=now)
    return refusal.value.left


class TestSetting:
    @pytest.mark.parametrize(
        "typed", ["000000", "123456", "654321", "234567", "456789", "121212", "123123", "098765"]
    )
    def test_what_others_try_first_is_refused(self, heron, now, typed):
        with pytest.raises(own_phone.TooEasy):
            own_phone.set_digits(heron, typed, now=now)

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
    def test_there_are_six(self, heron, now, typed):
        with pytest.raises(own_phone.NotSixDigits):
            own_phone.set_digits(heron, typed, now=now)

    def test_not_for_moderators_admins_or_who_is_not_let_in(self, robin, owl, wren, now):
        for somebody in (robin, owl, wren):
            with pytest.raises(own_phone.NotForHer):
                own_phone.set_digits(somebody, DIGITS, now=now)


class TestOpening:
    def test_the_digits_open_on_this_phone(self, heron, cookie, now):
        assert own_phone.open_with(cookie, "308514", now=now) == heron
        assert own_phone.open_with(cookie, "٣٠٨٥١٤", now=now) == heron

    @pytest.mark.parametrize("other", ["", "0" * 64, "x" * 5000])
    def test_on_no_other(self, heron, cookie, now, other):
        with pytest.raises(own_phone.NotHerPhone):
            own_phone.open_with(other, DIGITS, now=now)

    def test_what_is_not_six_digits_is_no_try(self, cookie, now):
        for _ in range(10):
            with pytest.raises(own_phone.NotSixDigits):
                own_phone.open_with(cookie, "12", now=now)
        assert own_phone.open_with(cookie, DIGITS, now=now)

    def test_five_wrong_ones_end_it(self, cookie, now):
        assert [wrong(cookie, now) for _ in range(5)] == [4, 3, 2, 1, 0]
        with pytest.raises(own_phone.NotHerPhone):
            own_phone.open_with(cookie, DIGITS, now=now)
        assert not OwnPhone.objects.exists()

    def test_right_ones_begin_anew(self, cookie, now):
        for _ in range(4):
            wrong(cookie, now)
        own_phone.open_with(cookie, DIGITS, now=now)
        assert wrong(cookie, now) == 4


class TestTheEnd:
    def test_after_30_days(self, cookie, now):
        with time_machine.travel(now + timedelta(days=30, seconds=-1)) as then:
            assert own_phone.open_with(cookie, DIGITS, now=now + timedelta(days=30, seconds=-1))
            then.shift(1)
            assert not own_phone.is_known(cookie, now=now + timedelta(days=30))

    @pytest.mark.parametrize(
        "what",
        [
            lambda held, now: held.end_sessions(),
            lambda held, now: standings.change(held, Standing.PAUSED, now=now),
            lambda held, now: held.appoint(Role.MODERATOR),
            lambda held, now: held.set_password("another"),
        ],
        ids=["all sessions ended", "paused", "appointed", "a new passphrase"],
    )
    def test_what_ends_her_sessions_ends_it_for_good(self, heron, cookie, now, what):
        assert own_phone.is_known(cookie, now=now)
        with Account.held(heron.pk) as held:
            what(held, now)
        with Account.held(heron.pk) as held:
            held.put_to(Standing.MEMBER)
        assert not own_phone.is_known(cookie, now=now)
        with pytest.raises(own_phone.NotHerPhone):
            own_phone.open_with(cookie, DIGITS, now=now)

    def test_forgotten(self, cookie, now):
        own_phone.forget(cookie, now=now)
        assert not OwnPhone.objects.exists()
        own_phone.forget(cookie, now=now)

    def test_a_role_written_into_the_table_opens_nothing(self, heron, cookie, now):
        Account.objects.filter(pk=heron.pk).update(role=Role.ADMIN)
        assert not own_phone.is_known(cookie, now=now)


def test_a_dump_says_nothing_of_it(heron, cookie, now):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_ownphone")
        row = cursor.fetchone()
    dump = b" ".join(
        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row
    )
    for said in (
        cookie,
        cookie.upper(),
        bytes.fromhex(cookie).decode("latin-1"),
        "308514",
        heron.pk.hex,
        "argon2",
    ):
        assert said.encode("latin-1") not in dump


@pytest.mark.django_db(transaction=True)
def test_wrong_digits_at_once_are_counted_exactly(heron, now):
    cookie = own_phone.set_digits(heron, DIGITS, now=now)
    looked_at, start = [], threading.Barrier(20)

    def run():
        start.wait()
        try:
            own_phone.open_with(cookie, "111112", now=now)
        except own_phone.WrongDigits:
            looked_at.append(1)
        except own_phone.NotHerPhone:
            pass
        finally:
            let_go()

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 5
