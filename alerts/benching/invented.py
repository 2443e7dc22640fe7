"""Invented people and what is reported about them: as many as wanted, the same ones each time, nobody real.

2.3 identifiers a report, in the proportions of the field cases. Names are put together from syllables, 3,000 first
names and 6,000 surnames, of which some are far more frequent than others, as in life. A person is reported between
once and nine times. Numbers are drawn from all that France has for mobiles, because the ranges for fiction are too
small: whose they are by chance nobody looks up, and they are gone with the throwaway site.
"""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Any
from uuid import UUID

from alerts import danger, facts
from alerts.models import Report
from alerts.vocabulary import Incident, State
from jasmine import crypto

WEEKS = 260  # over which the days of deletion are spread
FIRST_NAMES, SURNAMES, WORDS = 3000, 6000, 4000
NOTICES, WORDS_A_NOTICE = 5000, 14
GIVEN = {
    "phone": 0.87,
    "name": 0.75,
    "handle": 0.33,
    "email": 0.17,
    "plate": 0.18,
}  # how often a report has one
REPORTED = ([1, 2, 3, 5, 9], [75, 15, 6, 3, 1])  # how often a person is, of 100
ONSETS = "b br c ch cl d dr f fr g gr gu h j k kh l m n p ph qu r s sh st t th tr v y z".split()  # noqa: SIM905  (quoted, it is harder to read)
VOWELS = "a e i o u ai au é ou ia eo".split()  # noqa: SIM905  (quoted, it is harder to read)
ENDINGS = "l n r s t nd rd x ne lle ko ev ić ez os ard eau in on a o i".split()  # noqa: SIM905  (quoted, it is harder to read)
CONSONANTS = "bcdfghjklmnprstvz"
AREAS = ["FR-75", "FR-13", "FR-69", "FR-59", "FR-33", "FR-31", "FR-93", "BE-BRU"]
MAKES = ["Renault", "Peugeot", "Citroën", "Dacia", "BMW", "Audi", "Opel", "Fiat", ""]
COLOURS = ["black", "white", "grey", "silver", "red", "blue"]


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist. `given`: what he can be recognised by, by kind, as it is typed plainly."""

    number: int
    given: dict[str, str]

    @property
    def name(self) -> str:
        return self.given["name"]


def chance(*seed: object) -> random.Random:
    """The same numbers for the same seed, in every process."""
    return random.Random("/".join(map(str, seed)))  # noqa: S311  (it keeps no secret)


def person(number: int) -> Person:
    draw = chance("person", number)
    first, last = _drawn(draw, _first_names()), _drawn(draw, _surnames())
    plate = "".join(draw.choices("ABCDEFGHJKLMNPQRSTVWXYZ", k=4))
    given = {
        "phone": f"+33{draw.choice('67')}{draw.randrange(10**8):08}",
        "name": f"{first} {last}",
        "handle": f"{first[:6].lower()}_{draw.randrange(10**6)}",
        "email": f"{last.lower()}.{draw.randrange(10**6)}@example.org",
        "plate": f"{plate[:2]}-{draw.randrange(1000):03}-{plate[2:]}",
    }
    return Person(number, given)


def reports(first: int, count: int, *, today: date) -> Iterator[tuple[Person, Report]]:
    """So many reports, about the people from number `first` on."""
    number = first
    while count > 0:
        known, draw = person(number), chance("reports", number)
        (often,) = draw.choices(*REPORTED)
        for _ in range(min(often, count)):
            yield known, report(known, draw, today=today)
        count -= often
        number += 1


def report(known: Person, draw: random.Random, *, today: date) -> Report:
    """One report about him as filing would lay it out, not stored."""
    incident = draw.choice(Incident.values)
    reported_on = today - timedelta(days=draw.randrange(900))
    made = Report(
        id=UUID(int=draw.getrandbits(128), version=4),
        level=max(danger.level_of([incident], weapon=None, others_present=None), 2),
        area=draw.choice(AREAS),
        filed_week=crypto.week_of(reported_on),
        delete_after=crypto.last_day_of(crypto.week_of(today) + draw.randrange(WEEKS)),
        state=State.SHOWN,
        author=str(UUID(int=draw.getrandbits(128), version=4)),
        story="",
        notice=draw.choice(_notices()) if draw.random() < 0.5 else "",
    )
    made.facts = {
        **_said(known, draw, incident, made.area),
        "layout": facts.LAYOUT,
        "reported_on": reported_on.isoformat(),
        "visible_on": reported_on.isoformat(),
        "ref": "",
        **made.plain_columns(),
    }
    return made


def _said(known: Person, draw: random.Random, incident: str, area: str) -> dict[str, Any]:
    said = deepcopy(facts.EMPTY) | {"incidents": [incident], "area": area}
    kinds = [kind for kind, share in GIVEN.items() if draw.random() < share] or ["phone"]
    said["identifiers"] = [_identifier(kind, known.given[kind]) for kind in kinds]
    said["appearance"]["hair"] = draw.choice(["unknown", "black", "brown", "blond", "shaved"])
    said["appearance"]["height_band"] = draw.choice(["unknown", "short", "average", "tall"])
    if draw.random() < 0.2:
        said["vehicle"] = {"type": "car", "colour": draw.choice(COLOURS), "make": draw.choice(MAKES)}
    return said


def _identifier(kind: str, value: str) -> dict[str, str]:
    more = {"handle": {"platform": "telegram"}, "plate": {"country": "FR"}}
    return {"kind": kind, "value": value, "platform": "", "country": "", **more.get(kind, {})}


def typed_number(e164: str, draw: random.Random) -> str:
    """A French number in one of the ways in which people type it."""
    digits = e164.removeprefix("+33")
    pairs = [digits[at : at + 2] for at in range(1, 9, 2)]
    ways = [f"0{digits}", e164, f"0033{digits}", " ".join([f"0{digits[0]}", *pairs])]
    return draw.choice([*ways, f"+33 {digits[0]} " + " ".join(pairs)])


def misspelt(word: str, draw: random.Random) -> str:
    """The word with one letter changed, missing or added, or two neighbours swapped."""
    at, letter = draw.randrange(len(word)), draw.choice("abcdefghijklmnopqrstuvwxyz")
    slips = [word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1 :], word[:at] + letter + word[at:]]
    slips += [word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]] if at else []
    return draw.choice([slip for slip in slips if slip != word])


# --- names, and how frequent they are -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lexicon:
    words: list[str]
    weights: list[float]  # of each and all before it


def _drawn(draw: random.Random, lexicon: _Lexicon) -> str:
    return draw.choices(lexicon.words, cum_weights=lexicon.weights)[0]


@cache
def _first_names() -> _Lexicon:
    return _lexicon("first names", FIRST_NAMES, syllables=(1, 2), flat=20)


@cache
def _surnames() -> _Lexicon:
    return _lexicon("surnames", SURNAMES, syllables=(1, 2, 2, 3), flat=30)


@cache
def _words() -> _Lexicon:
    return _lexicon("words", WORDS, syllables=(1, 2, 3), flat=5)


@cache
def _notices() -> list[str]:
    """Told again and again, since what makes one slow is how many there are and not what they say."""
    draw = chance("notices")
    return [" ".join(_drawn(draw, _words()) for _ in range(WORDS_A_NOTICE)) for _ in range(NOTICES)]


def _lexicon(what: str, size: int, *, syllables: tuple[int, ...], flat: int) -> _Lexicon:
    """Made-up words, the n-th as frequent as 1 / (n + flat), as with names and words of people (Zipf, Mandelbrot)."""
    draw, words = chance(what), dict[str, None]()
    while len(words) < size:
        pieces = [draw.choice(ONSETS) + draw.choice(VOWELS) for _ in range(draw.choice(syllables))]
        if len(pieces) == 1:
            pieces.append(draw.choice(CONSONANTS) + draw.choice(VOWELS[:5]))
        words["".join([*pieces, draw.choice(ENDINGS)]).title()] = None
    return _Lexicon(list(words), list(accumulate(1 / (rank + flat) for rank in range(size))))
