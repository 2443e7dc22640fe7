"""Making the reports of a bench quickly, and the plain columns beside them.

Each report is sealed by its own columns and stands under the tokens of its own forms; only the way into the database
is shorter than filing's. Several processes share the work. Large tables get their index at the end, as after a
restore.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from time import perf_counter
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction

from alerts import spelling
from alerts.benching import invented
from alerts.benching.invented import Person
from alerts.models import Report, Token
from jasmine import crypto

BATCH = 1000  # reports
LARGE = 5000  # reports, from which several processes and a late index are worth it
APART = 10**8  # people between those of one process and those of the next
IDENTIFIERS, NAMES = "bench_identifiers", "bench_names"  # the plain tables
PLAIN_KINDS = ("phone", "email", "handle", "plate")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Built:
    """Counts of what was made."""

    reports: int
    identifiers: int
    tokens: int
    seconds: float


def build(reports: int, *, today: date) -> Built:
    """Fill the empty tables of this throwaway site, and make the plain ones beside them."""
    began = perf_counter()
    _make_plain_tables()
    workers = (os.cpu_count() or 1) if reports >= LARGE else 1
    with _index_made_at_the_end(reports >= LARGE):
        counts = list(_filled(reports, workers, today))
    _make_plain_indexes()
    identifiers, tokens = (sum(column) for column in zip(*counts, strict=True))
    return Built(reports, identifiers, tokens, perf_counter() - began)


def _filled(reports: int, workers: int, today: date) -> Iterator[tuple[int, int]]:
    if workers == 1:
        yield fill(0, reports, today)
        return
    shares = [reports // workers + (number < reports % workers) for number in range(workers)]
    starts = [number * APART for number in range(workers)]
    # Processes that begin anew: this one has connections to the database, which must not be shared.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=django.setup) as processes:
        yield from processes.map(fill, starts, shares, [today] * workers)


def fill(first: int, count: int, today: date) -> tuple[int, int]:
    """Store so many reports about the people from number `first` on. Gives how many identifiers and tokens."""
    made = invented.reports(first, count, today=today)
    with _reading_once():
        counts = [_stored(batch) for batch in iter(lambda: list(islice(made, BATCH)), [])]
    identifiers, tokens = (sum(column) for column in zip(*counts, strict=True))
    return identifiers, tokens


def _stored(batch: list[tuple[Person, Report]]) -> tuple[int, int]:
    rows = [(token, key) for _known, report in batch for key in [_key(report)] for token in _tokens(report)]
    plain = [row for known, report in batch for row in _plain(known, report)]
    names = [row for known, report in batch for row in _named(known, report)]
    with transaction.atomic():
        Report.objects.bulk_create([report for _known, report in batch])
        _write(Token._meta.db_table, ("token", "report_id"), rows)
        _write(IDENTIFIERS, ("value", "person", "report_id"), plain)
        _write(NAMES, ("name", "person", "report_id"), names)
    return sum(len(report.facts["identifiers"]) for _known, report in batch), len(rows)


@contextmanager
def _reading_once() -> Iterator[None]:
    """What comes again is read once. The rules of spelling stay what they are; most of the time goes into them."""
    names = ("meanings", "words_told")
    rules = [getattr(spelling, name) for name in names]
    for name, rule in zip(names, rules, strict=True):
        setattr(spelling, name, lru_cache(maxsize=20_000)(rule))
    try:
        yield
    finally:
        for name, rule in zip(names, rules, strict=True):
            setattr(spelling, name, rule)


def _tokens(report: Report) -> set[int]:
    return crypto.blind_tokens(report.forms(), weeks=[report.key_week], writing=True)


def _plain(known: Person, report: Report) -> Iterator[Row]:
    for kept in report.identifiers:
        if kept.kind in PLAIN_KINDS:
            for value in spelling.canonicals(kept, default_country=settings.COUNTRY):
                yield value, known.number, _key(report)


def _named(known: Person, report: Report) -> Iterator[Row]:
    if any(kept.kind == "name" for kept in report.identifiers):
        yield known.name.lower(), known.number, _key(report)


def _key(report: Report) -> Any:
    """As the column has it."""
    return Report._meta.pk.get_db_prep_value(report.pk, connection)


def _write(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            holes = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({holes})", rows)  # noqa: S608  (names of ours)


# --- tables and their indexes ---------------------------------------------------------------------------------


def _make_plain_tables() -> None:
    key = Report._meta.pk.db_type(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {IDENTIFIERS} (value text, person bigint, report_id {key})")
        cursor.execute(f"CREATE TABLE {NAMES} (name text, person bigint, report_id {key})")


def _make_plain_indexes() -> None:
    with _unhurried() as cursor:
        cursor.execute(f"CREATE INDEX bench_by_value ON {IDENTIFIERS} (value)")
        cursor.execute(f"CREATE INDEX bench_by_report ON {NAMES} (report_id)")
        if connection.vendor == "postgresql":
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(f"CREATE INDEX bench_by_trigram ON {NAMES} USING gin (name gin_trgm_ops)")
        if not connection.in_atomic_block:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@contextmanager
def _index_made_at_the_end(wanted: bool) -> Iterator[None]:
    """Take off what slows the filling of the table of tokens, and put the same back."""
    if not wanted or connection.vendor != "postgresql":
        yield
        return
    table = Token._meta.db_table
    with _unhurried() as cursor:
        constraints = _asked(
            cursor,
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass"
            " AND contype <> 'n' ORDER BY contype = 'f'",
            table,
        )
        for name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        indexes = _asked(cursor, "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", table)
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with _unhurried() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


@contextmanager
def _unhurried() -> Iterator[Any]:
    """A cursor whose statements may take as long as they need."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        yield cursor


def _asked(cursor: Any, question: str, *values: Any) -> list[Row]:
    cursor.execute(question, values)
    return list(cursor.fetchall())


def index_bytes() -> int:
    """What the table of tokens takes on disk, with its indexes."""
    table = Token._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return int(_asked(cursor, "SELECT pg_total_relation_size(%s::regclass)", table)[0][0])
        question = "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = %s)"
        return int(_asked(cursor, question, table)[0][0])
