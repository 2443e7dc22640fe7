"""Places, no finer than a province: the codes of ISO 3166-2, and the ways in which people name them.

An area is a code such as "FR-34" or "BE-BRU". ISO gives Paris and greater Lyon codes that nobody uses,
FR-75C and FR-69M; here they are FR-75 and FR-69, as on letters and number plates. ISO's own codes are
understood and made one with these by `canonical`, which whoever stores an area must call first, or one place
would have two codes.

Everything here depends on the code and, where a country's name is shown, on the language that Django has set.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pycountry
from anyascii import anyascii
from babel import Locale
from django.utils.translation import get_language, to_locale

AS_PEOPLE_WRITE = {"FR-75C": "FR-75", "FR-69M": "FR-69"}

# ISO's names where they are not what people say, or where two would look alike.
NAMES = {
    "BE-BRU": "Bruxelles – Brussel",
    "BG-22": "Sofia-grad",
    "BG-23": "Sofia-oblast",
    "CZ-10": "Praha",
    "FR-75": "Paris",
    "FR-973": "Guyane",
    "GB-LND": "London",  # ISO's "City of London" is one square mile; ISO has no code for all of London
    "RS-KM": "Kosovo",
}

# Further names under which people look. Spain's and Wales's second names come from ISO itself.
ALSO = {
    "BE-BRU": "Brussels Bruxelles-Capitale",
    "BG-22": "Sofiya Sofia capital",
    "BG-23": "Sofiyska oblast",
    "CH-BE": "Bern",
    "CH-FR": "Freiburg",
    "CH-GE": "Geneva Genf",
    "CH-VS": "Wallis",
    "CH-ZH": "Zurich",
    "DE-BY": "Bavaria",
    "FR-69": "Lyon Métropole de Lyon",
    "FR-974": "Réunion",
    "RS-KM": "Kosova Kosovë",
    "RO-B": "Bucharest",
}

# Countries of ISO 3166-1 (and Kosovo, which is not in it) whose one area stands under another country.
ELSEWHERE = {
    "BL": "FR-BL",
    "GF": "FR-973",
    "GP": "FR-971",
    "HK": "CN-HK",
    "MF": "FR-MF",
    "MO": "CN-MO",
    "MQ": "FR-972",
    "NC": "FR-NC",
    "PF": "FR-PF",
    "PM": "FR-PM",
    "PR": "US-PR",
    "RE": "FR-974",
    "XK": "RS-KM",
    "YT": "FR-976",
}
# Named without the country under which ISO files them.
ON_THEIR_OWN = {"RS-KM": "XK", "CN-HK": "HK", "CN-MO": "MO"}

# Where nobody lives; parts of Kosovo; Taiwan, which has areas of its own under its own code.
NOT_OFFERED = {"FR-CP", "FR-TF", "RS-25", "RS-26", "RS-27", "RS-28", "RS-29", "CN-TW"}
OFFERED_TOO = {"BE-VLG", "BE-WAL"}  # regions that people name as readily as their provinces

AREA = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
DEPARTEMENT = re.compile(r"FR-(\d[\dAB]\d?)")
POSTCODES = Path(__file__).with_name("data") / "postcodes.toml"
TOWNS = Path(__file__).with_name("data") / "towns.toml"
LONGEST_TEXT = 80  # characters; no area has a longer name
LONGEST_SENTENCE = 2_000  # characters
MOST_WORDS = 6  # of one name; a Chinese character is a word

# In sentences areas of these countries are known by their names, of others by their towns alone.
NAMED_IN_SENTENCES = (
    "FR",
    "BE",
    "CH",
    "LU",
    "ES",
    "PT",
    "IT",
    "DE",
    "GB",
    "RO",
    "BG",
    "AL",
    "MA",
    "DZ",
    "TN",
    "BR",
)
_HAN = "\u3400-\u9fff"
_SENTENCE_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_ARABIC_BEFORE = "بفول"  # in, so, and, for: written in one with the word


def known(code: object) -> bool:
    """Is this an area, written as it is stored ("FR-75", not "fr-75", not "Paris")?"""
    return isinstance(code, str) and (code in _areas() or code in AS_PEOPLE_WRITE)


def canonical(code: str) -> str:
    """The one code of this area. Raises KeyError if there is no such area."""
    code = AS_PEOPLE_WRITE.get(code, code)
    if code not in _areas():
        raise KeyError(code)
    return code


def name(code: str) -> str:
    """ "Paris (75), France": the area as it calls itself, the country in the reader's language.

    A code that is not known comes back as it is, so that an old report can still be shown.
    """
    return _name_in(AS_PEOPLE_WRITE.get(code, code), _language())


def find(text: str, *, country: str) -> list[str]:
    """Codes of the areas of `country` (ISO 3166-1, two letters) that `text` may mean, best first; [] if none.

    `text` may be a code ("FR-75" of any country, "2A"), the number of a département, a postcode or at least
    its first two digits, or words that begin the words of a name, in any case, with or without accents.
    """
    text = text[:LONGEST_TEXT].strip()
    code = _folded(text).upper().replace(" ", "-")
    code = AS_PEOPLE_WRITE.get(code, code)
    if AREA.fullmatch(code) and code in _areas():
        return [code]
    return _find_in(_folded(text), country)


def in_words(text: str) -> tuple[tuple[str, str], ...]:
    """(code of the area, words as typed) for each area or town named in `text`; several where a name is shared.

    Whole names only, in any case, with or without accents; of names within names the longest counts.
    """
    text = text[:LONGEST_SENTENCE]
    spans = [found.span() for found in _SENTENCE_WORD.finditer(text)]
    words = [_sentence_word(text[start:end]) for start, end in spans]
    found, place = [], 0
    while place < len(words):
        length, codes = _longest_name(words[place : place + MOST_WORDS])
        typed = text[spans[place][0] : spans[place + length - 1][1]]
        found += [(code, typed) for code in codes]
        place += length
    return tuple(dict.fromkeys(found))


def of_country(country: str) -> list[tuple[str, str]]:
    """(code, name) of the areas to choose from, by name, at the level that people speak of."""
    return [(code, _own_name(code)) for code in _offered(country)]


@lru_cache(maxsize=1)
def _areas() -> dict[str, str]:
    """Every area: its code, and the area that contains it or ""."""
    areas = {one.code: one.parent_code or "" for one in pycountry.subdivisions}
    return {AS_PEOPLE_WRITE.get(code, code): within for code, within in areas.items()}


@lru_cache(maxsize=1)
def _postcodes() -> dict[str, dict]:
    return tomllib.loads(POSTCODES.read_text(encoding="utf-8"))


def _longest_name(words: list[str]) -> tuple[int, tuple[str, ...]]:
    """How many of these words name a place, and its areas; (1, ()) when the first begins none."""
    first = words[0]
    beginnings = (first, first[1:]) if first[:1] in _ARABIC_BEFORE else (first,)
    for length in range(len(words), 0, -1):
        for beginning in beginnings:
            if codes := _places().get((beginning, *words[1:length])):
                return length, codes
    return 1, ()


@lru_cache(maxsize=1)
def _places() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The words of a name: the areas that it may mean."""
    everyday = {(word,) for word in _towns()["everyday"].split()}
    places: dict[tuple[str, ...], dict[str, None]] = {}
    for code, called in (*_called_in_sentences(), *_called_by_towns()):
        words = tuple(_sentence_word(word) for word in _SENTENCE_WORD.findall(called))
        if words and words not in everyday:
            places.setdefault(words, {})[code] = None
    return {words: tuple(codes) for words, codes in places.items()}


