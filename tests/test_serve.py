"""`manage.py serve`: it answers, and whatever ends it leaves nothing running."""

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from jasmine.webserver import TwoWords, refusal

HOUSE = Path(__file__).parent.parent
PATIENCE = 60  # seconds, on a machine that does much else
MANAGE = f"{sys.executable} manage.py"


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a site that is set up: a folder of its own, and a port."""
    environment = {name: value for name, value in os.environ.items() if name != "JASMINE_DATABASE_URL"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "jasmine.settings",
        "JASMINE_VAR": str(tmp_path_factory.mktemp("served")),
        "PORT": str(free_port()),
    }
    subprocess.run([*MANAGE.split(), "set_up"], cwd=HOUSE, env=environment, check=True, capture_output=True)
    return environment


@pytest.fixture
def serve(place: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the site by a command of the shell, and wait until it says where it is."""
    started = []

    def _serve(command: str = f"exec {MANAGE} serve", **but: str) -> subprocess.Popen[str]:
        site = subprocess.Popen(
            ["sh", "-c", command],
            cwd=HOUSE,
            env=place | but,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(site)
        return site

    yield _serve
    for site in started:
        site.kill()
        site.communicate(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_until_it_answers(site: subprocess.Popen[str], place: dict[str, str]) -> None:
    assert f"Jasmine is at http://localhost:{place['PORT']}\n" in site.stdout
    with urlopen(f"http://localhost:{place['PORT']}/healthz", timeout=PATIENCE) as answer:
        assert answer.read() == b"ok"


def processes_of(place: dict[str, str]) -> list[str]:
    """The command lines of all processes that know the site's folder, children of children included."""
    mark = f"JASMINE_VAR={place['JASMINE_VAR']}".encode()
    return [
        command_line(process) for process in Path("/proc").glob("[0-9]*") if mark in environment_of(process)
    ]


def environment_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:  # it has just ended
        return b""


def command_line(process: Path) -> str:
    return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all(serve, place, number: signal.Signals) -> None:
    site = serve()
    wait_until_it_answers(site, place)
    site.send_signal(number)
    said, _nothing = site.communicate(timeout=PATIENCE)  # ends when the last process has let go of its output
    assert (site.returncode, processes_of(place)) == (0, []), said


def test_a_shell_that_is_killed_takes_all_with_it(serve, place) -> None:
    shell = serve(f"{MANAGE} serve; true")
    wait_until_it_answers(shell, place)
    shell.kill()
    shell.communicate(timeout=PATIENCE)
    assert processes_of(place) == []


def test_killing_the_first_process_ends_all(serve, place) -> None:
    site = serve()
    wait_until_it_answers(site, place)
    site.kill()  # it cannot end the others itself
    site.communicate(timeout=PATIENCE)
    assert processes_of(place) == []


def test_when_one_part_ends_by_itself_all_end(serve, place) -> None:
    site = serve()
    wait_until_it_answers(site, place)
    [timetable] = [int(process.name) for process in Path("/proc").glob("[0-9]*") if is_beat_of(site, process)]
    os.kill(timetable, signal.SIGKILL)
    said, _nothing = site.communicate(timeout=PATIENCE)
    assert (site.returncode, processes_of(place)) == (1, []), said
    assert "ended by itself" in said


def is_beat_of(site: subprocess.Popen[str], process: Path) -> bool:
    try:
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        return parent == str(site.pid) and " beat " in command_line(process)
    except OSError:  # it has just ended
        return False


def refused(place: dict[str, str], **but: str) -> str:
    """What it says when it does not start."""
    command = [*MANAGE.split(), "serve"]
    done = subprocess.run(
        command, cwd=HOUSE, env=place | but, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


def test_more_than_one_worker_without_redis_is_refused(place) -> None:
    assert "More than one worker needs Redis" in refused(place, JASMINE_WORKERS="2", JASMINE_REDIS_URL="")


def test_a_taken_port_is_refused(place) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = str(door.getsockname()[1])
        assert f"Port {port} is taken" in refused(place, PORT=port)


def test_a_site_that_was_not_set_up_is_refused(place, tmp_path: Path) -> None:
    said = refused(place, JASMINE_VAR=str(tmp_path))
    assert "jasmine.E003" in said
    assert "run `manage.py set_up`" in said


def test_one_worker_needs_no_redis(settings) -> None:
    settings.REDIS_URL = ""
    assert refusal(1) is None


def test_the_web_servers_log_quotes_no_request() -> None:
    record = logging.LogRecord(
        "gunicorn.error", logging.WARNING, "", 0, "Invalid request from ip=192.0.2.7: /q=06", None, None
    )
    assert TwoWords().format(record) == "WARNING gunicorn.error: Invalid request"
