"""Passphrases of five words, as they are proposed and as they are read again.

What counts is the first four letters of each word, in their order: five of some 2,000 are 54.8 bits. So case, accents,
what stands between the words, and the rest of each word do not matter. They are also read with nothing in between,
whole or shortened to four letters, where that can be read in one way only; a phrase that could be read in two is never
proposed.
"""

import secrets
import unicodedata
from functools import cache
from itertools import product

from accounts.wordlists import HEAD, LISTS, heads, languages_for, proposed, unaccented, words

WORDS = 5
LONGEST = 9 * WORDS  # letters, glued; no list has a longer word
_BETWEEN = frozenset(".,;:/_·")


def propose(language: str) -> str:
    """Five words for somebody who reads `language`; English ones where there is no list."""
    choice = proposed(languages_for(language)[0])
    while True:
        phrase = [secrets.choice(choice) for _ in range(WORDS)]
        if _reads_one_way(phrase):
            return " ".join(phrase)


def read(text: str) -> str | None:
    """The one form of five words of one list, as "aban-baga-cabi-daig-ebah"; None if it is anything else."""
    pieces = _pieces(text)
    if pieces is None:
        return None
    found = tuple(piece[:HEAD] for piece in pieces)
    if len(found) == WORDS and any(heads(language).issuperset(found) for language in LISTS):
        return "-".join(found)
    readings = _readings("".join(pieces))
    return readings.pop() if len(readings) == 1 else None


def _pieces(text: str) -> list[str] | None:
    """What stands between spaces, hyphens and the like, in a–z; None if there is anything else."""
    spaced = "".join(" " if _is_between(letter) else letter for letter in unaccented(text))
    pieces = spaced.split()
    return pieces if all(piece.isascii() and piece.isalpha() for piece in pieces) else None


def _is_between(letter: str) -> bool:
    return letter in _BETWEEN or letter.isspace() or unicodedata.category(letter) == "Pd"


def _reads_one_way(phrase: list[str]) -> bool:
    """Whether its words or their heads, glued in any mixture, are read as this phrase and no other."""
    mixtures = product(*({word, word[:HEAD]} for word in phrase))
    one = {"-".join(word[:HEAD] for word in phrase)}
    return all(_readings("".join(mixture)) == one for mixture in mixtures)


def _readings(glued: str) -> set[str]:
    """Every way to read it as five words, or their first four letters, of one list."""
    if len(glued) > LONGEST:
        return set()
    return {"-".join(reading) for language in LISTS for reading in _split(glued, language, WORDS)}


def _split(glued: str, language: str, count: int) -> list[tuple[str, ...]]:
    if count == 0:
        return [] if glued else [()]
    beginnings = [glued[:end] for end in range(3, 10) if glued[:end] in _spellings(language)]
    return [
        (beginning[:HEAD], *rest)
        for beginning in dict.fromkeys(beginnings)
        for rest in _split(glued[len(beginning) :], language, count - 1)
    ]


@cache
def _spellings(language: str) -> frozenset[str]:
    return heads(language).union(words(language))
