"""One spelling per identifier: the only maker of what is written to the blind index and what is looked for.

`forms` of a report's identifier and `wanted` of a typed text share the same rules, so they cannot drift apart;
a hit is believed only after `match` has compared both in the open. All of it takes any string and never raises.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from alerts.spelling import clues, email, handle, introduction, name, phone, plate, question, words
from alerts.spelling.clues import SURE_KINDS, Asked, Form, Word, ask
from alerts.spelling.phone import Match
from alerts.spelling.reading import Identifier, Reading
from alerts.spelling.tidy import tidy

__all__ = [
    "FORM_VERSION",
    "SURE_KINDS",
    "Asked",
    "Form",
    "Identifier",
    "Match",
    "Reading",
    "Word",
    "answers",
    "ask",
    "canonicals",
    "compare",
    "forms",
    "is_in_doubt",
    "is_likely_a_name",
    "loose_forms",
    "match",
    "meanings",
    "pair_forms",
    "part_forms",
    "reading_once",
    "readings",
    "same",
    "wanted",
    "word_forms",
    "words_told",
]

pair_forms, part_forms, word_forms = clues.pair_forms, clues.part_forms, clues.word_forms

# Per kind of form; goes into each token. Raise it when a rule changes what is written, and re-index.
FORM_VERSION: dict[str, int] = {
    "phone-national": 1,
    "email": 1,
    "handle": 1,
    "name": 1,
    "plate": 1,
    "phone-tail": 1,
    "phone-head": 1,
    "plate-head": 1,
    "plate-middle": 1,
    "plate-tail": 1,
    "plate-alike": 1,
    "name-sound": 1,
    "name-family": 1,
    "name-near": 1,
    "name-pair": 1,
    "word": 1,
    "fact": 1,
}

MOST_FORMS = 8
_read: ContextVar[dict[tuple[Identifier, str], list[Reading]] | None] = ContextVar("read", default=None)
MOST_OF_A_NAME = 2  # words, beside something else
_WORD = re.compile(r"[^\W\d_]+")
_KINDS_MIXED_UP = frozenset(("phone", "email", "name", "plate"))
_PROVIDERS = (
    "gmail googlemail hotmail yahoo ymail outlook live msn aol icloud orange wanadoo laposte sfr free bbox "
    "proton protonmail gmx yandex mail abv"
)
_MAIL_PROVIDERS = frozenset(_PROVIDERS.split())
_TOUCHES_BEFORE = re.compile(r"[\w@.]")
_TOUCHES_BEHIND = re.compile(r"[\w@]|\.\w")
_DOUBT = re.compile(
    r"\?|\b(?:vérifier|verifier|incertain|pas sûre?|peut-être|not sure|check|unsure|maybe|verificar|no segura|"
    r"quizás|talvez|проверить|возможно|да се провери|може би|de verificat|poate|ndoshta)\b|غير مؤكد|ربما|待核实|不确定",
    re.IGNORECASE,
)


@contextmanager
def reading_once() -> Iterator[None]:
    """What `meanings` read is remembered inside, for one answer, which asks for each identifier several times."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def meanings(identifier: Identifier, *, default_country: str) -> list[Reading]:
    """What a report's identifier says: one reading per number, address, account or plate in its box.

    First what its kind says, then what surely is of another kind: a list that was imported may have a number
    among the names.
    """
    read = _read.get()
    if read is None:
        return _meanings(identifier, default_country)
    key = identifier, default_country
    if key not in read:
        read[key] = _meanings(identifier, default_country)
    return list(read[key])


def _meanings(identifier: Identifier, default_country: str) -> list[Reading]:
    own = _of_its_kind(identifier, default_country)
    known = {(one.kind, one.canonical) for one in own}
    others = {(one.kind, one.canonical): one for one in _of_other_kinds(identifier, default_country)}
    fresh = [one for key, one in others.items() if key not in known]
    return own + fresh[: max(0, MOST_FORMS - len(own))]  # each has to stand in the index


def _of_its_kind(identifier: Identifier, default_country: str) -> list[Reading]:
    kind, value = identifier.kind, tidy(identifier.value)
    if kind == "phone":
        return _phones(value, country=identifier.country, default_country=default_country)
    if kind == "email":
        return [Reading("email", mail) for mail in email.canonicals(value)]
    if kind == "handle":
        return _meanings_of_handle(identifier, value, default_country)
    if kind == "plate":
        return [Reading("plate", number) for number in plate.canonicals(value, identifier.country)]
    folded = name.canonical(value) if kind == "name" else ""
    return [Reading("name", folded)] if folded else []


