"""Sites that run for the attacks, as the real ones do: gunicorn with Jasmine's own configuration, on a port of its own.

One is embedded: SQLite, no Redis, one process. One has Redis and several processes, and PostgreSQL where
JASMINE_DATABASE_URL names a server. Each has keys of its own. They take the tests for their proxy, so that a test can
come from any network.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg

HOUSE = Path(__file__).parent.parent.parent
WORKERS = 3
PATIENCE = 60  # seconds
PREPARE = (
    "import django; django.setup();"
    "from django.core.management import call_command; from jasmine import crypto;"
    "crypto.make_ring(); call_command('migrate', verbosity=0, skip_checks=True)"
)
FORM = "application/x-www-form-urlencoded"
_networks = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in count(1))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return dict(self.headers)[name]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """A site that runs at that port."""

    port: int

    def browser(self, **but: Any) -> "Browser":
        """Somebody from a network from which nobody came before."""
        return Browser(self, **{"network": next(_networks), **but})

    def inside(self, name: str, **said: Any) -> Any:
        """Do or ask something inside the site: see `tests.attacks.inside`."""
        answer = self.browser().ask("POST", f"/inside/{name}/", json.dumps(said), kind="application/json")
        assert answer.status == 200, answer
        return json.loads(answer.body)["said"]


@dataclass
class Browser:
    """Keeps cookies as a browser does, and follows nothing by itself."""

    site: Site
    network: str
    cookies: dict[str, str] = field(default_factory=lambda: {"csrf": secrets.token_hex(16)})
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **typed: str) -> Answer:
        fields = {"csrfmiddlewaretoken": self.cookies["csrf"], **typed}
        return self.ask("POST", path, urlencode(fields))

    def ask(self, method: str, path: str, body: str | bytes | None = None, *, kind: str = FORM) -> Answer:
        link = HTTPConnection("127.0.0.1", self.site.port, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"X-Forwarded-For": self.network, "Cookie": cookies, "Content-Type": kind, **self.headers}
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            said = Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            link.close()
        self._keep(said)
        return said

    def _keep(self, answer: Answer) -> None:
        for name, line in answer.headers:
            if name.lower() == "set-cookie":
                self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        self.cookies = {name: value for name, value in self.cookies.items() if value}


@contextmanager
def site(*, redis: str = "", database: str = "") -> Iterator[Site]:
    """A site of several processes where `redis` is named, else of one. `database`: a server's address."""
    with tempfile.TemporaryDirectory(prefix="jasmine-attacked-") as folder, _own_database(database) as rows:
        environment = _environment(folder, redis=redis, database=rows)
        subprocess.run([sys.executable, "-c", PREPARE], cwd=HOUSE, env=environment, check=True)
        with _gunicorn(environment):
            yield Site(int(environment["PORT"]))


def _environment(folder: str, *, redis: str, database: str) -> dict[str, str]:
    mine = f"JASMINE_TESTS_VAR_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JASMINE_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "tests.attacks.settings",
        mine: folder,
        "JASMINE_REDIS_URL": redis,
        "JASMINE_DATABASE_URL": database,
        "JASMINE_WORKERS": str(WORKERS) if redis else "1",
        "JASMINE_PROXY": "127.0.0.1",
        "PORT": str(_free_port()),
    }


@contextmanager
def _gunicorn(environment: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", "--config", "python:jasmine.webserver", "jasmine.wsgi"]
    server = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert any(line.startswith("Jasmine is at ") for line in server.stdout)
        yield
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    name, address = f"jasmine_attacked_{secrets.token_hex(4)}", urlsplit(server)._replace(scheme="postgresql")
    with psycopg.connect(address._replace(path="/postgres").geturl(), autocommit=True) as administering:
        administering.execute(f"CREATE DATABASE {name}")
        try:
            yield address._replace(path=f"/{name}").geturl()
        finally:
            administering.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
