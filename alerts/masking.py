"""What a reader sees of an identifier that she did not type herself: enough to recognise, not enough to use.

A mask never gives more than the examples below, and less where the value is short:
`+33 6 •• •• •• 42` · `m•••@e•••.org` · `AB-•••-CD` · `ho•••84` · `M•••`.
The dots never tell how many signs they hide.
"""

import phonenumbers

from alerts import spelling
from alerts.spelling.tidy import tidy, without_remarks

HIDDEN = "•••"
HIDDEN_DIGITS = "•• •• ••"
MOST_SHOWN = 4  # pieces of one box, words of one name

# The fewest signs of which the outer ones may be shown.
FEWEST_DIGITS, FEWEST_IN_MAIL, FEWEST_IN_NAME = 8, 3, 3


def masked(identifier: spelling.Identifier, *, default_country: str = "") -> str:
    """The mask of an identifier; dots alone where nothing can be read in it. `default_country`: ISO 3166."""
    if identifier.kind == "name":
        return _name(identifier.value)
    read = spelling.meanings(identifier, default_country=default_country)[:MOST_SHOWN]
    return " / ".join(dict.fromkeys(map(masked_reading, read))) or HIDDEN


def masked_reading(reading: spelling.Reading) -> str:
    """The mask of one thing that was read in an identifier; dots alone of what is no whole identifier."""
    masks = {"phone": _phone, "email": _email, "handle": _handle, "plate": _plate, "name": _name_read}
    mask = masks.get(reading.kind)
    return mask(reading) if mask else HIDDEN


def _phone(reading: spelling.Reading) -> str:
    national = reading.number.nationals[0] if reading.number else ""
    if not reading.number or len(national) < FEWEST_DIGITS:
        return HIDDEN_DIGITS
    if not reading.number.e164:
        return f"{HIDDEN_DIGITS} {national[-2:]}"
    country_code = phonenumbers.parse(reading.canonical).country_code
    return f"+{country_code} {national[0]} {HIDDEN_DIGITS} {national[-2:]}"


def _email(reading: spelling.Reading) -> str:
    local, _, domain = reading.canonical.partition("@")
    place, _, ending = domain.rpartition(".")
    return f"{_first(local, FEWEST_IN_MAIL)}@{_first(place, FEWEST_IN_MAIL)}.{ending}"


def _handle(reading: spelling.Reading) -> str:
    return _outer(reading.canonical, two_of=8, one_of=5, between=HIDDEN)


def _plate(reading: spelling.Reading) -> str:
    return _outer(reading.canonical, two_of=7, one_of=5, between=f"-{HIDDEN}-")


def _name_read(reading: spelling.Reading) -> str:
    return _name(reading.text or reading.canonical)


def _name(value: str) -> str:
    text = tidy(value)
    words = (without_remarks(text) or text).split()
    words = [letters for word in words if (letters := "".join(filter(str.isalnum, word)))]
    return " ".join(_first(word, FEWEST_IN_NAME) for word in words[:MOST_SHOWN]) or HIDDEN


def _first(text: str, fewest: int) -> str:
    return f"{text[0]}{HIDDEN}" if len(text) >= fewest else HIDDEN


def _outer(text: str, *, two_of: int, one_of: int, between: str) -> str:
    """Two signs at each end of at least `two_of`, one of at least `one_of`, else none."""
    shown = 2 if len(text) >= two_of else 1
    return f"{text[:shown]}{between}{text[-shown:]}" if len(text) >= one_of else HIDDEN
