"""Room for hashes: four at once, one of them for a network, and no thread hangs behind one network."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts import hash_slots
from accounts.hash_slots import HASHES_AT_ONCE, ONION, NoRoom, hash_slot, room
from accounts.passphrases import PassphraseHasher

PATIENCE = 20  # seconds


@pytest.fixture(autouse=True)
def _one_process(settings) -> None:
    """A site with one web process, whatever runs here."""
    settings.WORKERS = 1


@contextmanager
def hashing(*networks: str) -> Iterator[Callable[[], None]]:
    """Tries of these networks that have a slot each, until the given function is called."""
    over, begun = threading.Event(), threading.Barrier(len(networks) + 1, timeout=PATIENCE)

    def hash_long(network: str) -> None:
        with hash_slot(network):
            begun.wait()
            over.wait(PATIENCE)

    threads = [threading.Thread(target=hash_long, args=(network,)) for network in networks]
    for thread in threads:
        thread.start()
    begun.wait()
    try:
        yield over.set
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)


@contextmanager
def waiting(network: str) -> Iterator[threading.Event]:
    """A try that waits for a slot; the event says that it has had one."""
    had, door = threading.Event(), hash_slots._onion if network == ONION else hash_slots._open
    before = door._inside.total()

    def wait() -> None:
        with hash_slot(network):
            had.set()

    thread = threading.Thread(target=wait)
    thread.start()
    while door._inside.total() == before:
        assert thread.is_alive()
    yield had
    thread.join(PATIENCE)


def has_room(network: str) -> bool:
    try:
        with hash_slot(network):
            return True
    except NoRoom:
        return False


class TestOneNetwork:
    def test_one_is_hashed_one_waits_and_the_third_is_sent_away(self):
        with waiting_behind("192.0.2.1") as had:
            assert not has_room("192.0.2.1")
            assert not had.is_set()
        assert had.is_set()
        assert has_room("192.0.2.1")

    def test_it_takes_no_room_of_others(self):
        with waiting_behind("192.0.2.1"):
            assert all(has_room(f"192.0.2.{number}") for number in range(2, 5))


@contextmanager
def waiting_behind(network: str) -> Iterator[threading.Event]:
    with hashing(network) as over, waiting(network) as had:
        yield had
        over()


class TestAllNetworks:
    def test_a_fifth_waits_and_a_seventh_is_sent_away(self):
        with hashing("a", "b", "c", "d") as over, waiting("e") as fifth, waiting("f") as sixth:
            assert not has_room("g")
            assert not fifth.is_set()
            assert not sixth.is_set()
            over()
        assert fifth.is_set()
        assert sixth.is_set()

    def test_the_onion_door_has_two_of_its_own(self):
        with (
            hashing("a", "b", "c", "d") as over,
            hashing(ONION, ONION) as onions_over,
            waiting(ONION) as third,
        ):
            assert not has_room(ONION)
            assert not third.is_set()
            onions_over()
            over()

    def test_nothing_is_remembered_of_those_who_have_gone(self):
        for number in range(50):
            assert has_room(f"192.0.2.{number}")
        assert not hash_slots._open._inside
        assert not hash_slots._open._hashing

    def test_an_error_gives_the_slot_back(self):
        for _ in range(9):
            with pytest.raises(ValueError, match="wrong"), hash_slot("a"):
                raise ValueError("wrong")
        assert has_room("a")


class TestTheHasher:
    def test_at_most_four_are_hashed_at_once(self, monkeypatch):
        inside, most, lock, four = 0, 0, threading.Lock(), threading.Barrier(HASHES_AT_ONCE, timeout=PATIENCE)

        def slow(*_args) -> str:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            four.wait()  # lets go when four are inside: with less room it never would
            with lock:
                inside -= 1
            return ""

        monkeypatch.setattr(Argon2PasswordHasher, "encode", slow)
        monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
        hasher = PassphraseHasher()
        asked = [hasher.encode, hasher.verify] * HASHES_AT_ONCE
        threads = [threading.Thread(target=ask, args=("x", "y")) for ask in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == HASHES_AT_ONCE == 4

    def test_a_try_that_has_a_slot_needs_no_second_one(self):
        with hashing("b", "c", "d"), hash_slot("a"), room(), room():
            assert not has_room_for_us()

    def test_our_own_work_waits_until_there_is_room(self):
        with hashing("a", "b", "c", "d") as over:
            ours = threading.Thread(target=PassphraseHasher().encode, args=("x", "salt" * 4))
            ours.start()
            over()
            ours.join(PATIENCE)
        assert not ours.is_alive()


def has_room_for_us() -> bool:
    return hash_slots._open._hashing.total() < hash_slots._open.slots


@pytest.mark.parametrize(("workers", "slots"), [(0, 4), (1, 4), (2, 2), (3, 1), (4, 1), (9, 1)])
def test_several_processes_share_the_four(settings, workers, slots):
    settings.WORKERS = workers
    assert hash_slots._open.slots == slots
