"""What was deleted before its day, so that no older backup and no second import brings it back.

`gone` is an append-only file beside the ring: `restore` and `import_reports` ask it. A line is a week and the
HMAC-SHA256 (RFC 2104), under that week's index key, of "jasmine/1/gone", kind and name, each behind its length:

    105791 5c1e…e09a

so the file tells how many rows were deleted early, and nothing about any of them. A line lives as long as its row would
have, and at least as long as a backup that may hold the row; then its week's keys are destroyed, and the line goes too.

A line is on the disk before the row's transaction ends. Whoever is killed in between leaves a line about a row that is
still there: an older backup then comes back without that row, which its author had asked for.
"""

import fcntl
import hmac
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from . import keyring
from .files import write_whole
from .packing import packed
from .weeks import today, week_of

FILE = "gone"
BACKUPS_LIVE = timedelta(days=35)
LINE = re.compile(rb"(\d{1,9}) ([0-9a-f]{64})")

Name = tuple[str, str]  # kind ("row", "ref"), and what is gone: a row's id, an import's reference


def remember_gone(names: Iterable[Name], *, week: int) -> None:
    """Write down, before they are deleted, what goes before its day, that of `week`.

    Raises NoKey, RingDamaged, or OSError: then nothing may be deleted.
    """
    kept_in = max(week, week_of(today() + BACKUPS_LIVE))
    (key,) = keyring.index_keys([kept_in], newest_only=True)
    _append(b"".join(b"%d %s\n" % (kept_in, _mark(key, name).encode()) for name in names))


def gone_among(names: Iterable[Name]) -> set[Name]:
    """Those of `names` that were deleted before their day. Raises NoKey when the ring lacks a live week."""
    lines = _lines()
    if not lines:
        return set()
    weeks = sorted(
        {week for week, _mark in lines} & {week for week in keyring.weeks_held() if week >= week_of(today())}
    )
    keys = keyring.index_keys(weeks, newest_only=False)
    marks = {mark for _week, mark in lines}
    return {name for name in names if any(_mark(key, name) in marks for key in keys)}


def forget_gone(week: int) -> None:
    """Take out the lines of a week whose keys are destroyed, and of all that are past."""
    if not _path().exists():
        return
    first = week_of(today())
    with _alone():
        lines = _lines()
        kept = [line for line in lines if line[0] != week and line[0] >= first]
        if kept != lines:
            write_whole(_path(), b"".join(b"%d %s\n" % (w, mark.encode()) for w, mark in kept))


def begin_gone() -> None:
    """Make the file, empty, if there is none: from then on a missing file means that it was lost."""
    if not _path().exists():
        _append(b"")


def knows_gone() -> bool:
    """Whether the file is there."""
    return _path().exists()


def _mark(key: bytes, name: Name) -> str:
    kind, value = name
    return hmac.digest(key, packed("jasmine/1/gone", kind, value), "sha256").hex()


def _append(lines: bytes) -> None:
    """Put whole lines at the end, on the disk when this returns."""
    with _alone():
        file = os.open(_path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(file).st_size
            if size and lines and os.pread(file, 1, size - 1) != b"\n":
                lines = b"\n" + lines  # whoever wrote before was killed: what he left is not ours to lengthen
            if os.write(file, lines) != len(lines):
                raise OSError("the disk is full")
            os.fsync(file)
        finally:
            os.close(file)
        folder = os.open(_path().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _lines() -> list[tuple[int, str]]:
    """Week and mark of every whole line. What a killed writer left is no line, and its row is still there."""
    try:
        content = _path().read_bytes()
    except FileNotFoundError:
        return []
    found = (LINE.fullmatch(line) for line in content.splitlines())
    return [(int(line[1]), line[2].decode()) for line in found if line]


@contextmanager
def _alone() -> Iterator[None]:
    with open(_path().with_name(f"{FILE}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path() -> Path:
    return Path(settings.KEYRING) / FILE
