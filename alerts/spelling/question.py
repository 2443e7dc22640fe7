"""What was typed into the one box: everything that it may be, and whether a piece of it stayed unread.

"Nothing found" may be said only of a text that was read whole. Plain words beside a number ask nothing but a name, nor
do remarks ("le soir", "18h30", "(59)"); digits that no reading took, or with a gap among them, do. The end of a number
and a piece of a plate are readings of their own: they were asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.spelling import email, greeting, handle, introduction, name, phone, plate, surroundings, tail
from alerts.spelling.reading import Reading
from alerts.spelling.tidy import has_letter, is_cut, remarks, tidy, without_remarks

REMARK = "\0"  # stands for what was in brackets; nobody can type it
FEWEST_DIGITS_APART = 4  # in a text of words: fewer are an age or a département
MOST_PARTS = 60  # of one text; what follows stays unread
LONGEST_REMARK = 4  # digits in brackets: a year, a département
LONGEST_STUCK = 20  # signs of a word
LONGEST_GROUP = 3  # letters of a plate that stand together
FEWEST_DIGITS_ABROAD, MOST_DIGITS_ABROAD = 9, 12  # of a number whose country nobody named

_BETWEEN = re.compile(r"[;,]|\s/\s")
_NUMBER_WORDS = (
    "tél|tel|téléphone|telephone|phone|tlf|telf|teléfono|telefono|telefone|telefon|телефон|тел|هاتف|تلفون|电话|手机|"
    "numéro|numero|número|number|num|n°|mobile|mob|móvil|celular|cell|gsm|portable|whatsapp|whats app|whats|wsp|wpp|"
    "zap|viber|signal|вотсап|ватсап|вацап|вайбер|вайбър|واتساب|واتس"
)
_NUMBER_EXPECTED = re.compile(
    rf"(?:(?<![^\W\d_])(?:{_NUMBER_WORDS})\s?[.:]?\s?|\+\s?|[*]\s?)(?=\d)", re.IGNORECASE
)
_TIMES_AND_COUNTS = re.compile(
    r"(?<![\w+.\-])(?:24\s?[h/]\s?/?24|[17]\s?[j/]\s?/?7|\d{1,2}\s?h(?:\d\d)?(?:\s?[-/]\s?\d{1,2}\s?h(?:\d\d)?)?|\d\d?:\d\d|"
    r"\d{1,4}\s?(?:€|euros?|eur|ans|years|años|anos|min|mn|km|j|h)j?)(?![\w.\-])",
    re.IGNORECASE,
)
# Numbers that are a car's own.
_MODELS = re.compile(r"(?<!\w)(?:peugeot|пежо|بيجو|标致)\s?[1-6]00[5-9](?!\d)", re.IGNORECASE)
_REMARK_BETWEEN_DIGITS = re.compile(rf"\d[\s.\-/]*{REMARK}[\s.\-/]*\d")
_BESIDE_A_NUMBER = re.compile(
    rf"^\s*(?:x|ext|extension|poste|p)\.?\s?\d{{1,5}}\s*$|(?<![^\W\d_])(?:{_NUMBER_WORDS})\s?\d\s?:?\s*$",
    re.IGNORECASE,
)
_NUMBER_WORD = re.compile(rf"(?:{_NUMBER_WORDS})(?!\w)", re.IGNORECASE)
_NUMBER_WORD_ALONE = re.compile(rf"(?<!\w)(?:{_NUMBER_WORDS})(?!\w)", re.IGNORECASE)
_TWO_CHINESE = re.compile(r"[\u3400-\u9fff]{2}")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS_OF_A_NUMBER = re.compile(r"(?<!\d)0(?:[\s.\-/]*\d){4}")
_DOUBT_AT_END = re.compile(r"\s[?!]$")
_NAME_AND_END = re.compile(r"[^\W\d_]{2,3} \d\d ?\d\d")  # "Léa 4130", which may be a plate as well
_GAP = r"(?:[?*•×…]|\.{2,})"
_GAP_AT_DIGIT = re.compile(rf"\d[\s.\-/]*{_GAP}|{_GAP}[\s.\-/]*\d")
_BLANK_AT_DIGIT = re.compile(
    r"(?<!\S)[\d.\-/+]*\d\s?[_#]+(?!\w*[^\W\d_])|(?<!\S)[_#]+\s?\d[\d\s_#.\-/]*(?![^\W\d_])"
)
_X_AT_DIGIT = re.compile(
    r"(?<![^\W\dx])\d[\s.\-/]*x+(?![^\W\dx])|(?<![^\W\d])x++[\s.\-/]*\d\d", re.IGNORECASE
)
_BROKEN_ADDRESS = re.compile(r"[^\s:;,/(@]@")
_ADDRESS_LEFT = re.compile(r"[^\s;]@[^\s;]|://")
_LINK_WITH_QUESTION = re.compile(r"[/\w]\?[^\s?]*=|://\S*[?&=#]")  # what it asks for may be an identifier
# "75 6 39 98 41 72", and no country's code before it
_WITHOUT_ZERO_BEHIND_COUNT = re.compile(
    r"(?!(?:33|32|41|21[236]|262|59[046])\D)\d{1,5}[\s.)]+[1-9](?:[\s.\-]\d\d){4}(?!\d)"
)
_END_IN_BRACKETS = re.compile(r"(?!19\d\d|20\d\d)\d{4}")
_APART = re.compile(r"(?<![^\W\d_])(?<![\w][.\-_])\d(?:[\s.\-/]*\d)*(?![.\-_]?[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Question:
    """`readings`: most specific first. `whole`: false when a piece of an identifier may have stayed unread."""

    readings: list[Reading]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A part between signs, and what is left of it when what was read is taken out.

    `whole`: false when it was read, and something may yet be missing.
    """

    readings: list[Reading]
    left: str
    shown: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Taken:
    """What its shape tells in a text, and what else stands there.

    `text`: with its numbers; `rest`: without them. `around`: the part that each number stands in. `too_short`: what is
    called an end and has too few digits; `pieces`: what of it and of other ends is one of a plate.
    """

    found: list[Reading]
    names: list[str]
    stuck: list[str]
    linked: str
    text: str
    rest: str
    phones: Sequence[phone.Number]
    around: dict[phone.Number, str]
    pieces: list[Reading]
    too_short: list[tail.Tail]


