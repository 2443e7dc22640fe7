"""What was typed, as clues: what speaks for a report without proving that it is about the same person.

A whole number, address, account or plate can make an answer sure. Everything else is a clue: a name as it sounds, the
end of a number, a piece of a plate, words of a notice, the car, a town. Each says under which forms it is looked for;
whether it speaks for a report that was found is judged after opening (`alerts.resembling`).
"""

import re
from dataclasses import dataclass

from anyascii import anyascii

from alerts.spelling import closed, name, phone, plate, question, words
from alerts.spelling.closed import Closed
from alerts.spelling.reading import Reading
from alerts.spelling.tidy import tidy

Form = tuple[str, str]  # kind of form, form

MOST_WORDS = 8  # of a text that is no identifier; what follows is not looked for
MOST_NAMES = 3  # words that are looked for in every way a name may be misspelt; of more, as they sound
SURE_KINDS = ("phone", "email", "handle", "plate")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word. `names`: as parts of a name, in a-z. `stems`: as it may stand in a notice, one set per word."""

    text: str
    names: tuple[str, ...]
    stems: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """`readings`: most specific first. `whole`: false when a piece of an identifier may have stayed unread.
    `words`: the plain ones. `closed`: what they say in closed words."""

    readings: list[Reading]
    whole: bool
    words: tuple[Word, ...]
    closed: tuple[Closed, ...]

    def of_kind(self, *kinds: str) -> list[Reading]:
        return [reading for reading in self.readings if reading.kind in kinds]


def ask(typed: str, *, default_country: str) -> Asked:
    """Everything that a typed text may ask for."""
    read = question.read(typed, default_country=default_country)
    text = _plain_text(typed, read.readings)
    words_typed = _words(text)
    whole = read.whole and len(words_typed) <= MOST_WORDS
    return Asked(read.readings, whole, words_typed[:MOST_WORDS], closed.closed_in(text))


def part_forms(asked: Asked) -> frozenset[Form]:
    """What to look for because of parts of identifiers: few rows stand under each, and each speaks by itself."""
    found: set[Form] = set()
    for reading in asked.of_kind("tail"):
        found.update(phone.tail_forms(reading.canonical))
    for reading in asked.of_kind("plate_part"):
        found.update(plate.part_forms(reading.canonical))
    for reading in asked.of_kind("plate"):
        found.update(form for form in plate.loose_forms(reading.canonical) if form[0] == "plate-alike")
    if asked.words:  # a number typed wrong is worth a look where a second clue stands beside it
        for reading in asked.of_kind("phone"):
            found.update(phone.near_forms(reading.number) if reading.number else ())
    return frozenset(found)


def pair_forms(asked: Asked) -> tuple[frozenset[Form], ...]:
    """What to look for of a name of two words: who has both, each perhaps misspelt. What finds most comes first."""
    parts = tuple(dict.fromkeys(part for word in asked.words for part in word.names))
    return name.wanted_of_pair(*parts) if len(parts) == name.PAIR else ()


def word_forms(asked: Asked) -> frozenset[Form]:
    """What to look for because of names and other words: the more of these a row stands under, the likelier."""
    names = {("name", reading.canonical) for reading in asked.of_kind("name")}
    return frozenset(names | _forms_of_words(asked.words) | _forms_of_closed(asked.closed))


def _forms_of_words(asked: tuple[Word, ...]) -> set[Form]:
    found: set[Form] = {("word", stem) for word in asked for stems in word.stems for stem in stems}
    is_short = len(asked) <= MOST_NAMES
    for part in (part for word in asked for part in word.names):
        wanted = name.wanted_loosely(part)
        found.update(
            form for form in wanted if is_short or form[0] != "name-near" or form[1] == name.near(part)
        )
    return found


def _forms_of_closed(asked: tuple[Closed, ...]) -> set[Form]:
    """One closed word is that of very many; two together are looked for."""
    codes = sorted({f"{one.group}:{one.code}" for one in asked})
    found = {("fact", code) for code in codes} if len({one.text for one in asked}) > 1 else set()
    types = [one.code for one in asked if one.group == "vehicle"]
    colours = [one.code for one in asked if one.group == "colour"]
    return found | {("fact", f"{kind}/{colour}") for kind in types for colour in colours}


def _plain_text(typed: str, readings: list[Reading]) -> str:
    """What is left for words: of a message with an identifier in it, only the name that it gives."""
    if any(
        reading.kind in ("phone", "email") or (reading.kind == "handle" and reading.marked)
        for reading in readings
    ):
        return " ".join(reading.text for reading in readings if reading.kind == "name")
    text = tidy(typed)
    for reading in readings:
        if reading.kind in ("tail", "plate_part") or (reading.kind == "plate" and reading.text != text):
            text = text.replace(reading.text, " ")
    return text


def _words(text: str) -> tuple[Word, ...]:
    names = name.words(text)
    found = [_word(typed, names) for typed in dict.fromkeys(_WORD.findall(text))]
    # Two typed words may be one name: "Abd el-Kader".
    joined = [part for part in names if not any(part in word.names for word in found)]
    found = [word for word in found if word.names or not _is_piece_of(word, joined)]
    found += [Word(part, (part,), ()) for part in joined]
    return tuple(word for word in found if word.names or word.stems)


def _word(typed: str, names: tuple[str, ...]) -> Word:
    parts = tuple(part for part in name.words(typed) if part in names)
    return Word(typed, parts, tuple(words.asked_stems(word) for word in words.typed_words(typed)))


def _is_piece_of(word: Word, names: list[str]) -> bool:
    return any(words.folded(word.text) in part or anyascii(word.text).lower() in part for part in names)
