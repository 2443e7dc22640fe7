"""Guessing at the codes with which somebody comes in: invitations, and vouch codes.

Twelve digits are 10¹², and 200 tries an hour find one of a thousand live codes once in 500 years. Who has joined a
thousand times faster would still be let in by nobody: an inviter confirms whom she invited, and others vouch.

When strangers have used up the tries of the whole site, nobody can join or vouch until the next hour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from accounts.hash_slots import ONION
from accounts.throttling import TooManyTries, count, take_back

WINDOW = timedelta(hours=1)
WRONG_OF_A_NETWORK = 10
WRONG_OF_ALL = 200
ALL = "all"


@contextmanager
def a_guess(network: str, *, now: datetime) -> Iterator[None]:
    """One try at a code: counted before it is looked at, and taken back unless an error leaves the block.

    Whoever comes by the onion door counts among all alone. Raises TooManyTries.
    """
    limits = {ALL: WRONG_OF_ALL} if network == ONION else {network: WRONG_OF_A_NETWORK, ALL: WRONG_OF_ALL}
    counted: list[str] = []
    try:
        for whose, most in limits.items():
            counted.append(whose)
            if count("code", whose, window=WINDOW, now=now) > most:
                raise TooManyTries(_next_hour(now))
    except TooManyTries:
        _take_back(counted, now)
        raise
    yield
    _take_back(counted, now)


def _take_back(counted: list[str], now: datetime) -> None:
    for whose in counted:
        take_back("code", whose, window=WINDOW, now=now)


def _next_hour(now: datetime) -> datetime:
    hours = int(now.timestamp() // WINDOW.total_seconds()) + 1
    return datetime.fromtimestamp(hours * WINDOW.total_seconds(), UTC)
