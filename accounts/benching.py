"""The bench of signing in: does the time that it takes tell who is there?

Whole posts through the site, with the real Argon2id, by turns, so that what else the machine does burdens all alike: a
pseudonym that nobody has, a member's with a wrong passphrase, and that of somebody suspended. In a throwaway site,
which `bench` makes.
"""

from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import Account
from accounts.throttling import WRONG_AN_HOUR
from accounts.vocabulary import Standing

SAMPLES = 300  # of each
WARM_UP = 3
RIGHT, WRONG = "reed lake stone moss fern", "reed lake stone moss fir"
NAMES = {"unknown": "Nobody", "wrong": "Heron", "suspended": "Kite"}


class NotMeasured(Exception):
    """A try was answered otherwise than it should be, so its time says nothing."""


def sign_in(samples: int = SAMPLES) -> dict[str, Any]:
    """Medians in milliseconds, and how far apart they are. Raises NotMeasured."""
    _open_accounts()
    taken: dict[str, list[float]] = {name: [] for name in NAMES}
    for number in range(WARM_UP + samples):
        for place in range(len(NAMES)):  # each comes first as often as the others
            name = list(NAMES)[(number + place) % len(NAMES)]
            taken[name].append(_tried(NAMES[name], number))
    medians = {name: median(times[WARM_UP:]) for name, times in taken.items()}
    return {
        "sign_in_samples": samples,
        **{f"sign_in_{name}_ms": round(value, 2) for name, value in medians.items()},
        "sign_in_apart_ms": round(max(medians.values()) - min(medians.values()), 2),
    }


def _open_accounts() -> None:
    today = datetime.now(UTC).date()
    for name in ("wrong", "suspended"):
        account = Account.open(NAMES[name], RIGHT, today=today)
        if name == "suspended":
            with Account.held(account.pk) as held:
                held.put_to(Standing.SUSPENDED)


def _tried(pseudonym: str, number: int) -> float:
    """Milliseconds of one wrong try, from a network that has tried little."""
    home = number * len(NAMES) // (WRONG_AN_HOUR - len(NAMES))
    browser = Client(REMOTE_ADDR=f"10.0.{home // 256}.{home % 256}", headers={"host": "localhost"})
    path = reverse("accounts:sign_in")
    began = perf_counter()
    answer = browser.post(path, {"pseudonym": pseudonym, "passphrase": WRONG})
    taken = (perf_counter() - began) * 1000
    if "That did not open" not in browser.get(answer["Location"]).content.decode():
        raise NotMeasured
    return taken
