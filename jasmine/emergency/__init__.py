"""Emergency numbers of a country, read once from numbers.toml, which says where each comes from.

They stand on every page, on error pages and on the page of a locked site: no database and no key is needed.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).with_name("numbers.toml")


class How(TextChoices):
    CALL = "call", _("Call")
    TEXT = "text", _("Text message")


class Purpose(TextChoices):
    """What a number is for, in the words of the page."""

    ALL = "all", _("Any emergency")
    MEDICAL = "medical", _("Ambulance")
    POLICE = "police", _("Police")
    DEAF_TEXT = "deaf_text", _("Any emergency, by text: if you cannot hear or must not speak")
    VIOLENCE_LINE = "violence_line", _("Somebody to talk to after violence")
    POISON = "poison", _("Poison and drugs")
    DISTRESS = "distress", _("Somebody to talk to when you cannot go on")


@dataclass(frozen=True)
class Number:
    """One number to dial. `fallback`: not known for this country, but understood by most mobile networks."""

    number: str
    how: How
    purpose: Purpose
    fallback: bool = False

    @property
    def label(self) -> Promise:
        if self.fallback:
            return _("Any emergency: works on most mobile networks")
        return self.purpose.label

    @property
    def uri(self) -> str:
        """ "tel:15" or "sms:114", for a link. The phone keeps what was dialled in its list of calls."""
        scheme = "sms" if self.how is How.TEXT else "tel"
        return f"{scheme}:{self.number}"


@dataclass(frozen=True)
class Listing:
    """A country's numbers, whose they are (`source`; `where` is a public address), and when last reviewed."""

    numbers: tuple[Number, ...]
    source: str
    where: str
    reviewed: date


FALLBACK = (Number("112", How.CALL, Purpose.ALL, fallback=True),)


@lru_cache(maxsize=1)
def listings() -> Mapping[str, Listing]:
    """Every country that is listed, by its code (ISO 3166-1, two letters; XK for Kosovo)."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return MappingProxyType({country: _listing(row) for country, row in written.items()})


def numbers(country: str) -> tuple[Number, ...]:
    """What to dial in `country`, in the order of the page; 112 marked `fallback` where nothing is listed."""
    listing = listings().get(country)
    return listing.numbers if listing else FALLBACK


def _listing(row: dict) -> Listing:
    """Raises KeyError or ValueError if something is missing or no such code exists."""
    return Listing(
        numbers=tuple(
            Number(each["number"], How(each["how"]), Purpose(each["purpose"])) for each in row["numbers"]
        ),
        source=row["source"],
        where=row["where"],
        reviewed=row["reviewed"],
    )
