"""Copies: the rows without their keys, and the keys without the rows, never in one place.

A backup is a folder `jasmine-20261121T031500Z` with the rows as the database's own tool copies them, still sealed, and
`manifest.json`, which is written last and names every file with its size and SHA-256. The folder gets its name only
when all of it is on the disk: what a killed backup leaves is no backup, and goes with the next run. Sessions are left
out. A backup lives 35 days; then the same command deletes it.

The ring's copies are folders `ring-20261121T031500Z` in JASMINE_KEYRING_COPY, a week old at most, so that a week's
destroyed keys are nowhere a week later. The newest stays until a newer one is whole: without a ring nothing can be
read.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from jasmine import crypto
from jasmine.ledger import our_models
from jasmine.models import Session

LAYOUT = 1
KIND = "jasmine backup"
MANIFEST = "manifest.json"
ROWS = {"sqlite": "rows.sqlite3", "postgresql": "rows.pgdump"}
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"(jasmine|ring)-(\d{8}T\d{6}Z)")
UNFINISHED = re.compile(r"\.(jasmine|ring)-\d{8}T\d{6}Z\.[0-9a-f]{8}\.part")
# Of the ring's folder, those that cannot be made again.
RING_FILES = ("ring.json", "gone", "root.locked", "record.json")
RING_COPIES_LIVE = timedelta(days=7)
RING_COPY_IS_DUE = timedelta(hours=23)  # looked at every hour, so that it is daily
RING_COPY_IS_OLD = timedelta(days=3)
AT_ONCE = 1 << 20  # bytes


class BackupFailed(Exception):
    """There is no new backup, or no new copy of the ring. The message says why."""


# --- rows ---------------------------------------------------------------------------------------------------


def back_up(folder: Path, *, now: datetime, delete_older: bool = True) -> dict[str, Any]:
    """Copy the rows into a new folder below `folder`, and delete the backups there that are older than 35 days.

    Gives `reports`, `accounts`, `bytes`, `deleted` (older backups), `folder` (its name). Raises BackupFailed; what is
    too old is deleted all the same, unless `delete_older` says that the clock cannot be believed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone_in(folder):
            deleted = _delete_older(folder, "jasmine", now - crypto.BACKUPS_LIVE) if delete_older else 0
            crypto.begin_gone()
            with _new_folder(folder, f"jasmine-{now.strftime(STAMP)}") as new:
                manifest = _copy_rows(new)
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise BackupFailed(f"no backup was made: {_reason(error)}") from None
    return {**told(manifest), "deleted": deleted, "folder": f"jasmine-{now.strftime(STAMP)}"}


def told(manifest: dict[str, Any]) -> dict[str, int]:
    """What a manifest counts: `reports`, `accounts`, `bytes`."""
    return {
        "reports": manifest["rows"]["alerts_report"],
        "accounts": manifest["rows"][apps.get_model(settings.AUTH_USER_MODEL)._meta.db_table],
        "bytes": sum(file["bytes"] for file in manifest["files"].values()),
    }


def tables() -> dict[str, type[models.Model]]:
    """The tables that a backup holds, each with its model: all of ours but the sessions."""
    return {model._meta.db_table: model for model in our_models() if model is not Session}


def migrations() -> list[str]:
    """What was done to these tables, in order of name: a backup fits where the same was done."""
    ours = {model._meta.app_label for model in our_models()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in ours)


def digest(path: Path) -> str:
    """SHA-256 of that file, in hex."""
    found = sha256()
    with open(path, "rb") as file:
        while piece := file.read(AT_ONCE):
            found.update(piece)
    return found.hexdigest()


def _copy_rows(new: Path) -> dict[str, Any]:
    """Put rows and manifest into that folder. Gives the manifest."""
    rows = new / ROWS[connection.vendor]
    rows.touch(mode=0o600)
    counted = _copy_sqlite(rows) if connection.vendor == "sqlite" else _dump_postgresql(rows)
    manifest = {
        "kind": KIND,
        "layout": LAYOUT,
        "database": connection.vendor,
        "migrations": migrations(),
        "rows": counted,
        "files": {rows.name: {"bytes": rows.stat().st_size, "sha256": digest(rows)}},
    }
    crypto.write_whole(new / MANIFEST, json.dumps(manifest, indent=1).encode())
    return manifest


def _copy_sqlite(target: Path) -> dict[str, int]:
    """SQLite's own online backup: the site goes on meanwhile. What is left out is wiped; the copy is tested."""
    source = f"{Path(connection.settings_dict['NAME']).absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True)) as rows,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        rows.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute(f"DELETE FROM {Session._meta.db_table}")  # noqa: S608 - the name is our own
        copy.execute("VACUUM")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise OSError("the database is damaged")
        return {table: _count(copy, table) for table in tables()}


def _dump_postgresql(target: Path) -> dict[str, int]:
    """`pg_dump` and the counts see one and the same moment; the site goes on meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        left_out = f"--exclude-table-data={Session._meta.db_table}"
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", left_out]
        done = subprocess.run(  # noqa: S603
            [postgresql_tool("pg_dump"), *options, f"--file={target}"],
            env=postgresql_environment(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise OSError(_first_line(done.stderr) or "pg_dump was killed")
        return {table: _count(cursor, table) for table in tables()}


def postgresql_tool(name: str) -> str:
    """Where PostgreSQL's own tool stands. Raises OSError."""
    found = shutil.which(name)
    if found is None:
        raise OSError(f"{name} is missing: install PostgreSQL's client programs (postgresql-client)")
    return found