def canonicals(identifier: Identifier, *, default_country: str) -> tuple[str, ...]:
    """The canonical spellings of an identifier as its kind has them; () when it says nothing of that kind.

    One per number, address, account or plate in its box.
    """
    return tuple(dict.fromkeys(reading.canonical for reading in _of_its_kind(identifier, default_country)))


def forms(identifier: Identifier, *, default_country: str) -> frozenset[tuple[str, str]]:
    """What is written to the index for an identifier: at most MOST_FORMS pairs (kind of form, form)."""
    read = meanings(identifier, default_country=default_country)
    # Many things in one box: one form of each comes first, and every spelling of it looks for that one.
    first = {_first_form(reading): None for reading in read}
    others = {form: None for reading in read for form in sorted(wanted(reading))}
    return frozenset(list(first | others)[:MOST_FORMS])


def _first_form(reading: Reading) -> Form:
    return (
        ("phone-national", reading.number.nationals[0])
        if reading.number
        else (reading.kind, reading.canonical)
    )


def loose_forms(identifier: Identifier, *, default_country: str) -> list[Form]:
    """What is written besides, so that a part of it, a slip or a likeness finds it: the most useful first."""
    read = meanings(identifier, default_country=default_country)
    found = [name.loose_forms(tidy(identifier.value))] if identifier.kind == "name" else []
    found += [phone.loose_forms(reading.number) for reading in read if reading.number]
    found += [plate.loose_forms(reading.canonical) for reading in read if reading.kind == "plate"]
    return [form for some in found for form in some]


def words_told(text: str, language: str) -> list[Form]:
    """Under which words a text of a report is found, those that tell most first."""
    return [("word", stem) for stem in words.by_rarity(words.stored_stems(tidy(text), language))]


def is_in_doubt(identifier: Identifier) -> bool:
    """Did its author write that she is not sure of it: "(à vérifier)", a question mark?"""
    return bool(_DOUBT.search(tidy(identifier.value)))


def is_likely_a_name(words: str, *, typed: str, apart: bool = False) -> bool:
    """Is this somebody's name, of the words that stand beside something else in `typed`?

    It introduces itself, or is one word or two with a capital each and no plain one ("Soir"); `apart`: a comma parts
    it from the rest, and it needs no capitals. Letters that have none must be all the words there are.
    """
    if words in introduction.introduced(tidy(typed)):
        return True
    some = words.split()
    if not 1 <= len(some) <= MOST_OF_A_NAME or introduction.beside([words], []) != words:
        return False
    if words.lower() == words.upper():
        return apart or _WORD.findall(typed) == _WORD.findall(words)
    return apart or all(word[0].isupper() for word in some)


def readings(typed: str, *, default_country: str) -> list[Reading]:
    """Everything that a typed text may be, most specific first; [] when it is unreadable."""
    return question.read(typed, default_country=default_country).readings


def wanted(reading: Reading) -> frozenset[tuple[str, str]]:
    """The forms to look for."""
    if reading.number is None:
        return frozenset({(reading.kind, reading.canonical)})
    return frozenset(("phone-national", national) for national in reading.number.nationals)


def match(reading: Reading, identifier: Identifier, *, default_country: str) -> Match | None:
    """Is this identifier what was asked? To be said only after the report was opened.

    "sure" is about the spelling: it is the same number, address, account, plate or name. The same name is not
    yet the same person; what a name is worth, the answer decides. Letters that nothing calls an account may be
    a name as well, and are no surer; nor are words ("fb Mohamed Benali"), which many people have as their name.
    """
    kept = meanings(identifier, default_country=default_country)
    found = {answers(reading, one) for one in kept}
    return "sure" if "sure" in found else "perhaps" if "perhaps" in found else None


def answers(asked: Reading, kept: Reading) -> Match | None:
    """Is what a report says what was asked? The same as `match`, of one thing that was read already."""
    found = compare(asked, kept)
    return "perhaps" if found == "sure" and not asked.marked else found


def same(a: Identifier, b: Identifier, *, default_country: str) -> bool:
    """Is this the same identifier, typed otherwise? Also where one of them lost its country.

    Where a box holds several numbers, each must be in the other box.
    """
    mine = meanings(a, default_country=default_country)
    theirs = meanings(b, default_country=default_country)
    if not mine and not theirs:  # "06 39 98 __ 35" is no number, and still the same line
        return (a.kind, tidy(a.value)) == (b.kind, tidy(b.value))
    return bool(mine and theirs) and _each_has_its_like(mine, theirs) and _each_has_its_like(theirs, mine)


