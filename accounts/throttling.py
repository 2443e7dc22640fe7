"""Counting tries.

Exact, also when they come at once: on Django's cache (Redis, or the memory of the one web process that there is
without it) by `add`, then `incr`. A window is a stretch of time that begins where the last one ended, and stands in the
key: so nothing has to be set back, and around the end of one there may be twice as many tries.

What is counted, for whom, is HMAC under the standing key: a network's address or a pseudonym's token stands nowhere.
Nothing is on disk. A restart begins anew, and so does the day, once a year, on which the standing keys are renewed.

Nobody is locked out. Above 20 wrong passphrases a day her right one still counts, and something else of hers is asked
as well. A network above 20 in an hour is looked at once in 10 seconds; what comes sooner is not looked at, and not
counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from accounts.hash_slots import ONION, NoRoom, hash_slot
from jasmine import crypto

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRONG_A_DAY = 20  # passphrases, for one pseudonym
WRONG_AN_HOUR = 20  # passphrases, from one network
THEN_ONE_IN = timedelta(seconds=10)
NO_ROOM_FOR = timedelta(seconds=2)
KEPT_UNDER = "tries"
TOKEN_FORM = 1
IPV6_HOME = 64  # bits: one household, one phone


class TooManyTries(Exception):
    """Not looked at. `until`: the moment from which it is worth trying again."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


def count(what: str, whom: object, *, window: timedelta, now: datetime) -> int:
    """Count one, and say how many that makes in this window."""
    key = _key(what, whom, window, now)
    while True:
        # Longer than its window: it never goes while it counts.
        cache.add(key, 0, timeout=2 * window.total_seconds())
        with suppress(ValueError):
            return cache.incr(key)


def counted(what: str, whom: object, *, window: timedelta, now: datetime) -> int:
    """How many were counted in this window."""
    return int(cache.get(_key(what, whom, window, now), 0))


def take_back(what: str, whom: object, *, window: timedelta, now: datetime) -> None:
    """Uncount one that was counted at `now`."""
    with suppress(ValueError):  # the memory of the process was emptied since
        cache.decr(_key(what, whom, window, now))


def _key(what: str, whom: object, window: timedelta, now: datetime) -> str:
    form = f"{what}/{window.total_seconds():.0f}/{_window(window, now)}/{whom}"
    (token,) = crypto.blind_tokens([("try", TOKEN_FORM, form)], weeks=[crypto.STANDING], writing=True)
    return f"{KEPT_UNDER}:{token}"


def _window(window: timedelta, now: datetime) -> int:
    """Which window it is, counted from 1970."""
    return int(now.timestamp() // window.total_seconds())


def _end_of(window: timedelta, now: datetime) -> datetime:
    return datetime.fromtimestamp((_window(window, now) + 1) * window.total_seconds(), UTC)


# --- who tries --------------------------------------------------------------------------------------------------


def network_of(request: HttpRequest) -> str:
    """Where a request comes from, as coarsely as can be counted. Never to be kept or logged.

    An IPv4 address, 64 bits of an IPv6 one, or "onion" for all who come by the onion door.
    """
    if request.get_host().partition(":")[0].endswith(".onion"):
        return ONION
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY and address == settings.PROXY:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    return _network(address)


def _network(address: str) -> str:
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return ""  # all that cannot be read are one
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip) if isinstance(ip, IPv4Address) else str(ip_network((int(ip), IPV6_HOME), strict=False))


# --- tries at a passphrase ----------------------------------------------------------------------------------------


@contextmanager
def a_try(network: str, *, at: object, now: datetime) -> Iterator[int]:
    """One try at a passphrase, with room for its hashes; gives how many of today's it is for that pseudonym.

    `at`: the token of the pseudonym, whether there is such an account or not. It is counted as wrong before it is
    looked at, so that those which come at once are counted too, and taken back unless an error leaves the block.
    Raises TooManyTries, and has counted nothing then.
    """
    with _turn(network, now):
        number = count("passphrase", at, window=DAY, now=now)
        yield number
    take_back("passphrase", at, window=DAY, now=now)


@contextmanager
def _turn(network: str, now: datetime) -> Iterator[None]:
    """A network's turn: counted likewise."""
    if network == ONION:
        with room(network, now=now):
            yield
        return
    number = count("network", network, window=HOUR, now=now)
    try:
        if number > WRONG_AN_HOUR and count("turn", network, window=THEN_ONE_IN, now=now) > 1:
            raise TooManyTries(_end_of(THEN_ONE_IN, now))
        with room(network, now=now):
            yield
    except TooManyTries:
        take_back("network", network, window=HOUR, now=now)
        raise
    take_back("network", network, window=HOUR, now=now)


@contextmanager
def room(network: str, *, now: datetime) -> Iterator[None]:
    """Room for hashes, for one at a time from a network. Raises TooManyTries."""
    try:
        with hash_slot(network):
            yield
    except NoRoom:
        raise TooManyTries(now + NO_ROOM_FOR) from None
