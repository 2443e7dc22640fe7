"""What a report says in closed words: the one shape that form, importer and model share.

The shape (layout 1) is a JSON object with the keys of `EMPTY`. `validated` takes such an object from anywhere, refuses
what is not in it, and gives it whole, with defaults in the places that were left out:

    incidents        1 or more codes of Incident
    identifiers      at most 12 of {"kind", "value" as typed, "platform", "country"}
    person           code of PersonKind
    incident_on      "2026-05-12", "2026-05", or "" when not known; `about`: true when the day is a guess
    area             ISO 3166-2
    setting, time_slot, how, helped   codes
    weapon, intoxicated, others_present   true, false, null (not known)
    appearance       {"age_band", "height_band", "build", "hair", "facial_hair", "glasses", "marks", "spoke"}
    vehicle          null, or {"type", "colour", "make"}
    language         of story and marks
    on_behalf        filed by an outreach worker for somebody without an account
    shares           {"alert", "statistics", "contact": true or false, "police": code}
"""

import json
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from alerts import areas
from alerts.spelling import Identifier
from alerts.spelling.tidy import visible
from alerts.vocabulary import (
    AgeBand,
    Build,
    Colour,
    FacialHair,
    Hair,
    HeightBand,
    Helped,
    How,
    IdentifierKind,
    Incident,
    Language,
    PersonKind,
    Platform,
    Police,
    Setting,
    TimeSlot,
    VehicleType,
)

LAYOUT = 1
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MOST_IDENTIFIERS = 12
LONGEST_IDENTIFIER = 200  # characters
LONGEST_MARKS = 200
LONGEST_MAKE = 60
LONGEST_SPOKE = 60
LONGEST_STORY = 2000
LONGEST_NOTICE = 500
LONGEST_FACTS = 7600  # bytes of JSON: room for what filing adds below the largest size class
_IN_WORDS = frozenset(("marks", "spoke"))
DESCRIBING_ENOUGH = 2  # facts about him or his car, where there is no identifier

EMPTY_APPEARANCE: dict[str, Any] = {
    "age_band": "unknown",
    "height_band": "unknown",
    "build": "unknown",
    "hair": "unknown",
    "facial_hair": "unknown",
    "glasses": None,
    "marks": "",
    "spoke": "",
}
EMPTY_SHARES: dict[str, Any] = {"alert": True, "statistics": False, "police": "no", "contact": False}
EMPTY: dict[str, Any] = {
    "incidents": [],
    "identifiers": [],
    "person": "client",
    "incident_on": "",
    "about": False,
    "area": "",
    "setting": "other",
    "time_slot": "unknown",
    "weapon": None,
    "intoxicated": None,
    "others_present": None,
    "how": [],
    "helped": [],
    "appearance": EMPTY_APPEARANCE,
    "vehicle": None,
    "language": "fr",
    "on_behalf": False,
    "shares": EMPTY_SHARES,
}