def _called_in_sentences() -> Iterable[tuple[str, str]]:
    for code in (code for country in NAMED_IN_SENTENCES for code in _offered(country)):
        yield from ((code, called) for called in _bare_name(code).split(" – "))


def _called_by_towns() -> Iterable[tuple[str, str]]:
    for country, table in _towns()["areas"].items():
        for area, towns in table.items():
            yield from ((f"{country}-{area}", town) for town in towns.split(","))


@lru_cache(maxsize=1)
def _towns() -> dict[str, Any]:
    return tomllib.loads(TOWNS.read_text(encoding="utf-8"))


def _sentence_word(word: str) -> str:
    """In small letters, Latin ones without accents; scripts stay apart."""
    folded = anyascii(word).casefold()
    is_latin = any(unicodedata.name(letter, "").startswith("LATIN") for letter in word)
    return folded if is_latin else word.casefold().replace("ё", "е")


@lru_cache(maxsize=1)
def _codes_by_country() -> dict[str, tuple[str, ...]]:
    by_country: dict[str, list[str]] = {}
    for code in sorted(_areas()):
        by_country.setdefault(code[:2], []).append(code)
    return {country: tuple(codes) for country, codes in by_country.items()}


@lru_cache(maxsize=512)
def _offered(country: str) -> tuple[str, ...]:
    """The smallest areas, unless somebody thought otherwise above; by name."""
    if country in ELSEWHERE:
        return (ELSEWHERE[country],)
    codes = _codes_by_country().get(country, ())
    containing = {_areas()[code] for code in codes}
    hidden = NOT_OFFERED | set(ELSEWHERE.values()) if country in ("CN", "RS", "US") else NOT_OFFERED
    offered = [code for code in codes if code in OFFERED_TOO or not (code in containing or code in hidden)]
    return tuple(sorted(offered, key=lambda code: _folded(_own_name(code))))


