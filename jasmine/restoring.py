"""Bringing a backup back: into an empty site, all of it or nothing.

Everything happens in one transaction, so that whoever is killed, or refused, leaves the site as empty as it was. The
files are compared with the manifest before a row is read. Then, before anybody can see them, the rows go whose day is
past, whose week's key is destroyed, or which `gone` names because they were deleted before their day; and every row
that is left is opened under this site's ring.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import Error as DatabaseFault
from django.db import connection, models, transaction

from jasmine import backups, crypto
from jasmine.fields import SealedField
from jasmine.ledger import Ledger
from jasmine.models import Session

AT_ONCE = 500  # rows
COPY = re.compile(rb'COPY public\."?(\w+)"? \((.+)\) FROM stdin;\n')
COLUMN = re.compile(r'"?(\w+)"?')


class RestoreRefused(Exception):
    """Nothing was brought back. The message says why, and what to do."""


def restore(
    folder: Path, *, even_without_gone: bool = False, even_unreadable: bool = False
) -> dict[str, int]:
    """Bring back the backup in `folder`, or the newest of the backups in it.

    Gives `reports`, `accounts`, `bytes`; `gone`, `past`: rows that were left out because they were deleted before their
    day, or are past it; `unreadable`: rows that do not open, which are kept only if asked for. Raises RestoreRefused.
    """
    try:
        whole = _backup_in(folder)
        manifest = _checked(whole)
        if not crypto.knows_gone() and not even_without_gone:
            raise RestoreRefused(
                "the file `gone` is missing beside the ring, so reports that were withdrawn would come back: bring it "
                "back from the ring's copy, or accept that with --without-gone"
            )
        with _brought(whole, manifest) as load:
            counts = _brought_back(load, manifest, even_unreadable=even_unreadable)
    except (OSError, DatabaseFault) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise RestoreRefused(
            f"the backup could not be brought back ({why}); nothing was kept of it"
        ) from None
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {**counts, "bytes": backups.told(manifest)["bytes"]}


def _brought_back(load: Any, manifest: dict[str, Any], *, even_unreadable: bool) -> dict[str, int]:
    with transaction.atomic():
        _hold_the_tables()
        _refuse_unless_empty()
        _empty_the_rest()
        load()
        for table, model in backups.tables().items():
            if model._default_manager.count() != manifest["rows"][table]:
                raise RestoreRefused(
                    "the backup does not hold as many rows as its manifest says: take another one"
                )
        counts = {"gone": 0, "past": 0, "unreadable": 0}
        for model in backups.tables().values():
            for name, count in _sift(model).items():
                counts[name] += count
        if counts["unreadable"] and not even_unreadable:
            raise RestoreRefused(
                f"{counts['unreadable']} rows do not open under this site's ring: bring back the ring and the root key "
                "that belong to this backup first, or accept that with --with-unreadable"
            )
        left = {table: model._default_manager.count() for table, model in backups.tables().items()}
    said = backups.told({"rows": left, "files": {}})
    return {"reports": said["reports"], "accounts": said["accounts"], **counts}


# --- the backup ---------------------------------------------------------------------------------------------


def _backup_in(folder: Path) -> Path:
    if (folder / backups.MANIFEST).exists():
        return folder
    found = backups.copies(folder, "jasmine") if folder.is_dir() else []
    if not found:
        raise RestoreRefused("there is no whole backup in that folder")
    return found[-1][0]


def _checked(folder: Path) -> dict[str, Any]:
    """The manifest of a backup that is whole and fits this site."""
    try:
        manifest: dict[str, Any] = json.loads((folder / backups.MANIFEST).read_bytes())
        if (manifest["kind"], manifest["layout"]) != (backups.KIND, backups.LAYOUT):
            raise RestoreRefused("this backup is of another version of Jasmine")
        engine, files, wanted = manifest["database"], manifest["files"], manifest["migrations"]
        rows, said = manifest["rows"], files[backups.ROWS[engine]]
        size, sha256 = int(said["bytes"]), str(said["sha256"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RestoreRefused("the backup's manifest cannot be read: take another backup") from None
    kept = folder / backups.ROWS[engine]
    if not kept.is_file() or kept.stat().st_size != size or backups.digest(kept) != sha256:
        raise RestoreRefused(
            "the backup is damaged: a file is missing, or not as it was made. Take another one"
        )
    if engine != connection.vendor:
        raise RestoreRefused(f"this backup is of {engine}, and the site runs on {connection.vendor}")
    if wanted != backups.migrations() or set(rows) != set(backups.tables()):
        raise RestoreRefused(
            "this backup is of another version of Jasmine: install the version that made it, restore there, and "
            "upgrade then"
        )
    return manifest


# --- the empty site -----------------------------------------------------------------------------------------


def _hold_the_tables() -> None:
    """Nobody writes in between; a second restore waits here, and then finds the site no longer empty."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table) for table in backups.tables())
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def _ledger(model: type[models.Model]) -> Ledger:
    kept: Ledger = model.ledger  # type: ignore[attr-defined]
    return kept


