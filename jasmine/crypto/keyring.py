"""The key ring: the only reader of keys.

It is a folder outside the database with one file, `ring.json`, which is written as a whole: temporary file, `fsync`,
rename, `fsync` of the folder, under a lock between processes. So a reader sees the old ring or the new one, never a
torn one. It holds numbered pairs, a content key and an index key of 32 random bytes each: one pair a week for every
week up to 74 months ahead, made before anything needs them, and the standing pairs, which have no week.

Each key is wrapped under the root key by AES-256-GCM-SIV (RFC 8452) with its number, purpose and week as associated
data, so that entries cannot be swapped. A week that is past is refused, whatever the file holds.

A week may be given a second pair (when its keys are in doubt), and the standing keys one every year: the newest writes,
all of them are asked and open. One under which nothing stands any more is retired. A retired standing pair is destroyed
35 days later, when no backup of the rows holds anything of it either; one of a week goes with its week, because marks
of what was deleted early stand under it. The ring names its root key from the first change of it on.
"""

import fcntl
import json
import os
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from django.conf import settings

from . import rootkey
from .errors import AtWork, CannotOpen, Locked, NoKey, NotLocked, RingDamaged, WeekIsPast
from .files import write_whole
from .packing import packed
from .weeks import months_after, rehearse, today, week_of

KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST_LIFE_MONTHS = 61  # of a row: 60, and the rest of the week in which it was filed
HORIZON_MONTHS = 74  # the longest keeping time is 60; holds and a reserve on top
STANDING = None  # the "week" of what has no day of deletion
FILE = "ring.json"
LOCKED_FILE = "root.locked"
LAYOUT = 1
RETIRED_KEPT = timedelta(days=35)  # as long as a backup of the rows
SEED_BINDING = packed("jasmine/1/ring", "seed")


@dataclass(frozen=True, repr=False)
class Pair:
    """Two keys under one number. `week`: None for a standing pair. `retired_on`: since when nothing stands under it."""

    number: int
    week: int | None
    content: bytes
    index: bytes
    retired_on: date | None = None

    def __repr__(self) -> str:
        return f"<Pair {self.number}>"


@dataclass(frozen=True)
class Ring:
    """The pairs, as one file held them."""

    pairs: tuple[Pair, ...]
    seed: bytes | None = None

    @cached_property
    def by_number(self) -> dict[int, Pair]:
        return {pair.number: pair for pair in self.pairs}

    @cached_property
    def by_week(self) -> dict[int | None, tuple[Pair, ...]]:
        """The pairs of each week, newest last: a week in doubt has several."""
        weeks: dict[int | None, list[Pair]] = {}
        for pair in sorted(self.pairs, key=lambda pair: pair.number):
            weeks.setdefault(pair.week, []).append(pair)
        return {week: tuple(pairs) for week, pairs in weeks.items()}


# --- what sealing and the blind index ask -------------------------------------------------------------------


def writing_pair(week: int | None) -> Pair:
    """The pair that seals now for `week` (None: standing). Raises WeekIsPast, NoKey."""
    if week is not None and week < week_of(today()):
        raise WeekIsPast(f"week {week} is past")
    try:
        return _ring().by_week[week][-1]
    except KeyError:
        raise NoKey(f"no key for week {week}") from None


def opening_pair(number: int) -> Pair:
    """The pair with that number. Raises CannotOpen if there is none, or its week is past."""
    pair = _ring().by_number.get(number)
    if pair is None or (pair.week is not None and pair.week < week_of(today())):
        raise CannotOpen
    return pair


def index_keys(weeks: Iterable[int | None], *, newest_only: bool) -> list[bytes]:
    """The index keys of these weeks: what was written under any of them is found. Raises WeekIsPast, NoKey."""
    by_week, first = _ring().by_week, week_of(today())
    keys: list[bytes] = []
    for week in weeks:
        if week is not None and week < first:
            raise WeekIsPast(f"week {week} is past")
        pairs = by_week.get(week)
        if not pairs:
            raise NoKey(f"no key for week {week}")
        keys += [pair.index for pair in (pairs[-1:] if newest_only else pairs)]
    return keys


