"""Budgets of checks: what counts, how often, and that nothing slips through between threads."""

import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import redis
from django.conf import settings as ours
from hypothesis import example, given
from hypothesis import settings as tried
from hypothesis import strategies as some

from accounts import budgets
from accounts.budgets import Allowance, spend_check
from accounts.models import Account
from accounts.vocabulary import Role, Standing
from jasmine import crypto

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
REDIS_URL = ours.REDIS_URL
ON_REDIS = pytest.mark.skipif(not REDIS_URL, reason="needs JASMINE_REDIS_URL")
FULL, BARE, NONE = Allowance.FULL, Allowance.BARE, Allowance.NONE
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)
MOMENT = timedelta(microseconds=1)


def somebody(*, days_here: int = 400, role: str = Role.MEMBER, standing: str = Standing.MEMBER) -> Account:
    """Of the cast, without a row: budgets ask for none. Heron, unless something else is said."""
    joined_on = (NOON - timedelta(days=days_here)).date()
    return Account(id=uuid4(), facts={"joined_on": joined_on.isoformat()}, role=role, standing=standing)


@pytest.fixture
def heron() -> Account:
    return somebody()


@pytest.fixture
def memory(settings, monkeypatch) -> budgets._Memory:
    """The embedded default, with nothing counted yet."""
    settings.REDIS_URL = ""
    monkeypatch.setattr(budgets, "_memory", budgets._Memory())
    return budgets._memory


@pytest.fixture(params=["memory", pytest.param("redis", marks=ON_REDIS)])
def counter(request) -> str:
    """Both places in which may be counted."""
    if request.param == "memory":
        request.getfixturevalue("memory")
    return request.param


def ask(account: Account, texts: range, *, now: datetime = NOON) -> Counter[Allowance]:
    return Counter(spend_check(account, f"number {text}", now=now) for text in texts)


@pytest.mark.usefixtures("counter")
class TestWhatCounts:
    def test_sixty_full_answers_then_bare_ones_up_to_two_hundred_then_none(self, heron):
        said = [spend_check(heron, f"number {text}", now=NOON) for text in range(210)]
        assert said == [FULL] * 60 + [BARE] * 140 + [NONE] * 10

    def test_each_member_has_her_own(self, heron):
        ask(heron, range(60))
        assert spend_check(somebody(), "number 1", now=NOON) == FULL

    def test_the_same_text_again_counts_nothing(self, heron):
        assert {spend_check(heron, "number 0", now=NOON) for _again in range(300)} == {FULL}
        assert ask(heron, range(1, 61)) == {FULL: 59, BARE: 1}

    def test_after_an_hour_the_same_text_counts_again(self, heron):
        ask(heron, range(60))
        assert spend_check(heron, "number 0", now=NOON + HOUR - MOMENT) == FULL
        assert spend_check(heron, "number 0", now=NOON + HOUR) == BARE

    def test_the_hour_begins_when_it_was_counted_and_not_when_it_was_asked_again(self, heron):
        ask(heron, range(60))
        spend_check(heron, "number 0", now=NOON + 59 * MINUTE)
        assert spend_check(heron, "number 0", now=NOON + 61 * MINUTE) == BARE

    def test_a_bare_answer_again_is_bare_and_counts_nothing(self, heron):
        ask(heron, range(60))
        assert {spend_check(heron, "number 60", now=NOON) for _again in range(300)} == {BARE}
        assert ask(heron, range(61, 201)) == {BARE: 139, NONE: 1}

    def test_a_bare_answer_again_is_full_once_there_is_budget(self, heron):
        ask(heron, range(60))
        later = NOON + DAY - MINUTE
        assert spend_check(heron, "number 60", now=later) == BARE
        assert spend_check(heron, "number 60", now=later + 2 * MINUTE) == FULL

    def test_what_got_no_answer_was_not_counted(self, heron):
        ask(heron, range(200))
        ask(heron, range(200, 300), now=NOON + HOUR)
        assert ask(heron, range(300, 400), now=NOON + DAY) == {FULL: 60, BARE: 40}


