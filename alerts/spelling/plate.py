"""Number plates: capitals, no separators, Cyrillic and Greek letters that look Latin as Latin ones."""

import re
import unicodedata

from alerts.spelling.tidy import in_order_once, without_remarks

SHORTEST, LONGEST = 4, 10
MOST_PLATES = 4

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


def canonicals(text: str, country: str = "") -> tuple[str, ...]:
    """Every plate in tidied `text`, at most MOST_PLATES; () when it is none or has gaps ("SE-59?-DV").

    `country` (ISO 3166 alpha-2 or "") is that of the plate.
    """
    text = text.replace("\n", " ; ")
    # "AB-1 (illisible) 3-CD" has a gap; a remark at either end has not
    shown = without_remarks(text, instead="?").strip("? ")
    parts = _BETWEEN.split(shown or text.strip("()[]{} "))
    return in_order_once([plate for part in parts[:MOST_PLATES] if (plate := _canonical(part, country))])


def _canonical(part: str, country: str) -> str:
    text = _DOUBT_AT_END.sub(
        "", _LABEL.sub("", part.strip(), count=1) if _LABEL.match(part.strip()) else part.strip()
    )
    if _GAP.search(text):
        return ""
    plate = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text.upper()).translate(LOOK_ALIKES))
    french = _FRENCH.fullmatch(plate) if country.strip().upper() in ("", "FR") else None
    plate = french["plate"] if french else plate
    return plate if SHORTEST <= len(plate) <= LONGEST and _is_plate(plate) else ""


def _is_plate(plate: str) -> bool:
    digits = [character for character in plate if character in "0123456789"]
    return plate.isalnum() and bool(digits) and bool(plate.strip("0"))
