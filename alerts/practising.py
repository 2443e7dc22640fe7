"""A practice community: twelve people and sixty reports, none of them real.

The site is marked in its database before anything else, so that it can never be taken for a real one. The people's
passphrases, spare keys, and what the apps of moderators and admins make codes from, are derived from the root key; so a
second run says the same ones.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import second_step, totp
from accounts.models import Account
from accounts.models.account import SPARE_KEY_DIGITS
from accounts.vocabulary import TRUSTED, Role
from alerts.filing import file_report
from alerts.models import Policy, Report
from jasmine import crypto
from jasmine.models import Site

REPORTS = Path(__file__).parent / "data" / "demo_reports.jsonl"
WRITTEN_AS_OF = date(2026, 11, 16)  # the day for which the file's dates were written
GROUP = "practice-van"
UNREAD_EVERY = 4  # so many reports wait for a moderator to read their story


@dataclass(frozen=True)
class Person:
    """Somebody of the practice community. `days_here`: since she was let in."""

    pseudonym: str
    role: Role
    days_here: int

    @property
    def passphrase(self) -> str:
        return _sayable(crypto.derived(f"practice/{self.pseudonym}"))

    @property
    def spare_key(self) -> str:
        secret = crypto.derived(f"practice/{self.pseudonym}/spare key")
        return f"{int.from_bytes(secret) % 10**SPARE_KEY_DIGITS:0{SPARE_KEY_DIGITS}}"

    @property
    def seed(self) -> str:
        """Of her app for codes; "" for those who need none."""
        secret = crypto.derived(f"practice/{self.pseudonym}/codes")[: totp.SEED_BYTES]
        return secret.hex() if self.role in TRUSTED else ""

    @property
    def totp_uri(self) -> str:
        return totp.uri(self.seed, label=self.pseudonym, issuer=settings.SITE_NAME) if self.seed else ""


PEOPLE = (
    Person("Heron-cendre", Role.MEMBER, 400),
    Person("Fauvette", Role.MEMBER, 300),
    Person("Golondrina", Role.MEMBER, 250),
    Person("Andorinha", Role.MEMBER, 120),
    Person("Rossignol", Role.MEMBER, 90),
    Person("Privighetoare", Role.MEMBER, 12),
    Person("Hirondelle", Role.MEMBER, 3),
    Person("Cigogne-blanche", Role.OUTREACH, 350),
    Person("Rouge-gorge", Role.MODERATOR, 500),
    Person("Bergeronnette", Role.MODERATOR, 450),
    Person("Chouette-hulotte", Role.ADMIN, 600),
    Person("Grand-corbeau", Role.ADMIN, 550),
)


class NotForPractice(Exception):
    """This site is for real, or holds real people or reports: nothing is mixed into it."""


def open_practice(*, now: datetime) -> tuple[Person, ...]:
    """Mark the site and fill it, unless that was done. Gives the people. Raises NotForPractice."""
    with transaction.atomic():
        Policy.objects.select_for_update().get()  # two at once: the second finds what the first has filled
        if not Site.is_practice():
            if settings.PRODUCTION or Account.objects.exists() or Report.objects.exists():
                raise NotForPractice
            Site.mark_as_practice()
            _fill(now)
    return PEOPLE


def _fill(now: datetime) -> None:
    today = now.date()
    accounts = {person: _open(person, today) for person in PEOPLE}
    members = cycle([account for person, account in accounts.items() if person.role == Role.MEMBER])
    outreach = next(account for person, account in accounts.items() if person.role == Role.OUTREACH)
    for number, said in enumerate(_reports(today)):
        by = outreach if said["on_behalf"] else next(members)
        text = said.pop("text")
        notice = "" if number % UNREAD_EVERY == 0 else text
        file_report(by=by, now=now, story=text, notice=notice, **said)


def _open(person: Person, today: date) -> Account:
    joined_on = today - timedelta(days=person.days_here)
    group = GROUP if person.role == Role.OUTREACH else ""
    more: dict[str, Any] = {"joined_on": joined_on, "group": group}
    account = Account.open(person.pseudonym, person.passphrase, today=today, role=person.role, **more)
    with Account.held(account.pk) as held:
        held.tell(spare_key=make_password(person.spare_key))
    if person.seed:
        second_step.provide_totp(account, person.seed)
    return account


def _reports(today: date) -> Iterator[dict[str, Any]]:
    """What the file says, with every day moved so that it is as old as when it was written."""
    moved = today - WRITTEN_AS_OF
    for line in REPORTS.read_text().splitlines():
        said = json.loads(line)
        del said["ref"]
        said["reported_on"] = date.fromisoformat(said["reported_on"]) + moved
        said["incident_on"] = _moved(said["incident_on"], moved)
        yield said


def _moved(on: str, by: timedelta) -> str:
    """An ISO day or month, so many days later."""
    day = date.fromisoformat(on if len(on) == 10 else f"{on}-01") + by
    return day.isoformat()[: len(on)]


def _sayable(secret: bytes) -> str:
    """80 bits as five words that can be said and typed: consonant, vowel, consonant, vowel, consonant (16 bits)."""
    consonants, vowels = "bdfghjklmnprstvz", "aiou"
    words = []
    for first, second in zip(secret[0:10:2], secret[1:10:2], strict=True):
        bits = first << 8 | second
        letters = [consonants[bits >> 12], vowels[bits >> 10 & 3], consonants[bits >> 6 & 15]]
        words.append("".join([*letters, vowels[bits >> 4 & 3], consonants[bits & 15]]))
    return "-".join(words)
