"""The site on localhost with its timetable; Ctrl-C, SIGTERM or a closed terminal end all of it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jasmine import webserver

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.2  # seconds
GRACE = webserver.graceful_timeout + 2  # seconds, then what still runs is killed
WEB = ["gunicorn", "--config", "python:jasmine.webserver", "jasmine.wsgi"]
TIMETABLE = ["celery", "--quiet", "--app", "jasmine", "beat", "--loglevel", "WARNING"]
WORKER = ["celery", "--quiet", "--app", "jasmine", "worker", "--loglevel", "WARNING", "--concurrency", "2"]


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # they run below, with those that ask the database

    def handle(self, **options: Any) -> None:
        if sentences := list(_refusals()):
            raise CommandError("\n".join(sentences))
        parts = [WEB, TIMETABLE, WORKER] if settings.REDIS_URL else [WEB, TIMETABLE]
        asked_to_end = _note_who_asks_to_end()
        with _running(parts) as children:
            ended = _first_to_end(children, asked_to_end)
        if ended is not None:
            raise CommandError(f"{ended} ended by itself, so everything was ended.")


def _refusals() -> Iterator[str]:
    """Why the site must not start, a sentence each."""
    if sentence := webserver.refusal(webserver.workers):
        yield sentence
    try:
        found = checks.run_checks(databases=["default"])
        waiting = _waiting_migrations()
    except DatabaseFault as fault:
        yield f"The database cannot be asked ({type(fault).__name__}): is it running, and was `manage.py set_up` run?"
        return
    yield from (_sentence(message) for message in found if message.is_serious() and not message.is_silenced())
    if waiting:
        yield f"The database lacks {waiting} migrations: run `manage.py set_up`."
    if not _is_free(webserver.port):
        yield f"Port {webserver.port} is taken: choose another, as in `PORT=8001 make run`."


def _sentence(message: checks.CheckMessage) -> str:
    return f"{message.id}: {message.msg}. {message.hint or ''}".strip()


def _waiting_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_free(port: int) -> bool:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was just closed is free
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _note_who_asks_to_end() -> list[int]:
    """From here on a signal that asks to end is put into this list, and does nothing else."""
    asked: list[int] = []
    for number in ENDING:
        signal.signal(number, lambda received, _frame: asked.append(received))
    return asked


@contextmanager
def _running(parts: list[list[str]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start each part in a process group of its own; on the way out end them all, whatever happened."""
    children: list[subprocess.Popen[bytes]] = []
    try:
        for part in parts:
            children.append(_start(part))
        yield children
    finally:
        _end(children)


def _start(part: list[str]) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C reaches this process alone, which ends the others in order.
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", *part],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_end_with_parent,
    )


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """In the child: be told to end when this process dies, even of SIGKILL. Only Linux can."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _first_to_end(children: list[subprocess.Popen[bytes]], asked_to_end: list[int]) -> str | None:
    """Wait until somebody asks to end, or the process that started this one is gone: None. Or until a child has ended
    by itself: its name."""
    parent = os.getppid()
    while not asked_to_end and os.getppid() == parent:
        for child in children:
            if child.poll() is not None:
                return str(child.args[2])  # type: ignore[index]
        time.sleep(LOOK_EVERY)
    return None


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to finish what is in hand, wait, then kill what is left of its group."""
    for child in children:
        child.terminate()
    until = time.monotonic() + GRACE
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, until - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
