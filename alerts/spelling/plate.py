"""Number plates: capitals, no separators, Cyrillic and Greek letters that look Latin as Latin ones.

Of a plate somebody remembers a piece: `td310`, `224 YL`, `AB-12?-CD`. A piece is a pattern of capitals, digits and `?`,
which is one sign that nobody read. So a plate leaves its first three signs in the index, its last three, a longer run
of digits between them, and itself with signs that look alike as one. They prove nothing: `fits` and `is_alike` say,
once a report was opened, whether it was worth a look.
"""

import re
import unicodedata
from itertools import accumulate, islice

from alerts.spelling.phone import differ_by_one
from alerts.spelling.tidy import has_letter, in_order_once, without_remarks

SHORTEST, LONGEST = 4, 10
MOST_PLATES = 8
LONGEST_OF_DIGITS = 8  # digits alone: more of them are a number

FEWEST_KNOWN = 3  # signs of a piece
LONGEST_PIECE = 7  # signs of a piece without a gap; longer ones are plates
FEWEST_WITH_GAP = 7  # signs of a piece with a gap that may be taken for all of the plate
FEWEST_ONE_OFF = 5  # signs of plates that may differ by one
MOST_LETTERS, MOST_DIGITS = 3, 6  # of a piece, in one group
MOST_DIGITS_APART, MOST_DIGITS_ALONE = 4, 5  # beside a group of capitals; without any letter

Form = tuple[str, str]  # kind of form, form

LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХЅІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXSIJABEZHIKMNOPTYX")

