"""Whether the clock may be believed, before rows and keys go for good on its word.

The day of the last finished purge stands in the ring's folder. Against it this machine's clock is

    0 or 1 days ahead         right
    2 to 45 days ahead        late: a long holiday, a laptop. Rows are deleted; keys wait for a run 24 hours later
    behind, or further ahead  wrong: nothing is deleted or destroyed until somebody runs `purge --today DAY`

and in the last two cases an alarm shows. Where no purge was ever finished, the first week that the ring holds says when
it was set up: a lost file opens no door to a wrong clock.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path

from django.conf import settings

from jasmine import crypto

FILE = "clock.json"
LOCK = "purge.lock"
RIGHT_UNTIL = timedelta(days=1)
LATE_UNTIL = timedelta(days=45)
KEYS_WAIT = timedelta(hours=24)
OVERDUE_RUNS = 2  # so many after each other, and it is no accident of one run


class Reading(Enum):
    RIGHT = "right"
    LATE = "late"
    WRONG = "wrong"
    UNKNOWN = (
        "unknown"  # no purge was ever finished, and the ring cannot be read: as wrong, but nobody need answer
    )


@dataclass(frozen=True)
class State:
    """What one purge leaves for the next.

    `doubted`: the clock was wrong, and nobody has answered yet. `late_since`: since when keys wait. `to_prove`: weeks
    whose destruction was begun and is not proved yet. `overdue_runs`: how many runs after each other left rows.
    """

    last_run_on: date | None = None
    doubted: bool = False
    late_since: datetime | None = None
    to_prove: tuple[int, ...] = ()
    proof_failed: bool = False
    overdue_runs: int = 0


def reading(state: State, *, today: date) -> Reading:
    """What the clock is, seen from the last finished purge."""
    if state.doubted:
        return Reading.WRONG
    last = state.last_run_on or _day_by_the_ring(today)
    if last is None:
        return Reading.UNKNOWN
    if not last <= today <= last + LATE_UNTIL:
        return Reading.WRONG
    return Reading.RIGHT if today <= last + RIGHT_UNTIL else Reading.LATE


def is_in_doubt(*, today: date) -> bool:
    """Whether nothing may be done yet on the word of this machine's clock."""
    return reading(read(), today=today) is Reading.WRONG


def keys_may_go_before(state: State, *, today: date, now: datetime) -> date | None:
    """Weeks that were over before that day may lose their keys now; None: all of them wait."""
    is_right = reading(state, today=today) is Reading.RIGHT
    if state.late_since is None:
        return today if is_right else None
    if now - state.late_since < KEYS_WAIT:
        return None
    # A laptop that is opened once a week is late every time: what was over the last time has waited long enough.
    return today if is_right else state.late_since.date()


def finished(
    state: State, *, today: date, now: datetime, overdue: int, not_proved: tuple[int, ...] = ()
) -> State:
    """The state after a purge that was finished on `today`."""
    waited = state.late_since is not None and now - state.late_since >= KEYS_WAIT
    late_since = None if waited else state.late_since
    if reading(state, today=today) is Reading.LATE:
        late_since = now
    return State(
        last_run_on=today,
        late_since=late_since,
        to_prove=not_proved,
        proof_failed=bool(not_proved),
        overdue_runs=state.overdue_runs + 1 if overdue else 0,
    )


def answered(state: State, *, today: date) -> State:
    """The state once somebody has said that `today` is right."""
    return replace(state, last_run_on=today, doubted=False, late_since=None)


def doubted(state: State) -> State:
    """The state once the clock was found wrong."""
    return replace(state, doubted=True)


def proving(state: State, weeks: Iterable[int]) -> State:
    """The state while keys of those weeks are destroyed."""
    return replace(state, to_prove=tuple(weeks))


def alarms(*, today: date) -> list[str]:
    """What somebody must look at: `clock_wrong`, `clock_late`, `overdue`, `keys_not_destroyed`. No key is needed."""
    state = read()
    known = state.doubted or state.last_run_on is not None
    seen = reading(state, today=today) if known else Reading.RIGHT
    found = {
        "clock_wrong": seen is Reading.WRONG,
        "clock_late": seen is Reading.LATE or (seen is Reading.RIGHT and state.late_since is not None),
        "overdue": state.overdue_runs >= OVERDUE_RUNS,
        "keys_not_destroyed": state.proof_failed,
    }
    return [name for name, shows in found.items() if shows]


# --- the file -----------------------------------------------------------------------------------------------


def read() -> State:
    """What the last purge left; the first state where none was. A damaged file leaves the clock in doubt."""
    try:
        kept = json.loads((_folder() / FILE).read_bytes())
        return State(
            last_run_on=kept["last_run_on"] and date.fromisoformat(kept["last_run_on"]),
            doubted=bool(kept["doubted"]),
            late_since=kept["late_since"] and datetime.fromisoformat(kept["late_since"]),
            to_prove=tuple(int(week) for week in kept["to_prove"]),
            proof_failed=bool(kept["proof_failed"]),
            overdue_runs=int(kept["overdue_runs"]),
        )
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return State(doubted=True)


def write(state: State) -> None:
    """Leave it for the next purge: all of it or, if anything stops us, none."""
    told = json.dumps(asdict(state), default=lambda moment: moment.isoformat())
    crypto.write_whole(_folder() / FILE, told.encode())


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Waits until no other process of this site purges. The lock of a killed one is free."""
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(_folder() / LOCK, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _day_by_the_ring(today: date) -> date | None:
    """A day of the ring's first week, as near to `today` as there is; None when the ring cannot be read."""
    try:
        first = crypto.weeks_held()[0]
    except (crypto.CryptoError, IndexError):
        return None
    sunday = crypto.last_day_of(first)
    return max(sunday - timedelta(days=6), min(today, sunday))


def _folder() -> Path:
    return Path(settings.KEYRING)
