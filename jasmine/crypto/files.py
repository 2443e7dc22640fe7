"""Files that are written as a whole: a reader sees the old content or the new, never a torn one."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path`, readable by its owner alone: all of it or, if anything stops us, none."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            _make_later_than(path, file.fileno())
            os.fsync(file.fileno())
        put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def put_in_place(new: Path, path: Path) -> None:
    """Rename, and come back only when the disk knows it."""
    os.replace(new, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _make_later_than(path: Path, written: int) -> None:
    """Two files of one size within a tick of the clock, the second in the place of the first, must look different."""
    with suppress(FileNotFoundError):
        before, now = path.stat().st_mtime_ns, os.fstat(written).st_mtime_ns
        if now <= before:
            os.utime(written, ns=(before + 1, before + 1))