def live_weeks() -> range:
    """Every week from this one to the last that the ring holds. Raises NoKey if one lacks its key.

    Somebody who asks about a client asks all of them: a week left out would be a wrong "nothing found".
    """
    first = week_of(today())
    held = {week for week in _ring().by_week if week is not None and week >= first}
    last = max([*held, week_of(months_after(today(), LONGEST_LIFE_MONTHS))])
    if len(held) != last - first + 1:
        raise NoKey("the ring lacks a live week")
    return range(first, last + 1)


def weeks_held() -> list[int]:
    """Every week of which the ring holds a key, those gone by too, in order. Raises RingDamaged."""
    return sorted(week for week in _ring().by_week if week is not None)


def is_locked() -> bool:
    """Whether there is a ring, and of its root key nothing: somebody has to unlock the site.

    The files alone decide: who takes the root key away locks the site at once.
    """
    path = _folder() / FILE
    if rootkey.is_there(Path(settings.ROOT_KEY_FILE)) or not path.exists():
        return False
    try:
        return bool(_layout_of(path.read_bytes())["pairs"])
    except (OSError, KeyError, RingDamaged):
        return False


def is_open() -> bool:
    """Whether every key is there that a request may need: all weeks for 61 months, and a standing pair."""
    try:
        return bool(live_weeks()) and bool(writing_pair(STANDING))
    except (NoKey, RingDamaged):
        return False


# --- what set-up, the timetable and commands do -------------------------------------------------------------


def make_ring() -> None:
    """Make the root key (unless one is there) and a ring with all its keys. An existing ring is left as it is.

    Beside a ring whose root key is missing a new one would open nothing, and hide what has happened: RingDamaged.
    """
    root_key_file = Path(settings.ROOT_KEY_FILE)
    if not rootkey.is_there(root_key_file) and not (_folder() / FILE).exists():
        rootkey.write(root_key_file, rootkey.new())
    with _changing() as entries:
        if not entries.pairs:
            entries.add(STANDING)
            _add_weeks(entries, week_of(today()))


def top_up(*, rows_until: date | None = None) -> int:
    """Make the keys of the weeks that have come within 74 months. Gives how many; never called by a request.

    `rows_until`: the last day of deletion of any row. New keys stand only behind the last that is held. A key that was
    lost is never made anew: it would open nothing, and turn "the check failed" into "nothing found". Raises NoKey
    when a live week, or one that has rows, lacks its key.
    """
    with _changing() as entries:
        held = {pair.week for pair in entries.pairs if pair.week is not None}
        needed = range(week_of(today()), max([*held, week_of(rows_until or today())]) + 1)
        if not held.issuperset(needed):
            raise NoKey("the ring lacks the key of a week that is needed: bring back its copy")
        return _add_weeks(entries, max(held) + 1)


def rehearse_from(day: date) -> None:
    """Take `day` for today until this process ends: for rehearsals, never in production."""
    rehearse(day)
    reach_back()


def reach_back() -> None:
    """Where today is a day before the ring was made, as in a rehearsal, make the keys of the weeks between."""
    with _changing() as entries:
        for week in range(
            week_of(today()), min(pair.week for pair in entries.pairs if pair.week is not None)
        ):
            entries.add(week)
        _add_weeks(entries, max(pair.week for pair in entries.pairs if pair.week is not None) + 1)


def destroy_week(week: int) -> bool:
    """Take every key of that week out of the ring, for ever. Gives whether there was one."""
    with _changing() as entries:
        return entries.keep(lambda pair: pair.week != week)


def derived(label: str) -> bytes:
    """32 bytes that only this site gives for that label, whichever root key it has now. Raises RingDamaged."""
    info = packed("jasmine/1/derived", label)
    seed = _ring().seed
    if seed is not None:
        return HKDFExpand(SHA256(), KEY_BYTES, info).derive(seed)
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(_root_key())


# --- new keys for what is there already -----------------------------------------------------------------------


