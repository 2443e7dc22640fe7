"""The key ring: the only reader of keys.

It is a folder outside the database with one file, `ring.json`, which is written as a whole: temporary file, `fsync`,
rename, `fsync` of the folder, under a lock between processes. So a reader sees the old ring or the new one, never a
torn one. It holds numbered pairs, a content key and an index key of 32 random bytes each: one pair a week for every
week up to 74 months ahead, made before anything needs them, and the standing pairs, which have no week.

Each key is wrapped under the root key by AES-256-GCM-SIV (RFC 8452) with its number, purpose and week as associated
data, so that entries cannot be swapped. A week that is past is refused, whatever the file holds.
"""

import fcntl
import json
import os
import secrets
import stat
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .errors import CannotOpen, NoKey, RingDamaged, WeekIsPast
from .packing import packed
from .weeks import months_after, today, week_of

KEY_BYTES = 32
NONCE_BYTES = 12
HORIZON_MONTHS = 74  # the longest keeping time is 60; holds and a reserve on top
STANDING = None  # the "week" of what has no day of deletion
FILE = "ring.json"
LAYOUT = 1


@dataclass(frozen=True, repr=False)
class Pair:
    """Two keys under one number. `week` is None for a standing pair."""

    number: int
    week: int | None
    content: bytes
    index: bytes

    def __repr__(self) -> str:
        return f"<Pair {self.number}>"


@dataclass(frozen=True)
class Ring:
    """The pairs, as one file held them."""

    pairs: tuple[Pair, ...]

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
    """Every week from this one to the last that the ring holds. Raises NoKey if one between lacks its key.

    Somebody who asks about a client asks all of them: a week left out would be a wrong "nothing found".
    """
    first = week_of(today())
    held = {week for week in _ring().by_week if week is not None and week >= first}
    weeks = range(first, max(held, default=first - 1) + 1)
    if not weeks or len(held) != len(weeks):
        raise NoKey("the ring lacks a live week")
    return weeks


def weeks_held() -> list[int]:
    """Every week of which the ring holds a key, those gone by too, in order. Raises RingDamaged."""
    return sorted(week for week in _ring().by_week if week is not None)


def is_open() -> bool:
    """Whether every key is there that a request may need: all weeks for 61 months, and a standing pair."""
    try:
        enough = week_of(months_after(today(), 61))
        return live_weeks()[-1] >= enough and bool(writing_pair(STANDING))
    except (NoKey, RingDamaged):
        return False


# --- what set-up, the timetable and commands do -------------------------------------------------------------


def make_ring() -> None:
    """Make the root key (unless one is there) and a ring with all its keys. An existing ring is only topped up."""
    root_key_file = Path(settings.ROOT_KEY_FILE)
    # Beside a ring whose root key is missing a new one would open nothing, and hide what has happened.
    if not root_key_file.exists() and not (_folder() / FILE).exists():
        root_key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(root_key_file, b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
    with _changing() as entries:
        if not any(pair.week is STANDING for pair in entries.pairs):
            entries.add(STANDING)
        _add_missing_weeks(entries)


def top_up() -> int:
    """Make the keys of the weeks that have come within 74 months. Gives how many; never called by a request."""
    with _changing() as entries:
        return _add_missing_weeks(entries)


def destroy_week(week: int) -> bool:
    """Take every key of that week out of the ring, for ever. Gives whether there was one."""
    with _changing() as entries:
        kept = [pair for pair in entries.pairs if pair.week != week]
        gone = len(kept) < len(entries.pairs)
        entries.pairs = kept
    return gone


def derived(label: str) -> bytes:
    """32 bytes that only this site's root key gives for that label. Raises RingDamaged."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=packed("jasmine/1/derived", label)).derive(_root_key())


def _add_missing_weeks(entries: "_Entries") -> int:
    day = today()
    held = {pair.week for pair in entries.pairs}
    wanted = range(week_of(day), week_of(months_after(day, HORIZON_MONTHS)) + 1)
    missing = [week for week in wanted if week not in held]
    for week in missing:
        entries.add(week)
    return len(missing)


# --- the file -----------------------------------------------------------------------------------------------


@dataclass
class _Entries:
    """What the file holds, while it is being changed. No number is given twice, not even after its pair is gone."""

    pairs: list[Pair]
    next_number: int

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
        seen = _identity(path)
        if seen == _Held.seen:
            return _Held.ring
        with _Held.lock:
            if seen != _Held.seen:
                # The identity comes from the open file: a rename in between must not pair old bytes with a new name.
                with open(path, "rb") as file:
                    found = _stamp(path, os.fstat(file.fileno()))
                    ring = Ring(tuple(_read(file.read()).pairs))
                _Held.ring, _Held.seen = ring, found
            return _Held.ring
    except OSError:
        raise RingDamaged("the key ring cannot be read") from None


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
        before = list(entries.pairs)
        yield entries
        if entries.pairs != before:
            write_whole(path, _written(entries))


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, readable by its owner alone: all of it or, if anything stops us, none."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(content: bytes) -> _Entries:
    root = _root_key()
    try:
        file = json.loads(content)
        if file["layout"] != LAYOUT:
            raise RingDamaged("the key ring is of another layout")
        entries = _Entries([_unwrapped(root, entry) for entry in file["pairs"]], int(file["next"]))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, InvalidTag):
        raise RingDamaged("the key ring does not open under this root key") from None
    numbers = [pair.number for pair in entries.pairs]
    if len(set(numbers)) < len(numbers) or not all(0 < number < entries.next_number for number in numbers):
        raise RingDamaged("the key ring gives one number twice")
    return entries


def _written(entries: _Entries) -> bytes:
    root = _root_key()
    pairs = [_wrapped(root, pair) for pair in entries.pairs]
    return json.dumps({"layout": LAYOUT, "next": entries.next_number, "pairs": pairs}, indent=0).encode()


def _wrapped(root: bytes, pair: Pair) -> dict[str, Any]:
    return {
        "number": pair.number,
        "week": pair.week,
        "content": _wrap(root, pair.content, _binding(pair.number, "content", pair.week)),
        "index": _wrap(root, pair.index, _binding(pair.number, "index", pair.week)),
    }


def _unwrapped(root: bytes, entry: dict[str, Any]) -> Pair:
    number, week = entry["number"], entry["week"]
    return Pair(
        number,
        week,
        _unwrap(root, entry["content"], _binding(number, "content", week)),
        _unwrap(root, entry["index"], _binding(number, "index", week)),
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


def _root_key() -> bytes:
    path = Path(settings.ROOT_KEY_FILE)
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise RingDamaged("the root key's file can be read by others than its owner")
        key = b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, ValueError):
        raise RingDamaged("the root key cannot be read") from None
    if len(key) != KEY_BYTES:
        raise RingDamaged("the root key must be 32 bytes, in base64")
    return key


def _folder() -> Path:
    return Path(settings.KEYRING)
