"""How much a report, opened, resembles what was typed; and why. Never a proof: at most "perhaps".

Points: 2 for the end of a number, a piece of a plate, or a plate that differs by letters that look alike; 1.5 for a
number one digit off; for a name from 0.65 (two slips in a long one) to 1 (the same word); 0.8 for a word of the notice,
the marks or the car; 0.6 for a closed word or a place. A word that nothing explains costs 0.3; of those known by
words alone, one in her areas has 0.25 more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from alerts import areas, facts
from alerts.models import Report
from alerts.spelling import Asked, Reading, Word, name, phone, plate, words

PART, ONE_OFF, WORD, CLOSED, UNEXPLAINED, NEAR = 2.0, 1.5, 0.8, 0.6, 0.3, 0.25
ALIKE = 0.65  # the likeness from which two words may be one name
SAME_NAME = 0.95  # from here on it is the same name, whatever stands around it
BESIDE_A_NAME, WITHOUT_A_NAME = 0.5, 0.6  # the share of the typed words that must be explained
FEWEST_WORDS = 2  # of a notice, or of a car, that together speak for a report
BEGINNING = 3  # letters of a word that no stemmer changes
NOTHING = ("", 0.0)

Point = tuple[str, float]  # clue, worth


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

    def to(self, report: Report) -> Resemblance | None:
        """None: nothing, or too little, speaks for it."""
        told = _Told(report)
        parts, one_off = list(_parts(self.asked, told)), list(_one_off(self.asked, told))
        by_name = self._by_name(self._names_of(report))
        explained = [self._explained(*word, told) for word in zip(self.asked.words, by_name, strict=True)]
        if not parts and not _speaks(self.asked.words, explained, beside=bool(one_off)):
            return None
        found = [*parts, *one_off, *(point for point in explained if point != NOTHING)]
        points = sum(worth for _clue, worth in found) - UNEXPLAINED * explained.count(NOTHING)
        if (
            not parts and report.area in self.near
        ):  # one name in two places is rather two people; one number is not
            points += NEAR
        return Resemblance(round(points, 2), tuple(dict.fromkeys(clue for clue, _worth in found)))

    def is_whole_name_of(self, report: Report) -> bool:
        """Whether each word that may be one of a name is one of his. Looks into nothing else of the report."""
        names = self._names_of(report)
        asked = [self._heard(part) for word in self.asked.words for part in word.names]
        if not all(any(name.may_be_alike(one, self._heard(kept)) for kept in names) for one in asked):
            return False
        found = zip(self.asked.words, self._by_name(names), strict=True)
        return all(like >= ALIKE for word, like in found if word.names)

    def _by_name(self, names: tuple[str, ...]) -> list[float]:
        """How well each typed word stands in a name. Beside one that stands there surely, more slips are believed."""
        if names not in self._seen:
            likest = [self._like_a_name(word, names) for word in self.asked.words]
            beside = max(likest, default=0)
            if beside >= name.ONE_SLIP:
                slips = name.MOST_BESIDE_THE_SAME if beside >= SAME_NAME else 1
                likest = [
                    like or self._like_a_name(word, names, slips=slips)
                    for word, like in zip(self.asked.words, likest, strict=True)
                ]
            self._seen[names] = likest
        return self._seen[names]

    def _explained(self, word: Word, likeness: float, told: "_Told") -> Point:
        """By what a typed word is explained, and how well."""
        if likeness >= ALIKE:
            return "name", likeness
        for clue, stems in told.stems.items() if told.may_say(word) else ():
            if all(stems & asked for asked in word.stems):
                return clue, WORD
        for one in self.asked.closed:
            if _is_part_of(word.text, one.text) and f"{one.group}:{one.code}" in told.closed:
                return ("car" if one.group in ("vehicle", "colour") else "looks"), CLOSED
        return ("area", CLOSED) if (word.text, told.area) in self._places else NOTHING

    def _like_a_name(self, word: Word, names: tuple[str, ...], *, slips: int = 0) -> float:
        """How well all parts of a typed word ("王伟" has two) stand among the words of a name."""
        if not word.names or not names:
            return 0
        return min(max(self._how_alike(part, kept, slips) for kept in names) for part in word.names)

    def _how_alike(self, typed: str, kept: str, slips: int) -> float:
        """`slips`: how many are believed because of what stands beside it; 0: as it stands alone."""
        if (typed, kept, slips) not in self._alike:
            words = self._heard(typed), self._heard(kept)
            found = name.compare_beside(*words, slips=slips) if slips else name.compare(*words)
            self._alike[typed, kept, slips] = found
        return self._alike[typed, kept, slips]

    def _heard(self, word: str) -> name.Heard:
        if word not in self._words:
            self._words[word] = name.Heard(word)
        return self._words[word]

    def _names_of(self, report: Report) -> tuple[str, ...]:
        """The words of all names that a report gives."""
        kept = [one.value for one in report.identifiers if one.kind == "name"]
        for value in kept:
            if value not in self._read:
                self._read[value] = name.words(value)
        return tuple(word for value in kept for word in self._read[value])

    # Four things kept for this one question, since many reports say the same names. Forgotten with it.

    @cached_property
    def _read(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _seen(self) -> dict[tuple[str, ...], list[float]]:
        return {}

    @cached_property
    def _alike(self) -> dict[tuple[str, str, int], float]:
        return {}

    @cached_property
    def _words(self) -> dict[str, name.Heard]:
        return {}

    @cached_property
    def _places(self) -> set[tuple[str, str]]:
        """A typed word, and an area that it names; "Saint-Denis" names two."""
        text = " ".join(word.text for word in self.asked.words)
        return {(word, area) for area, typed in areas.in_words(text) for word in typed.split()}


class _Told:
    """What a report tells, each read only where a question asks for it."""

    def __init__(self, report: Report) -> None:
        self.report, self.area = report, report.area

    @property
    def marks(self) -> list[Reading]:
        return [reading for reading, _in_doubt in self.report.marks]

    def may_say(self, word: Word) -> bool:
        """Whether its texts hold the beginnings of a typed word. Most do not, and stemming them takes long."""
        return bool(word.stems) and all(
            any(stem[:BEGINNING] in self.letters for stem in stems) for stems in word.stems
        )

    @cached_property
    def letters(self) -> str:
        said = self.report.facts
        make = said["vehicle"]["make"] if said["vehicle"] else ""
        return words.folded(f"{said['appearance']['marks']} {self.report.notice} {make}")

    @cached_property
    def stems(self) -> dict[str, frozenset[str]]:
        """Those of its texts, by the clue that each is."""
        said, language = self.report.facts, self.report.facts["language"]
        marks = words.stored_stems(said["appearance"]["marks"], language)
        notice = words.stored_stems(self.report.notice, language)
        make = words.stored_stems(said["vehicle"]["make"] if said["vehicle"] else "", "")
        return {"car": frozenset(make), "words": frozenset(marks + notice)}

    @cached_property
    def closed(self) -> list[str]:
        return facts.closed_words(self.report.facts)


def _parts(asked: Asked, told: _Told) -> Iterable[Point]:
    """What may be found by a part of an identifier alone."""
    for tail in asked.of_kind("tail"):
        if any(one.number and phone.ends_with(one.number, tail.canonical) for one in told.marks):
            yield "tail", PART
    for part in asked.of_kind("plate_part"):
        if any(one.kind == "plate" and plate.fits(part.canonical, one.canonical) for one in told.marks):
            yield "plate_part", PART
    for typed in asked.of_kind("plate"):
        if any(one.kind == "plate" and plate.is_alike(typed.canonical, one.canonical) for one in told.marks):
            yield "plate_alike", PART


def _one_off(asked: Asked, told: _Told) -> Iterable[Point]:
    for typed in asked.of_kind("phone"):
        kept = (one.number for one in told.marks)
        if any(typed.number and number and phone.is_one_off(typed.number, number) for number in kept):
            yield "near_phone", ONE_OFF


def _speaks(asked: tuple[Word, ...], explained: list[Point], *, beside: bool) -> bool:
    """Do these words speak for a report? `beside`: a number that is one digit off stands beside them."""
    by = [clue for clue, _worth in explained]
    telling = [clue for word, clue in zip(asked, by, strict=True) if word.stems or clue]
    share = sum(1 for clue in telling if clue) / len(telling) if telling else 0
    if "name" in by:
        surely = any(clue == "name" and worth >= SAME_NAME for clue, worth in explained)
        return surely or share >= BESIDE_A_NAME
    # One Chinese word is as many as it has characters: nothing parts them.
    spoken = sum(
        len(word.stems) if worth == WORD else 1
        for word, (clue, worth) in zip(asked, explained, strict=True)
        if clue in ("words", "car", "looks")
    )
    return spoken >= (1 if beside else FEWEST_WORDS) and share >= WITHOUT_A_NAME


def _is_part_of(word: str, closed: str) -> bool:
    """Is a typed word one of those that were read as a closed word? One Chinese word may hold several of them."""
    return word in closed.split() or (not closed.isascii() and closed in word)
