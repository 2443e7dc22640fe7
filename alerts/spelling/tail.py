"""The end of a number, as somebody remembers it: `*2565`, `… 29 42`, `06 39 xx 41 72`, "ends in 4130", or digits alone.

A sign or a word may mark it; then it is an end wherever it stands. Digits that nothing marks are an end only where
nothing else explains them: no price, hour, day, year beside something else, or word's own number (`bob-1985`).
"""

import re

FEWEST, MOST = 4, 8  # digits
MOST_BEFORE_A_GAP = 7  # digits; more of them are a number, and what follows is something else
MOST_TAILS = 8

Tail = tuple[str, str]  # its digits, and as typed

_BEFORE = (
    r"finit par|finit en|finit avec|fini par|finissant par|finissent par|termine par|terminant par|"
    r"terminaison|derniers chiffres|derniers numéros|derniers numeros|fin du numéro|fin du numero|"
    r"ends? in|ends? with|ending in|ending with|ending|"
    r"last(?: 4| four| 6| six)? digits?(?: are| is)?|last (?:four|six)|"
    r"termina(?:do|da|ndo)? (?:en|em|con|com|por|no)|terminación|terminacion|acaba(?:do|da)? (?:en|em|con|com|por|no)|"
    r"finaliza (?:en|con|em|com)|final|últimos dígitos|ultimos digitos|últimos números|ultimos numeros|últimas cifras|"
    r"ultimas cifras|últimos algarismos|"
    r"(?:за|о)?канчивается на|кончается на|(?:за|о)канчивающийся на|на конце|последние(?: 4| четыре| 6| шесть)? цифры|"
    r"(?:за)?свършва (?:на|с|със)|завършва (?:на|с|със)|завършващ (?:на|с|със)|"
    r"последни(?:те)?(?: 4| четири| 6| шест)? цифри|"
    r"termin[ăa] (?:în|in|cu)|terminat (?:în|in|cu)|ultimele(?: 4| patru| 6| șase)? cifre|"
    r"(?:mbaron|mbarojnë|përfundon|perfundon|përfundojnë) (?:me|në|ne)|shifrat e fundit|"
    r"[يتب]?[يت]?نتهي ?بـ?|ينتهى ?بـ?|منتهي ?بـ?|[آا]خره|نهايته|[آا]خر(?: \d| [أا]ربعة?| ستة?)? [أا]رقام"
)
_BEFORE_IN_CHINESE = r"尾号|尾数|末尾|结尾|(?:最后|后|末)[四六4-8]位(?:数字?)?|末[四六]位"
_DIGITS = r"\d(?:[\s.\-/]?\d){3,7}"
_NO_MORE = r"(?![\s.\-/]?\d)(?![?*_]\d)(?![^\W_])"
_SAID = re.compile(
    rf"(?:(?<!\w)(?:se )?(?:{_BEFORE})(?![^\W\d])|(?:{_BEFORE_IN_CHINESE})[是为]?)"
    rf"[\s:.=*#-]{{0,6}}(?:(?:le|les|the|el|los|o|os|:)\s)?(?P<digits>{_DIGITS}){_NO_MORE}",
    re.IGNORECASE,
)
_SAID_AROUND = re.compile(rf"以\s?(?P<digits>{_DIGITS})\s?(?:结尾|收尾)")
_SAID_TOO_SHORT = re.compile(
    rf"(?:(?<!\w)(?:{_BEFORE})(?![^\W\d])|(?:{_BEFORE_IN_CHINESE})[是为]?)[\s:.=*#-]{{0,6}}(?P<digits>\d{{1,3}})(?![\s.\-/]?\d)",
    re.IGNORECASE,
)
_IN_STARS = re.compile(r"\s*\*[^*]+\*\s*")  # how a chat prints in bold
_BETWEEN = re.compile(r"[,;]|\s?/\s?")
_DIGITS_AND_GAPS = re.compile(r"(?:[\d?*•×#_.\s\-/+\0]|[xXхХ]{1,4}(?![^\W\d_]))++")
_GAP = re.compile(r"[?*•×#_\0xXхХ]|\.{2,}")
_QUESTION_BEFORE = re.compile(r"\s*[?!]\s+")
_DOUBT_AFTER = re.compile(r"\s[?!.]*\s*$|[.\s]+$")
_WORD_SIGN = re.compile(r"[^\W_]")
_APART = re.compile(
    r"(?<![^\W_])(?<![\w?*•×][.\-_#])(?<![+?*•×_#])\d(?:[\s.\-/]?\d)*+"
    r"(?![.\-_]?[^\W\d_])(?!\s?(?:[*•×_#\0]|\?\s?[?\d]|\.\.|xx))",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d|(?:19|20)\d\d[./\-]\d{1,2}[./\-]\d{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEGINNING = re.compile(r"0\D?\d(?:\D?\d){3,}")


def take(text: str) -> tuple[list[Tail], str]:
    """The ends that a word or a sign marks in tidied `text`; and what else stands in it, a semicolon for each."""
    found: list[Tail] = []
    for said in (_SAID, _SAID_AROUND):
        spoken = [(match.start(), match.end(), match["digits"]) for match in said.finditer(text)]
        text = _taken(text, spoken, found)
    behind = [place for match in _DIGITS_AND_GAPS.finditer(text) if (place := _behind_a_gap(match))]
    return found, _taken(text, behind, found)


def take_bare(text: str, *, beside: bool) -> tuple[list[Tail], str]:
    """The digits in tidied `text` that nothing marks and that may be an end; and what else stands in it.

    `beside`: something whole stands beside them, and a year then is a year. What may as well be the beginning of a
    number ("06 39 98") stays in the text.
    """
    found: list[Tail] = []
    apart = [match for match in _APART.finditer(text) if _may_be_an_end(match[0], beside=beside)]
    certain = [
        (match.start(), match.end(), match[0]) for match in apart if not _BEGINNING.fullmatch(match[0])
    ]
    left = _taken(text, certain, found)
    found += [(_digits(match[0]), match[0]) for match in apart if _BEGINNING.fullmatch(match[0])]
    return found[:MOST_TAILS], left


def said_too_short(text: str) -> list[Tail]:
    """What a word in tidied `text` calls an end, and is of fewer digits than FEWEST."""
    return [(match["digits"], match[0]) for match in _SAID_TOO_SHORT.finditer(text)][:MOST_TAILS]


def apart(typed: str) -> list[str]:
    """The ends that digits between commas or strokes are: "7531, 8642" are two, "75/31/86" is one."""
    parts = [_digits(part) for part in _BETWEEN.split(typed)]
    if all(FEWEST <= len(part) <= MOST for part in parts):
        return parts
    is_one = (
        not is_day(typed) and "," not in typed and ";" not in typed and FEWEST <= len(_digits(typed)) <= MOST
    )
    return [_digits(typed)] if is_one else []


def is_day(typed: str) -> bool:
    return bool(_DAY.fullmatch(typed))


def _taken(text: str, places: list[tuple[int, int, str]], found: list[Tail]) -> str:
    left, end = [], 0
    for start, stop, digits in places[: MOST_TAILS - len(found)]:
        typed = text[start:stop].strip()
        # a remark stood in the gap; only what is behind it is there as typed
        found.append((_digits(digits), digits.strip() if "\0" in typed else typed))
        left += [text[end:start], " ; "]
        end = stop
    return "".join(left) + text[end:]


def _behind_a_gap(match: re.Match[str]) -> tuple[int, int, str] | None:
    """Where an end stands behind a gap in a piece of digits and gaps, and its digits."""
    text, start, stop = match.string, match.start(), match.end()
    if start and _WORD_SIGN.match(text[start - 1]):
        question = _QUESTION_BEFORE.match(match[0])
        if not question and not match[0][0].isspace():
            return None  # "bob_4130"
        start += question.end() if question else 0
    if stop < len(text) and _WORD_SIGN.match(text[stop]) and not text[stop - 1].isspace():
        return None
    piece = _DOUBT_AFTER.sub("", text[start:stop])
    bold = piece.rstrip().removesuffix("*") if _IN_STARS.fullmatch(piece) else piece
    *before, last = _GAP.split(bold)
    if not before or not FEWEST <= len(_digits(last)) <= MOST:
        return None
    if any(len(_digits(one)) > MOST_BEFORE_A_GAP for one in before):
        return None
    return start, start + len(piece), last


def _may_be_an_end(typed: str, *, beside: bool) -> bool:
    is_time = is_day(typed) or (beside and bool(_YEAR.fullmatch(typed)))
    return FEWEST <= len(_digits(typed)) <= MOST and not is_time


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())
