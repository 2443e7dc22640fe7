"""Two servers side by side, started as `serve` starts the site's, and somebody who asks them over HTTP."""

import gzip
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

OURS, PLAIN = "jasmine.wsgi", "alerts.benching.plain_site"
PATIENCE = 60  # seconds until a server answers
TRIES = 2  # a connection that was let go is opened anew

NO_ANSWER = (b"failed", b"budget", b"unreadable", b"too_many")  # how quick these are says nothing

_PROOF = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_ANSWER = re.compile(rb'data-answer="(\w+)"')


class NoServer(Exception):
    """A server of the bench did not start, or answered otherwise than it should."""


@dataclass
class Asker:
    """One signed-in member at one server. `cookies` as her browser keeps them."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    proof: str = ""
    link: HTTPConnection | None = None

    def sign_in(self, pseudonym: str, passphrase: str) -> None:
        path = reverse("accounts:sign_in")
        self._get(path)
        answer, _page = self._post(path, {"pseudonym": pseudonym, "passphrase": passphrase})
        if answer.status != 303 or answer.headers["Location"] == path:
            raise NoServer("nobody could sign in")
        self._get(reverse("alerts:check"))

    def check(self, typed: str) -> tuple[float, str]:
        """Milliseconds of the whole page, from the tap to its last byte, and what its answer was."""
        path, began = reverse("alerts:check"), perf_counter()
        answer, _nothing = self._post(path, {"q": typed})
        page = self._get(path)
        taken = (perf_counter() - began) * 1000
        told = _ANSWER.search(page)
        if answer.status != 303 or told is None or told[1] in NO_ANSWER:
            raise NoServer("a check was not answered")
        return taken, told[1].decode()

    def leave(self) -> None:
        """Close the connection: a server that is to end waits for it."""
        if self.link:
            self.link.close()

    def _post(self, path: str, typed: dict[str, str]) -> tuple[HTTPResponse, bytes]:
        body = urlencode({"csrfmiddlewaretoken": self.proof, **typed})
        return self._asked("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _get(self, path: str) -> bytes:
        answer, page = self._asked("GET", path, None, {})
        if answer.headers.get("Content-Encoding") == "gzip":
            page = gzip.decompress(page)
        if found := _PROOF.search(page):
            self.proof = found[1].decode()
        return page

    def _asked(
        self, method: str, path: str, body: str | None, more: dict[str, str]
    ) -> tuple[HTTPResponse, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept-Encoding": "gzip", "Cookie": cookies, **more}
        for left in reversed(range(TRIES)):
            self.link = self.link or HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                self.link.request(method, path, body, headers)
                answer = self.link.getresponse()
                page = answer.read()
                break
            except (HTTPException, OSError):
                self.link.close()
                self.link = None
                if not left:
                    raise NoServer("a server of the bench does not answer") from None
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer, page


@contextmanager
def servers() -> Iterator[tuple[int, int]]:
    """The ports of ours and of the one on plain columns, while they run."""
    with ExitStack() as running:
        ports = [running.enter_context(_server(application)) for application in (OURS, PLAIN)]
        for port in ports:
            _wait_for(port)
        yield ports[0], ports[1]


@contextmanager
def _server(application: str) -> Iterator[int]:
    port = _free_port()
    part = [sys.executable, "-m", "gunicorn", "--config", "python:jasmine.webserver", application]
    process = subprocess.Popen(  # noqa: S603  (a program of ours)
        part,
        cwd=settings.BASE_DIR,
        env={**os.environ, "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # standard output is for figures
        process_group=0,
    )
    try:
        yield port
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise NoServer("a server of the bench did not start")