def read(typed: str, *, default_country: str) -> Question:
    """Everything that a typed text may be; no readings when it is unreadable."""
    taken = _taken(typed, default_country)
    alone = not taken.found
    parts = _parts(taken.rest, alone=alone)
    if not any(
        number.e164 for number in taken.phones
    ):  # beside a whole number, other digits are no end of one
        parts = [_with_tails(part, alone=alone) for part in parts]
    readings = taken.found + [reading for part in parts for reading in part.readings]
    readings += _ends_in_brackets(taken.rest, readings) + _stuck(taken.stuck) + _small_plates(taken.text)
    names = taken.names or _names_beside(parts, remarks(taken.rest), alone=alone)
    readings += [reading for name_typed in names for reading in _names(name_typed, name_typed)]
    is_whole = _is_all_read(taken, readings) and _are_whole(parts, taken.rest, alone=alone)
    # Of a greeting nobody was asked about.
    is_whole = is_whole and not is_cut(typed) and not greeting.is_all(_TIMES_AND_COUNTS.sub(" ", tidy(typed)))
    different: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        different.setdefault((reading.kind, reading.canonical), reading)
    return Question(list(different.values()), is_whole)


def _taken(typed: str, default_country: str) -> _Taken:
    heads, text = surroundings.take_heads(tidy(typed))
    stuck, text = surroundings.parted(text.replace("\n", " ; "))
    linked, names = text, heads + introduction.introduced(text)
    found, text = _addresses_and_links(text, default_country)
    text = surroundings.parted_by_plus(text)
    labelled, too_short = handle.behind_platforms(text), tail.said_too_short(text)
    marked, text = tail.take(text)
    pieces, text = _ends_of_plates(text, too_short + marked)
    phones, rest = phone.take(text, default_country=default_country)
    mentions, rest = handle.take_mentions(rest)
    found += [_phone(number) for number in phones]
    found += [Reading("handle", one, text=one) for one in mentions + labelled]
    found += _tails(marked) + pieces
    pairs = [(part, number) for part in _BETWEEN.split(text) for number in phones if number.typed in part]
    found += [reading for part, number in pairs for reading in _besides_number(part, number)]
    around = {number: part for part, number in reversed(pairs)}
    found += [one for number in phones for one in _as_tail(number, around.get(number, ""))]
    stuck += surroundings.in_signs(text)
    return _Taken(found, names, stuck, linked, text, rest, phones, around, pieces, too_short)


