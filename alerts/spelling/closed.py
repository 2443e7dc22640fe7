"""Closed words as somebody types them, in any of the ten languages and in any of their forms.

"BMW noire", "чёрный BMW", "السوداء" and "银色的" each name a colour that a report keeps as a code. The list says which
words stand for which codes; a word that stands for several ("black": a car, or hair) gives each, unless the word
beside it decides. Of words that overlap the longest counts: "barbe de trois jours" is stubble and no beard.

Takes tidied text of any kind and never raises; of a text LONGEST_TEXT characters are read.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from alerts.spelling.endings import without_arabic_article
from alerts.spelling.tidy import LONGEST_TEXT
from alerts.spelling.words import HAN, UNWRITTEN, folded

CLOSED_WORDS = Path(__file__).parent.parent / "data" / "closed_words.toml"
LANGUAGES = ("fr", "en", "es", "pt", "ro", "sq", "ru", "bg", "ar", "zh")
MOST_WORDS = 6  # of one entry; a Chinese character is a word

_WORD = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
_ARABIC_BEFORE = "وفبل"  # and, so, with, for: written in one with the word
_HAIR, _EYES = ("noun", "hair"), ("noun", "eyes")
# "makinë e zezë", "cabello de color negro": what they link stands side by side.
_LINKING = frozenset(("e", "i", "te", "se", "de", "color", "couleur", "cor", "culoare", "的"))
_ON_THE_HEAD = ("hair", "facial_hair")

Meaning = tuple[str, str]  # group, code


@dataclass(frozen=True, slots=True)
class Closed:
    """What a report may have been told with a tap. `group` and `code` as in `facts.closed_words`.

    `text`: the typed words it was read from; an Arabic word whole, with its article.
    """

    group: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    first: int  # words of the text, those that only link not counted
    last: int
    text: str
    meanings: tuple[Meaning, ...]

    def is_of(self, group: str) -> bool:
        return any(meaning[0] == group for meaning in self.meanings)


def closed_in(text: str) -> tuple[Closed, ...]:
    """The closed words in `text`, in order; every meaning of each."""
    found = _found(UNWRITTEN.sub("", text[:LONGEST_TEXT]))
    closed = []
    for place, one in enumerate(found):
        beside = [found[near] for near in (place - 1, place + 1) if 0 <= near < len(found)]
        beside = [other for other in beside if _touch(one, other)]
        closed += [Closed(*meaning, one.text) for meaning in _decided(one, beside) if meaning[0] != "noun"]
    return tuple(dict.fromkeys(closed))


def _found(text: str) -> list[_Found]:
    spans = [match.span() for match in _WORD.finditer(text)]
    options = [_as_listed(text[start:end]) for start, end in spans]
    found, place, counted = [], 0, 0
    while place < len(spans):
        length, meanings = _longest(options[place : place + MOST_WORDS])
        end = place + length
        if meanings:
            typed = text[spans[place][0] : spans[end - 1][1]]
            found.append(_Found(counted, counted + length - 1, typed, meanings))
        counted += 0 if options[place][0] in _LINKING and not meanings else length
        place = end
    return found


def _longest(options: list[tuple[str, ...]]) -> tuple[int, tuple[Meaning, ...]]:
    """How many of these words are one entry, and what it means; (1, ()) when the first begins none."""
    listed = _listed()
    for length in range(len(options), 0, -1):
        for words in product(*options[:length]):
            if meanings := listed.get(words):
                return length, meanings
    return 1, ()


def _decided(one: _Found, beside: list[_Found]) -> tuple[Meaning, ...]:
    """A colour beside "hair" or a beard is the hair's, beside a car the car's, and beside "eyes" it says nothing."""
    if not one.is_of("colour"):
        return one.meanings
    if any(other.meanings == (_EYES,) for other in beside):
        return ()
    if any(other.meanings == (_HAIR,) or other.is_of("facial_hair") for other in beside):
        return tuple(meaning for meaning in one.meanings if meaning[0] != "colour")
    if any(other.is_of("vehicle") for other in beside):
        return tuple(meaning for meaning in one.meanings if meaning[0] not in _ON_THE_HEAD)
    return one.meanings


def _touch(one: _Found, other: _Found) -> bool:
    return one.last + 1 == other.first or other.last + 1 == one.first


def _as_listed(word: str) -> tuple[str, ...]:
    """The ways in which the list may have a typed word."""
    plain = folded(word)
    bare = without_arabic_article(plain)
    ways = [plain, bare, plain[1:]] if plain[:1] in _ARABIC_BEFORE and len(plain) > 3 else [plain, bare]
    return tuple(dict.fromkeys(ways))


@lru_cache(maxsize=1)
def _listed() -> dict[tuple[str, ...], tuple[Meaning, ...]]:
    """Folded words: what they mean."""
    listed: dict[tuple[str, ...], dict[Meaning, None]] = {}
    for entry in tomllib.loads(CLOSED_WORDS.read_text(encoding="utf-8"))["said"]:
        meanings = [_meaning(one) for one in entry["means"]]
        for phrase in (phrase for language in LANGUAGES for phrase in entry.get(language, "").split(",")):
            words = tuple(folded(word) for word in _WORD.findall(UNWRITTEN.sub("", phrase)))
            if words:
                listed.setdefault(words, {}).update(dict.fromkeys(meanings))
    return {words: tuple(meanings) for words, meanings in listed.items()}


def _meaning(text: str) -> Meaning:
    group, _, code = text.partition(":")
    return group, code
