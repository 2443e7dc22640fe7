"""Short forms of names: Paco is a Francisco, and Alvarito an Álvaro. At most a "perhaps".

Families stand in alerts/data/diminutives.toml, one per full name; its id is that name in a-z and is kept for ever.
What is regular (-ito, -inho, -ушка, Abdel-) is a rule: the word without its ending or beginning. Words come from
`name.words`.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alerts.spelling.letters import bare, in_latin, near

DATA = Path(__file__).resolve().parent.parent / "data" / "diminutives.toml"

SHORTEST_BASE, MOST_BASES = 3, 3

# An ending, and what may stand in its place. The first that fits is taken.
_REGULAR: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"^عبدال(?=...)", ("",)),  # عبدالكريم is called كريم
        (r"^abd(?:[aeu]l|oul|ou?l)(?=...)", ("",)),  # Abdelkader is called Kader
        (r"^abd[aeu](.)(?=\1..)", ("",)),  # Abderrahman, Abdessalam
        (r"qu(?:it|inh|ill)([oa])$", (r"c\1",)),  # Paquito, Marquinho
        (r"gu(?:it|inh)([oa])$", (r"g\1",)),  # Dieguito
        (r"it([oa]s)$", (r"\1",)),  # Carlitos
        (r"zinh[oa]$|zit[oa]$", ("",)),  # Joãozinho
        (r"e?cit[oa]$", ("", "e")),  # Javiercito
        (r"(?:it|inh|ill)o$", ("o", "", "e")),  # Alvarito, Felipinho, Jorgito
        (r"(?:it|inh|ill)a$", ("a", "", "e")),
        (r"y?ushk[ao]$", ("", "a", "ya")),  # Иванушка, Никитушка
        (r"[eo]chka$", ("a", "ya", "")),  # Димочка
        (r"(?:[eo]n)ka$", ("a", "ya", "")),  # Серёженька
        (r"ulya$", ("a", "ya")),  # Сашуля
        (r"chik$|ik$", ("",)),  # Русланчик, Владик
        (r"cho$", ("",)),  # Иванчо
        (r"ka$", ("a", "ya")),  # Сашка, Петька
        (r"u[ts]a$|(?:u|i)sor$", ("", "a")),  # Ionuța, Dănișor
        (r"ica$", ("", "a")),  # Ionică
        (r"(.)\1(?:y|ie)$", (r"\1",)),  # Bobby
    )
)


def families(word: str) -> tuple[str, ...]:
    """The ids of the families that a word may belong to; () for most words."""
    found = [family for part in (word, *bases(word)) for family in _by_spelling().get(near(part), ())]
    return tuple(dict.fromkeys(found))


def bases(word: str) -> tuple[str, ...]:
    """What a regularly made short form is made from, at most MOST_BASES guesses. A name of its own is none."""
    if near(word) in _by_spelling():
        return ()
    for pattern, instead in _REGULAR:
        if pattern.search(word):
            found = [pattern.sub(ending, word) for ending in instead]
            return tuple(base for base in found if len(base) >= SHORTEST_BASE and base != word)[:MOST_BASES]
    return ()


@dataclass(frozen=True)
class Kin:
    """To whom a word may belong. `spelt`: it and what it is made from, in light spelling."""

    families: frozenset[str]
    spelt: frozenset[str]
    is_name: bool
    is_full_name: bool


def kin(word: str) -> Kin:
    spelt = near(word)  # Andrej is a name too, though it stands in the data as Andrei
    made_from = frozenset(map(near, bases(word)))
    return Kin(
        frozenset(families(word)), made_from | {spelt}, spelt in _by_spelling(), spelt in _full_names()
    )


def are_related(one: Kin, other: Kin) -> bool:
    """May both words stand for one name?"""
    return bool(one.families & other.families or one.spelt & other.spelt)


def are_two_names(one: Kin, other: Kin) -> bool:
    """Are both names of their own, of no common family? Then neither is the other misspelt."""
    return one.is_name and other.is_name and not one.families & other.families


@cache
def _by_spelling() -> dict[str, tuple[str, ...]]:
    """The families of each name that stands in the data, by its light spelling."""
    found: dict[str, dict[str, None]] = {}
    for full, short in _listed():
        for spelling in [*full, *short]:
            found.setdefault(near(spelling), {})[full[0]] = None
    return {spelling: tuple(ids) for spelling, ids in found.items()}


@cache
def _full_names() -> frozenset[str]:
    return frozenset(near(name) for full, _short in _listed() for name in full)


@cache
def _listed() -> list[tuple[list[str], list[str]]]:
    """Each family: the full name in its spellings, the first of which is the id; and its short forms."""
    languages = tomllib.loads(DATA.read_text("utf-8")).values()
    pairs = [pair for language in languages for pair in language.items()]
    return [(_all_folded(full), _all_folded(short)) for full, short in pairs]


def _all_folded(names: str) -> list[str]:
    return [folded for folded in map(_folded, names.split()) if folded]


def _folded(word: str) -> str:
    return "".join(part for each in bare(word).split() for part in in_latin(each))