@lru_cache(maxsize=8192)
def _own_name(code: str) -> str:
    """ "Paris (75)", "Vlaams-Brabant": without the country."""
    own = _bare_name(code)
    numbered = DEPARTEMENT.fullmatch(code)
    return f"{own} ({numbered[1]})" if numbered else own


def _iso_name(code: str) -> str:
    one = pycountry.subdivisions.get(code=code)
    return one.name if one else code


def _straightened(iso: str) -> str:
    """ISO's "Murcia, Región de" and "A Coruña [La Coruña]", as people say them."""
    plain = re.sub(r"\s*(\[.*|\((EH|UTAG).*)$", "", iso)
    start, comma, end = plain.partition(", ")
    if comma and "," not in end and " and " not in end and " y " not in end:
        return f"{end} {start}"
    return plain


@lru_cache(maxsize=8192)
def _name_in(code: str, language: str) -> str:
    territories = Locale.parse(to_locale(language)).territories
    if code in ON_THEIR_OWN:
        return territories[ON_THEIR_OWN[code]]
    if code not in _areas():
        return code
    return f"{_own_name(code)}, {territories.get(code[:2], code[:2])}"


def _language() -> str:
    return get_language() or "en"


def _folded(text: str) -> str:
    """Small a-z, digits and single spaces, from any script: "Île-de-France" and "ile  de france" are one."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(text).casefold()))


@lru_cache(maxsize=1024)
def _find_among(country: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """(code, folded name, its words and those of its other names), the areas that are offered first."""
    offered = _offered(country)
    others = () if country in ELSEWHERE else _codes_by_country().get(country, ())
    codes = dict.fromkeys((*offered, *(code for code in others if code not in NOT_OFFERED)))
    return tuple((code, _folded(_bare_name(code)), _words_of(code)) for code in codes)


def _bare_name(code: str) -> str:
    return NAMES.get(code) or _straightened(_iso_name(code))


def _words_of(code: str) -> frozenset[str]:
    return frozenset(_folded(f"{_bare_name(code)} {_iso_name(code)} {ALSO.get(code, '')}").split())


def _find_in(folded: str, country: str) -> list[str]:
    if not folded:
        return []
    home = ELSEWHERE.get(country, country)[:2]
    codes = [code for code, *_ in _find_among(country)]
    if (digits := folded.replace(" ", "")).isdigit():
        return _only(_by_digits(digits, home), codes)
    by_code = _only([AS_PEOPLE_WRITE.get(f"{home}-{folded.upper()}", f"{home}-{folded.upper()}")], codes)
    whole = [word for word in folded.split() if word.isdigit() and len(word) == _postcode_length(home)]
    by_postcode = _only(_by_digits(whole[0], home), codes) if whole else []
    return list(dict.fromkeys((*by_code, *by_postcode, *_by_name(folded, country))))


def _only(found: Iterable[str], codes: list[str]) -> list[str]:
    return [code for code in found if code in codes]


def _postcode_length(country: str) -> int:
    return _postcodes().get(country, {}).get("length", 0)


def _by_digits(digits: str, country: str) -> list[str]:
    """Areas by their number or by a postcode's first digits, as far as the table of the country goes."""
    table = _postcodes().get(country, {})
    if len(digits) > table.get("length", 0):
        return []
    if country == "FR":
        return _french(digits, table)
    if "numbers" in table:
        number = int(digits[:2])
        return [f"{country}-{number:02}"] if 1 <= number <= table["numbers"] else []
    if len(digits) < 2:
        return []
    return [f"{country}-{area}" for area in _longest(digits, table).split()]


def _french(digits: str, table: dict) -> list[str]:
    """France's first two digits are the département; its table has what differs, Corsica and overseas."""
    if overseas_or_corsica := _longest(digits, table):
        return [f"FR-{area}" for area in overseas_or_corsica.split()]
    return [f"FR-{digits.zfill(2)[:2]}"]


def _longest(digits: str, table: dict[str, str]) -> str:
    """The areas of the longest beginning that the table has, or ""."""
    beginnings = (digits[:end] for end in range(len(digits), 0, -1))
    return next((table[beginning] for beginning in beginnings if beginning in table), "")


def _by_name(folded: str, country: str) -> list[str]:
    """The whole name first, then names that begin so, then names whose words begin so, in any order."""
    asked = [word for word in folded.split() if not word[0].isdigit()]
    if len("".join(asked)) < 2:
        return []
    start = " ".join(asked)
    ranked = []
    for place, (code, own, words) in enumerate(_find_among(country)):
        if all(any(word.startswith(part) for word in words) for part in asked):
            ranked.append((own != start, not own.startswith(start), place, code))
    return [code for *_, code in sorted(ranked)]


def is_country(code: object) -> bool:
    """Whether it is an ISO 3166-1 code (or Kosovo's), as plates and national phone numbers name their country."""
    return isinstance(code, str) and (code == "XK" or code in _country_codes())


@lru_cache
def _country_codes() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)
