"""Looking somebody up.

The one promise: "nothing found" is said only when every live week was asked and every hit was opened. Whatever goes
wrong before that is `failed`, which is not an answer and says so.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from time import monotonic

from django.conf import settings

from accounts.models import Account
from alerts import spelling
from alerts.models import Report
from alerts.spelling import Reading
from jasmine import crypto

log = logging.getLogger("jasmine.alerts")

LONGEST_QUESTION = 2000  # characters
MOST_IDENTIFIERS = 5  # in one question
MOST_OPENED = 300  # hits of one check; a first name can be that of very many
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
class Hit:
    """One report that answers, and by which reading of what was typed."""

    report: Report
    reading: Reading
    match: str  # "sure" or "perhaps"


@dataclass(frozen=True)
class Joined:
    """A report about the same person by an identifier that it shares with one of hers, directly or through another.

    `by`: that identifier. `match`: "perhaps" when it may have changed hands meanwhile.
    """

    report: Report
    by: Reading
    match: str


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
        return len({report.author for report in self.surely})

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
        return len({report.author for person in self.sure for report in person.surely})

    @property
    def sure(self) -> list[Person]:
        return [person for person in self.people if person.match == "sure"]

    @property
    def perhaps(self) -> list[Person]:
        return [person for person in self.people if person.match == "perhaps"]


class TooSlow(Exception):
    """The time limit was over before every hit was opened."""


def check(typed: str, *, by: Account, now: datetime, time_limit: timedelta = TIME_LIMIT) -> Answer:
    """What the community knows about what was typed. Never raises: what goes wrong is the answer `failed`."""
    try:
        return _checked(typed, by=by, now=now, stop_at=monotonic() + time_limit.total_seconds())
    except Exception as error:  # whatever it is, it is not an answer
        log.error("a check failed: %s", type(error).__name__)
        return Answer(Outcome.FAILED)


def _checked(typed: str, *, by: Account, now: datetime, stop_at: float) -> Answer:
    if len(typed) > LONGEST_QUESTION:
        return Answer(Outcome.TOO_MANY)
    readings = spelling.readings(typed, default_country=settings.COUNTRY)
    if not readings:
        return Answer(Outcome.UNREADABLE)
    if _identifiers_in(readings) > MOST_IDENTIFIERS:
        return Answer(Outcome.TOO_MANY)
    hits, whole = _hits(readings, by, now.date(), stop_at)
    answer = _answer(hits, whole)
    if answer.outcome == Outcome.NONE and not spelling.is_read_whole(typed, default_country=settings.COUNTRY):
        return Answer(Outcome.UNREADABLE)  # "nothing found" would be said of a number that nobody asked for
    return answer


def _hits(readings: list[Reading], by: Account, today: date, stop_at: float) -> tuple[list[Hit], bool]:
    """Every report that answers, and whether all that might answer could be opened."""
    wanted = sorted({form for reading in readings for form in spelling.wanted(reading)})
    forms = [(kind, spelling.FORM_VERSION[kind], form) for kind, form in wanted]
    tokens = crypto.blind_tokens(forms, weeks=crypto.live_weeks())
    candidates = Report.objects.current(today).with_token(tokens).order_by("-level", "-filed_week")
    hits: list[Hit] = []
    whole = True
    for count, report in enumerate(candidates[: MOST_OPENED + 1]):
        if monotonic() > stop_at:
            raise TooSlow
        if count == MOST_OPENED:
            whole = False
            break
        try:
            report.refuse_tampering()
            str(report.notice)  # all that a page shows must open
            hits += _matches(report, readings, by, today)
        except Exception as error:  # one row must not take the others with it
            log.error("a report does not open, the check is not whole: %s", type(error).__name__)
            whole = False
    return hits, whole


def _matches(report: Report, readings: list[Reading], by: Account, today: date) -> Iterable[Hit]:
    """How this report answers, if she may see it: by its surest reading."""
    if not report.shown_to(by, today=today):
        return
    best: Hit | None = None
    for reading in readings:
        for kept in report.identifiers:
            match = spelling.match(reading, kept, default_country=settings.COUNTRY)
            if match == "sure" and reading.kind == "name":
                match = "perhaps"  # many people have one name: a name alone never accuses
            if match == "sure":
                yield Hit(report, reading, match)
                return
            if match and best is None:
                best = Hit(report, reading, match)
    if best:
        yield best


def _answer(hits: list[Hit], whole: bool) -> Answer:
    people = sorted(_people(hits), key=_rank)
    if any(person.match == "sure" for person in people):
        return Answer(Outcome.FOUND, people, whole)
    if people:
        return Answer(Outcome.PERHAPS, people, whole)
    return Answer(Outcome.NONE if whole else Outcome.FAILED)


def _people(hits: list[Hit]) -> Iterable[Person]:
    """Sure hits under one identifier are one person's; each other hit stands alone."""
    same: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        if hit.match == "sure":
            same.setdefault((hit.reading.kind, hit.reading.canonical), []).append(hit)
        else:
            yield Person(hit.match, hit.reading, [hit.report])
    for together in same.values():
        reports = sorted(
            (hit.report for hit in together),
            key=lambda one: (-one.level, -one.last_seen_in.toordinal(), one.pk),
        )
        yield Person("sure", together[0].reading, reports)


def _rank(person: Person) -> tuple[bool, int, int, int]:
    return (person.match != "sure", -person.level, -person.independent, -person.last_seen_in.toordinal())


def _identifiers_in(readings: list[Reading]) -> int:
    """How many different things were typed: one piece of text may have readings of several kinds."""
    return len({reading.text for reading in readings})
