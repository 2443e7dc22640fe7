"""Looking somebody up.

The one promise: "nothing found" is said only when every live week was asked and every hit was opened. Whatever goes
wrong before that is `failed`, which is not an answer and says so.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from time import monotonic

from django.conf import settings

from accounts import budgets
from accounts.budgets import Allowance
from accounts.models import Account
from alerts import linking, spelling
from alerts.finding import Hit, Search
from alerts.linking import Joined
from alerts.models import Index, Report
from alerts.spelling import Asked, Reading
from alerts.vocabulary import Level, Peer

log = logging.getLogger("jasmine.alerts")

LONGEST_QUESTION = 2000  # characters
MOST_IDENTIFIERS = 5  # in one question
MOST_BY_A_PART = 5  # people whom the end of a number or a piece of a plate may show
PARTS = frozenset(("tail", "plate_part"))
TIME_LIMIT = timedelta(seconds=10)


class Outcome(StrEnum):
    """What a check says; the page carries it as `data-answer`."""

    FOUND = "found"
    PERHAPS = "perhaps"
    NONE = "none"
    UNREADABLE = "unreadable"
    TOO_MANY = "too_many"
    BUDGET = "budget"
    FAILED = "failed"


@dataclass(frozen=True)
class Person:
    """What was found about one person. `reports` answer what was typed, worst first; `joined` share an identifier
    with them. `clues`: what speaks for a "perhaps".
    """

    match: str
    reading: Reading
    reports: list[Report]
    joined: list[Joined] = field(default_factory=list)
    clues: tuple[str, ...] = ()
    points: float = 0

    @property
    def all_reports(self) -> list[Report]:
        return self.reports + [joined.report for joined in self.joined]

    @property
    def surely(self) -> list[Report]:
        """All reports but those that may be about somebody else."""
        return self.reports + [joined.report for joined in self.joined if joined.match == "sure"]

    @property
    def level(self) -> int:
        return max(report.level for report in self.surely)

    @property
    def independent(self) -> int:
        """How many different authors: an organisation and a group count as one each."""
        return _authors(self.surely)

    @property
    def last_seen_in(self) -> date:
        return max(report.last_seen_in for report in self.surely)


@dataclass(frozen=True)
class Answer:
    """`people`: sure ones first, then worst level, most independent authors, freshest. `whole`: false when something
    could not be read beside what was found. `recognised`: what was understood in what was typed. `too_common`: more
    are alike than are shown. `is_very_dangerous`: all that an answer without budget says.
    """

    outcome: Outcome
    people: list[Person] = field(default_factory=list)
    whole: bool = True
    recognised: tuple[Reading, ...] = ()
    too_common: bool = False
    is_very_dangerous: bool = False

    @property
    def independent(self) -> int:
        return _authors([report for person in self.sure for report in person.surely])

    @property
    def sure(self) -> list[Person]:
        return [person for person in self.people if person.match == "sure"]

    @property
    def perhaps(self) -> list[Person]:
        return [person for person in self.people if person.match == "perhaps"]


def _authors(reports: list[Report]) -> int:
    """What a new member says of something very dangerous is shown before a peer has read it, and no second voice."""
    counted = {report.author for report in reports if report.peer != Peer.UNCOUNTED}
    return len(counted) or min(len(reports), 1)


def check(
    typed: str,
    *,
    by: Account,
    now: datetime,
    near: Iterable[str] = (),
    counted: bool = True,
    time_limit: timedelta = TIME_LIMIT,
) -> Answer:
    """What the community knows about what was typed. Never raises: what goes wrong is the answer `failed`.

    `near`: the areas where she works; among equals the nearer come first, and nobody is left out. `counted`: within
    her budget of checks; false only where nobody asks, to judge the check itself.
    """
    try:
        stop_at = monotonic() + time_limit.total_seconds()
        return _checked(typed, by=by, now=now, near=frozenset(near), counted=counted, stop_at=stop_at)
    except Exception as error:  # whatever it is, it is not an answer
        log.error("a check failed: %s", type(error).__name__)
        return Answer(Outcome.FAILED)


def _checked(
    typed: str, *, by: Account, now: datetime, near: frozenset[str], counted: bool, stop_at: float
) -> Answer:
    if len(typed) > LONGEST_QUESTION:
        return Answer(Outcome.TOO_MANY)
    asked = spelling.ask(typed, default_country=settings.COUNTRY)
    if not asked.readings and not asked.words:
        return Answer(Outcome.UNREADABLE)
    if _identifiers_in(asked) > MOST_IDENTIFIERS:
        return Answer(Outcome.TOO_MANY)
    # Whatever is looked up is counted, also what then says "unreadable": else a broken piece beside it makes it free.
    text = " ".join(typed.casefold().split())
    allowance = budgets.spend_check(by, text, now=now) if counted else Allowance.FULL
    if allowance == Allowance.NONE:
        return Answer(Outcome.BUDGET)
    answer = _unless_due(_answer(Search(asked, by=by, today=now.date(), near=near, stop_at=stop_at)))
    if allowance == Allowance.BARE and answer.outcome != Outcome.FAILED:
        worst = max((person.level for person in answer.sure), default=0)
        return Answer(Outcome.BUDGET, is_very_dangerous=worst == Level.VERY_DANGEROUS)
    if answer.outcome == Outcome.NONE and not asked.whole:
        return Answer(Outcome.UNREADABLE)  # "nothing found" would be said of a number that nobody asked for
    return answer


def _answer(search: Search) -> Answer:
    hits = search.exact()
    sure = [hit for hit in hits if hit.match == "sure"]
    people = _sure_people(sure, linking.joined(search, [hit.report for hit in sure]) if sure else [])
    named = {report.pk for person in people for report in person.all_reports}
    perhaps = [hit for hit in hits if hit.match != "sure"] + search.alike(but=[hit.report for hit in hits])
    alike = [_person(group) for group in _together([hit for hit in perhaps if hit.report.pk not in named])]
    few = _few_by_a_part(sorted(alike, key=lambda person: _rank(person, search.near)))
    people = sorted(people, key=lambda person: _rank(person, search.near)) + few
    return Answer(
        _outcome(search, people),
        people,
        search.whole and search.asked.whole,
        recognised=tuple(search.asked.readings),
        too_common=search.too_common or len(few) < len(alike),
    )


def _unless_due(answer: Answer) -> Answer:
    """While the index is due, reports may stand where nobody looks: what was found is shown, and is not all."""
    if answer.outcome == Outcome.FAILED or not Index.is_due():
        return answer
    return Answer(Outcome.FAILED) if answer.outcome == Outcome.NONE else replace(answer, whole=False)


def _outcome(search: Search, people: list[Person]) -> Outcome:
    if any(person.match == "sure" for person in people):
        return Outcome.FOUND
    if people or search.too_common:  # too many to open are not "nothing"
        return Outcome.PERHAPS
    return Outcome.NONE if search.whole else Outcome.FAILED


def _sure_people(hits: list[Hit], found: list[Joined]) -> list[Person]:
    """Each with the reports that were found by an identifier shared with hers, directly or through another."""
    groups = _together(hits)
    group_of = {hit.report.pk: number for number, group in enumerate(groups) for hit in group}
    joined: list[list[Joined]] = [[] for _ in groups]
    for one in found:
        group_of[one.report.pk] = group_of[one.known.pk]
        joined[group_of[one.known.pk]].append(one)
    return [_person(group, others) for group, others in zip(groups, joined, strict=True)]


def _together(hits: list[Hit]) -> list[list[Hit]]:
    """Hits in groups of one person each: those that share what was typed, or an identifier."""
    groups: list[tuple[set[tuple[str, str]], list[Hit]]] = []
    for hit in hits:
        marks = set(linking.marks(hit.report))
        if hit.match == "sure":
            marks.add((hit.reading.kind, hit.reading.canonical))
        same = [group for group in groups if group[0] & marks]
        groups = [group for group in groups if not group[0] & marks]
        groups.append(
            (marks.union(*(group[0] for group in same)), [one for group in same for one in group[1]] + [hit])
        )
    return [group for _marks, group in groups]


def _person(hits: list[Hit], joined: list[Joined] | None = None) -> Person:
    best = max(hits, key=lambda hit: hit.points)
    reports = sorted(
        (hit.report for hit in hits), key=lambda one: (-one.level, -one.last_seen_in.toordinal(), one.pk)
    )
    clues = tuple(dict.fromkeys(clue for hit in hits for clue in hit.clues))
    return Person(best.match, best.reading, reports, joined or [], clues, best.points)


def _few_by_a_part(people: list[Person]) -> list[Person]:
    """Of those for whom a part of a number or of a plate speaks alone, the first five."""
    by_a_part = [person for person in people if PARTS >= {*person.clues}]
    return [person for person in people if person not in by_a_part[MOST_BY_A_PART:]]


def _rank(person: Person, near: frozenset[str]) -> tuple[bool, float, int, int, int, bool]:
    """Sure ones first; of those that only resemble, the likest; then the worst, the most often, the latest reported,
    the nearest."""
    is_near = any(report.area in near for report in person.reports)
    danger = (-person.level, -person.independent, -person.last_seen_in.toordinal())
    return (person.match != "sure", -round(person.points, 1), *danger, not is_near)


def _identifiers_in(asked: Asked) -> int:
    """How many different things were typed: one piece of text may have readings of several kinds. A name beside
    others only helps to tell them apart."""
    counted = Counter(
        (reading.text, reading.kind)
        for reading in asked.readings
        if reading.kind != "name" or len(asked.readings) == 1
    )
    most: dict[str, int] = {}
    for (text, _kind), count in counted.items():
        most[text] = max(count, most.get(text, 0))
    return sum(most.values())
