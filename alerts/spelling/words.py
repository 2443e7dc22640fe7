"""The words of notices, marks and cars: which of them tell something, and by which stem each is kept and asked.

A word that a report holds is found by the same word, and by its plural, its cases or its verb's other forms, in
whatever language the asker's page is: a report writes the one stem that its own language gives a word, a question
looks for the stems that any of the ten languages written in those letters would give it.

Accents are left out as often as they are typed. Stemmers read by them, so they see the word as it was typed, and the
accents go afterwards; a word asked without any is also tried with the accents that its ending may have lost.

Texts come tidied. Every function takes any string and never raises; of a text LONGEST_TEXT characters are read.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from anyascii import anyascii
from snowballstemmer.arabic_stemmer import ArabicStemmer  # type: ignore[import-untyped]
from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]
from snowballstemmer.french_stemmer import FrenchStemmer  # type: ignore[import-untyped]
from snowballstemmer.portuguese_stemmer import PortugueseStemmer  # type: ignore[import-untyped]
from snowballstemmer.romanian_stemmer import RomanianStemmer  # type: ignore[import-untyped]
from snowballstemmer.russian_stemmer import RussianStemmer  # type: ignore[import-untyped]
from snowballstemmer.spanish_stemmer import SpanishStemmer  # type: ignore[import-untyped]

from alerts.spelling.endings import albanian, arabic_beginning_and_plural, bulgarian
from alerts.spelling.tidy import LONGEST_TEXT, fold_case, in_order_once

STOPWORDS = Path(__file__).parent.parent / "data" / "stopwords.toml"
LONGEST_WORD = 40
FEWEST_LETTERS = 2
MOST_PIECES = 12  # of what is asked as one word

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_ONE_HAN = re.compile(rf"[{HAN}]")
_OWN_LETTERS = frozenset("йў")  # letters, not accented ones
# Written one for the other in everyday Arabic, and the letters of the Persian keyboard.
_ARABIC_ALIKE = {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "\u0671": "ا"}
UNWRITTEN = re.compile("[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")

LANGUAGES_OF = {
    "LATIN": ("fr", "en", "es", "pt", "ro", "sq"),
    "CYRILLIC": ("ru", "bg"),
    "ARABIC": ("ar",),
}

# An ending as it may be asked, and the one to try beside it.
# Those that lose their accent in haste, and the accented ones that the stemmers know; and:
# Spanish, Portuguese, Romanian: plurals that their stemmers leave alone ("cicatriz", "cicatrices").
# Russian: nouns such as "журнал", which its stemmer takes for a verb that is past.
# Arabic: the "ا" of the accusative, which a stemmer takes for a piece of "our" where the word ends in "ن".
_OTHER_ENDINGS = {
    "fr": "e é, ee ée, es és, ees ées, ere ère, eres ères, erent èrent",
    "es": (
        "z ces, ces z, o ó, e é, a á, ia ía, ias ías, ian ían, on ón, an án, as ás, en én, es és, is ís, "
        "andose ándose, iendose iéndose, andole ándole, andola ándola"
    ),
    "pt": (
        "ao ão, ao ões, oes ão, el éis, eis el, al ais, ais al, em ens, ens em, cao ção, oes ões, coes "
        "ções, aes ães, a á, ia ía, encia ência, encias ências, ancia ância, ancias âncias, avel ável, "
        "aveis áveis, ivel ível, iveis íveis"
    ),
    "ro": (
        "uri, urile, a ă, ti ți, te țe, ta ță, tii ții, tie ție, tia ția, tiile țiile, si și, sa șă, esti "
        "ești, este ește, easca ească, eaza ează, and ând, ind înd, at ât, ari ări, arii ării, arile ările"
    ),
    "ru": "алом ал, алы ал, але ал, алу ал, алов ал",
    "ar": "نا ن, ن نا",
}
OTHER_ENDINGS = {
    code: [pair.partition(" ")[::2] for pair in pairs.split(", ")] for code, pairs in _OTHER_ENDINGS.items()
}


def folded(word: str) -> str:
    """`word` with no difference of case or accents; scripts stay apart."""
    return "".join(map(_bare, fold_case(word)))


def typed_words(text: str) -> tuple[str, ...]:
    """The telling words of `text` in small letters, accents as typed; in order, once each.

    Every Chinese character is a word.
    """
    plain = UNWRITTEN.sub("", fold_case(text[:LONGEST_TEXT]))
    parted = "".join(letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in plain)
    return tuple(word for word in in_order_once(_WORD.findall(parted)) if _tells(folded(word)))


def stored_stems(text: str, language: str) -> tuple[str, ...]:
    """What a report in `language` ("" when unknown) writes for a text: a stem per telling word, once each."""
    code = language.partition("-")[0]
    return in_order_once([_stem(word, code) for word in typed_words(text)])


def asked_stems(word: str) -> frozenset[str]:
    """Every stem by which a report in any of the ten languages may have kept `word`, as typed or folded."""
    stems = {folded(word[:LONGEST_TEXT])}
    for typed in typed_words(word)[:MOST_PIECES]:
        stems.add(folded(typed))
        for code in LANGUAGES_OF.get(_script_of(typed), ()):
            stems.update(_stem(spelling, code) for spelling in _spellings(typed, code))
    return frozenset(stems - {""})


def by_rarity(stems: Iterable[str]) -> tuple[str, ...]:
    """The likely rare ones first: with digits, then the long ones; equals stay in their order."""
    return tuple(sorted(stems, key=lambda stem: (not _has_digit(stem), -len(stem))))


def _stem(word: str, code: str) -> str:
    """Folded. A word in other letters than the language's is kept as it is."""
    if code not in LANGUAGES_OF.get(_script_of(word), ()):
        return folded(word)
    return folded(_STEMMERS[code](word)) or folded(word)


