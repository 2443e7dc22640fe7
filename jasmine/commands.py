"""How Jasmine's commands speak: counts on standard output (one JSON object with --json), progress on standard error.

Exit 0: done. 1: not done, or not all. 2: wrong use (argparse's own).
"""

import json
import sys
import unicodedata
from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.module_loading import import_string

from jasmine import crypto


class Command(BaseCommand):
    """The parent of Jasmine's commands."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute(*args, **options)
        except crypto.CryptoError as error:
            raise CommandError(f"{error}. Nothing more was done.") from None

    def say(self, counts: dict[str, Any], *, as_json: bool) -> None:
        """The result, as one JSON object or a line each. Lists are for JSON and for `say_list`."""
        if as_json:
            self.stdout.write(json.dumps(counts, ensure_ascii=False))
            return
        for name, value in counts.items():
            if not isinstance(value, list | dict):
                self.stdout.write(f"{name.replace('_', ' ')}: {value}")

    def put_on_record(self, kind: str, **counts: int) -> None:
        """Say on the record of grave acts what was done here. A failure is told, and undoes nothing."""
        try:
            import_string(settings.RECORD)(kind, now=datetime.now(UTC), **counts)
        except (DatabaseError, crypto.CryptoError) as fault:
            self.stderr.write(f"This could not be put on the record ({type(fault).__name__}).")

    def progress(self, text: str) -> None:
        """A line that replaces itself, on a terminal only."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()


SHORTEST_PASSPHRASE = 12  # characters


def passphrase_asked(prompt: str) -> str:
    """What is typed on the terminal, unseen; without one, the first line of standard input."""
    typed = getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    return unicodedata.normalize("NFC", typed)


def new_passphrase() -> str:
    """A passphrase that is typed twice alike on a terminal, once elsewhere."""
    passphrase = passphrase_asked("New passphrase: ")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise CommandError(f"A passphrase has {SHORTEST_PASSPHRASE} characters or more; five words are good.")
    if sys.stdin.isatty() and passphrase_asked("Once more: ") != passphrase:
        raise CommandError("That was not the same twice: nothing was changed.")
    return passphrase


def add_as_of(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", metavar="DAY", help="take another day for today, for rehearsals; refused in production"
    )


def now_or_as_of(day: str | None) -> datetime:
    """The moment that counts as now. With a day, the ring gets the keys of the weeks between, too."""
    if day is None:
        return datetime.now(UTC)
    if settings.PRODUCTION:
        raise CommandError("--as-of is for rehearsals: JASMINE_PRODUCTION is on", returncode=2)
    try:
        rehearsed = date.fromisoformat(day)
    except ValueError:
        raise CommandError("--as-of takes a day, as 2026-11-16", returncode=2) from None
    crypto.rehearse_from(rehearsed)
    return datetime.combine(rehearsed, time(12), tzinfo=UTC)
