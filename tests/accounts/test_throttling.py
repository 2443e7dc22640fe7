"""Counting tries: exactly, for pseudonyms and networks, and locking nobody out."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as some

from accounts import throttling
from accounts.hash_slots import NoRoom
from accounts.throttling import (
    DAY,
    HOUR,
    THEN_ONE_IN,
    TooManyTries,
    a_try,
    count,
    counted,
    network_of,
    take_back,
)

NOON = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
HOME = "192.0.2.7"


class Wrong(Exception):
    pass


def try_wrongly(network: str = HOME, *, at: object = 1, now: datetime = NOON) -> None:
    with pytest.raises(Wrong), a_try(network, at=at, now=now):
        raise Wrong


def try_rightly(network: str = HOME, *, at: object = 1, now: datetime = NOON) -> int:
    with a_try(network, at=at, now=now) as number:
        return number


class TestCounting:
    def test_each_is_one_more(self):
        assert [count("x", "her", window=DAY, now=NOON) for _ in range(3)] == [1, 2, 3]
        assert counted("x", "her", window=DAY, now=NOON) == 3

    def test_what_and_whom_and_window_are_counted_apart(self):
        count("x", "her", window=DAY, now=NOON)
        others = [("y", "her", DAY), ("x", "him", DAY), ("x", "her", HOUR)]
        assert [counted(what, whom, window=window, now=NOON) for what, whom, window in others] == [0, 0, 0]

    def test_a_window_ends(self):
        count("x", "her", window=DAY, now=NOON)
        last = datetime(2026, 11, 20, 23, 59, 59, 999999, tzinfo=UTC)
        assert counted("x", "her", window=DAY, now=last) == 1
        assert counted("x", "her", window=DAY, now=last + timedelta(microseconds=1)) == 0

    def test_what_is_taken_back_was_never_there(self):
        count("x", "her", window=DAY, now=NOON)
        take_back("x", "her", window=DAY, now=NOON)
        assert counted("x", "her", window=DAY, now=NOON) == 0

    def test_taking_back_what_is_forgotten_takes_nothing_from_others(self):
        take_back("x", "her", window=DAY, now=NOON)
        assert count("x", "her", window=DAY, now=NOON) == 1

    def test_500_at_once_are_counted_exactly(self):
        with ThreadPoolExecutor(16) as pool:
            numbers = pool.map(lambda _: count("x", "her", window=DAY, now=NOON), range(500))
        assert sorted(numbers) == list(range(1, 501))

    def test_neither_pseudonym_nor_address_stands_in_the_store(self, monkeypatch):
        keys: list[str] = []
        monkeypatch.setattr(cache, "add", lambda key, *_args, **_more: keys.append(key))
        monkeypatch.setattr(cache, "incr", lambda key: keys.append(key) or 1)
        count("network", HOME, window=HOUR, now=NOON)
        assert not any(HOME in key or "network" in key for key in keys)

    @given(some.text(), some.text())
    def test_any_text_can_be_counted(self, what, whom):
        before = counted(what, whom, window=DAY, now=NOON)
        assert count(what, whom, window=DAY, now=NOON) == before + 1


class TestNetworks:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("nonsense", ""),
            ("", ""),
        ],
    )
    def test_a_network_is_an_ipv4_address_or_64_bits_of_an_ipv6_one(self, address, network):
        assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network

    @pytest.mark.parametrize("forwarded", ["198.51.100.1", "6.6.6.6, 198.51.100.1", "6.6.6.6,198.51.100.1 "])
    def test_the_named_proxy_is_believed_and_only_its_last_word(self, settings, forwarded):
        settings.PROXY = "192.0.2.1"
        asked = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": forwarded})
        assert network_of(asked) == "198.51.100.1"

    @pytest.mark.parametrize("proxy", ["", "192.0.2.1"])
    def test_nobody_else_is_believed(self, settings, proxy):
        settings.PROXY = proxy
        asked = RequestFactory().get("/", REMOTE_ADDR=HOME, headers={"x-forwarded-for": "198.51.100.1"})
        assert network_of(asked) == HOME

    @pytest.mark.parametrize("host", ["abc.onion", "abc.onion:8000"])
    def test_the_onion_door_is_one_network(self, settings, host):
        settings.ALLOWED_HOSTS = ["abc.onion"]
        assert network_of(RequestFactory().get("/", headers={"host": host})) == "onion"


class TestTries:
    def test_a_right_one_is_not_counted(self):
        assert [try_rightly() for _ in range(30)] == [1] * 30

    def test_a_wrong_one_is(self):
        for _ in range(3):
            try_wrongly()
        assert try_rightly() == 4
        assert counted("network", HOME, window=HOUR, now=NOON) == 3

    def test_it_is_counted_before_it_is_looked_at(self):
        with a_try(HOME, at=1, now=NOON):
            assert counted("passphrase", 1, window=DAY, now=NOON) == 1

    def test_one_network_does_not_spend_the_tries_of_another(self):
        for _ in range(20):
            try_wrongly()
        try_wrongly()
        with pytest.raises(TooManyTries):
            try_rightly()
        assert try_rightly("198.51.100.1", at=2) == 1


class TestANetworkThatTriesMuch:
    @pytest.fixture(autouse=True)
    def _twenty_wrong_ones(self):
        for number in range(20):
            try_wrongly(at=number)

    def test_the_next_is_looked_at_and_then_one_in_ten_seconds(self):
        try_wrongly()
        with pytest.raises(TooManyTries) as refused, a_try(HOME, at=1, now=NOON + timedelta(seconds=4)):
            pass
        assert refused.value.until == NOON + timedelta(seconds=5)  # it is five past the minute
        try_wrongly(now=refused.value.until)

    def test_what_is_not_looked_at_is_not_counted(self):
        try_wrongly(at="her")
        for _ in range(50):
            with pytest.raises(TooManyTries), a_try(HOME, at="her", now=NOON):
                pass
        assert counted("passphrase", "her", window=DAY, now=NOON) == 1
        assert counted("network", HOME, window=HOUR, now=NOON) == 21

    def test_of_many_at_once_one_is_looked_at(self):
        looked_at, lock = 0, threading.Lock()

        def one(_number: int) -> None:
            nonlocal looked_at
            try:
                with a_try(HOME, at="her", now=NOON):
                    with lock:
                        looked_at += 1
                    raise Wrong
            except (TooManyTries, Wrong):
                pass

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(one, range(100)))
        assert looked_at == 1

    def test_a_right_one_that_is_looked_at_is_right(self):
        assert try_rightly(at="her", now=NOON + THEN_ONE_IN) == 1

    def test_an_hour_later_all_is_as_before(self):
        later = NOON + HOUR
        assert [try_rightly(now=later) for _ in range(5)] == [2] * 5


def test_the_onion_door_has_no_count_of_its_network():
    for number in range(50):
        try_wrongly("onion", at=number)
    assert counted("network", "onion", window=HOUR, now=NOON) == 0


def test_without_room_nothing_is_counted(monkeypatch):
    def no_room(_network: str) -> None:
        raise NoRoom

    monkeypatch.setattr(throttling, "hash_slot", no_room)
    with pytest.raises(TooManyTries), a_try(HOME, at=1, now=NOON):
        pass
    assert counted("passphrase", 1, window=DAY, now=NOON) == 0
    assert counted("network", HOME, window=HOUR, now=NOON) == 0
