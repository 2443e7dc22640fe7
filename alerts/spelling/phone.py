"""Phone numbers in any spelling.

One form is kept of a whole number: its national digits without trunk zeros (`639984172`), which every spelling of it
has. Whether two numbers are of one country is compared once a report was opened. *Possible* numbers count, not only
valid ones: ranges that a country opened last year, or keeps for fiction, are "not valid" in the tables of
`phonenumbers`.

A number with a gap ("06 39 98 __ 35") is no number, and never a shorter one.

Beside that form a number leaves loose ones: its last six and last four digits, and all but the last four. By them
its remembered end finds it, and so does a number one digit off. They prove nothing: `ends_with` and `is_one_off` say,
once a report was opened, whether it was worth a look.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Literal
from urllib.parse import unquote

import phonenumbers

from alerts.spelling.tidy import has_letter

# Dialled inside France with the same ten digits, each under a country code of its own.
FRENCH_REGIONS = ("FR", "RE", "GP", "GF", "MQ", "YT")
# Written before a national number at home and not from abroad, beside the 0: Russia, Belarus, Hungary.
OTHER_TRUNKS = ("80", "8", "06")

# The rest of a number that begins in words is no number.
ZERO_WORDS = frozenset(("zéro", "zero", "cero", "ноль", "нуль", "нула", "صفر", "零"))

FEWEST_DIGITS = 6
FEWEST_NATIONAL_DIGITS = 7  # six digits in a country that nobody named may as well be the end of a number
FEWEST_WITHOUT_TRUNK = 9  # typed without its trunk zero, a shorter one may as well be the end of a number
MOST_DIGITS = 17
MOST_NUMBERS = 8
MOST_PIECES = 24
MOST_GROUPS = 80  # of digits, between spaces
MOST_GROUPS_BEFORE = 3  # a day, a postal code, prices

LONG_TAIL, SHORT_TAIL = 6, 4  # digits of a number's end that are written to the index

Match = Literal["sure", "perhaps"]
Form = tuple[str, str]  # kind of form, form

_NUMBER_IN_LINK = re.compile(
    r"(?:wa\.me|viber\.click|signal\.me)/(?:c/|#p/)?\+?(?P<path>\d{6,17})(?!\w)"
    r"|(?:whatsapp|viber|telegram|tg)[^\s?]*\?(?:[^\s]*&)?(?:phone|number)=\+?(?P<query>\d{6,17})(?!\w)"
    r"|(?:t|telegram)\.me/\+(?P<telegram>\d{8,15})(?!\w)"
)
# "150 €"; "bob_7": its digits are no beginning of the number behind it.
_PRICE_OR_ACCOUNT = re.compile(
    r"(?<!\d)\d{2,4}\s?(?:[€$£]|euros?\b|eur\b)|\b(?=\w*_)(?=\w*[^\W\d_xXoOIl])\w+", re.IGNORECASE
)
_HIDDEN_CALL = re.compile(r"[*#]31[*#]")  # dialled before a number to hide one's own
_BOLD = re.compile(r"\*([^*]+)\*")  # as a chat copies it
_TRUNK_IN_BRACKETS = re.compile(r"\(\s*[0Oo]\s*\)")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_SHEET_FRACTION = re.compile(r"(?<=\d{8})\.0$")  # a spreadsheet read the number as a quantity
_DOUBT_AT_END = re.compile(r"\s\?$")
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
_FOR_DIGITS = str.maketrans("OoIl|", "00111")
_GAP = re.compile(r"[_?*•#×]+|\.{3,}|(?<!\d)\.\.(?!\d)")
_BETWEEN_BOXES = re.compile(r"[;\n&|،؛、€$£]|(?=\+)")
_OUTER_DIGITS = re.compile(r"[\d+].*\d", re.DOTALL)
_ENDS = re.compile(r"^[^\d+(]+|[^\d)]+$")
_BETWEEN_NUMBERS = re.compile(r"[,/]| - ")


@dataclass(frozen=True, slots=True)
class Number:
    """One phone number as somebody typed it.

    `e164`: what it may be, most likely first; empty when it is possible nowhere that was named.
    `digits`: as typed, without the country code where that was typed.
    `nationals`: what is written and looked for besides, without trunk zeros.
    `country_known`: the country was typed with it, or given and fitting.
    `typed`: the piece of text that it was read from, letters that stand for digits as digits.
    """

    e164: tuple[str, ...]
    digits: str
    nationals: tuple[str, ...]
    country_known: bool
    typed: str = field(default="", compare=False)

    @property
    def canonical(self) -> str:
        return self.e164[0] if self.e164 else self.digits


def numbers(text: str, *, country: str = "", default_country: str = "") -> tuple[Number, ...]:
    """Every phone number in tidied `text`, at most MOST_NUMBERS, in order.

    `country` (ISO 3166 alpha-2) is what was given with the number, `default_country` what holds where nothing
    was.
    """
    linked, text = take_links(text, country=country, default_country=default_country, every=True)
    found = {number.canonical: number for number in linked}
    for number in take(text, country=country, default_country=default_country)[0]:
        found.setdefault(number.canonical, number)
    return tuple(found.values())[:MOST_NUMBERS]


def take(text: str, *, country: str = "", default_country: str = "") -> tuple[tuple[Number, ...], str]:
    """The numbers in tidied `text` outside of links, at most MOST_NUMBERS; and what else stands in it.

    A semicolon stands for each number that was taken out.
    """
    countries = _known_countries(country, default_country)
    begins_in_words = any(word.lower() in ZERO_WORDS for word in text.split())
    digits = _as_digits(text)
    found: dict[str, Number] = {}
    left, end = [], 0
    for start, stop in _long_pieces(digits):
        numbers_here, read = _numbers_in(digits[start:stop], countries, given=bool(country))
        numbers_here = [number for number in numbers_here if number.e164 or not begins_in_words]
        if not numbers_here:
            continue
        for number in numbers_here:
            found.setdefault(number.canonical, number)
        first, last = _outer_digits(read)
        start += digits[start:stop].index(read)
        left += [text[end : start + first].rstrip("([ "), " ; "]
        end = start + last
    return tuple(found.values())[:MOST_NUMBERS], "".join(left) + text[end:]


def take_links(
    text: str, *, country: str = "", default_country: str = "", every: bool = False
) -> tuple[list[Number], str]:
    """The numbers that WhatsApp, Viber, Signal or Telegram links stand for; and what else stands in `text`.

    A link whose number cannot be read stays in the text, unless `every` one is to go.
    """
    countries = _known_countries(country, default_country)
    numbers, words = [], []
    for word in text.split(" "):
        digits = _digits_in_link(word)
        number = _read(f"+{digits}", countries, given=bool(country)) if digits else None
        if number:
            numbers.append(number)
        words.append(";" if number or (digits and every) else word)
    return numbers, " ".join(words)


def in_links(text: str) -> bool:
    """Is there in tidied `text` a WhatsApp, Viber, Signal or Telegram link that stands for a number?"""
    return any(_digits_in_link(word) for word in text.split(" "))


def compare(asked: Number, kept: Number) -> Match | None:
    """ "sure", "perhaps" or None: are these the same number?

    Perhaps: one was typed nationally and is possible at home, and its digits alone agree with the other's, which
    is of another country.
    """
    if set(asked.e164) & set(kept.e164):
        return "sure"
    if not asked.e164 and not kept.e164:
        return "sure" if set(asked.nationals[:1]) & set(kept.nationals[:1]) else None
    for national, other in ((asked, kept), (kept, asked)):
        if national.country_known or not other.e164:
            continue
        if other.e164[0] in _dialled_in(_region_of(other.e164[0]), national.digits):
            return "perhaps" if national.e164 else "sure"
    return None


def loose_forms(number: Number) -> tuple[Form, ...]:
    """What is written of a number besides, most useful first: its last six digits, its last four, and the rest."""
    national = _bare_national(number)
    if len(national) <= SHORT_TAIL:
        return ()
    tails = (("phone-tail", national[-LONG_TAIL:]), ("phone-tail", national[-SHORT_TAIL:]))
    return (*tails, ("phone-head", national[:-SHORT_TAIL]))


def near_forms(number: Number) -> tuple[Form, ...]:
    """What to look for when `number` may be one digit off (`is_one_off`).

    A digit missing or too many at its end moves the cut between head and end; two digits that were swapped across the
    cut stand on the other side of it.
    """
    national = _bare_national(number)
    forms = dict.fromkeys(loose_forms(number))
    heads = [national[: -SHORT_TAIL - 1], national[: -SHORT_TAIL + 1]]
    if len(national) > SHORT_TAIL:
        heads.append(national[: -SHORT_TAIL - 1] + national[-SHORT_TAIL])
    forms |= dict.fromkeys(("phone-head", head) for head in heads if head)
    return tuple(forms)


def tail_forms(digits: str) -> tuple[Form, ...]:
    """What to look for when `digits` are the end of a number; () when they are too few."""
    if len(digits) < SHORT_TAIL:
        return ()
    known = LONG_TAIL if len(digits) >= LONG_TAIL else SHORT_TAIL
    return (("phone-tail", digits[-known:]),)


def ends_with(number: Number, digits: str) -> bool:
    """Does this number end so, trunk zero or not?"""
    typed = (number.digits, *number.nationals)
    return len(digits) >= SHORT_TAIL and any(one.endswith(digits) for one in typed)


def is_one_off(asked: Number, kept: Number) -> bool:
    """Is it the same number but for one digit changed, missing or too many, or two neighbours swapped?

    Not where it is the same number, and not where the countries contradict each other.
    """
    if compare(asked, kept) or (
        asked.e164 and kept.e164 and not _country_codes(asked) & _country_codes(kept)
    ):
        return False
    return differ_by_one(_bare_national(asked), _bare_national(kept))


def differ_by_one(a: str, b: str) -> bool:
    """Is one text the other but for one sign changed, missing or too many, or two neighbours swapped?"""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = next((place for place, pair in enumerate(zip(a, b, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    a, b = a[start:], b[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a == b[1:] or a[1:] == b


def _bare_national(number: Number) -> str:
    return next(iter(number.nationals), "")


def _country_codes(number: Number) -> set[int | None]:
    return {phonenumbers.parse(e164).country_code for e164 in number.e164}


def _known_countries(*countries: str) -> tuple[str, ...]:
    upper = (country.strip().upper() for country in countries)
    return tuple(dict.fromkeys(country for country in upper if country in phonenumbers.SUPPORTED_REGIONS))


def _digits_in_link(word: str) -> str:
    found = _NUMBER_IN_LINK.search(unquote(word).lower()) if "/" in word else None
    return next(digits for digits in found.groups() if digits) if found else ""


def _as_digits(text: str) -> str:
    """`text` as digits, signs and gaps (`_`), parted by `;` where words stand. Each sign keeps its place."""
    text = " ".join(";" * len(word) if _digits_in_link(word) else word for word in text.split(" "))
    text = _PRICE_OR_ACCOUNT.sub(lambda word: ";" * len(word[0]), text)
    text = _SHEET_FRACTION.sub("  ", _HIDDEN_CALL.sub("    ", text))
    text = _BOLD.sub(_unstarred, text)
    text = _TRUNK_IN_BRACKETS.sub(lambda trunk: "0".center(len(trunk[0])), text)
    return _words_as_breaks(_BRACKETS.sub(_opened, text))


def _long_pieces(digits: str) -> list[tuple[int, int]]:
    """Where the first MOST_PIECES pieces stand that have digits enough for a number."""
    cuts = [(0, 0), *(cut.span() for cut in _BETWEEN_BOXES.finditer(digits)), (len(digits), len(digits))]
    places = ((before[1], after[0]) for before, after in pairwise(cuts))
    long = ((start, end) for start, end in places if _count_digits(digits[start:end]) >= FEWEST_DIGITS)
    return list(islice(long, MOST_PIECES))


def _outer_digits(read: str) -> tuple[int, int]:
    outer = _OUTER_DIGITS.search(read)
    return outer.span() if outer else (0, len(read))


def _unstarred(bold: re.Match[str]) -> str:
    return f" {bold[1]} " if _count_digits(bold[1]) >= FEWEST_WITHOUT_TRUNK else bold[0]


def _opened(bracketed: re.Match[str]) -> str:
    inside = bracketed[1] or bracketed[2] or ""
    digits = _count_digits(inside)
    if 0 < digits < FEWEST_WITHOUT_TRUNK and not has_letter(inside):
        # "(030) 23125288" is one number; "06 39 98 41 72 (2024)" says something else at its end
        return f" {inside} " if _has_digit(bracketed.string[bracketed.end() :]) else f"_{inside} "
    return f";{inside};" if digits >= FEWEST_NATIONAL_DIGITS else ";" * len(bracketed[0])


def _words_as_breaks(text: str) -> str:
    """Letters that stand for digits as digits, x as a gap, every other word as a break between numbers."""
    words = list(_LETTERS_AND_DIGITS.finditer(text))
    out, end = [], 0
    for place, word in enumerate(words):
        out.append(text[end : word.start()])
        before = place > 0 and _has_digit(words[place - 1][0])
        at_end = place + 1 == len(words)
        after = not at_end and _has_digit(words[place + 1][0])
        out.append(_digits_or_break(word[0], before=before, after=after, at_end=at_end))
        end = word.end()
    return "".join(out) + text[end:]


def _digits_or_break(word: str, *, before: bool, after: bool, at_end: bool) -> str:
    if word.isdecimal():
        return word
    if word.strip("xX") == "":
        return "_" * len(word)
    if _has_digit(word):
        if word.strip("0123456789OoIlxX") == "":
            return re.sub("[xX]", "_", word.translate(_FOR_DIGITS))
        # "24h/24", "tel2" are words; "tel0639984172" is a number without its space
        long = _count_digits(word) >= FEWEST_NATIONAL_DIGITS
        return re.sub(r"\D" if long else ".", ";", word)
    # A lone "o" is a word in Spanish and Portuguese, "Il" before a verb is French
    if (
        len(word) == 2
        and word.strip("OoIl") == ""
        and ((before and (after or at_end)) or (word == "OO" and after))
    ):
        return word.translate(_FOR_DIGITS)
    return ";" * len(word)


def _numbers_in(piece: str, countries: tuple[str, ...], *, given: bool) -> tuple[list[Number], str]:
    """The numbers in one piece, and what of it was read."""
    piece = _DOUBT_AT_END.sub("", piece.strip())
    if _GAP.search(piece):
        whole, read = _whole_beside_gap(piece, countries, given=given)
        return [whole] if whole else [], read
    between = _BETWEEN_NUMBERS.split(piece, maxsplit=MOST_NUMBERS)
    parts = [_read(part, countries, given=given) for part in between]
    if len(parts) > 1 and all(part and len(part.digits) >= FEWEST_NATIONAL_DIGITS for part in parts):
        return [part for part in parts if part], piece
    if len(parts) > 1 and not piece.startswith(("+", "00")):
        for part, text in zip(parts, between, strict=True):
            if part and _is_complete(text, countries):
                return [part], text  # "06 39 98 41 72 / 73"
    number = _read(piece, countries, given=given)
    if number and number.e164 and piece.lstrip("(").startswith(("0", "+")):
        return [number], piece
    if not (number and number.e164) and (several := _side_by_side(piece, countries, given=given)):
        return several, piece
    inside, read = _inside(piece, countries)
    if not number:
        return inside, read
    if {e164 for one in inside for e164 in one.e164} & set(number.e164):
        return [number], piece
    inside = [replace(one, typed=number.typed) for one in inside]
    return [number, *inside] if number.e164 else [*inside, number], piece


def _inside(piece: str, countries: tuple[str, ...]) -> tuple[list[Number], str]:
    """What may be a whole number behind smaller ones, "75 06 39 98 41 72", and the piece from the first of them on.

    Each begins with its trunk zero or its country code: "12/03/2024 06 39 98 41 72" has two.
    """
    groups = list(islice(re.finditer(r"\d+", piece), MOST_DIGITS))
    starts = [place for place in range(len(groups))[: MOST_GROUPS_BEFORE + 1] if groups[place][0][0] == "0"]
    places = [place for start in starts if (place := _whole_from(groups[start:], countries))]
    texts = [piece[start:end] for start, end in places]
    found = [number for text in texts if (number := _read(text, countries, given=True))]
    return found, piece[places[0][0] : max(end for _, end in places)] if places else piece


def _whole_from(groups: list[re.Match[str]], countries: tuple[str, ...]) -> tuple[int, int] | None:
    """Where a whole number stands that begins with the first of these groups."""
    text = ""
    for group in groups:
        text += group[0]
        if len(text) > MOST_DIGITS:
            return None
        if len(text) >= FEWEST_WITHOUT_TRUNK and _is_complete(text, countries):
            return groups[0].start(), group.end()
    return None


def _whole_beside_gap(piece: str, countries: tuple[str, ...], *, given: bool) -> tuple[Number | None, str]:
    """The number before a gap if nothing can be missing from it: "06 39 98 41 72 x204", "06 39 98 41 72?"."""
    head, *others = _GAP.split(piece)
    if not _count_digits(head) and len(others) == 1 and re.match(r"\s+0", others[0]):
        head = others[0]  # "... 06 39 98 41 72" shows its beginning
    return (_read(head, countries, given=given) if _is_complete(head, countries) else None), head


def _side_by_side(piece: str, countries: tuple[str, ...], *, given: bool) -> list[Number]:
    """Several numbers with nothing but spaces between, each of a length that cannot be longer; or none."""
    found, current = [], ""
    for digits in re.findall(r"\+?\d+", piece)[:MOST_GROUPS]:
        current += digits
        if len(current) > MOST_DIGITS + 1:
            return []
        if len(current) > FEWEST_DIGITS and _is_complete(current, countries):
            found.append(_read(current, countries, given=given))
            current = ""
        if len(found) == MOST_NUMBERS:
            break
    return [] if current else [number for number in found if number]


def _is_complete(piece: str, countries: tuple[str, ...]) -> bool:
    number = _read(piece, countries, given=True)
    if not number or not number.e164 or not number.country_known:
        return False
    longer = _read(f"{piece}0", countries, given=True)
    return not longer or not longer.e164 or not longer.country_known


def _read(piece: str, countries: tuple[str, ...], *, given: bool) -> Number | None:
    number = _number(piece, countries, given=given)
    return replace(number, typed=" ".join(_ENDS.sub("", piece).split())) if number else None


def _number(piece: str, countries: tuple[str, ...], *, given: bool) -> Number | None:
    digits = re.sub(r"\D", "", piece)
    international = piece.lstrip().startswith("+") and not digits.startswith("0")
    if digits.startswith("00"):
        digits, international = digits[2:], True
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or not digits.strip("0"):
        return None
    if international:
        return _from_abroad(digits)
    return _at_home(digits, countries, given=given) or _without_plus(digits) or _somewhere(digits)


def _from_abroad(digits: str) -> Number | None:
    e164 = _possible(f"+{digits}", None)
    if not e164:
        return None
    national = _national(e164)
    return Number((e164,), national, (_bare(national),), country_known=True)


def _at_home(digits: str, countries: tuple[str, ...], *, given: bool) -> Number | None:
    for place, country in enumerate(countries):
        e164s = _dialled_in(country, digits)
        if not e164s or _may_be_an_end(digits, country):
            continue
        known = given and place == 0
        nationals = dict.fromkeys(
            (_bare(_national(e164s[0])), *(() if known else _nationals_anywhere(digits)))
        )
        return Number(e164s, digits, tuple(nationals), country_known=known)
    return None


def _may_be_an_end(digits: str, country: str) -> bool:
    return _trunk(country) == "0" and not digits.startswith("0") and len(digits) < FEWEST_WITHOUT_TRUNK


def _without_plus(digits: str) -> Number | None:
    """ "447700900444": the country code without its plus. "15112345678" may be German as well."""
    e164 = _with_plus(digits)
    if not e164:
        return None
    nationals = dict.fromkeys((_bare(_national(e164)), *_nationals_anywhere(digits)))
    return Number((e164,), digits, tuple(nationals), country_known=False)


def _somewhere(digits: str) -> Number | None:
    if not FEWEST_NATIONAL_DIGITS <= len(digits) <= 15:
        return None
    return Number((), digits, _nationals_anywhere(digits), country_known=False)


def _with_plus(digits: str) -> str:
    return "" if digits.startswith("0") or len(digits) < 10 else _possible(f"+{digits}", None)


def _nationals_anywhere(digits: str) -> tuple[str, ...]:
    """What may be left of `digits` once the country that they were dialled in is known."""
    bare = [_bare(digits)]
    if e164 := _with_plus(digits):
        bare.append(_bare(_national(e164)))
    for trunk in OTHER_TRUNKS:
        rest = digits.removeprefix(trunk)
        if digits.startswith(trunk) and len(rest) >= FEWEST_WITHOUT_TRUNK:
            bare.append(_bare(rest))
    return tuple(dict.fromkeys(bare))


def _dialled_in(country: str, digits: str) -> tuple[str, ...]:
    """What `digits` may reach when dialled in `country`: E.164, likeliest first.

    Overseas France shares its dialling with the mainland: where the number is not valid at home, the others
    are asked.
    """
    at_home = _possible(digits, country)
    if (
        not at_home
        or country not in FRENCH_REGIONS
        or phonenumbers.is_valid_number(phonenumbers.parse(at_home))
    ):
        return (at_home,) if at_home else ()
    others = (_possible(digits, region) for region in FRENCH_REGIONS if region != country)
    valid = (e164 for e164 in others if e164 and phonenumbers.is_valid_number(phonenumbers.parse(e164)))
    return tuple(dict.fromkeys((at_home, *valid)))


def _possible(text: str, country: str | None) -> str:
    """E.164, or "". Local numbers, without their area, are not whole."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    national = phonenumbers.national_significant_number(number)
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if national.startswith("0") and _trunk(region):
        return (
            ""  # "063998417" lacks a digit, though nine digits are a French number; no code has a 0 behind it
        )
    return f"+{number.country_code}{national}" if len(national) >= FEWEST_DIGITS else ""


def _national(e164: str) -> str:
    return phonenumbers.national_significant_number(phonenumbers.parse(e164))


def _region_of(e164: str) -> str:
    return phonenumbers.region_code_for_country_code(phonenumbers.parse(e164).country_code or 0)


def _trunk(country: str) -> str:
    return phonenumbers.ndd_prefix_for_region(country, True) or ""


def _bare(digits: str) -> str:
    return digits.lstrip("0")


def _has_digit(text: str) -> bool:
    return any(character.isdecimal() for character in text)


def _count_digits(text: Iterable[str]) -> int:
    return sum(character.isdecimal() for character in text)