class FactsRefused(Exception):
    """What is said cannot be kept as it is. `problems`: (key, sentence that says what to do), at least one."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(key for key, _sentence in problems))
        self.problems = problems


def validated(said: Any, *, reported_on: date, latest: date | None = None) -> dict[str, Any]:
    """The facts, whole and in layout 1. Raises FactsRefused with everything that is wrong at once.

    `latest`: the last day on which it may have happened, else `reported_on`.
    """
    if not isinstance(said, dict):
        raise FactsRefused([("report", _("This part is not laid out as it should be."))])
    problems: list[tuple[str, str]] = []
    facts: dict[str, Any] = {}
    for key in said:
        if key not in EMPTY:
            problems.append((_quoted(key), _("“%(key)s” is not known here.") % {"key": _quoted(key)}))
    for key, empty in EMPTY.items():
        try:
            facts[key] = _READERS[key](said.get(key, empty))
        except _Wrong as wrong:
            problems.append((key, wrong.sentence))
    problems += _problems_between(facts, latest or reported_on) if not problems else []
    if problems:
        raise FactsRefused(problems)
    return facts


def identifiers_of(facts: dict[str, Any]) -> list[Identifier]:
    """The identifiers that a report keeps."""
    return [Identifier(**kept) for kept in facts["identifiers"]]


def checked_story(text: Any) -> str:
    """A free text of at most 2,000 characters, without what nobody typed. Raises FactsRefused."""
    try:
        return _text(text, LONGEST_STORY)
    except _Wrong as wrong:
        raise FactsRefused([("text", wrong.sentence)]) from None


def checked_notice(text: Any) -> str:
    """What members read of a story: at most 500 characters. Raises FactsRefused."""
    try:
        return _text(text, LONGEST_NOTICE)
    except _Wrong as wrong:
        raise FactsRefused([("text", wrong.sentence)]) from None


def checked_day(text: str) -> str:
    """An ISO day, an ISO month, or "". Raises FactsRefused."""
    try:
        return _incident_on(text)
    except _Wrong as wrong:
        raise FactsRefused([("incident_on", wrong.sentence)]) from None


def describing(facts: dict[str, Any]) -> int:
    """How many facts describe him or his car."""
    looks = facts["appearance"]
    said = [value for value in looks.values() if value not in ("unknown", "", None)]
    car = [value for value in (facts["vehicle"] or {}).values() if value not in ("unknown", "")]
    return len(said) + len(car)


class _Wrong(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _problems_between(facts: dict[str, Any], latest: date) -> Iterable[tuple[str, str]]:
    """What each field allows and all of them together do not."""
    if not facts["identifiers"] and describing(facts) < DESCRIBING_ENOUGH:
        yield "identifiers", _("Give one thing to recognise him by, or two facts about him or his car.")
    on = facts["incident_on"]
    if on and on > latest.isoformat()[: len(on)]:
        yield (
            "incident_on",
            _("That day has not come yet, or is after the day of the report. Choose another day."),
        )
    if len(json.dumps(facts, ensure_ascii=False).encode()) > LONGEST_FACTS:
        yield "identifiers", _("This is too much text for one report. Shorten what you typed.")


def _text(value: Any, longest: int) -> str:
    """Text without what nobody sees and everybody obeys."""
    if not isinstance(value, str):
        raise _Wrong(_("Text is needed here."))
    if len(value) > longest:
        raise _Wrong(_("At most %(longest)d characters, please.") % {"longest": longest})
    if "\0" in value or any(unicodedata.category(char) == "Cs" for char in value):
        raise _Wrong(_("This text has broken characters in it. Type it anew."))
    return without_steering(value).strip()


def without_steering(text: str) -> str:
    """A text of somebody's without control and bidi characters, which could hide what is read, or turn it around."""
    return "".join(char for char in text if char in "\n\t" or not _steers(char))


def closed_words(facts: dict[str, Any]) -> list[str]:
    """ "group:code" of all that is known about his looks and his car in closed words."""
    looks = {
        key.removesuffix("_band"): code for key, code in facts["appearance"].items() if key not in _IN_WORDS
    }
    car = facts["vehicle"] or {"type": "unknown", "colour": "unknown"}
    said = {
        **looks,
        "glasses": str(looks["glasses"]).lower(),
        "vehicle": car["type"],
        "colour": car["colour"],
    }
    return [f"{group}:{code}" for group, code in said.items() if code not in ("unknown", "none")]