def postgresql_environment() -> dict[str, str]:
    """How PostgreSQL's tools reach the database. The password stands in no list of processes."""
    names = {
        "NAME": "PGDATABASE",
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
    }
    said = {variable: str(connection.settings_dict[name] or "") for name, variable in names.items()}
    return {**os.environ, **{variable: value for variable, value in said.items() if value}}


def _count(database: Any, table: str) -> int:
    found = database.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - the name is our own
    (count,) = (found or database).fetchone()
    return int(count)


# --- the ring -----------------------------------------------------------------------------------------------


def copy_ring(*, now: datetime) -> bool:
    """Copy the ring to its second place, and delete the copies there that are more than a week old.

    Gives whether a second place is named at all. Raises BackupFailed; then the newest copy stays, however old.
    """
    if settings.KEYRING_COPY is None:
        return False
    place, ring = Path(settings.KEYRING_COPY), Path(settings.KEYRING)
    if not place.is_dir():
        raise BackupFailed("JASMINE_KEYRING_COPY is not there: is its disk mounted?")
    if place.resolve() == ring.resolve() or ring.resolve() in place.resolve().parents:
        raise BackupFailed("JASMINE_KEYRING_COPY lies inside the ring's own folder")
    if not (crypto.is_open() or crypto.is_locked()):
        raise BackupFailed("the key ring is damaged: its earlier copies stay as they are")
    try:
        crypto.begin_gone()
        with _alone_in(place):
            with _new_folder(place, f"ring-{now.strftime(STAMP)}") as new:
                _copy_ring_files(ring, new)
            _delete_older(place, "ring", now - RING_COPIES_LIVE)
    except OSError as error:
        raise BackupFailed(f"the key ring was not copied: {_reason(error)}") from None
    return True


def ring_is_copied() -> bool:
    """Whether a second place is named."""
    return settings.KEYRING_COPY is not None


def ring_copy_is_due(*, now: datetime) -> bool:
    """Whether the newest copy is of yesterday or older."""
    age = ring_copy_age(now=now)
    return ring_is_copied() and (age is None or age >= RING_COPY_IS_DUE)


def ring_copy_age(*, now: datetime) -> timedelta | None:
    """How old the newest copy of the ring is; None if there is none."""
    place = Path(settings.KEYRING_COPY or "")
    if settings.KEYRING_COPY is None or not place.is_dir():
        return None
    return min((now - made_at for _path, made_at in copies(place, "ring")), default=None)


def ring_copy_is_well(*, now: datetime) -> bool:
    """Whether there is a copy of at most 3 days, or nobody asked for one."""
    if settings.KEYRING_COPY is None:
        return True
    age = ring_copy_age(now=now)
    return age is not None and age <= RING_COPY_IS_OLD


def _copy_ring_files(ring: Path, new: Path) -> None:
    for name in RING_FILES:
        if (ring / name).exists():
            crypto.write_whole(new / name, (ring / name).read_bytes())


# --- folders that are whole or not there ---------------------------------------------------------------------


def copies(folder: Path, kind: str) -> list[tuple[Path, datetime]]:
    """The whole copies of that kind ("jasmine", "ring") in a folder, each with its moment, the oldest first."""
    found = []
    for path in sorted(folder.iterdir()):
        name = NAME.fullmatch(path.name)
        if name and name[1] == kind and _is_ours(path, kind):
            try:
                found.append((path, datetime.strptime(name[2], STAMP).replace(tzinfo=UTC)))
            except ValueError:
                continue  # a 31st of February is not of our making
    return found


def _is_ours(path: Path, kind: str) -> bool:
    """Whether it holds nothing but what we put there: what people have put beside it is not ours to delete."""
    if not path.is_dir() or path.is_symlink():
        return False
    mine = {MANIFEST, *ROWS.values()} if kind == "jasmine" else {*RING_FILES}
    names = {inside.name for inside in path.iterdir()}
    return names <= mine and bool(names & {MANIFEST, "ring.json"})


def _delete_older(folder: Path, kind: str, than: datetime) -> int:
    """Delete our copies made before that moment. Gives how many."""
    old = [path for path, made_at in copies(folder, kind) if made_at < than]
    for path in old:
        hidden = folder / f".{path.name}.{secrets.token_hex(4)}.part"
        path.rename(hidden)  # so that what is half deleted does not look whole
        shutil.rmtree(hidden)
    return len(old)


@contextmanager
def _new_folder(folder: Path, name: str) -> Iterator[Path]:
    """A folder to fill. It gets its name, and comes to stay, only when it was filled without an error."""
    for left in folder.iterdir():
        if UNFINISHED.fullmatch(left.name):
            shutil.rmtree(left)  # somebody was killed
    part = folder / f".{name}.{secrets.token_hex(4)}.part"
    part.mkdir(mode=0o700)
    try:
        yield part
        for path in [*part.iterdir(), part]:
            _to_disk(path)
        part.rename(folder / name)
        _to_disk(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _to_disk(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """For one process at a time. Raises BackupFailed while another is at it."""
    file = os.open(folder / ".jasmine.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupFailed("another backup into this folder is running") from None
    finally:
        os.close(file)


def _reason(error: Exception) -> str:
    """Why, without a word that may stand in a row."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, OSError | sqlite3.Error) else type(error).__name__


def _first_line(printed: bytes) -> str:
    lines = printed.decode(errors="replace").splitlines()
    return lines[0][:200] if lines else ""
