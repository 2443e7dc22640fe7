"""Another process that rewrites a key ring: `python -m tests.crypto.rewriting HOW FOLDER`.

once: destroys the last week. always: destroys and remakes the last week until its standard input is closed. killed:
has KILLS children that do so, kills each in the middle, and reads the ring after each; prints how many were killed.
rotate, rotating, rotation-killed: likewise, with a new root key (`rotate`: and a new standing pair).
In `FOLDER` are `ring/` and `root.key`. Each says "ready" when it has begun.
"""

import os
import random
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from jasmine import crypto

KILLS = 20


def rewrite_twice(week: int) -> None:
    crypto.destroy_week(week)
    crypto.top_up()


def once(week: int) -> None:
    crypto.destroy_week(week)
    say("done")


def always(week: int) -> None:
    say("ready")
    while not select.select([sys.stdin], [], [], 0)[0]:
        rewrite_twice(week)


def killed(week: int, work: Callable[[], object] | None = None) -> None:
    for _ in range(KILLS):
        kill_in_the_middle(work or (lambda: rewrite_twice(week)))
        if not crypto.is_open():
            sys.exit("the ring does not open")
    say(f"killed {KILLS}")


def kill_in_the_middle(work: Callable[[], object]) -> None:
    child = os.fork()
    if child == 0:
        while True:
            work()
    after = select.select([], [], [], random.uniform(0.005, 0.06))  # somewhere within the first rewrites
    os.kill(child, signal.SIGKILL)
    if after != ([], [], []) or not os.WIFSIGNALED(os.waitpid(child, 0)[1]):
        sys.exit("it ended by itself")


def rotate(_week: int) -> None:
    crypto.rotate_root()
    crypto.renew([crypto.STANDING])
    say("done")


def rotating(_week: int) -> None:
    say("ready")
    while not select.select([sys.stdin], [], [], 0)[0]:
        crypto.rotate_root()


def rotation_killed(week: int) -> None:
    killed(week, crypto.rotate_root)


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    how, folder = sys.argv[1], Path(sys.argv[2])
    settings.configure(KEYRING=folder / "ring", ROOT_KEY_FILE=folder / "root.key")
    ways = {"once": once, "always": always, "killed": killed}
    ways |= {"rotate": rotate, "rotating": rotating, "rotation-killed": rotation_killed}
    ways[how](crypto.live_weeks()[-1])
