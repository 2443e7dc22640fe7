"""Room for Argon2id.

A hash takes 64 MiB and a fifth of a second. More than four at a time would let strangers take the machine's memory;
with several web processes these share the four. One network has one slot at most, and one more of its tries may wait
for it, so that no thread hangs behind a network that tries much. Who comes by the onion door cannot be told apart: they
have two slots of their own. Whoever finds no room is told to come again, and is not counted as wrong.

At most 4 + 2 tries of the open door and 2 + 1 of the onion's are inside: fewer than the server has threads, so the
pages of those who are signed in go on.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, local

from django.conf import settings

HASHES_AT_ONCE = 4  # on the machine
HASHES_AT_ONCE_OF_THE_ONION = 2
ONION = "onion"  # the network of whoever comes by the onion door


class NoRoom(Exception):
    """Too many tries of this network, or of all, are being looked at."""


class _Door:
    """The slots that some networks share.

    `most`: of all networks in all web processes; `of_one`: of one network; `waiting`: how many may wait besides.
    """

    def __init__(self, *, most: int, of_one: int, waiting: int) -> None:
        self.most, self.of_one, self.waiting = most, of_one, waiting
        self._changed = Condition()
        self._inside: Counter[str | None] = Counter()
        self._hashing: Counter[str | None] = Counter()

    @property
    def slots(self) -> int:
        """Those of this process."""
        return max(1, self.most // (settings.WORKERS or 1))

    @contextmanager
    def slot(self, network: str) -> Iterator[None]:
        """A slot for one try. Raises NoRoom."""
        with self._changed:
            if self._is_full(network):
                raise NoRoom
            self._inside[network] += 1
            self._changed.wait_for(lambda: self._has_slot_for(network))
            self._hashing[network] += 1
        try:
            yield
        finally:
            self._give_back(network)

    @contextmanager
    def slot_for_us(self) -> Iterator[None]:
        """A slot for work that no stranger can ask for: it waits as long as it takes."""
        with self._changed:
            self._changed.wait_for(lambda: self._hashing.total() < self.slots)
            self._hashing[None] += 1
        try:
            yield
        finally:
            self._give_back(None)

    def _is_full(self, network: str) -> bool:
        return self._inside[network] > self.of_one or self._inside.total() >= self.slots + self.waiting

    def _has_slot_for(self, network: str) -> bool:
        return self._hashing.total() < self.slots and self._hashing[network] < self.of_one

    def _give_back(self, network: str | None) -> None:
        with self._changed:
            self._hashing[network] -= 1
            self._inside[network] -= 1
            self._hashing, self._inside = (
                +self._hashing,
                +self._inside,
            )  # forget whom there is nothing to say of
            self._changed.notify_all()


_open = _Door(most=HASHES_AT_ONCE, of_one=1, waiting=2)
_onion = _Door(most=HASHES_AT_ONCE_OF_THE_ONION, of_one=2, waiting=1)
_here = local()


@contextmanager
def hash_slot(network: str) -> Iterator[None]:
    """Room for the hashes of one try, one after another, from that network. Raises NoRoom."""
    door = _onion if network == ONION else _open
    with door.slot(network):
        _here.has_slot = True
        try:
            yield
        finally:
            _here.has_slot = False


@contextmanager
def room() -> Iterator[None]:
    """Room for one hash: the slot that this thread has, or else the next that is free."""
    if getattr(_here, "has_slot", False):
        yield
        return
    with _open.slot_for_us():
        yield