def forms_of(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Under which closed words a report is found: its car; where nothing identifies him, all that describes him."""
    car = facts["vehicle"]
    cars = [("fact", f"{car['type']}/{car['colour']}")] if car and car["colour"] != "unknown" else []
    return cars + ([] if facts["identifiers"] else [("fact", word) for word in closed_words(facts)])


def _steers(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or char in _BIDI


def _drawn(text: str) -> str:
    """An identifier as typed, without zero-width characters; "" if nothing of it can be seen."""
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    return seen if visible(seen).strip() else ""


def _quoted(value: Any) -> str:
    """The beginning of what was given, to be said back: without what would steer a terminal or cannot be written."""
    return "".join(char for char in str(value)[:40] if char.isprintable() and char not in _BIDI)


def _one_of(choices: Any) -> Callable[[Any], str]:
    codes = frozenset(choices.values)  # once: Django makes the list anew at every asking

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in codes:
            raise _Wrong(_("“%(value)s” is not in the list.") % {"value": _quoted(value)})
        return value

    return read


def _some_of(choices: Any, *, least: int = 0) -> Callable[[Any], list[str]]:
    one, codes = _one_of(choices), tuple(choices.values)

    def read(value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            raise _Wrong(_("A list is needed here."))
        if len(value) < least:
            raise _Wrong(_("Choose at least one."))
        chosen = {one(item) for item in value}
        return [code for code in codes if code in chosen]

    return read


def _known_or_not(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise _Wrong(_("Only yes, no or don't know."))
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(_("Only yes or no."))
    return value


def _object(value: Any, readers: dict[str, Callable[[Any], Any]], empty: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(value, dict) or any(key not in readers for key in value):
        raise _Wrong(_("This part is not laid out as it should be."))
    return {key: read(value.get(key, empty[key])) for key, read in readers.items()}


def _appearance(value: Any) -> dict[str, Any]:
    return _object(value, _LOOKS, EMPTY_APPEARANCE)


def _vehicle(value: Any) -> dict[str, Any] | None:
    return None if value is None else _object(value, _CAR, {"type": "car", "colour": "unknown", "make": ""})


def _shares(value: Any) -> dict[str, Any]:
    return _object(value, _CONSENTS, EMPTY_SHARES)


def _identifiers(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list | tuple):
        raise _Wrong(_("A list is needed here."))
    if len(value) > MOST_IDENTIFIERS:
        raise _Wrong(
            _("At most %(most)d numbers, names and accounts in one report.") % {"most": MOST_IDENTIFIERS}
        )
    return [_identifier(item) for item in value]


def _identifier(item: Any) -> dict[str, str]:
    kept: dict[str, str] = _object(
        item, _IDENTIFIER, {"kind": None, "value": None, "platform": "", "country": ""}
    )
    if not kept["value"]:
        raise _Wrong(_("One of the numbers, names or accounts is empty. Fill it in or take it out."))
    return kept


def _country(value: Any) -> str:
    if value and not areas.is_country(value):
        raise _Wrong(_("“%(value)s” is not a country.") % {"value": _quoted(value)})
    return value or ""


def _platform(value: Any) -> str:
    return _one_of(Platform)(value) if value else ""


def _area(value: Any) -> str:
    if not isinstance(value, str) or not areas.known(value):
        raise _Wrong(
            _("That area is not known. Give a département, a region or the first digits of the postcode.")
        )
    return areas.canonical(value)


def _incident_on(value: Any) -> str:
    """An ISO day, an ISO month, or nothing."""
    if value in ("", None):
        return ""
    try:
        month = value + "-01" if len(value) == 7 else value
        if date.fromisoformat(month).isoformat() != month:
            raise ValueError
    except (TypeError, ValueError):
        raise _Wrong(_("That is not a day or a month of the calendar.")) from None
    return str(value)


_LOOKS: dict[str, Callable[[Any], Any]] = {
    "age_band": _one_of(AgeBand),
    "height_band": _one_of(HeightBand),
    "build": _one_of(Build),
    "hair": _one_of(Hair),
    "facial_hair": _one_of(FacialHair),
    "glasses": _known_or_not,
    "marks": lambda value: _text(value, LONGEST_MARKS),
    "spoke": lambda value: _text(value, LONGEST_SPOKE),
}
_CAR: dict[str, Callable[[Any], Any]] = {
    "type": _one_of(VehicleType),
    "colour": _one_of(Colour),
    "make": lambda value: _text(value, LONGEST_MAKE),
}
_CONSENTS: dict[str, Callable[[Any], Any]] = {
    "alert": _yes_or_no,
    "statistics": _yes_or_no,
    "police": _one_of(Police),
    "contact": _yes_or_no,
}
_IDENTIFIER: dict[str, Callable[[Any], Any]] = {
    "kind": _one_of(IdentifierKind),
    "value": lambda value: _drawn(_text(value, LONGEST_IDENTIFIER)),
    "platform": _platform,
    "country": _country,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "incidents": _some_of(Incident, least=1),
    "identifiers": _identifiers,
    "person": _one_of(PersonKind),
    "incident_on": _incident_on,
    "about": _yes_or_no,
    "area": _area,
    "setting": _one_of(Setting),
    "time_slot": _one_of(TimeSlot),
    "weapon": _known_or_not,
    "intoxicated": _known_or_not,
    "others_present": _known_or_not,
    "how": _some_of(How),
    "helped": _some_of(Helped),
    "appearance": _appearance,
    "vehicle": _vehicle,
    "language": _one_of(Language),
    "on_behalf": _yes_or_no,
    "shares": _shares,
}
