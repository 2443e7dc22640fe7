"""An answer as its page tells it: of each person a line of verdict, why he may be the one, and what joins the rest.

At most PEOPLE_A_PAGE people, and of each the gravest reports, so that a page comes at once on a slow network: a report
with all that can be tapped and the longest notice is some 400 bytes on the wire, and REPORTS_A_PAGE of them fill two
steps of 4 KiB. Whatever stands under a "perhaps" is a perhaps, and masked.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts import spelling
from alerts.checking import Answer, Person
from alerts.facts import without_steering
from alerts.linking import CHANGED_HANDS_AFTER, MOST_JOINED, Joined
from alerts.masking import masked_reading
from alerts.models import Report
from alerts.showing import Freshness, Shown, shown
from alerts.spelling import Reading, phone
from alerts.views.verdict import verdict
from alerts.vocabulary import Helped
from jasmine.templatetags.shown import month

PEOPLE_A_PAGE = 5
REPORTS_A_PERSON = 5
REPORTS_A_PAGE = 13
MOST_THAT_HELPED = 4
LONGEST_RECOGNISED = 60  # characters of what was understood in one piece of the text

WHOLE = ("phone", "email", "handle", "plate")  # kinds of readings that are no part of something
Row = tuple[Report, Joined | None]  # None: it answers what was typed by itself

SAME: dict[str, Promise] = {
    "phone": gettext_lazy("Also about him, by the same phone number:"),
    "email": gettext_lazy("Also about him, by the same e-mail address:"),
    "handle": gettext_lazy("Also about him, by the same account:"),
    "plate": gettext_lazy("Also about him, by the same number plate:"),
}
UNDERSTOOD: dict[str, Promise] = {
    "phone": gettext_lazy("phone number"),
    "email": gettext_lazy("e-mail address"),
    "handle": gettext_lazy("account"),
    "plate": gettext_lazy("number plate"),
    "name": gettext_lazy("name"),
    "tail": gettext_lazy("end of a phone number"),
    "plate_part": gettext_lazy("part of a number plate"),
}
# Kinds of readings stand here beside the clues: a hit may be weak in itself, as letters that may be an account.
CLUES: dict[str, Promise] = {
    "name": gettext_lazy("a name that sounds alike"),
    "tail": gettext_lazy("the end of a phone number"),
    "plate_part": gettext_lazy("part of a number plate"),
    "plate_alike": gettext_lazy("a number plate that looks almost the same"),
    "plate": gettext_lazy("a number plate that looks almost the same"),
    "phone": gettext_lazy("a phone number with the same digits, perhaps of another country"),
    "handle": gettext_lazy("an account with these letters"),
    "words": gettext_lazy("words of the report"),
    "car": gettext_lazy("the car"),
    "looks": gettext_lazy("what he looks like"),
    "area": gettext_lazy("the area"),
}


@dataclass(frozen=True)
class Group:
    """Reports that one thing brought here. `by`, `value`, `doubt`: empty for those that answer by themselves."""

    match: str
    reports: list[Shown]
    by: str = ""
    value: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Told:
    """One person. `count`: of all reports, also those that do not stand here; `shown`: of those that do.

    `is_cut`: there may be more than were counted.
    """

    person: Person
    verdict: str
    clues: list[str]
    groups: list[Group]
    count: int
    is_cut: bool

    @property
    def shown(self) -> int:
        return sum(len(group.reports) for group in self.groups)


@dataclass(frozen=True)
class Page:
    sure: list[Told]
    perhaps: list[Told]
    by_name: bool  # whether a name speaks for one of them
    left_out: int
    recognised: list[tuple[str, str]]
    helped: list[str]


def page(answer: Answer, *, typed: str, reader: Any, today: date) -> Page:
    """All that a page tells of an answer. Raises CannotOpen, ReportTampered."""
    people = sorted(answer.people, key=lambda person: person.match != "sure")
    is_cut = sum(len(person.joined) for person in people) >= MOST_JOINED
    seen = list(_all_told(people[:PEOPLE_A_PAGE], answer.recognised, reader, today, is_cut=is_cut))
    perhaps = [told for told in seen if told.person.match != "sure"]
    return Page(
        sure=[told for told in seen if told.person.match == "sure"],
        perhaps=perhaps,
        by_name=any("name" in _clues_of(told.person) for told in perhaps),
        left_out=len(people) - len(seen),
        recognised=recognised(answer.recognised, typed=typed),
        helped=_helped(told.person for told in seen),
    )


def recognised(readings: Iterable[Reading], *, typed: str) -> list[tuple[str, str]]:
    """What was understood, as (what it is, how it reads); nothing where that would only repeat what was typed."""
    pieces: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.kind in UNDERSTOOD:
            pieces.setdefault(reading.text or reading.canonical, []).append(reading)
    if [piece.strip() for piece in pieces] == [typed.strip()]:
        return []
    said = [next(filter(_is_all_of_its_piece, read), read[0]) for read in pieces.values()]
    return [(str(UNDERSTOOD[one.kind]), _readable(one)) for one in said]


def _is_all_of_its_piece(reading: Reading) -> bool:
    """And not more: "Ousmane 4130" is first looked for as an account of both words, and said back as what it is."""
    if reading.kind not in ("handle", "plate"):
        return True
    signs, typed = (
        "".join(filter(str.isalnum, text)).casefold() for text in (reading.canonical, reading.text)
    )
    return signs == typed


def _readable(reading: Reading) -> str:
    """An identifier in the spelling that is compared; of what is only part of one, what she typed."""
    text = reading.canonical if reading.kind in WHOLE else reading.text or reading.canonical
    return " ".join(without_steering(text).split())[:LONGEST_RECOGNISED]


def _all_told(
    people: Sequence[Person], typed: Sequence[Reading], reader: Any, today: date, *, is_cut: bool
) -> Iterable[Told]:
    """Each with at least one report."""
    left = REPORTS_A_PAGE
    for waiting, person in zip(reversed(range(len(people))), people, strict=True):
        most = min(REPORTS_A_PERSON, left - waiting)
        told = _told(person, typed, reader, today, most=most, is_cut=is_cut)
        left -= told.shown
        yield told


def _told(
    person: Person, typed: Sequence[Reading], reader: Any, today: date, *, most: int, is_cut: bool
) -> Told:
    rows: list[Row] = [(report, None) for report in person.reports]
    rows += [(joined.report, joined) for joined in person.joined]
    return Told(
        person=person,
        verdict=verdict(person),
        clues=_clues(person, typed) if person.match != "sure" else [],
        groups=list(_groups(person, sorted(rows, key=_rank)[:most], _plain(person, typed), reader, today)),
        count=len(rows),
        is_cut=is_cut and bool(person.joined),
    )


def _rank(row: Row) -> tuple[bool, int, bool]:
    """The gravest first; before all, those that are surely about the same person."""
    report, joined = row
    return (joined is not None and joined.match != "sure", -report.level, joined is not None)


def _helped(people: Iterable[Person]) -> list[str]:
    """What helped others with these people, the most often said first."""
    said = Counter(code for person in people for report in person.surely for code in report.facts["helped"])
    codes = sorted(said, key=lambda code: (-said[code], list(Helped).index(Helped(code))))
    return [str(Helped(code).label) for code in codes[:MOST_THAT_HELPED]]


# --- why he may be the one ----------------------------------------------------------------------------------


def _clues_of(person: Person) -> tuple[str, ...]:
    return person.clues or (person.reading.kind,)


def _clues(person: Person, typed: Iterable[Reading]) -> list[str]:
    said = (
        _near_phone(person, typed) if clue == "near_phone" else str(CLUES.get(clue, ""))
        for clue in _clues_of(person)
    )
    return list(dict.fromkeys(filter(None, said)))


def _near_phone(person: Person, typed: Iterable[Reading]) -> str:
    kept = [one for report in person.reports for one in _meanings(report)]
    near = next((one for one in kept for asked in typed if _is_one_off(asked, one)), None)
    if near is None:
        return _("a phone number that differs by one digit")
    return _("a phone number that differs by one digit: did you mean %(number)s?") % {
        "number": masked_reading(near)
    }


def _is_one_off(asked: Reading, kept: Reading) -> bool:
    return bool(asked.number and kept.number and phone.is_one_off(asked.number, kept.number))


# --- his reports, and what joins them -----------------------------------------------------------------------


def _plain(person: Person, typed: Iterable[Reading]) -> list[Reading]:
    """Which identifiers she may see as she typed them: of somebody who only may be him, none."""
    if person.match != "sure":
        return []
    return [one for one in (person.reading, *typed) if one.kind in WHOLE]


def _groups(
    person: Person, rows: Sequence[Row], asked: list[Reading], reader: Any, today: date
) -> Iterable[Group]:
    freshness = Freshness(_last_seen(person), today)
    direct = [
        shown(report, reader=reader, asked=asked, freshness=freshness)
        for report, joined in rows
        if joined is None
    ]
    if direct:
        yield Group(person.match, direct, doubt=_gap_of(person))
    same: dict[tuple[str, str, str], list[Joined]] = {}
    for _report, joined in rows:
        if joined is not None:
            same.setdefault((joined.by.kind, joined.by.canonical, joined.match), []).append(joined)
    for together in same.values():
        yield _joined(person, together, reader, asked, freshness)


def _joined(
    person: Person, together: list[Joined], reader: Any, asked: list[Reading], freshness: Freshness
) -> Group:
    first = together[0]
    is_typed = (first.by.kind, first.by.canonical) in [(one.kind, one.canonical) for one in asked]
    return Group(
        match="sure" if person.match == first.match == "sure" else "perhaps",
        reports=[shown(one.report, reader=reader, asked=asked, freshness=freshness) for one in together],
        by=str(SAME.get(first.by.kind, _("Also about him, by the same name:"))),
        value=first.by.canonical if is_typed else masked_reading(first.by),
        doubt=_doubt_of(together) if first.match != "sure" else "",
    )


def _doubt_of(together: list[Joined]) -> str:
    """Why reports that share an identifier may still be about two people."""
    then, now = (
        max(report.last_seen_in for report in reports)
        for reports in ([one.report for one in together], [one.known for one in together])
    )
    if abs(then - now) <= CHANGED_HANDS_AFTER:
        return _("Perhaps somebody else: it is not sure that this is his.")
    return _("Perhaps somebody else: this may have changed hands. Seen in %(before)s and in %(after)s.") % {
        "before": month(min(then, now)),
        "after": month(max(then, now)),
    }


def _gap_of(person: Person) -> str:
    """A number that was typed may itself have changed hands between the reports that have it."""
    months = sorted(report.last_seen_in for report in person.reports)
    gaps = [pair for pair in pairwise(months) if pair[1] - pair[0] > CHANGED_HANDS_AFTER]
    if not gaps or person.reading.kind != "phone":
        return ""
    return _("These may be two people: seen in %(before)s, then in %(after)s. Numbers change hands.") % {
        "before": month(gaps[-1][0]),
        "after": month(gaps[-1][1]),
    }


def _last_seen(person: Person) -> dict[tuple[str, str], date]:
    """When each identifier of a person was last seen."""
    seen: dict[tuple[str, str], date] = {}
    for report in person.all_reports:
        for one in _meanings(report):
            key = (one.kind, one.canonical)
            seen[key] = max(report.last_seen_in, seen.get(key, report.last_seen_in))
    return seen


def _meanings(report: Report) -> list[Reading]:
    default = settings.COUNTRY
    return [one for kept in report.identifiers for one in spelling.meanings(kept, default_country=default)]