def renew(weeks: Iterable[int | None]) -> int:
    """Give each of these weeks (None: standing) a new pair, which writes from now on. Gives how many.

    A week whose last renewal is not finished, because something still stands under its older pair, gets none: that one
    is to be finished first. Raises WeekIsPast, NoKey.
    """
    renewed, first = 0, week_of(today())
    with _changing() as entries:
        for week in weeks:
            if week is not None and week < first:
                raise WeekIsPast(f"week {week} is past")
            pairs = [pair for pair in entries.pairs if pair.week == week]
            if not pairs:
                raise NoKey(f"no key for week {week}")
            if sum(pair.retired_on is None for pair in pairs) == 1:
                entries.add(week)
                renewed += 1
    return renewed


def older_numbers(*, retired: bool | None = None) -> dict[int, date | None]:
    """The numbers of live pairs that write no more, and since when nothing stands under them (None: not yet)."""
    first = week_of(today())
    live = [(week, pairs) for week, pairs in _ring().by_week.items() if week is None or week >= first]
    older = {pair.number: pair.retired_on for _week, pairs in live for pair in pairs[:-1]}
    return {number: on for number, on in older.items() if retired in (None, on is not None)}


def retire(*, still_used: Iterable[int], standing_only: bool) -> int:
    """Note from which day nothing stands under an older pair; take the note back where something does.

    `standing_only`: only rows without a week were looked through. Gives how many were retired.
    """
    used, day, retired = {*still_used}, today(), 0
    with _changing() as entries:
        newest = {pair.week: pair.number for pair in sorted(entries.pairs, key=lambda pair: pair.number)}
        for at, pair in enumerate(entries.pairs):
            if standing_only and pair.week is not STANDING:
                continue
            older = pair.number != newest[pair.week]
            if pair.retired_on is None and older and pair.number not in used:
                entries.pairs[at] = replace(pair, retired_on=day)
                retired += 1
            elif pair.retired_on is not None and pair.number in used:
                entries.pairs[at] = replace(pair, retired_on=None)
    return retired


def are_due() -> bool:
    """Whether a retired standing pair has waited its 35 days."""
    return any(_is_due(pair) for pair in _ring().by_week.get(STANDING, ()))


def destroy_retired() -> int:
    """Destroy the standing pairs that were retired more than 35 days ago. Gives how many.

    The caller has looked, just now, that nothing stands under them: a backup may have been restored.
    """
    with _changing() as entries:
        before = len(entries.pairs)
        entries.keep(lambda pair: not _is_due(pair))
        return before - len(entries.pairs)


def _is_due(pair: Pair) -> bool:
    return pair.week is STANDING and pair.retired_on is not None and today() > pair.retired_on + RETIRED_KEPT


def writing_number(week: int | None) -> int:
    """The number of the pair that seals now for `week`. Raises WeekIsPast, NoKey."""
    return writing_pair(week).number


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """For long work on keys and rows: while one process is at it no other begins. Raises AtWork."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(folder / "at-work", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AtWork("another process is at it: wait until it is done") from None
        yield


# --- the root key -------------------------------------------------------------------------------------------


def rotate_root(passphrase: str | None = None) -> int:
    """Make a new root key and wrap every pair under it. Gives how many pairs. No row is touched.

    `passphrase`: the new key also stands wrapped under it beside the ring, for `unlock`. The new key is written first,
    as ".next", then the ring, then ".next" takes its place: at any moment one of the two opens the ring.
    Raises NotLocked when the key stands under a passphrase and none is given: it could not be unlocked any more.
    """
    path = Path(settings.ROOT_KEY_FILE)
    if passphrase is None and is_under_passphrase():
        raise NotLocked("this site's root key stands under a passphrase: a new one needs one too")
    with _changing() as entries:
        if not entries.pairs:
            raise RingDamaged("there is no key ring")
        if entries.seed is None:
            entries.seed = HKDF.extract(SHA256(), None, _root_key())
        root = rootkey.new()
        if passphrase is not None:
            rootkey.write_locked(rootkey.next_of(_folder() / LOCKED_FILE), root, passphrase)
        rootkey.write(rootkey.next_of(path), root)
        entries.root = root
        return len(entries.pairs)


def is_under_passphrase() -> bool:
    """Whether the root key also stands wrapped under a passphrase beside the ring."""
    return rootkey.is_there(_folder() / LOCKED_FILE)


def stands_in_memory() -> bool:
    """Whether the root key's file is in memory alone."""
    return rootkey.stands_in_memory(Path(settings.ROOT_KEY_FILE))


