"""Another process that works until it is killed (SIGKILL), at a random moment, again and again.

    def file_reports(round):                # in another process; says what it has promised, a line each
        while True:
            say(filing.file_report(...).pk)

    def all_are_there(said):                # in a fresh process after each kill; `said`: every line of every round
        assert {str(pk) for pk in Report.objects.values_list("pk", flat=True)} >= set(said)

    def test_no_report_that_was_acknowledged_is_lost(site):
        site.kills(file_reports, then=all_are_there)

`site` (see conftest.py) has rows and keys of its own, on the database that the environment names. The functions stand
at the top of a module of this folder, and use no fixture. JASMINE_FAULTS: how many kills; `make faults` asks for 200.
"""

import importlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = int(os.environ.get("JASMINE_FAULTS", "5"))
LONGEST = 0.5  # seconds from the beginning of the work within which it is killed, if it is not done before
ROOT = Path(__file__).resolve().parent.parent.parent


class Site:
    """A site with rows and keys of its own, for processes that a test starts."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self.environment = {
            **inherited,
            **environment,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "JASMINE_TESTS_VAR_alone": str(folder),
            "TZ": "UTC",
        }

    def run(self, function: Callable[[], Any]) -> list[str]:
        """What `function` says in a fresh process."""
        return self._finished("run", _name(function))["said"]

    def kills(
        self,
        work: Callable[[int], None],
        *,
        then: Callable[[list[str]], None],
        before: Callable[[], None] | None = None,
        rounds: int = ROUNDS,
        longest: float = LONGEST,
    ) -> list[str]:
        """Kill `work(round)` so many times in the middle; after each kill `then(said)` must hold.

        `before()` is called in a process of its own before each round, and is not killed. Gives all that was said.
        """
        names = [_name(work), _name(then), _name(before) if before else ""]
        done = self._finished("kills", *names, str(rounds), str(longest))
        assert done["killed"] == rounds, f"only {done['killed']} of {rounds} were killed in the middle"
        return done["said"]

    def _finished(self, *args: str) -> dict[str, Any]:
        result = subprocess.run(
            [sys.executable, "-m", "tests.faults.killing", *args],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr[-6000:]
        return json.loads(result.stdout)


def say(line: object) -> None:
    """Promise it: what is said before the kill is what the test may hold Jasmine to."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def _name(function: Any) -> str:
    file = Path(function.__code__.co_filename).relative_to(ROOT)
    return f"{'.'.join(file.with_suffix('').parts)}:{function.__name__}"


# --- in the other process: it forks, and neither opens a ring nor connects to a database itself ----------------


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def _fork(function: Callable[..., Any], *args: Any) -> tuple[int, int]:
    """A child that calls it, in a process group of its own. Gives its id, and where it says something."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.setsid()
    random.seed()
    os.dup2(writing, sys.stdout.fileno())
    try:
        function(*args)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _all_of(reading: int) -> list[str]:
    """Every whole line until its end; the last may have been cut by the kill."""
    with open(reading, "rb") as pipe:
        return pipe.read().decode().split("\n")[:-1]


def _ended(child: int) -> bool:
    """Whether it ended by itself; else it was killed. One that failed by itself stops everything."""
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    if status:
        sys.exit("a process failed: see above")
    return True


def _called(function: Callable[..., Any], *args: Any) -> list[str]:
    child, reading = _fork(function, *args)
    said = _all_of(reading)
    _ended(child)
    return said


def _killed(function: Callable[..., Any], round_number: int, seconds: float) -> tuple[bool, float, list[str]]:
    """Kill it after so many seconds. Gives whether it was in the middle, how long it ran, what it said."""
    begun = time.monotonic()
    child, reading = _fork(function, round_number)
    said = b""
    while (left := begun + seconds - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            break
        if not (more := os.read(reading, 65536)):
            break  # it has ended
        said += more
    ran = time.monotonic() - begun
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)  # it has no group of its own yet
    with open(reading, "rb") as pipe:
        said += pipe.read()
    return not _ended(child), ran, said.decode().split("\n")[:-1]


def _kills(work: str, then: str, before: str, rounds: int, longest: float) -> dict[str, Any]:
    killed, all_said = 0, []
    for number in range(3 * rounds + 1):
        if before:
            _called(_function(before))
        # The first goes on until it is done, if it is quick, so that the kills are spread over the whole of it.
        seconds = random.uniform(0, longest) if number else longest
        in_the_middle, ran, said = _killed(_function(work), number, seconds)
        all_said += said
        longest = longest if number else ran
        killed += in_the_middle and number > 0
        _called(_function(then), all_said)
        if killed == rounds:
            break
    return {"killed": killed, "said": all_said}


if __name__ == "__main__":
    import django

    django.setup()
    how, *rest = sys.argv[1:]
    if how == "run":
        result = {"said": _called(_function(rest[0]))}
    else:
        result = _kills(rest[0], rest[1], rest[2], int(rest[3]), float(rest[4]))
    sys.stdout.write(json.dumps(result))