@pytest.mark.usefixtures("counter")
class TestAnyTwentyFourHours:
    def test_a_check_is_free_again_when_it_is_24_hours_old_and_not_a_moment_before(self, heron):
        ask(heron, range(60))
        assert spend_check(heron, "another", now=NOON + DAY - MOMENT) == BARE
        assert spend_check(heron, "a third", now=NOON + DAY) == FULL

    def test_each_comes_back_at_its_own_moment(self, heron):
        for text in range(60):
            spend_check(heron, f"number {text}", now=NOON + text * MINUTE)
        assert ask(heron, range(100, 110), now=NOON + DAY + 4 * MINUTE) == {FULL: 5, BARE: 5}

    def test_midnight_changes_nothing(self, heron):
        ask(heron, range(60), now=NOON.replace(hour=23, minute=59))
        assert spend_check(heron, "another", now=NOON.replace(hour=0) + DAY) == BARE

    def test_another_time_zone_changes_nothing(self, heron):
        ask(heron, range(60))
        there = datetime.fromisoformat("2026-11-17T01:59:59.999999+14:00")
        assert spend_check(heron, "another", now=there) == BARE

    def test_a_clock_that_is_put_back_gives_no_second_budget(self, heron):
        ask(heron, range(60))
        assert spend_check(heron, "another", now=NOON - 3 * DAY) == BARE


class TestHowMuch:
    @pytest.mark.parametrize(
        ("who", "budget"),
        [
            (somebody(days_here=0), 20),
            (somebody(days_here=29), 20),
            (somebody(days_here=30), 60),
            (somebody(standing=Standing.LIMITED), 20),
            (somebody(role=Role.MODERATOR), 60),
            (somebody(role=Role.ADMIN), 60),
            (somebody(role=Role.OUTREACH), 200),
            (somebody(role=Role.OUTREACH, days_here=3), 200),
            (somebody(role=Role.OUTREACH, standing=Standing.LIMITED), 20),
        ],
        ids=lambda value: f"{value.role} {value.standing}" if isinstance(value, Account) else str(value),
    )
    def test_new_and_limited_members_have_less_and_outreach_workers_more(self, who, budget, memory):
        assert budgets.checks_a_day(who, now=NOON) == budget
        assert ask(who, range(201)) == Counter({FULL: budget, BARE: 200 - budget, NONE: 1})

    @pytest.mark.django_db
    def test_a_member_of_the_cast_has_what_her_row_says(self, finch, memory, now):
        assert ask(finch, range(21), now=now) == {FULL: 20, BARE: 1}


@pytest.mark.usefixtures("counter")
class TestAtOnce:
    def test_five_hundred_at_once_are_counted_exactly(self, heron):
        assert at_once(heron, [f"number {text}" for text in range(500)]) == {FULL: 60, BARE: 140, NONE: 300}

    def test_one_text_five_hundred_times_at_once_is_one(self, heron):
        assert at_once(heron, ["number 0"] * 500) == {FULL: 500}
        assert ask(heron, range(1, 61)) == {FULL: 59, BARE: 1}


def at_once(account: Account, texts: list[str]) -> Counter[Allowance]:
    with ThreadPoolExecutor(32) as threads:
        return Counter(threads.map(lambda text: spend_check(account, text, now=NOON), texts))


