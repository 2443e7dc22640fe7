"""Whether keys that were destroyed are gone: asked of a fresh process, which remembers nothing of them.

It reads the ring as it stands on the disk, turns its own calendar back into each week, so that the week is not refused
for its date alone, and tries to seal something to it. Only a ring without any key of that week refuses this.
"""

import json
import os
import subprocess
import sys
from uuid import uuid4

from django.conf import settings

from jasmine import crypto

SECONDS = 60  # within which the other process must have answered


def weeks_still_open(weeks: list[int]) -> list[int]:
    """Those of `weeks` of which a fresh process still finds a key; all of them, when it cannot say."""
    if not weeks:
        return []
    where = [str(settings.KEYRING), str(settings.ROOT_KEY_FILE)]
    try:
        answer = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "jasmine.probing", *where, *map(str, weeks)],
            cwd=settings.BASE_DIR,
            env={**os.environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        return [int(week) for week in json.loads(answer.stdout)]
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return weeks


def opens(week: int) -> bool:
    """Whether the ring would seal to that week, were it that week's Sunday. Turns this process's calendar back."""
    crypto.rehearse(crypto.last_day_of(week))
    try:
        crypto.seal(b"", label="probe", row=uuid4(), week=week)
    except crypto.NoKey:
        return week in crypto.weeks_held()
    return True


if __name__ == "__main__":
    settings.KEYRING, settings.ROOT_KEY_FILE = sys.argv[1:3]
    sys.stdout.write(json.dumps([week for week in map(int, sys.argv[3:]) if opens(week)]))
