"""Number plates: capitals, no separators, Cyrillic and Greek letters that look Latin as Latin ones."""

import re
import unicodedata
from itertools import islice

from alerts.spelling.tidy import has_letter, in_order_once, without_remarks

SHORTEST, LONGEST = 4, 10
MOST_PLATES = 8
LONGEST_OF_DIGITS = 8  # digits alone: more of them are a number

LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХЅІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXSIJABEZHIKMNOPTYX")

_LABEL = re.compile(
    r"(?:(?:plaque|immatriculation|immat|plate|license plate|matrícula|matricula|placa|targa|номер|"
    r"車牌|车牌|车牌号|لوحة|număr de înmatriculare)\b\s?[:.]?\s?|(?:nr|reg|no)\s?[:.]\s?)(?=\S)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[;,]|\s/\s|\s(?:ou|or|o|sau|ose|или)\s", re.IGNORECASE)
_DOUBT_AT_END = re.compile(r"[\s?!]+$")
_SEPARATORS = re.compile(r"[\s\-.·•_/:'|]+")
_GAP = re.compile(r"[?_*•…#]|\.{2,}")
# French plates since 2009: the department beside the number is a sticker, and the F a sign of the country.
_FRENCH = re.compile(r"(?:FR?)?(?P<plate>[A-Z]{2}\d{3}[A-Z]{2})(?:\d{2}|2[AB]|97\d)?")
_FRENCH_INSIDE = re.compile(r"(?<![^\W_])[A-Z]{2}[\s\-.·_]{0,2}\d{3}[\s\-.·_]{0,2}[A-Z]{2}(?![^\W_])")


def canonicals(text: str, country: str = "") -> tuple[str, ...]:
    """Every plate in tidied `text`, at most MOST_PLATES; () when it is none or has gaps ("SE-59?-DV").

    `country` (ISO 3166 alpha-2 or "") is that of the plate.
    """
    text = text.replace("\n", " ; ")
    # "AB-1 (illisible) 3-CD" has a gap; a remark at either end has not
    shown = without_remarks(text, instead="?").strip("? ")
    parts = _BETWEEN.split(shown or text.strip("()[]{} "))
    plates = (plate for part in parts if (plate := _canonical(part, country)))
    return in_order_once(list(islice(plates, MOST_PLATES)))


def french_inside(text: str) -> list[str]:
    """French plates between other words of tidied `text`, as typed: their shape alone tells them."""
    return [text[found.start() : found.end()] for found in _FRENCH_INSIDE.finditer(_in_capitals(text))]


def without_french(text: str) -> str:
    """What else stands in `text`, a semicolon for each plate."""
    for typed in french_inside(text):
        text = text.replace(typed, " ; ")
    return text


def is_french(text: str) -> bool:
    """Is `text` all in all a French plate?"""
    return bool(_FRENCH_INSIDE.fullmatch(_in_capitals(text.strip())))


def is_labelled(text: str) -> bool:
    """Does `text` begin by saying that it is a plate?"""
    return bool(_LABEL.match(text.strip()))


def _canonical(part: str, country: str) -> str:
    text = _DOUBT_AT_END.sub(
        "", _LABEL.sub("", part.strip(), count=1) if _LABEL.match(part.strip()) else part.strip()
    )
    if _GAP.search(text):
        return ""
    plate = _SEPARATORS.sub("", _latin(text))
    french = _FRENCH.fullmatch(plate) if country.strip().upper() in ("", "FR") else None
    plate = french["plate"] if french else plate
    return plate if SHORTEST <= len(plate) <= LONGEST and _is_plate(plate) else ""


def _in_capitals(text: str) -> str:
    """Each sign in its place: what has no capital of one sign stays."""
    capitals = ((character, character.upper()) for character in text)
    return "".join(upper if len(upper) == 1 else character for character, upper in capitals).translate(
        LOOK_ALIKES
    )


def _latin(text: str) -> str:
    return unicodedata.normalize("NFKC", text.upper()).translate(LOOK_ALIKES)


def _is_plate(plate: str) -> bool:
    has_digit = any(character in "0123456789" for character in plate)
    is_number = not has_letter(plate) and len(plate) > LONGEST_OF_DIGITS
    return plate.isalnum() and has_digit and bool(plate.strip("0")) and not is_number
