"""The letters of names: without accents, in a-z, and spelt lightly.

All of it takes any string, lone surrogates included. What comes out is on disk: FORM_VERSION.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

# In these scripts a mark over a letter is an accent; in others (Devanagari, Thai, kana) a letter of its own.
SCRIPTS_WITH_ACCENTS = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW"))
_SHORT_I_AND_U = frozenset(("и\u0306", "у\u0306"))  # й and ў are letters, not accented ones
LONGEST_WITH_SHORT_FAMILY = 3  # characters of a Chinese name whose family name has one

_HAN_TITLES = re.compile("(?:先生|老师|老板|医生|师傅|大哥|哥)$")
_HAN_PET = re.compile("^[小老阿](?=.$)")  # 小刘, 老王, 阿强
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")
_HARD_G = re.compile("г(?=[еи])")  # Георги: written as Romanians and Italians do, so that nobody reads a j
_SOFT_SIGN = re.compile("ь(?=[аеёиоуыэюя])")
_HARD_SIGN = str.maketrans({"ъ": "а", "ь": None})  # Bulgarian: Къньо; Russian names hardly have it
_ARABIC_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك"}
)

# Spellings that nobody who writes by ear tells apart. Only for keys and comparing.
_LIGHT = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"s?ch|tch", "sh"),
        (r"ph", "f"),
        (r"([tgr])h", r"\1"),
        (r"kh", "h"),
        (r"gu(?=[eiy])", "g"),
        (r"qu(?=[eiy])", "k"),
        (r"c(?=[eiy])|z", "s"),
        (r"ck|[cq]", "k"),
        (r"x", "ks"),
        (r"ou|oo", "u"),
        (r"ee|y", "i"),
        (r"j$", "i"),
        (r"w", "v"),
        (r"(.)\1+", r"\1"),
    )
)


def bare(text: str) -> str:
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


def in_latin(word: str) -> list[str]:
    """A bare word in a-z or Arabic letters; several where Chinese characters stand for several."""
    if _HAN.search(word):
        return [part for run in _HAN.findall(word) for part in _pinyin(run)] or [word]
    if is_arabic(word):
        return ["".join(filter(str.isalpha, word)).translate(_ARABIC_LETTERS)]
    word = _SOFT_SIGN.sub("и", _HARD_G.sub("gh", word)).translate(_HARD_SIGN)
    return ["".join(letter for letter in anyascii(word).lower() if "a" <= letter <= "z")]


def _pinyin(run: str) -> list[str]:
    """Family name, given name: as pinyin is written. 小刘 is "liu", 王先生 is "wang"."""
    run = _HAN_TITLES.sub("", _HAN_PET.sub("", run)) or run
    family = 2 if len(run) > LONGEST_WITH_SHORT_FAMILY else 1
    spelt = [run[:family], run[family:]]
    return ["".join(filter(str.isalpha, anyascii(part).lower())) for part in spelt if part]


def near(word: str) -> str:
    """The word spelt lightly: what is written to the index as ("name-near", …), so do not change a rule in passing."""
    if is_arabic(word):
        return word
    for pattern, instead in _LIGHT:
        word = pattern.sub(instead, word)
    return word


def is_arabic(word: str) -> bool:
    """Is there an Arabic letter in it? A mark alone, as a phone's keyboard leaves it, makes no Arabic word."""
    return any("\u0600" <= letter <= "\u06ff" and letter.isalpha() for letter in word)
