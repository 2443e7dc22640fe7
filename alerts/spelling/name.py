"""Names: case, accents, punctuation and the order of words make no difference. Scripts stay apart."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from alerts.spelling.tidy import fold_case, without_remarks

FEWEST_LETTERS = 2
MOST_WORDS, LONGEST_WORD = 8, 40

# In these scripts a mark over a letter is an accent; in others (Devanagari, Thai, kana) a letter of its own.
SCRIPTS_WITH_ACCENTS = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW"))
_SHORT_I_AND_U = frozenset(("и\u0306", "у\u0306"))  # й and ў are letters, not accented ones
_LABEL = re.compile(
    r"(?:nom|prénom|prenom|name|nombre|nome|имя|име|emri|nume|الاسم|姓名|名字)\s?:\s?", re.IGNORECASE
)


def canonical(text: str) -> str:
    """The folded name, words sorted and parted by one space; "" when tidied `text` is no name.

    Remarks in brackets go. One letter (or one Chinese character) is no name, more than MOST_WORDS words are a
    text.
    """
    text = text.replace("\n", " ")
    text = fold_case(without_remarks(text) or text)
    words = _bare(_LABEL.sub("", text, count=1) if _LABEL.match(text) else text).split()
    words = [word for word in words if any(character.isalnum() for character in word)]
    letters = sum(character.isalpha() for word in words for character in word)
    if letters < FEWEST_LETTERS or len(words) > MOST_WORDS or max(map(len, words)) > LONGEST_WORD:
        return ""
    return " ".join(sorted(words))


def _bare(text: str) -> str:
    """Without accents, everything that is neither letter nor digit as a space."""
    out, base = [], ""
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character).startswith("M"):
            if _script(base) in SCRIPTS_WITH_ACCENTS and base + character not in _SHORT_I_AND_U:
                continue
        else:
            base = character
        out.append(_letter_or_space(character))
    return unicodedata.normalize("NFKC", "".join(out)).casefold()


def _letter_or_space(character: str) -> str:
    if character == "\u0640":  # the stroke that stretches Arabic words
        return ""
    if unicodedata.category(character)[0] not in "LNM" or _script(character) == "MODIFIER":
        return " "
    if _script(character) == "LATIN" and not character.isascii():
        return anyascii(character)  # ø, ł, æ have no accent to take off
    return character


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0] if character else ""
