"""A ring of false accounts that follows every rule for 90 days, and moderators who say yes to whoever is ready.

Its first two or three got past honest members, each past two others; from then on it needs nobody. It brings in as many
as invitations, words, days and independence allow, up to 30. Then one of it is found out, and suspended for misuse.
"""

from datetime import datetime, timedelta
from functools import cache
from itertools import combinations

import pytest

from accounts import deciding, suspending, vouching
from accounts.inviting import QuotaUsed, invite
from accounts.models import Account, Newcomer, Pair
from accounts.vocabulary import Standing
from tests.makers import a_newcomer, a_vouch, let_in
from tests.people import an_account

pytestmark = pytest.mark.django_db

DAYS = 90
WANTED = 30
STEP = 15  # days: what counts is counted over 30


def begun_with(seeds: int, *, now: datetime) -> list[Account]:
    """So many false members of 30 days, each let in by two honest members who let in no other of them."""
    ring = []
    for number in range(seeds):
        seed = an_account(f"Cuckoo {number}", days_here=30)
        for place in range(2):
            honest = an_account(f"Honest {number} {place}")
            Pair.keep((str(honest.pk), str(seed.pk)), today=now.date())
        ring.append(seed)
    return ring


def grown(ring: list[Account], *, by: Account, now: datetime) -> dict[int, int]:
    """Let it grow, in place. Gives how many it is on the days on which it grew."""
    sizes = {}
    for day in range(0, DAYS, STEP):
        at, before = now + timedelta(days=day, minutes=day), len(ring)
        while len(ring) < WANTED and (one := brought_in(ring, by=by, now=at)):
            ring.append(one)
        if len(ring) > before:
            sizes[day] = len(ring)
    return sizes


def brought_in(ring: list[Account], *, by: Account, now: datetime) -> Account | None:
    """One more, by the first two of the ring who may and are independent."""
    able = [one for one in ring if may_vouch(one, now=now)]
    for inviter, second in combinations(able, 2):
        if independent(str(inviter.pk), str(second.pk)):
            newcomer = invited(inviter, second, name=f"Cuckoo {len(ring)}", now=now)
            return let_in(newcomer, by=by, now=now)
    return None


@cache  # who let in those who are in changes no more
def independent(one: str, other: str) -> bool:
    return vouching.independent(one, other)


def may_vouch(one: Account, *, now: datetime) -> bool:
    try:
        vouching.refuse_voucher(one, now=now)
    except vouching.VouchRefused:
        return False
    return vouching.words_left(one, now=now) > 0


def invited(inviter: Account, second: Account, *, name: str, now: datetime) -> Newcomer:
    try:
        invite(by=inviter, now=now)
    except QuotaUsed:
        inviter, second = second, inviter
        invite(by=inviter, now=now)
    newcomer = a_newcomer(name, invited_by=inviter, now=now)
    vouching.confirm(newcomer, by=inviter, now=now)
    a_vouch(newcomer, by=second, now=now)
    return newcomer


def found_out(
    ring: list[Account], one: Account, *, by: Account, second: Account, now: datetime
) -> dict[str, int]:
    """Suspend that one for misuse. Gives how many of the others are limited, may not vouch, and are untouched."""
    decision = deciding.ask(suspending.SUSPEND, about=str(one.pk), by=by, now=now, why="abuse")
    deciding.agree(decision, by=second, now=now)
    others = [Account.objects.get(pk=other.pk) for other in ring if other.pk != one.pk]
    limited = {other.pk for other in others if other.standing == Standing.LIMITED}
    silent = {other.pk for other in others if other.facts.get("no_word_until")}
    return {"limited": len(limited), "silent": len(silent), "free": len(others) - len(limited | silent)}


@pytest.mark.parametrize(
    ("seeds", "sizes"),
    [(1, {}), (2, {0: 5, 30: 8, 60: 11}), (3, {0: 6, 30: 12, 60: 27})],
)
def test_how_far_it_gets(seeds, sizes, robin, now):
    assert grown(begun_with(seeds, now=now), by=robin, now=now) == sizes


def test_without_the_rule_about_the_same_two_it_would_be_twice_as_far(robin, now, monkeypatch):
    monkeypatch.setattr(vouching, "SAME_TWO", WANTED)
    assert grown(begun_with(2, now=now), by=robin, now=now) == {0: 5, 30: 11, 60: 26}


@pytest.mark.parametrize(
    ("seeds", "found", "reached"),
    [
        (2, 0, {"limited": 9, "silent": 0, "free": 1}),
        (2, -1, {"limited": 0, "silent": 2, "free": 8}),
        (3, 0, {"limited": 9, "silent": 0, "free": 17}),
    ],
)
def test_what_the_firebreak_reaches_when_one_is_found(seeds, found, reached, robin, magpie, now):
    ring = begun_with(seeds, now=now)
    grown(ring, by=robin, now=now)
    later = now + timedelta(days=DAYS)
    assert found_out(ring, ring[found], by=robin, second=magpie, now=later) == reached


@pytest.mark.parametrize("found", [0, -1])
def test_of_a_ring_of_two_whoever_is_found_it_grows_no_more_for_90_days(found, robin, magpie, now):
    ring = begun_with(2, now=now)
    grown(ring, by=robin, now=now)
    later = now + timedelta(days=DAYS)
    found_out(ring, ring.pop(found), by=robin, second=magpie, now=later)
    for one in ring:
        one.refresh_from_db()
    assert grown(ring, by=robin, now=later) == {}