@ON_REDIS
class TestRedis:
    def test_tells_neither_who_asked_nor_what(self, heron):
        spend_check(heron, "0639981234", now=NOON)
        plover = somebody()
        spend_check(plover, "0639981234", now=NOON)
        [one], [other] = kept(heron), kept(plover)
        assert b"0639981234" not in one
        assert one.split(b":")[1] != other.split(b":")[1]  # nor that both asked the same
        assert str(heron.pk) not in key_of(heron)

    def test_forgets_after_a_day_by_itself(self, heron):
        spend_check(heron, "0639981234", now=NOON)
        left = timedelta(milliseconds=redis.Redis.from_url(REDIS_URL).pttl(key_of(heron)))
        assert DAY - MINUTE < left <= DAY

    def test_is_asked_once_a_check(self, heron, monkeypatch):
        asked = []
        client, sent = budgets._redis(REDIS_URL), redis.Redis.execute_command
        monkeypatch.setattr(
            type(client), "execute_command", lambda *args, **more: asked.append(args) or sent(*args, **more)
        )
        spend_check(heron, "0639981234", now=NOON)
        assert [args[1] for args in asked] == ["EVAL"]

    @tried(max_examples=200)
    @given(some.lists(some.tuples(some.integers(0, 4), some.integers(0, 50 * 60)), max_size=60))
    @example([(text, 0) for text in range(5)] * 2)
    def test_decides_as_the_memory_does(self, asked):
        heron, memory = somebody(), budgets._Memory()
        with pytest.MonkeyPatch.context() as but:
            but.setattr(budgets, "ANSWERS_A_DAY", 5)
            for text, minute in asked:
                moment = int((NOON + minute * MINUTE).timestamp()) * 1_000_000
                check = budgets._Check(account=heron.pk.int >> 65, text=text, at=moment, most_full=3)
                assert budgets._spend_in_redis(check) == memory.spend(check)
        redis.Redis.from_url(REDIS_URL).delete(f"budget:{heron.pk.int >> 65}")


def key_of(account: Account) -> str:
    form = ("budget", budgets.TOKEN_FORM, str(account.pk))
    (token,) = crypto.blind_tokens([form], weeks=[crypto.STANDING], writing=True)
    return f"budget:{token}"


def kept(account: Account) -> list[bytes]:
    return redis.Redis.from_url(REDIS_URL).zrange(key_of(account), 0, -1)


class TestLostRedis:
    @pytest.fixture
    def lost(self, memory, settings) -> None:
        """Nobody listens where Redis should be."""
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            settings.REDIS_URL = f"redis://127.0.0.1:{door.getsockname()[1]}/0"
            yield

    def test_stops_no_check(self, heron, lost):
        assert spend_check(heron, "0639981234", now=NOON) == FULL

    def test_leaves_each_process_to_count_by_itself(self, heron, lost):
        assert ask(heron, range(201)) == {FULL: 60, BARE: 140, NONE: 1}

    def test_is_logged_without_what_was_asked(self, heron, lost, caplog):
        spend_check(heron, "0639981234", now=NOON)
        assert caplog.messages == ["the counter of checks cannot be asked: ConnectionError"]

    def test_one_that_hangs_is_left_soon(self, heron, memory, settings, monkeypatch):
        monkeypatch.setattr(budgets, "LOST_AFTER", timedelta(milliseconds=5))
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            door.listen()  # it takes the call and says nothing
            settings.REDIS_URL = f"redis://127.0.0.1:{door.getsockname()[1]}/0"
            assert spend_check(heron, "0639981234", now=NOON) == FULL


def test_any_text_is_counted(heron, memory):
    texts = ["", "\0", "\ud800", "\udfff", "d800", "é", "e\u0301", "x" * 65536]
    assert [spend_check(heron, text, now=NOON) for text in texts] == [FULL] * len(texts)
    assert len(memory._counted.popitem()[1]) == len(texts)


def test_who_has_not_checked_for_a_day_is_forgotten(memory):
    for _somebody in range(9):
        spend_check(somebody(), "number 1", now=NOON)
    spend_check(somebody(), "number 1", now=NOON + DAY)
    assert len(memory._counted) == 1


def test_the_memory_tells_neither_who_asked_nor_what(heron, memory):
    spend_check(heron, "0639981234", now=NOON)
    assert "0639981234" not in repr(memory._counted)
    assert str(heron.pk) not in repr(memory._counted)
