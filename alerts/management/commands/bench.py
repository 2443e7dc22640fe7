"""How quick Jasmine is, on this machine, each beside its yardstick in the same run.

sealing  against a Django field on Fernet
tokens   of one spelling under every live week
ring     read after it was changed
sign_in  unknown, wrong and suspended: whether the time tells who is there
check    whole pages over HTTP at scale, against plain columns: of 1,000,000 reports on PostgreSQL, of 50,000 on SQLite

Everything is made up, in a throwaway site with keys and, for the check, a database of its own. That database stands on
the server that JASMINE_DATABASE_URL names, whose role must be allowed to make one.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models
from django.utils.encoding import force_bytes, force_str

from accounts import benching as signing
from alerts.benching import INSIDE, measuring
from alerts.benching.serving import NoServer
from alerts.models import Report
from jasmine import crypto
from jasmine.commands import Command as JasmineCommand

OURS = "JASMINE_"
STORY = ("Il a changé d'adresse deux fois. " * 20).encode()[:600].decode(errors="ignore")
ROUNDS = 41
CALLS = 100  # in a round
REPORTS = {"postgresql": 1_000_000, "sqlite": 50_000}


class FernetText(models.TextField):
    """What packages of encrypted fields do: one Fernet of the whole site (AES-128-CBC and HMAC-SHA256, base64)."""

    fernet = Fernet(Fernet.generate_key())

    def get_internal_type(self) -> str:
        return "BinaryField"

    def stored(self, value: str) -> bytes:
        return self.fernet.encrypt(force_bytes(value))

    def read(self, value: bytes) -> str:
        return force_str(self.fernet.decrypt(bytes(value)))


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "names",
            nargs="*",
            choices=[*NAMES, []],
            metavar="NAME",
            help=", ".join(NAMES),
        )
        parser.add_argument("--reports", type=int, metavar="N", help="of the check")
        parser.add_argument(
            "--samples",
            type=int,
            default=measuring.SAMPLES,
            metavar="N",
            help="pages of each kind, of the check and of signing in",
        )

    def handle(self, **options: Any) -> None:
        if os.environ.get(INSIDE) != str(settings.VAR):
            wanted = CHECK in (options["names"] or [CHECK])
            sys.exit(_in_a_throwaway_site(on=settings.DATABASE_URL if wanted else ""))
        crypto.make_ring()
        counts: dict[str, Any] = {}
        for name in options["names"] or NAMES:
            self.progress(f"{name} …")
            counts |= _measured(name, options)
        self.progress("")
        self.say(counts, as_json=options["json"])


def sealing() -> dict[str, Any]:
    """A story of 600 bytes into its column and out again, both fields by turns: microseconds, and the ratio.

    What the difference is made of is measured beside it: the key of this field of this row (twice), the cipher with a
    key that is new (twice), and the look at the ring's file, by which a destroyed key is gone at once (twice).
    """
    field, fernet, row = Report._meta.get_field("story"), FernetText(), uuid4()
    week = crypto.live_weeks()[52]

    def ours() -> None:
        content = field.encoded(STORY)
        sealed = crypto.seal(content, label=field.label, row=row, week=week)
        assert field.decoded(crypto.unseal(sealed, label=field.label, row=row)) == STORY  # noqa: S101

    def theirs() -> None:
        assert fernet.read(fernet.stored(STORY)) == STORY  # noqa: S101

    nonce, filled, key = bytes(12), bytes(1024), bytes(32)

    def keys_of_the_row() -> None:
        for _ in range(2):
            HKDF(SHA256(), 48, salt=None, info=bytes(56)).derive(key)

    def cipher() -> None:
        AESGCMSIV(key).decrypt(nonce, AESGCMSIV(key).encrypt(nonce, filled, b""), b"")

    def looks_at_the_ring() -> None:
        for _ in range(2):
            (Path(settings.KEYRING) / "ring.json").stat()

    one, other, *parts = _by_turns(ours, theirs, keys_of_the_row, cipher, looks_at_the_ring)
    return {
        "seal_and_open_us": round(one, 1),
        "fernet_field_us": round(other, 1),
        "times_faster": round(other / one, 2),
        **{
            f"of_which_{name}_us": round(part, 1)
            for name, part in zip(["keys", "cipher", "ring"], parts, strict=True)
        },
        "sealed_bytes": len(crypto.seal(field.encoded(STORY), label=field.label, row=row, week=week)),
        "fernet_bytes": len(fernet.stored(STORY)),
    }


def tokens() -> dict[str, Any]:
    """The tokens of one spelling under every live week: milliseconds."""
    weeks = crypto.live_weeks()

    def all_weeks() -> None:
        crypto.blind_tokens([("phone", 1, "+33639981234")], weeks=weeks)

    (microseconds,) = _by_turns(all_weeks, calls=20)
    return {"weeks": len(weeks), "tokens_of_a_form_ms": round(microseconds / 1000, 2)}


def ring() -> dict[str, Any]:
    """Reading the ring after it was changed, as every process does once after each change: milliseconds."""
    row = UUID(int=0)
    sealed = crypto.seal(b"", label="bench", row=row, week=None)
    file = Path(settings.KEYRING) / "ring.json"

    def after_a_change() -> None:
        os.utime(file)  # another moment of change: the file is read again
        crypto.unseal(sealed, label="bench", row=row)

    (microseconds,) = _by_turns(after_a_change, calls=3)
    return {"ring_read_ms": round(microseconds / 1000, 2), "ring_bytes": file.stat().st_size}


def check(reports: int | None, samples: int) -> dict[str, Any]:
    """Whole pages over HTTP, beside plain columns: see `alerts.benching.measuring`."""
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    try:
        return measuring.check(reports or REPORTS[connection.vendor], samples=samples)
    except NoServer as error:
        raise CommandError(f"{error}: nothing was measured") from None


def sign_in(samples: int) -> dict[str, Any]:
    """Whether the time of a wrong sign-in tells who is there: see `accounts.benching`."""
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    return signing.sign_in(samples)


CHECK, SIGN_IN = "check", "sign_in"
BENCHES: dict[str, Callable[[], dict[str, Any]]] = {"sealing": sealing, "tokens": tokens, "ring": ring}
NAMES = [*BENCHES, SIGN_IN, CHECK]


def _measured(name: str, options: dict[str, Any]) -> dict[str, Any]:
    if name == CHECK:
        return check(options["reports"], options["samples"])
    return sign_in(options["samples"]) if name == SIGN_IN else BENCHES[name]()


def _by_turns(*functions: Callable[[], None], calls: int = 0) -> list[float]:
    """Microseconds a call of each: the quickest of many rounds by turns, in which the machine had least else to do."""
    calls = calls or CALLS
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(ROUNDS):
        for function, times in zip(functions, taken, strict=True):
            begun = time.perf_counter()
            for _ in range(calls):
                function()
            times.append((time.perf_counter() - begun) / calls * 1e6)
    return [min(times) for times in taken]


def _in_a_throwaway_site(*, on: str) -> int:
    """This same command in a new process with nothing of the site's: neither its rows nor its keys. Its exit code.

    `on`: the address of a PostgreSQL, for a database of its own there; else it is SQLite in the throwaway folder.
    """
    with tempfile.TemporaryDirectory(prefix="jasmine-benching-") as folder, _own_database(on) as database:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        environment |= {"JASMINE_VAR": folder, INSIDE: folder}
        if database:
            environment["JASMINE_DATABASE_URL"] = database
        return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode  # noqa: S603


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    """The address of a new database on that server, which is dropped at the end; "" where there is no server."""
    if not server:
        yield ""
        return
    name, address = f"jasmine_bench_{secrets.token_hex(4)}", urlsplit(server)._replace(scheme="postgresql")
    try:
        administering = psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True)
        administering.execute(f"CREATE DATABASE {name}")
    except psycopg.Error as error:
        raise CommandError(f"no database could be made for the bench ({type(error).__name__})") from None
    with administering:
        try:
            yield address._replace(path=f"/{name}").geturl()
        finally:
            administering.execute(f"DROP DATABASE {name} WITH (FORCE)")