def _is_all_read(taken: _Taken, readings: list[Reading]) -> bool:
    """Did nothing that the text announces stay unread, and is each of its numbers whole?"""
    if not {one.canonical for one in taken.pieces} >= {digits for digits, _ in taken.too_short}:
        return False
    if not all(_is_whole(number, taken.around.get(number, "")) for number in taken.phones):
        return False
    if _LINK_WITH_QUESTION.search(taken.linked) and not any(one.number for one in taken.found):
        return False
    return not (_ADDRESS_LEFT.search(taken.rest) or _is_announced_only(taken.text, readings))


def _are_whole(parts: list[_Part], rest: str, *, alone: bool) -> bool:
    if len(_BETWEEN.findall(rest)) >= MOST_PARTS or any(map(_is_too_long_a_remark, remarks(rest))):
        return False
    return all(part.whole and not _is_piece(part.left, alone=alone) for part in parts)


def _addresses_and_links(text: str, default_country: str) -> tuple[list[Reading], str]:
    mails, text = email.take(text)
    numbers, text = phone.take_links(text, default_country=default_country)
    accounts, text = handle.take_links(text)
    found = [Reading("email", mail, text=word) for mail, word in mails]
    found += [_phone(number) for number in numbers]
    return found + [Reading("handle", account, text=account) for account in accounts], text


def _stuck(words: list[str]) -> list[Reading]:
    """What a word is that has other letters or signs stuck to an identifier, all in all: "张伟123", "_bob_7_"."""
    words = [word for word in words[: handle.MOST_HANDLES] if len(word) <= LONGEST_STUCK]
    return [Reading("handle", one, text=word) for word in words for one in handle.canonicals(word)]


def _small_plates(text: str) -> list[Reading]:
    """Plates among other words, whatever their letters, and French ones beside other digits: "123 GK.482.RT"."""
    text = surroundings.without_dots(text)
    pieces = plate.small_inside(text) + plate.french_inside(text)[: plate.MOST_PLATES]
    return [Reading("plate", one, text=piece) for piece in pieces for one in plate.canonicals(piece)]


def _ends_in_brackets(text: str, readings: list[Reading]) -> list[Reading]:
    """ "Marc (4130)": an end beside a name, and no year."""
    if any(one.kind == "phone" for one in readings):
        return []
    ends = [remark for remark in remarks(text) if _END_IN_BRACKETS.fullmatch(remark)]
    return _tails([(digits, digits) for digits in ends[: tail.MOST_TAILS]])


def _is_announced_only(text: str, readings: list[Reading]) -> bool:
    """Does the text speak of an account or a plate that nobody read, or of more plates than are read?"""
    kinds = [one.kind for one in readings if one.marked]
    plates = kinds.count("plate")
    no_account = handle.is_platform_named(text) and not {"handle", "phone", "email"} & set(kinds)
    no_plate = plate.is_mentioned(text) and not plates and "plate_part" not in kinds
    return no_account or no_plate or plates >= plate.MOST_PLATES


def _phone(number: phone.Number) -> Reading:
    return Reading("phone", number.canonical, number, number.typed)


def _tails(found: list[tail.Tail]) -> list[Reading]:
    return [Reading("tail", digits, text=typed) for digits, typed in found]


