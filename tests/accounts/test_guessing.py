"""Guessing at codes: ten wrong ones an hour from one network, 200 from everywhere."""

import threading
from datetime import timedelta

import pytest

from accounts.guessing import a_guess
from accounts.hash_slots import ONION
from accounts.throttling import TooManyTries
from tests.threads import let_go


class Wrong(Exception):
    pass


def guess(network, now, *, right=False):
    with a_guess(network, now=now):
        if not right:
            raise Wrong


def wrong_until_refused(now, networks):
    looked_at = 0
    for network in networks:
        try:
            guess(network, now)
        except Wrong:
            looked_at += 1
        except TooManyTries:
            break
    return looked_at


def test_ten_wrong_ones_of_a_network_are_looked_at(now):
    assert wrong_until_refused(now, ["192.0.2.1"] * 20) == 10
    guess("192.0.2.2", now, right=True)


def test_then_a_right_one_has_to_wait_for_the_next_hour(now):
    wrong_until_refused(now, ["192.0.2.1"] * 20)
    with pytest.raises(TooManyTries) as refusal:
        guess("192.0.2.1", now, right=True)
    assert now < refusal.value.until <= now + timedelta(hours=1)
    guess("192.0.2.1", refusal.value.until, right=True)


def test_right_ones_are_never_counted(now):
    for _ in range(30):
        guess("192.0.2.1", now, right=True)
    assert wrong_until_refused(now, ["192.0.2.1"] * 20) == 10


def test_200_wrong_ones_of_all_are_looked_at(now):
    networks = [f"192.0.2.{number}" for number in range(250)]
    assert wrong_until_refused(now, networks) == 200


def test_what_was_not_looked_at_is_not_counted(now):
    wrong_until_refused(now, ["192.0.2.1"] * 20)
    for _ in range(50):
        with pytest.raises(TooManyTries):
            guess("192.0.2.1", now)
    assert wrong_until_refused(now, [f"198.51.100.{number}" for number in range(250)]) == 190


def test_the_onion_door_is_not_closed_by_ten(now):
    assert wrong_until_refused(now, [ONION] * 250) == 200


def test_guesses_at_once_are_counted_exactly(now):
    looked_at, start = [], threading.Barrier(50)

    def one():
        start.wait()
        try:
            guess("192.0.2.1", now)
        except Wrong:
            looked_at.append(1)
        except TooManyTries:
            pass
        finally:
            let_go()

    threads = [threading.Thread(target=one) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 10