def _each_has_its_like(some: list[Reading], others: list[Reading]) -> bool:
    return all(any(_compare_spelling(one, other) == "sure" for other in others) for one in some)


def compare(asked: Reading, kept: Reading) -> Match | None:
    """Is it the same number, address, account, plate or name? Of accounts that are words: perhaps."""
    found = _compare_spelling(asked, kept)
    return "perhaps" if found == "sure" and _is_display_name(asked) else found


def _compare_spelling(asked: Reading, kept: Reading) -> Match | None:
    if asked.number and kept.number:
        return phone.compare(asked.number, kept.number)
    return "sure" if (asked.kind, asked.canonical) == (kept.kind, kept.canonical) else None


def _is_display_name(reading: Reading) -> bool:
    """No platform gives an account of words to one person alone; the words are the name that is shown."""
    return reading.kind == "handle" and " " in reading.canonical and handle.is_words(reading.canonical)


def _meanings_of_handle(identifier: Identifier, value: str, default_country: str) -> list[Reading]:
    """An account that is a phone number or an e-mail address stands for that. `value` is tidied."""
    number = value if phone.in_links(value) else handle.number_text(value, identifier.platform)
    phones = _phones(number, country=identifier.country, default_country=default_country)
    if phones:
        return phones
    if not handle.is_mentioned(value) and (mails := email.canonicals(value)):
        return [Reading("email", mail) for mail in mails]
    handles = [Reading("handle", account) for account in handle.canonicals(value)]
    # "0639984172 le soir" is no account, "@bob 0639984172" is one with a number beside it
    beside = _whole_numbers(value, identifier.country, default_country) if handle.is_mentioned(value) else []
    for reading in handles:
        words = reading.canonical if " " in reading.canonical else ""
        beside += _whole_numbers(words, identifier.country, default_country) or [reading]
    return beside


def _of_other_kinds(identifier: Identifier, default_country: str) -> list[Reading]:
    """What in the box cannot be taken for anything else; an account may have any shape, so its box is left alone."""
    kind = identifier.kind
    if kind not in _KINDS_MIXED_UP:
        return []
    mails, text = email.take(tidy(identifier.value))
    linked, text = phone.take_links(text.replace("\n", " ; "), default_country=default_country)
    accounts, text = _surely_accounts(text, kind)
    plates, text = _surely_plates(text, kind)
    others = [Reading("email", mail) for mail, _typed in mails]
    others += [Reading("phone", number.canonical, number) for number in linked if number.e164]
    others += [Reading("handle", account) for account in accounts] + plates
    if kind != "phone":
        others += _numbers_apart(text, identifier.country, default_country)
    return [other for other in others if other.kind != kind]


def _surely_accounts(text: str, kind: str) -> tuple[list[str], str]:
    """Profile links, and accounts after an @; "jean @gmail" is the piece of an address."""
    linked, text = handle.take_links(text)
    if kind == "email":
        return linked, text
    mentioned, text = handle.take_mentions(text)
    return linked + [one for one in mentioned if one.partition(".")[0] not in _MAIL_PROVIDERS], text


def _surely_plates(text: str, kind: str) -> tuple[list[Reading], str]:
    """French ones; in small letters without a sign between them they may be anybody's pseudonym."""
    if kind == "plate":
        return [], text
    typed = [one for one in plate.french_inside(text) if one.isupper() or not one.isalnum()]
    found = [Reading("plate", number) for one in typed for number in plate.canonicals(one)]
    return found, plate.without_french(text)


def _numbers_apart(text: str, country: str, default_country: str) -> list[Reading]:
    """Possible numbers that touch no letter: "06 39 98 73 51", but not those in a name or an address."""
    found = _whole_numbers(text, country, default_country)
    return [one for one in found if one.number and _stands_apart(one.number.typed, text)]


def _stands_apart(typed: str, text: str) -> bool:
    before, _, behind = text.partition(typed)
    return typed in text and not _TOUCHES_BEFORE.search(before[-1:]) and not _TOUCHES_BEHIND.match(behind)


def _phones(text: str, *, country: str = "", default_country: str) -> list[Reading]:
    found = phone.numbers(text, country=country, default_country=default_country)
    return [Reading("phone", number.canonical, number) for number in found]


def _whole_numbers(text: str, country: str, default_country: str) -> list[Reading]:
    """Those that are possible in a country that was named."""
    phones = _phones(text, country=country, default_country=default_country)
    return [reading for reading in phones if reading.number and reading.number.e164]
