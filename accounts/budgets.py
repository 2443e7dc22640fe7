"""How often a member may check.

In any 24 hours she has 60 full answers (20 in her first 30 days and while she is limited, 200 as an outreach worker),
then bare ones, until she has had 200 answers in all; then none. The same text again within an hour of when it was
counted is not counted.

This is exact: what was counted stays, with its moment, until it is 24 hours old, and looking and counting are one act:
one Lua call in Redis, or a lock in the memory of the one web process that there is without Redis. The price is room,
at most 200 entries of some 140 bytes a member, and that each check reads all of hers (half a millisecond at 200).

What is kept are moments under tokens, HMAC under the standing key, of the account and of account and text together:
they tell neither who asked, nor what, nor whether two asked the same. Nothing is on disk. A restart begins anew, and so
does the day, once a year, on which the standing keys are renewed.

A check prevents violence, so a counter that cannot be reached stops none: until Redis answers again, each web process
counts by itself. The price: whoever wants to find out much has her budget once more, in each process; and while Redis
hangs, every check waits for it, twice LOST_AFTER at most.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from threading import Lock

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.models import Account
from accounts.vocabulary import Role, Standing
from jasmine import crypto

log = logging.getLogger("jasmine.accounts")

CHECKS_A_DAY = 60
CHECKS_A_DAY_WHILE_NEW = 20
CHECKS_A_DAY_OF_OUTREACH = 200
NEW_FOR = timedelta(days=30)
ANSWERS_A_DAY = 200  # full and bare
DAY = timedelta(hours=24)
SAME_QUESTION_FOR = timedelta(hours=1)
LOST_AFTER = timedelta(milliseconds=250)
TOKEN_FORM = 1
MICROSECOND = timedelta(microseconds=1)


class Allowance(StrEnum):
    """What a check may say. BARE: only whether something very dangerous was reported."""

    FULL = "full"
    BARE = "bare"
    NONE = "none"


def spend_check(account: Account, typed: str, *, now: datetime) -> Allowance:
    """Count one check of hers, and say what it may answer.

    `typed`: one question, a pasted message whole, in one spelling for all that are the same question. What could not
    be read is not to be counted: do not ask. Any text will do. Raises what `crypto.blind_tokens` raises.
    """
    check = _Check(
        account=_token("budget", str(account.pk)),
        text=_token("budget text", f"{account.pk} {typed.encode(errors='surrogatepass').hex()}"),
        at=int(now.timestamp() * 1_000_000),
        most_full=checks_a_day(account, now=now),
    )
    if settings.REDIS_URL:
        try:
            return _spend_in_redis(check)
        except redis.RedisError as error:
            log.error("the counter of checks cannot be asked: %s", type(error).__name__)
    return _memory.spend(check)


def checks_a_day(account: Account, *, now: datetime) -> int:
    """How many full answers she has in any 24 hours."""
    if account.standing == Standing.LIMITED:
        return CHECKS_A_DAY_WHILE_NEW
    if account.role == Role.OUTREACH:
        return CHECKS_A_DAY_OF_OUTREACH
    is_new = now.date() < account.joined_on + NEW_FOR
    return CHECKS_A_DAY_WHILE_NEW if is_new else CHECKS_A_DAY


def _token(kind: str, form: str) -> int:
    (token,) = crypto.blind_tokens([(kind, TOKEN_FORM, form)], weeks=[crypto.STANDING], writing=True)
    return token


@dataclass(frozen=True)
class _Check:
    """A check that asks to be counted. `at`: microseconds since 1970; `account`, `text`: tokens."""

    account: int
    text: int
    at: int
    most_full: int

    @property
    def day_ago(self) -> int:
        return self.at - DAY // MICROSECOND

    @property
    def hour_ago(self) -> int:
        return self.at - SAME_QUESTION_FOR // MICROSECOND


@dataclass(frozen=True, slots=True)
class _Counted:
    at: int
    text: int
    allowance: Allowance


# --- in the memory of this process ----------------------------------------------------------------------------


class _Memory:
    """What was counted in the last 24 hours, by account."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[int, list[_Counted]] = {}
        self._swept_at = 0

    def spend(self, check: _Check) -> Allowance:
        with self._lock:
            self._sweep(check)
            counted = [one for one in self._counted.get(check.account, []) if one.at > check.day_ago]
            allowance, is_new = _decided(check, counted)
            if is_new:
                counted.append(_Counted(check.at, check.text, allowance))
            self._counted[check.account] = counted
            return allowance

    def _sweep(self, check: _Check) -> None:
        """Once an hour forget those who have not checked for a day: nothing else would."""
        if self._swept_at > check.hour_ago:
            return
        self._swept_at = check.at
        for account, counted in list(self._counted.items()):
            if not any(one.at > check.day_ago for one in counted):
                del self._counted[account]


_memory = _Memory()


def _decided(check: _Check, counted: list[_Counted]) -> tuple[Allowance, bool]:
    """What a check may answer after those, and whether it is to be counted."""
    same = {one.allowance for one in counted if one.text == check.text and one.at > check.hour_ago}
    if Allowance.FULL in same:
        return Allowance.FULL, False
    if len(counted) < ANSWERS_A_DAY and _full(counted) < check.most_full:
        return Allowance.FULL, True
    if Allowance.BARE in same:
        return Allowance.BARE, False
    if len(counted) < ANSWERS_A_DAY:
        return Allowance.BARE, True
    return Allowance.NONE, False


def _full(counted: Iterable[_Counted]) -> int:
    return sum(one.allowance == Allowance.FULL for one in counted)


# --- in Redis -------------------------------------------------------------------------------------------------

# `_decided` once more, for many processes: a sorted set an account, of "allowance:text:moment" by moment.
SPEND = """
local text, at, day_ago, hour_ago = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local most_full, most = tonumber(ARGV[5]), tonumber(ARGV[6])
local function begins(member, with) return string.sub(member, 1, #with) == with end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', day_ago)
local full, all = 0, 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    all = all + 1
    if begins(member, 'full:') then full = full + 1 end
end
local was_full, was_bare = false, false
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. hour_ago, '+inf')) do
    was_full = was_full or begins(member, 'full:' .. text .. ':')
    was_bare = was_bare or begins(member, 'bare:' .. text .. ':')
end

if was_full then return 'full' end
local allowance = 'none'
if all < most and full < most_full then allowance = 'full'
elseif was_bare then return 'bare'
elseif all < most then allowance = 'bare' end
if allowance ~= 'none' then
    redis.call('ZADD', KEYS[1], at, allowance .. ':' .. text .. ':' .. at)
    redis.call('PEXPIRE', KEYS[1], ARGV[7])
end
return allowance
"""


def _spend_in_redis(check: _Check) -> Allowance:
    """Raises RedisError."""
    rules = [check.day_ago, check.hour_ago, check.most_full, ANSWERS_A_DAY, DAY // timedelta(milliseconds=1)]
    arguments = [str(number) for number in [check.text, check.at, *rules]]
    said = _redis(settings.REDIS_URL).eval(SPEND, 1, f"budget:{check.account}", *arguments)
    return Allowance(said)


@lru_cache(maxsize=1)
def _redis(url: str) -> redis.Redis:
    # Asked twice at most, since a connection may be stale: what was counted already is then the same text again.
    seconds = LOST_AFTER.total_seconds()
    once_more = Retry(NoBackoff(), 1)
    return redis.Redis.from_url(
        url, decode_responses=True, socket_timeout=seconds, socket_connect_timeout=seconds, retry=once_more
    )