_LABEL = re.compile(
    r"(?:(?:plaque|immatriculation|immat|plate|license plate|matrícula|matricula|placa|targa|номер|"
    r"車牌|车牌|车牌号|لوحة|număr de înmatriculare)\b\s?[:.]?\s?|(?:nr|reg|no)\s?[:.]\s?)(?=\S)",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"\b(?:plaques?|immatriculation|immat|plate|plates|matrícula|matricula|placa|targa|targë|număr de înmatriculare|"
    r"plăcuț[ăe])\b|номер\w* машины|табел\w*|车牌|لوحة",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[;,]|\s/\s|\s(?:ou|or|o|sau|ose|или)\s", re.IGNORECASE)
_DOUBT_AT_END = re.compile(r"[\s?!]+$")
_SEPARATORS = re.compile(r"[\s\-.·•_/:'|]+")
_GAP = re.compile(r"[?_*•…#]|\.{2,}")
# French plates since 2009: the department beside the number is a sticker, and the F a sign of the country.
_FRENCH = re.compile(r"(?:FR?)?(?P<plate>[A-Z]{2}\d{3}[A-Z]{2})(?:\d{2}|2[AB]|97\d)?")
_FRENCH_INSIDE = re.compile(r"(?<![^\W_])[A-Z]{2}[\s\-.·_]{0,2}\d{3}[\s\-.·_]{0,2}[A-Z]{2}(?![^\W_])")

# Whole plates of seven signs are no pieces: France and Italy, Spain, Belgium, Britain, Romania.
_WHOLE = re.compile(
    r"[A-Z]{2}\d{3}[A-Z]{2}|\d{4}[A-Z]{3}|\d[A-Z]{3}\d{3}|[A-Z]{2}\d{2}[A-Z]{3}|[A-Z]\d{3}[A-Z]{3}|\d{3}[A-Z]{2}\d{2}"
)
_ALIKE = str.maketrans("OQDILZBSG", "000112856")
_ONE_UNREAD = re.compile(r"[?*•×]|(?<![^\W_])_+|_+(?![^\W_])")
_ACCOUNT = re.compile(r"[^\W_][_#][^\W_]")  # "bob_7", "bob#1234"
_SOME_UNREAD = re.compile(r"\.{2,}|…")
_DIGITS = re.compile(r"\d+")
_BY_TURNS = re.compile(r"LDL|DLD|LD|DL|M")  # letters, digits, both in one word
# Typed in small letters among other words, its parts in the order that plates have.
_SMALL = re.compile(
    r"(?<![\w.@'\-])(?P<head>[a-z]{1,3})[\s\-]?\d{1,4}[\s\-]?(?P<tail>[a-z]{1,3})(?![\w.@])|"
    r"(?<![\w.@\-])\d{4}[\s\-]?(?P<alone>[b-df-hj-np-tv-z]{3})(?![\w.@])",
    re.IGNORECASE,
)
_NO_SMALL_PARTS = (
    "a à le la les l de du des d et en il on je tu un une ma sa sur au aux ou h min mn km m cm kg an ans eur fr j x no "
    "nr n tel tlf gsm sms num the at is in on to for yo el al de con mi su y o e em um os as da do ele per me ne pm am "
    "st rue vs bd av apt bis ter lui elle ils qui que pas par ce c s t"
)
_SMALL_WORDS = frozenset(_NO_SMALL_PARTS.split())
_CAPITALS = re.compile(r"[A-Z]{1,3}")
# Short words in capitals that are no part of a plate: cars, and what stands before a number.
_CARS = "BMW VW DS MG KIA BYD GMC VAZ UAZ GAZ ZAZ JAC"
_SHORT_WORDS = (
    "LE LA LES DE DU DES AU ET OU A EN THE AT AND OR EL LOS Y O DA DO NR NO TEL TLF GSM SMS MIN EUR ANS AN H"
)
_NO_LETTERS_OF_A_PLATE = frozenset(f"{_CARS} {_SHORT_WORDS}".split())
_AT_EITHER_END = " .…?\0"
_GROUPS = re.compile(r"\d+|[^\W\d_]+")


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


def part(text: str) -> str:
    """The piece of a plate that tidied `text` is all in all, as a pattern; "" when it is none, or a whole plate."""
    text = _unlabelled(text)
    if text.isdecimal():
        return text if FEWEST_KNOWN <= len(text) <= MOST_DIGITS_ALONE and text.strip("0") else ""
    pattern = "" if _ACCOUNT.search(text) else _pattern(text)
    return pattern if _is_part(pattern) and part_forms(pattern) else ""


def inside(text: str) -> list[str]:
    """What else among the words of tidied `text` may be a plate or a piece of one, as typed.

    "Fiat Doblò 7 BDF": short groups of capitals and of digits by turns. "rg-121": letters and digits in one word.
    """
    words = text.split(" ")
    kinds = "".join(_kind(word) for word in words)
    ends = [0, *accumulate(len(word) + 1 for word in words)]
    found = [text[ends[one.start()] : ends[one.end()] - 1] for one in _BY_TURNS.finditer(kinds)]
    return [typed for typed in found if canonicals(typed) or part(typed)]


def small_inside(text: str) -> list[str]:
    """What among the words of tidied `text` is a plate in small letters, as typed: "b 77 klm"."""
    found: list[str] = []
    one = _SMALL.search(text)
    while one and len(found) <= MOST_PLATES:
        is_plate = not {group.lower() for group in one.groups() if group} & _SMALL_WORDS
        found += [one[0]] if is_plate else []
        # "le 12 b 77 klm": what looks like one may hide the next
        one = _SMALL.search(text, one.start() + 1)
    return found


def is_surely_found(text: str) -> bool:
    """Does the piece that `text` is leave no doubt which signs are missing, and so find every plate that it fits?"""
    pattern = part(text)
    between = text.strip(_AT_EITHER_END)
    unsure = "\0" in between or bool(_SOME_UNREAD.search(between))
    return bool(pattern) and not unsure and ("?" not in pattern or len(pattern) >= FEWEST_WITH_GAP)


def loose_forms(canonical: str) -> tuple[Form, ...]:
    """What is written of a plate besides itself: its beginning, its end, digits between, and what it looks like."""
    head, tail = canonical[:FEWEST_KNOWN], canonical[-FEWEST_KNOWN:]
    if len(head) < FEWEST_KNOWN:
        return ()
    middle = max(_DIGITS.findall(canonical), key=len, default="")
    between = (
        (("plate-middle", middle),) if len(middle) >= FEWEST_KNOWN and middle not in (head, tail) else ()
    )
    return (("plate-head", head), ("plate-tail", tail), *between, ("plate-alike", _look(canonical)))


def part_forms(pattern: str) -> tuple[Form, ...]:
    """What to look for: a piece may be the beginning, the end, or hold the digits in the middle."""
    head, tail = pattern[:FEWEST_KNOWN], pattern[-FEWEST_KNOWN:]
    ends = (("plate-head", head), ("plate-tail", tail))
    known = [form for form in ends if len(form[1]) == FEWEST_KNOWN and "?" not in form[1]]
    return (*known, *(("plate-middle", digits) for digits in _runs(pattern)))


def fits(pattern: str, canonical: str) -> bool:
    """Does the piece begin the plate, end it, or hold a run of its digits? With a `?` in it, it may stand anywhere."""
    if sum(sign != "?" for sign in pattern) < FEWEST_KNOWN:
        return False
    anywhere = "?" in pattern or bool(_runs(pattern))
    places = range(len(canonical) - len(pattern) + 1)
    return any(
        _agree(pattern, canonical[place:])
        and (place in (places[0], places[-1]) or (anywhere and _stands_apart(pattern, canonical, place)))
        for place in places
    )


def is_alike(a: str, b: str) -> bool:
    """May one plate have been read for the other: by signs that look alike, or but for one sign?"""
    looks = _look(a), _look(b)
    return looks[0] == looks[1] or (min(map(len, looks)) >= FEWEST_ONE_OFF and differ_by_one(*looks))


def is_labelled(text: str) -> bool:
    """Does `text` begin by saying that it is a plate?"""
    return bool(_LABEL.match(text.strip()))


def is_mentioned(text: str) -> bool:
    """Does `text` speak of a plate?"""
    return bool(_MENTION.search(text))


def _kind(word: str) -> str:
    """ "L" for letters of a plate, "D" for digits, "M" for both in one word, "w" for any other word."""
    if word.isdecimal():
        return "D" if len(word) <= MOST_DIGITS_APART else "w"
    if _CAPITALS.fullmatch(_in_capitals(word)):
        return "L" if word.isupper() and word not in _NO_LETTERS_OF_A_PLATE else "w"
    return "M" if has_letter(word) and part(word) else "w"


def _pattern(text: str) -> str:
    """Capitals, digits and `?`; what is unread at either end is left out, since a piece may go on anyway."""
    text = _ONE_UNREAD.sub(lambda found: "?" * len(found[0]), _latin(text))
    return _SEPARATORS.sub("", _SOME_UNREAD.sub("?", text.replace("\0", "?"))).strip("?")


def _is_part(pattern: str) -> bool:
    signs = pattern.replace("?", "")
    if (
        not signs.isalnum()
        or not FEWEST_KNOWN <= len(signs) <= len(pattern) <= LONGEST
        or _WHOLE.fullmatch(pattern)
    ):
        return False
    if "?" not in pattern and len(pattern) > LONGEST_PIECE:
        return False
    groups = _GROUPS.findall(pattern)
    letters = [group for group in groups if has_letter(group)]
    digits = [group for group in groups if group.isdecimal()]
    # "O6 39", "xx 39": a number's zero or its gap
    return bool(digits) and bool("".join(letters).strip("XO")) and _are_a_plates(letters, digits)


def _are_a_plates(letters: list[str], digits: list[str]) -> bool:
    """Short groups, and of letters that are not Latin at most one: a province."""
    foreign = sum(unicodedata.name(sign, "").partition(" ")[0] != "LATIN" for sign in "".join(letters))
    short = max(map(len, letters)) <= MOST_LETTERS and max(map(len, digits)) <= MOST_DIGITS
    return short and foreign <= 1


def _runs(pattern: str) -> list[str]:
    """The digits that stand together in a pattern, no gap beside them."""
    runs = re.findall(r"(?<![?\d])\d{3,}(?![?\d])", pattern)
    return list(dict.fromkeys(runs))


def _look(canonical: str) -> str:
    return canonical.translate(_ALIKE)


def _unlabelled(text: str) -> str:
    text = text.strip()
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def _canonical(part: str, country: str) -> str:
    text = _DOUBT_AT_END.sub("", _unlabelled(part))
    if _GAP.search(text):
        return ""
    plate = _SEPARATORS.sub("", _latin(text))
    french = _FRENCH.fullmatch(plate) if country.strip().upper() in ("", "FR") else None
    plate = french["plate"] if french else plate
    return plate if SHORTEST <= len(plate) <= LONGEST and _is_plate(plate) else ""


def _agree(pattern: str, signs: str) -> bool:
    """Are these the signs that `signs` begins with? Compared by hand: `re` would keep what was typed."""
    return all(known in ("?", sign) for known, sign in zip(pattern, signs, strict=False))


def _stands_apart(pattern: str, canonical: str, place: int) -> bool:
    """Does no digit stand on either side of where the piece fits?"""
    beside = canonical[place - 1 : place] + canonical[place + len(pattern) :][:1]
    return not any(sign.isdecimal() for sign in beside)


def _in_capitals(text: str) -> str:
    """Each sign in its place: what has no capital of one sign stays."""
    capitals = ((character, character.upper()) for character in text)
    return "".join(upper if len(upper) == 1 else character for character, upper in capitals).translate(
        LOOK_ALIKES
    )


def _latin(text: str) -> str:
    capitals = unicodedata.normalize("NFKC", text).upper()
    return unicodedata.normalize("NFKC", capitals).translate(LOOK_ALIKES)


def _is_plate(plate: str) -> bool:
    has_digit = any(character in "0123456789" for character in plate)
    is_number = not has_letter(plate) and len(plate) > LONGEST_OF_DIGITS
    return plate.isalnum() and has_digit and bool(plate.strip("0")) and not is_number
