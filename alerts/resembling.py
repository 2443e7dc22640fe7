"""How much a report, opened, resembles what was typed; and why. Never a proof: at most "perhaps".

Points: 2 for the end of a number, a piece of a plate, or a plate that differs by letters that look alike; 1.5 for a
number one digit off; for a name from 0.65 (two slips in a long one) to 1 (the same word); 0.8 for a word of the notice,
the marks or the car; 0.6 for a closed word or a place. A word that nothing explains costs 0.3; one of her areas adds
0.25.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alerts import areas, facts, spelling
from alerts.spelling import Asked, Identifier, Reading, Word, name, phone, plate, words

PART, ONE_OFF, WORD, CLOSED, UNEXPLAINED, NEAR = 2.0, 1.5, 0.8, 0.6, 0.3, 0.25
ALIKE = 0.65  # the likeness from which two words may be one name
BESIDE_A_NAME, WITHOUT_A_NAME = 0.5, 0.6  # the share of the typed words that must be explained
FEWEST_WORDS = 2  # of a notice, or of a car, that together speak for a report

Points = list[tuple[str, float]]  # clue, worth


@dataclass(frozen=True, slots=True)
class Resemblance:
    """`clues`: "tail", "plate_part", "plate_alike", "near_phone", "name", "words", "car", "looks", "area"."""

    points: float
    clues: tuple[str, ...]


@dataclass(frozen=True)
class Likeness:
    """What a question asks of each report. `near`: the areas where the asker works."""

    asked: Asked
    near: frozenset[str]
    default_country: str

    @cached_property
    def _alike(self) -> dict[tuple[str, str], float]:
        """How alike two words are, for this one question: many reports say the same names. Forgotten with it."""
        return {}

    @cached_property
    def places(self) -> set[tuple[str, str]]:
        """A typed word, and an area that it names; "Saint-Denis" names two."""
        text = " ".join(word.text for word in self.asked.words)
        return {(word, area) for area, typed in areas.in_words(text) for word in typed.split()}

    def to(self, said: dict[str, Any], identifiers: list[Identifier], notice: str) -> Resemblance | None:
        """`said`: the facts of a report in layout 1, its identifiers as it keeps them. None: nothing speaks for it."""
        kept = [
            one
            for each in identifiers
            for one in spelling.meanings(each, default_country=self.default_country)
        ]
        told = _told(said, notice)
        names = [word for each in identifiers if each.kind == "name" for word in name.words(each.value)]
        parts = list(_parts(self.asked, kept))
        explained = [self._explained(word, names, told, said) for word in self.asked.words]
        one_off = list(_one_off(self.asked, kept))
        if not parts and not _speaks(self.asked.words, explained, beside=bool(one_off)):
            return None
        found = [*parts, *one_off, *(point for point in explained if point[0])]
        points = sum(worth for _clue, worth in found) - UNEXPLAINED * [clue for clue, _ in explained].count(
            ""
        )
        points += NEAR if said["area"] in self.near else 0
        return Resemblance(round(points, 2), tuple(dict.fromkeys(clue for clue, _worth in found)))

    def _explained(
        self, word: Word, names: list[str], told: dict[str, frozenset[str]], said: dict[str, Any]
    ) -> tuple[str, float]:
        """By what a typed word is explained, and how well; ("", 0) when by nothing."""
        likeness = self._like_a_name(word, names)
        if likeness >= ALIKE:
            return "name", likeness
        for clue, stems in told.items():
            if word.stems and all(stems & asked for asked in word.stems):
                return clue, WORD
        for one in self.asked.closed:
            if _is_part_of(word.text, one.text) and f"{one.group}:{one.code}" in facts.closed_words(said):
                return ("car" if one.group in ("vehicle", "colour") else "looks"), CLOSED
        if (word.text, said["area"]) in self.places:
            return "area", CLOSED
        return "", 0

    def _like_a_name(self, word: Word, names: list[str]) -> float:
        """How well all parts of a typed word ("王伟" has two) stand among the words of a name."""
        if not word.names or not names:
            return 0
        return min(max(self._likeness(part, kept) for kept in names) for part in word.names)

    def _likeness(self, typed: str, kept: str) -> float:
        if (typed, kept) not in self._alike:
            self._alike[typed, kept] = name.likeness(typed, kept)
        return self._alike[typed, kept]


def _parts(asked: Asked, kept: list[Reading]) -> Iterable[tuple[str, float]]:
    """What may be found by a part of an identifier alone."""
    for tail in asked.of_kind("tail"):
        if any(one.number and phone.ends_with(one.number, tail.canonical) for one in kept):
            yield "tail", PART
    plates = [one.canonical for one in kept if one.kind == "plate"]
    for part in asked.of_kind("plate_part"):
        if any(plate.fits(part.canonical, one) for one in plates):
            yield "plate_part", PART
    for typed in asked.of_kind("plate"):
        if any(plate.is_alike(typed.canonical, one) for one in plates):
            yield "plate_alike", PART


def _one_off(asked: Asked, kept: list[Reading]) -> Iterable[tuple[str, float]]:
    for typed in asked.of_kind("phone"):
        if any(typed.number and one.number and phone.is_one_off(typed.number, one.number) for one in kept):
            yield "near_phone", ONE_OFF


def _speaks(asked: tuple[Word, ...], explained: Points, *, beside: bool) -> bool:
    """Do these words speak for a report? `beside`: a number that is one digit off stands beside them."""
    by = [clue for clue, _worth in explained]
    telling = [clue for word, clue in zip(asked, by, strict=True) if word.stems or clue]
    share = sum(1 for clue in telling if clue) / len(telling) if telling else 0
    if "name" in by:
        return share >= BESIDE_A_NAME
    fewest = 1 if beside else FEWEST_WORDS
    spoken = [clue for clue in by if clue in ("words", "car", "looks")]
    return len(spoken) >= fewest and share >= WITHOUT_A_NAME


def _is_part_of(word: str, closed: str) -> bool:
    """Is a typed word one of those that were read as a closed word? One Chinese word may hold several of them."""
    return word in closed.split() or (not closed.isascii() and closed in word)


def _told(said: dict[str, Any], notice: str) -> dict[str, frozenset[str]]:
    """The stems of what a report tells, by the clue that each is."""
    language = said["language"]
    car = said["vehicle"] or {"make": ""}
    return {
        "car": frozenset(words.stored_stems(car["make"], "")),
        "words": frozenset(
            words.stored_stems(said["appearance"]["marks"], language) + words.stored_stems(notice, language)
        ),
    }