def _as_tail(number: phone.Number, part: str) -> list[Reading]:
    """Seven or eight digits that are a number nowhere that was named may be the end of one."""
    if number.e164 or _has_its_own_digits(number, part):
        return []
    return _tails([(digits, number.typed) for digits in tail.apart(number.typed)])


def _ends_of_plates(text: str, ends: list[tail.Tail]) -> tuple[list[Reading], str]:
    """What is called an end in a text that speaks of a plate, "sa plaque finit par 310"; and what else stands in it."""
    if not plate.is_mentioned(text):
        return [], text
    pieces = [Reading("plate_part", digits, text=typed) for digits, typed in ends if plate.part(digits)]
    for one in pieces:
        text = text.replace(one.text, " ; ")
    return pieces, text


def _with_tails(part: _Part, *, alone: bool) -> _Part:
    """Bare digits among few words may be the end of a number; the words then are what is left of the part."""
    left = _MODELS.sub(" ", _TIMES_AND_COUNTS.sub(" ", _BESIDE_A_NUMBER.sub(" ", part.left)))
    if len(_LETTERS.findall(left)) > introduction.MOST_PLAIN_WORDS:
        return part
    found, left = tail.take_bare(left, beside=not alone)
    if not found:
        return part
    first = found[0][1]
    readings = [
        replace(one, text=first) if one.text == part.shown else one
        for one in part.readings
        if one.kind != "name"
    ]
    return replace(part, readings=readings + _tails(found), left=left)


def _names_beside(parts: list[_Part], in_brackets: list[str], *, alone: bool) -> list[str]:
    """Few plain words beside something else that was read may be a name. Alone, they were read as one already."""
    if alone and not any(part.readings and part.left != part.shown for part in parts):
        return []
    left = [_NUMBER_WORD_ALONE.sub(" ", part.left.replace(REMARK, " ")) for part in parts]
    names = introduction.beside(left, in_brackets)
    return [names] if names else []


def _besides_number(part: str, number: phone.Number) -> list[Reading]:
    """What a part may be besides the number in it: a plate, or an account that has a number in its name."""
    words = [word for word in part.split() if has_letter(word) and number.typed in word]
    plates = [Reading("plate", one, text=number.typed) for one in plate.canonicals(part)]
    bare = part.strip()
    is_word = not has_letter(bare) and " " not in bare and not bare.startswith(("0", "+", "("))
    if is_word or _is_account_number(part, number):
        words.append(part)
    accounts = (account for word in words for account in handle.canonicals(word))
    return plates + [Reading("handle", account, text=number.typed) for account in accounts]


def _is_account_number(part: str, number: phone.Number) -> bool:
    """Is "qq: 1234567890" what was typed: digits that are an account's own?"""
    return handle.after_label(part) == number.typed and not handle.number_text(part)


def _is_whole(number: phone.Number, part: str) -> bool:
    """A number that is possible at home, has digits enough to be of a country that nobody named, or is none at all."""
    if _WITHOUT_ZERO_BEHIND_COUNT.match(number.typed):
        return False
    if number.e164 or number.digits.startswith("0"):
        return bool(number.e164)
    is_long_enough = FEWEST_DIGITS_ABROAD <= len(number.digits) <= MOST_DIGITS_ABROAD
    return is_long_enough or _has_its_own_digits(number, part) or bool(_as_tail(number, part))


def _has_its_own_digits(number: phone.Number, part: str) -> bool:
    """Are these digits those of an account or a plate?"""
    is_in_a_name = any(has_letter(word) and number.typed in word for word in part.split())
    return is_in_a_name or plate.is_labelled(part) or _is_account_number(part, number)