def _spellings(word: str, code: str) -> set[str]:
    """`word` as typed, without its accents, and with those that its ending may have lost."""
    plain = folded(word)
    endings = [pair for pair in OTHER_ENDINGS.get(code, []) if plain.endswith(pair[0])]
    return {word, plain, *(plain.removesuffix(typed) + meant for typed, meant in endings)}


def _tells(word: str) -> bool:
    long_enough = len(word) >= FEWEST_LETTERS or bool(_ONE_HAN.match(word))
    return long_enough and len(word) <= LONGEST_WORD and word not in stopwords()


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    if letter.isascii() or letter in _OWN_LETTERS:
        return letter
    if UNWRITTEN.match(letter):
        return ""
    parts = unicodedata.normalize("NFD", letter)
    if all(unicodedata.category(mark) == "Mn" for mark in parts[1:]):
        letter = parts[0]
    if _script(letter) == "LATIN":
        return anyascii(letter).casefold()  # ø, ł, æ have no accent to take off
    return _ARABIC_ALIKE.get(letter, letter)


def _script_of(word: str) -> str:
    """ "LATIN", "CYRILLIC", …; "" when its letters are of several scripts."""
    scripts = {_script(character) for character in word if character.isalpha()}
    return scripts.pop() if len(scripts) == 1 else ""


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Words that tell nothing, folded."""
    lists = tomllib.loads(STOPWORDS.read_text(encoding="utf-8"))
    return frozenset(folded(word) for listed in lists.values() for word in listed.split())


def _arabic(word: str) -> str:
    # The article goes first: Snowball takes an ending off before it, and "الحلي" would not meet "حلي".
    return str(ArabicStemmer().stemWord(arabic_beginning_and_plural(folded(word))))


# A stemmer is made for each word: it holds the word it works on, and threads would mix theirs.
_STEMMERS: dict[str, Callable[[str], str]] = {
    "fr": lambda word: str(FrenchStemmer().stemWord(word)),
    "en": lambda word: str(EnglishStemmer().stemWord(word)),
    "es": lambda word: str(SpanishStemmer().stemWord(word)),
    "pt": lambda word: str(PortugueseStemmer().stemWord(word)),
    "ro": lambda word: str(RomanianStemmer().stemWord(word)),
    "ru": lambda word: str(RussianStemmer().stemWord(folded(word))),
    "ar": _arabic,
    "bg": lambda word: bulgarian(folded(word)),
    "sq": lambda word: albanian(folded(word)),
}
