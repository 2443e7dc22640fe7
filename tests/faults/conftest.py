"""A site that tests may kill: rows and keys of its own, on the database that the environment names."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import call_command

from jasmine import crypto
from tests.faults.killing import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A fresh site: migrated, with a ring, without rows."""
    url = os.environ.get("JASMINE_DATABASE_URL", "")
    name = f"jasmine_faults_{secrets.token_hex(4)}"
    folder = tmp_path / "var"
    folder.mkdir()
    if not url:
        fresh = Site(folder)
        fresh.run(set_up)
        yield fresh
        return
    ours = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    _on_server(url, f"CREATE DATABASE {name}")
    try:
        fresh = Site(folder, JASMINE_DATABASE_URL=ours)
        fresh.run(set_up)
        yield fresh
    finally:
        _on_server(url, f"DROP DATABASE {name} WITH (FORCE)")


def set_up() -> None:
    crypto.make_ring()
    call_command("migrate", verbosity=0, skip_checks=True)


def _on_server(url: str, statement: str) -> None:
    elsewhere = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(statement)