def _parts(text: str, *, alone: bool) -> list[_Part]:
    """`alone`: nothing else was found, so that plain words may be an account or a name."""
    bare = without_remarks(text, instead=REMARK)
    in_brackets = remarks(text)
    if alone and not any(character.isalnum() for character in bare):
        bare, in_brackets = " ; ".join(in_brackets), []
    marked, bare = tail.take(bare) if _REMARK_BETWEEN_DIGITS.search(bare) else ([], bare)
    pieces = [part.strip() for part in _BETWEEN.split(bare) if part.strip()]
    pieces = pieces[:MOST_PARTS]
    parts = [_words(part) if alone else _beside(part) for part in pieces]
    if alone and len(pieces) > 1 and all(handle.is_words(part) for part in pieces):
        parts.append(_Part(_names(text, pieces[0]), ""))  # "Durand, Marc"
    parts.append(_Part(_tails(marked), ""))
    pieces = [part for remark in in_brackets for part in _BETWEEN.split(remark)]
    return parts + [_Part(_beside(part).readings, "") for part in pieces]


def _words(part: str) -> _Part:
    """A part that stands alone: all of it may be a plate, an account or a name, or only a word of it."""
    shown = part.replace(REMARK, " ").strip()
    if handle.has_colon(shown):
        return _labelled(shown)
    inner = _beside(part)
    piece = inner.readings[0].text if inner.readings else shown
    plates = [Reading("plate", one, text=piece) for one in plate.canonicals(part.replace(REMARK, "?"))]
    pieces = _plate_parts(part, piece)
    handles = [_account(one, shown, piece) for one in handle.canonicals(shown)]
    names = [] if inner.readings and inner.left else _names(shown, piece)
    readings = [
        *plates,
        *pieces,
        *(names + handles if handle.is_words(shown) else handles + names),
        *inner.readings,
    ]
    if pieces:
        return _all_a_piece(part, pieces, readings)
    is_plate = _is_plate(shown, plates) and not _NAME_AND_END.fullmatch(shown)
    return _Part(readings, "" if is_plate else inner.left, shown, is_plate or inner.whole)


def _all_a_piece(part: str, pieces: list[Reading], readings: list[Reading]) -> _Part:
    """A part that may be a piece of a plate, whatever else it is; its digits may be the end of a number as well."""
    shown = part.replace(REMARK, " ").strip()
    if any("?" in one.canonical for one in pieces):
        readings = [replace(one, text=shown) for one in pieces]
    has_an_end = _NAME_AND_END.fullmatch(shown) or (shown.isdecimal() and len(shown) >= tail.FEWEST)
    return _Part(readings, shown if has_an_end else "", shown, plate.is_surely_found(part))


def _plate_parts(part: str, piece: str) -> list[Reading]:
    """What all of a part may be a piece of; no hour, no price, no age, no number's piece."""
    other = (_TIMES_AND_COUNTS, _NUMBER_EXPECTED, _DIGITS_OF_A_NUMBER)
    pattern = "" if any(sign.search(part) for sign in other) else plate.part(part)
    return [Reading("plate_part", pattern, text=piece)] if pattern else []


def _beside(part: str) -> _Part:
    """A part beside something that was found: plates, and words that are an account by their signs, digits or label."""
    shown = part.replace(REMARK, " ").strip()
    account = handle.after_label(shown)
    if handle.has_colon(shown) or (account and " " not in account and not _NUMBER_WORD.match(shown)):
        return _labelled(shown)
    asked = _TIMES_AND_COUNTS.sub(" ", _BESIDE_A_NUMBER.sub(" ", shown)).strip()
    plates = [Reading("plate", one, text=shown) for one in plate.canonicals(part.replace(REMARK, "?"))]
    if (
        " " in shown
        and asked == shown
        and _is_plate(shown, plates)
        and (shown.isupper() or plate.is_labelled(shown))
    ):
        return _Part(plates, "")
    typed = plate.french_inside(asked)
    others = plate.without_french(asked)
    inside = plate.inside(others)
    words = [word for word in others.split() if _is_account(word) and word not in inside]
    readings = [reading for piece in typed + inside + words for reading in _plate_or_account(piece)]
    whole = all(plate.is_surely_found(piece) for piece in inside if not plate.canonicals(piece))
    return _Part(readings, _without(plate.without_french(shown), words, inside), shown, whole)