def unlock(passphrase: str) -> None:
    """Put the root key back into memory. Raises WrongPassphrase, NotLocked, RingDamaged."""
    if not is_locked():
        raise NotLocked("this site is not locked")
    locked = _folder() / LOCKED_FILE
    content = (_folder() / FILE).read_bytes()
    name = _layout_of(content).get("root")
    places = [place for place in (locked, rootkey.next_of(locked)) if rootkey.locked_name(place) == name]
    if name is None or not places:
        raise NotLocked("this site's root key stands under no passphrase: bring its file back")
    root = rootkey.unlocked(places[0], passphrase)
    if rootkey.fingerprint(root) != name:
        raise RingDamaged("root.locked holds another key than the ring names")
    _read(content, root)
    rootkey.write(Path(settings.ROOT_KEY_FILE), root)


def _add_weeks(entries: "_Entries", first: int) -> int:
    weeks = range(first, week_of(months_after(today(), HORIZON_MONTHS)) + 1)
    for week in weeks:
        entries.add(week)
    return len(weeks)


# --- the file -----------------------------------------------------------------------------------------------


@dataclass
class _Entries:
    """What the file holds, while it is being changed. No number is given twice, not even after its pair is gone."""

    pairs: list[Pair]
    next_number: int
    root: bytes | None = None  # the root key that the ring names; None: it names none yet
    seed: bytes | None = None  # what the first root key gave for `derived`, which later ones keep

    def keep(self, wanted: Callable[[Pair], bool]) -> bool:
        """Drop the others. Gives whether there were any."""
        before = len(self.pairs)
        self.pairs = [pair for pair in self.pairs if wanted(pair)]
        return len(self.pairs) < before

    def add(self, week: int | None) -> None:
        keys = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
        self.pairs.append(Pair(self.next_number, week, *keys))
        self.next_number += 1


class _Held:
    """The ring as this process last read it, with the file's identity, so that a change is seen at once."""

    lock = threading.Lock()
    seen: tuple[Any, ...] | None = None
    ring: Ring = Ring(())


def _ring() -> Ring:
    path = _folder() / FILE
    try:
        while True:
            seen = _identity(path)
            if seen == _Held.seen:
                return _Held.ring
            with _Held.lock:
                try:
                    if seen != _Held.seen:
                        _read_anew(path)
                    return _Held.ring
                except RingDamaged:
                    # The root key is another since we read the ring: then so is the ring.
                    if _identity(path) == seen:
                        raise
    except OSError:
        raise RingDamaged("the key ring cannot be read") from None


def _read_anew(path: Path) -> None:
    # The identity comes from the open file: a rename in between must not pair old bytes with a new name.
    with open(path, "rb") as file:
        found = _stamp(path, os.fstat(file.fileno()))
        entries = _read(file.read())
    _Held.ring, _Held.seen = Ring(tuple(entries.pairs), entries.seed), found


def _identity(path: Path) -> tuple[Any, ...]:
    return _stamp(path, os.stat(path))


def _stamp(path: Path, status: os.stat_result) -> tuple[Any, ...]:
    return (str(path), status.st_ino, status.st_size, status.st_mtime_ns)