def _of_somebody(model: type[models.Model]) -> bool:
    """Whether its rows are somebody's, and not the site's own rules and counts."""
    ledger = _ledger(model)
    return bool([*ledger.sealed, *ledger.blind, *ledger.by_holder]) or ledger.weekly


def _refuse_unless_empty() -> None:
    if any(_of_somebody(model) and model._default_manager.exists() for model in backups.tables().values()):
        raise RestoreRefused(
            "this site is not empty: restore into a fresh one (JASMINE_VAR or JASMINE_DATABASE_URL names another, "
            "`manage.py set_up` makes it)"
        )


def _empty_the_rest() -> None:
    """The rules and counts that set-up has made give way to those of the backup; who is signed in signs in anew."""
    Session.objects.all().delete()
    for model in backups.tables().values():
        if not _of_somebody(model):
            model._default_manager.all().delete()


# --- loading ------------------------------------------------------------------------------------------------


@contextmanager
def _brought(folder: Path, manifest: dict[str, Any]) -> Iterator[Any]:
    """Gives what loads the rows, when it is called inside a transaction."""
    rows = folder / backups.ROWS[manifest["database"]]
    if manifest["database"] == "postgresql":
        yield lambda: _load_postgresql(rows)
        return
    with connection.cursor() as cursor:  # SQLite attaches outside a transaction alone
        cursor.execute("ATTACH DATABASE %s AS brought", [f"{rows.absolute().as_uri()}?mode=ro&immutable=1"])
    try:
        yield _load_sqlite
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DETACH DATABASE brought")


def _load_sqlite() -> None:
    with connection.cursor() as cursor:
        for table, model in backups.tables().items():
            names = ", ".join(f'"{column.column}"' for column in model._meta.concrete_fields if column.column)
            copy = f'INSERT INTO main."{table}" ({names}) SELECT {names} FROM brought."{table}"'  # noqa: S608
            cursor.execute(copy)


def _load_postgresql(rows: Path) -> None:
    """Let `pg_restore` read the file, and take from what it writes the rows of our tables and nothing else."""
    options = ["--data-only", "--file=-", *(f"--table={table}" for table in backups.tables())]
    reading = subprocess.Popen(  # noqa: S603
        [backups.postgresql_tool("pg_restore"), *options, str(rows)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with reading, connection.cursor() as cursor:
        assert reading.stdout is not None  # noqa: S101 - it is a pipe
        lines = iter(reading.stdout)
        for line in lines:
            if found := COPY.fullmatch(line):
                _take_table(cursor, found[1].decode(), found[2].decode(), lines)
        for statement in connection.ops.sequence_reset_sql(no_style(), [*backups.tables().values()]):
            cursor.execute(statement)
    if reading.returncode:
        raise RestoreRefused(
            "pg_restore cannot read the backup: is it of a newer PostgreSQL than this one's programs?"
        )


def _take_table(cursor: Any, table: str, columns: str, lines: Iterator[bytes]) -> None:
    model = backups.tables().get(table)
    names = COLUMN.findall(columns)
    if model is None or {*names} != {field.column for field in model._meta.concrete_fields if field.column}:
        raise RestoreRefused("the backup holds another table than its manifest says: take another one")
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    into = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN"
    with connection.wrap_database_errors, cursor.copy(into) as copy:
        for line in lines:
            if line == b"\\.\n":
                return
            copy.write(line)
    raise RestoreRefused("the backup ends in the middle of a table: take another one")


# --- what must not come back, and what must open ------------------------------------------------------------


def _sift(model: type[models.Model]) -> dict[str, int]:
    """Delete what is gone or past; open the rest. Gives how many of each."""
    columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, SealedField)]
    has_day = any(field.name == "delete_after" for field in model._meta.concrete_fields)
    if not columns and not has_day:
        return {}
    today, weeks = crypto.today(), {*crypto.live_weeks()} if has_day else set()
    past, kept, unreadable = [], [], 0
    for row in model._default_manager.order_by().iterator(chunk_size=AT_ONCE):
        day = row.delete_after if has_day else today  # type: ignore[attr-defined]
        if has_day and (day < today or crypto.week_of(day) not in weeks):
            past.append(row.pk)
            continue
        kept.append(row.pk)
        unreadable += not _opens(row, columns)
    # Accounts have no day, and are asked about too: some may have been closed since.
    named = {("row", str(pk)): pk for pk in kept}
    gone = [named[name] for name in crypto.gone_among(named)]
    if gone and unreadable:  # one that is gone need not open
        rows = model._default_manager.filter(pk__in=gone)
        unreadable -= sum(not _opens(row, columns) for row in rows)
    _delete(model, past + gone)
    return {"gone": len(gone), "past": len(past), "unreadable": unreadable}


def _opens(row: models.Model, columns: list[str]) -> bool:
    try:
        for column in columns:
            getattr(row, column)
    except crypto.CannotOpen:
        return False
    return True


def _delete(model: type[models.Model], ids: list[Any]) -> None:
    for at in range(0, len(ids), AT_ONCE):
        model._default_manager.filter(pk__in=ids[at : at + AT_ONCE]).delete()