def _without(text: str, words: list[str], pieces: list[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ", 1)
    return " ".join(word for word in text.split() if word not in words)


def _plate_or_account(piece: str) -> list[Reading]:
    plates = [] if handle.has_colon(piece) else plate.canonicals(piece)
    readings = [Reading("plate", one, text=piece) for one in plates] + _plate_parts(piece, piece)
    if " " in piece or not _is_account(piece):
        return readings
    accounts = [_account(one, piece, piece) for one in handle.canonicals(piece)]
    if handle.is_dotted(piece):  # as well two words without their space
        accounts = [replace(one, marked=False) for one in accounts]
    return readings + accounts


def _labelled(shown: str) -> _Part:
    """ "insta: bob_7", and what else may stand behind it."""
    account = handle.after_label(shown)
    first, _, others = account.partition(" ")
    handles = [_account(one, shown, first) for one in handle.canonicals(shown)]
    if not others:
        return _Part(handles, shown if handle.number_text(shown) or not handles else "")
    behind = _beside(others)
    if _is_account(first):
        handles += [Reading("handle", one, text=first) for one in handle.canonicals(first)]
    return _Part(handles + behind.readings, behind.left if has_letter(first) else f"{first} {behind.left}")


def _account(canonical: str, shown: str, piece: str) -> Reading:
    is_called_one = handle.names_platform(shown) and " " not in canonical
    marked = is_called_one or not handle.is_words(canonical)
    return Reading("handle", canonical, text=piece, marked=marked)


def _names(text: str, piece: str) -> list[Reading]:
    folded = name.canonical(text)
    return [Reading("name", folded, text=piece)] if folded else []


def _is_account(word: str) -> bool:
    """Do its signs or its digits tell this word from a plain one?"""
    if not has_letter(word) or _GAP_AT_DIGIT.search(word) or _NUMBER_EXPECTED.match(word):
        return False
    if not word.upper().strip("X0123456789.-_/") and not plate.is_french(word):
        return False  # "06399841xx"
    if handle.is_dotted(word):
        return True
    return "_" in word or handle.has_colon(word) or any(character.isdecimal() for character in word)


def _is_plate(shown: str, plates: list[Reading]) -> bool:
    """Is all of it a plate, and none of its digits a piece of a number behind a word?"""
    pieces = (_NUMBER_EXPECTED, _DIGITS_OF_A_NUMBER, _GAP_AT_DIGIT)
    if not plates or any(piece.search(_DOUBT_AT_END.sub("", shown)) for piece in pieces):
        return False
    groups = _LETTERS.findall(shown)
    if _TWO_CHINESE.search(shown):
        return False  # a name: a plate has one, its province
    is_short = bool(groups) and all(len(group) <= LONGEST_GROUP for group in groups)
    only_x = not "".join(groups).upper().strip("X")
    return plate.is_labelled(shown) or plate.is_french(shown) or (is_short and not only_x)


def _is_piece(left: str, *, alone: bool) -> bool:
    """May a piece of an identifier be in what no reading took?"""
    left = _DOUBT_AT_END.sub("", left.replace(REMARK, " ").strip())
    if not alone:
        left = _BESIDE_A_NUMBER.sub(" ", left)
    left = _MODELS.sub(" ", _TIMES_AND_COUNTS.sub(" ", left))
    if any(sign.search(left) for sign in (_GAP_AT_DIGIT, _BLANK_AT_DIGIT, _X_AT_DIGIT, _BROKEN_ADDRESS)):
        return True
    digits = [sum(map(str.isdecimal, apart)) for apart in _APART.findall(left)]
    if not alone or not has_letter(left) or _NUMBER_EXPECTED.search(left):
        return any(digits) or bool(_NUMBER_EXPECTED.search(left))
    return any(many >= FEWEST_DIGITS_APART for many in digits)


def _is_too_long_a_remark(remark: str) -> bool:
    digits = [sum(map(str.isdecimal, apart)) for apart in _APART.findall(remark)]
    return any(many > LONGEST_REMARK for many in digits)