@contextmanager
def _changing() -> Iterator[_Entries]:
    """Read the ring under the lock between processes, give what it holds to be changed, write it as a whole."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / FILE
        for left in folder.glob(f"{FILE}.*.tmp"):
            left.unlink()  # a writer was killed: keys that are destroyed later must not live on in what it left
        entries = _read(path.read_bytes()) if path.exists() else _Entries([], 1)
        _settle(entries.root)
        before = replace(entries, pairs=list(entries.pairs))
        yield entries
        if entries != before:
            write_whole(path, _written(entries))
            _settle(entries.root)


def _settle(root: bytes | None) -> None:
    """Finish, or undo, a change of the root key that was cut off."""
    name = rootkey.fingerprint(root) if root else None
    rootkey.settle(
        Path(settings.ROOT_KEY_FILE), name, name_of=lambda path: rootkey.fingerprint(rootkey.read(path))
    )
    rootkey.settle(_folder() / LOCKED_FILE, name, name_of=rootkey.locked_name)


def _layout_of(content: bytes) -> dict[str, Any]:
    """What the file says, whoever it is wrapped for. Raises RingDamaged."""
    try:
        file = json.loads(content)
        if file["layout"] != LAYOUT:
            raise RingDamaged("the key ring is of another layout")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RingDamaged("the key ring does not open under this root key") from None
    return dict(file)


def _read(content: bytes, root: bytes | None = None) -> _Entries:
    """The entries, under `root` or the root key that the ring names. Raises RingDamaged, Locked."""
    file = _layout_of(content)
    try:
        name, seed = file.get("root"), file.get("seed")
        if root is None:
            root = _root_key(name)
        entries = _Entries(
            [_unwrapped(root, entry) for entry in file["pairs"]],
            int(file["next"]),
            root if name is not None else None,
            _unwrap(root, seed, SEED_BINDING) if seed is not None else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, InvalidTag):
        raise RingDamaged("the key ring does not open under this root key") from None
    numbers = [pair.number for pair in entries.pairs]
    if len(set(numbers)) < len(numbers) or not all(0 < number < entries.next_number for number in numbers):
        raise RingDamaged("the key ring gives one number twice")
    return entries


def _written(entries: _Entries) -> bytes:
    root = entries.root or _root_key()
    said: dict[str, Any] = {"layout": LAYOUT, "next": entries.next_number}
    if entries.root is not None:
        said["root"] = rootkey.fingerprint(root)
    if entries.seed is not None:
        said["seed"] = _wrap(root, entries.seed, SEED_BINDING)
    said["pairs"] = [_wrapped(root, pair) for pair in entries.pairs]
    return json.dumps(said, indent=0).encode()


def _wrapped(root: bytes, pair: Pair) -> dict[str, Any]:
    retired = {"retired_on": pair.retired_on.isoformat()} if pair.retired_on else {}
    return {
        "number": pair.number,
        "week": pair.week,
        **retired,
        "content": _wrap(root, pair.content, _binding(pair.number, "content", pair.week)),
        "index": _wrap(root, pair.index, _binding(pair.number, "index", pair.week)),
    }


def _unwrapped(root: bytes, entry: dict[str, Any]) -> Pair:
    number, week, retired_on = entry["number"], entry["week"], entry.get("retired_on")
    return Pair(
        number,
        week,
        _unwrap(root, entry["content"], _binding(number, "content", week)),
        _unwrap(root, entry["index"], _binding(number, "index", week)),
        date.fromisoformat(retired_on) if retired_on is not None else None,
    )


def _binding(number: int, purpose: str, week: int | None) -> bytes:
    return packed("jasmine/1/ring", number, purpose, "standing" if week is STANDING else week)


def _wrap(root: bytes, key: bytes, binding: bytes) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return b64encode(nonce + AESGCMSIV(root).encrypt(nonce, key, binding)).decode()


def _unwrap(root: bytes, wrapped: str, binding: bytes) -> bytes:
    raw = b64decode(wrapped, validate=True)
    key = AESGCMSIV(root).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], binding)
    if len(key) != KEY_BYTES:
        raise ValueError("not a key")
    return key


def _root_key(name: str | None = None) -> bytes:
    """The root key with that fingerprint, or whichever stands in its file. Raises Locked, RingDamaged."""
    path = Path(settings.ROOT_KEY_FILE)
    if not rootkey.is_there(path):
        raise Locked
    root = rootkey.read(path) if name is None else rootkey.named(path, name)
    if root is None:
        raise RingDamaged("the key ring is wrapped under another root key")
    return root


def _folder() -> Path:
    return Path(settings.KEYRING)
