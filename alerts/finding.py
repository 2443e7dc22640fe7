"""Finding the rows that may answer, opening them, and comparing them in the open.

A token only says where to look: a hit counts after its row was opened, says what its plain columns say, and was
compared. `Search` remembers when a row that might answer did not open: then "nothing found" may not be said.
"""

import logging
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from accounts.models import Account
from alerts import spelling
from alerts.models import Report, ReportQuerySet, Token
from alerts.resembling import PART, Likeness
from alerts.spelling import Asked, Form, Reading
from jasmine import crypto

log = logging.getLogger("jasmine.alerts")

MOST_OPENED = 300  # rows under one whole identifier
MOST_BY_A_PART = 100  # rows under the end of a number or a piece of a plate, the worst first
MOST_ALIKE = 300  # rows that only resemble: those that share most keys with what was typed
OPENED_AT_ONCE = 20  # of them; where fewer speak, those that share less are opened too
MOST_OF_PAIRS = 5000  # places in the index that are weighed
OPENED_FIRST = 60  # of the rows that may have the whole name; where it is not quite that, MOST_ALIKE more
NEARLY = 0.6  # of what the likeliest row shares: those that share as much are opened before the rest
WHOLE_NAME = 1.65  # points: two slips beside a word that is the same, or better
SO_MANY = 1_000_000  # rows, of which a key under which few stand tells much


class TooSlow(Exception):
    """The time limit was over before every hit was opened."""


@dataclass(frozen=True)
class Hit:
    """One report that answers, and by which reading of what was typed."""

    report: Report
    reading: Reading
    match: str  # "sure" or "perhaps"
    points: float = 0
    clues: tuple[str, ...] = ()


class Search:
    """One check on its way through the rows. `stop_at`: of the clock `monotonic`."""

    def __init__(
        self, asked: Asked, *, by: Account, today: date, near: frozenset[str], stop_at: float
    ) -> None:
        self.asked, self.by, self.today, self.near, self.stop_at = asked, by, today, near, stop_at
        self.whole = True  # false when a row that might answer was not opened
        self.too_common = False  # so many are alike that some of them are not told

    @cached_property
    def weeks(self) -> list[int]:
        """All in which a row stands now. Raises NoKey where the ring lacks any live one, needed or not."""
        last = Report.objects.aggregate(day=Max("delete_after"))["day"]
        live = crypto.live_weeks()
        return [*range(live.start, min(live.stop, crypto.week_of(last) + 1))] if last else []

    def exact(self) -> list[Hit]:
        """The reports that have an identifier that was typed, as it was typed or otherwise."""
        readings = self.asked.of_kind(*spelling.SURE_KINDS)
        forms = {form for reading in readings for form in spelling.wanted(reading)}
        rows = self.under(forms).order_by("-level", "-filed_week")[: MOST_OPENED + 1]
        hits = (_best_hit(report, readings) for report in self.opened(rows, most=MOST_OPENED))
        return [hit for hit in hits if hit]

    def alike(self, *, but: Iterable[Report]) -> list[Hit]:
        """The reports for which clues speak, the likest first."""
        likeness, seen = Likeness(self.asked, self.near), {report.pk for report in but}
        rows = list(
            self.under(spelling.part_forms(self.asked)).order_by("-level", "pk")[: MOST_BY_A_PART + 1]
        )
        self.too_common = len(rows) > MOST_BY_A_PART
        found = [row for row in rows[:MOST_BY_A_PART] if row.pk not in seen]
        hits = [hit for row in self.opened(found, most=MOST_BY_A_PART) if (hit := _like_hit(row, likeness))]
        hits += self._alike_by_words(likeness, seen | {row.pk for row in found})
        return sorted(hits, key=lambda hit: -hit.points)

    def _alike_by_words(self, likeness: Likeness, seen: set[UUID]) -> list[Hit]:
        """Who has the whole name; where nobody has, those who share a word with what was typed."""
        return self._of_whole_name(likeness, seen) or self._of_some_words(likeness, seen)

    def _of_whole_name(self, likeness: Likeness, seen: set[UUID]) -> list[Hit]:
        """The rows in which each word of a name of two stands, perhaps misspelt: lot by lot until somebody has it."""
        hits, tried = list[Hit](), set(seen)
        for lot, more_stand_behind in self._lots():
            some = [pk for pk in lot if pk not in tried]
            tried.update(some)
            rows = self.rows().filter(pk__in=some) if some else ()
            opened = self.opened(rows, most=len(some), which=likeness.is_whole_name_of)
            hits += [hit for row in opened if (hit := _like_hit(row, likeness))]
            self.too_common |= more_stand_behind and len(hits) >= OPENED_AT_ONCE
            if any(hit.points >= WHOLE_NAME for hit in hits):
                break
        return hits

    def _lots(self) -> Iterator[tuple[list[UUID], bool]]:
        """The rows that may have the whole name, and whether as likely ones stand behind them: of each kind of pairs
        those that share most, then some that share less; where it was none of them, more."""
        later = list[list[UUID]]()
        for forms in spelling.pair_forms(self.asked):
            weighed = self._weighed(forms)
            rows, most = list(weighed), max(weighed.values(), default=0)
            near = sum(weight >= NEARLY * most for weight in weighed.values())
            nearest = min(near, OPENED_FIRST)
            yield rows[:nearest], near > nearest
            yield rows[nearest:OPENED_FIRST], len(rows) > OPENED_FIRST
            later.append(rows[OPENED_FIRST:])
        yield from ((rows[:MOST_ALIKE], len(rows) > MOST_ALIKE) for rows in later)

    def _weighed(self, forms: frozenset[Form]) -> dict[UUID, float]:
        """The rows under these forms, those under most first: the fewer stand under one of them, the more it counts."""
        form_of = crypto.tokens_of_each(_versioned(forms), weeks=self.weeks)
        places = Token.objects.filter(token__among=form_of).values_list("token", "report_id")[:MOST_OF_PAIRS]
        rows: dict[Any, list[UUID]] = {}
        for token, pk in places:
            rows.setdefault(form_of[token], []).append(pk)
        weighed: dict[UUID, float] = {}
        for under in rows.values():
            weight = math.log(SO_MANY / len(under))
            for pk in under:
                weighed[pk] = weighed.get(pk, 0) + weight
        return dict(sorted(weighed.items(), key=lambda one: (-one[1], one[0])))

    def _of_some_words(self, likeness: Likeness, seen: set[UUID]) -> list[Hit]:
        tokens = self._tokens(spelling.word_forms(self.asked))
        sharing = self._sharing(tokens) if tokens else []
        keys = {pk: count for pk, count in sharing if pk not in seen}
        hits, found = list[Hit](), list(keys)
        for first in range(0, len(found), OPENED_AT_ONCE):
            some = found[first : first + OPENED_AT_ONCE]
            if len(hits) >= OPENED_AT_ONCE or (hits and keys[some[0]] < keys[found[0]] / 2):
                break
            rows = self.rows().filter(pk__in=some)
            hits += [hit for row in self.opened(rows, most=len(some)) if (hit := _like_hit(row, likeness))]
        self.too_common |= len(hits) >= OPENED_AT_ONCE < len(found) if hits else len(sharing) > MOST_ALIKE
        return hits

    def _sharing(self, tokens: set[int]) -> list[tuple[UUID, int]]:
        """The rows that stand under most of these tokens, and under how many; one more than may be opened."""
        # The more keys two names share the more alike they are: the database counts, the first of them are opened.
        shared = Token.objects.filter(token__among=tokens).values("report_id")
        counted = shared.annotate(keys=Count("token")).order_by("-keys", "report_id")
        return list(counted.values_list("report_id", "keys")[: MOST_ALIKE + 1])

    def under(self, forms: Iterable[Form]) -> ReportQuerySet:
        """The rows that may stand under any of these forms in any live week."""
        # In two steps: mostly nobody stands there, and looking that up alone takes half as long.
        tokens = self._tokens(forms)
        places = Token.objects.filter(token__among=tokens).values_list("report_id", flat=True)
        found = set(places) if tokens else ()
        return self.rows().filter(pk__in=found) if found else Report.objects.none()

    def rows(self) -> ReportQuerySet:
        """Those of today, without their stories: no answer tells one, and they are long."""
        return Report.objects.current(self.today).defer("story")

    def opened(
        self, rows: Iterable[Report], *, most: int, which: Callable[[Report], bool] = lambda _report: True
    ) -> Iterator[Report]:
        """Those that open and that she may see; `which`: by their facts. One row must not take the others with it."""
        for count, report in enumerate(islice(rows, most + 1)):
            if monotonic() > self.stop_at:
                raise TooSlow
            if count == most:
                self.whole = False
                return
            try:
                report.refuse_tampering()
                if not which(report):
                    continue
                str(report.notice)  # all that a page shows must open
                seen = report.shown_to(self.by, today=self.today)
            except Exception as error:
                log.error("a report does not open, the check is not whole: %s", type(error).__name__)
                self.whole = False
                continue
            if seen:
                yield report

    def _tokens(self, forms: Iterable[Form]) -> set[int]:
        versioned = _versioned(forms)
        return crypto.blind_tokens(versioned, weeks=self.weeks) if versioned else set()


def _versioned(forms: Iterable[Form]) -> list[tuple[str, int, str]]:
    return [(kind, spelling.FORM_VERSION[kind], form) for kind, form in sorted(forms)]


def _best_hit(report: Report, readings: list[Reading]) -> Hit | None:
    """How a report answers: by its surest reading."""
    best: Hit | None = None
    for reading in readings:
        for kept, _in_doubt in report.marks:
            match = spelling.answers(reading, kept)
            if match == "sure":
                return Hit(report, reading, match)
            if match and best is None:
                best = Hit(report, reading, match, points=PART, clues=(reading.kind,))
    return best


def _like_hit(report: Report, likeness: Likeness) -> Hit | None:
    like = likeness.to(report)
    return (
        Hit(report, _reading_of(likeness.asked, like.clues), "perhaps", like.points, like.clues)
        if like
        else None
    )


def _reading_of(asked: Asked, clues: tuple[str, ...]) -> Reading:
    """What was typed that speaks most for it; of plain words all of them."""
    kinds = {"near_phone": "phone", "plate_alike": "plate"}
    for clue in clues:
        if typed := asked.of_kind(kinds.get(clue, clue)):
            return typed[0]
    text = " ".join(word.text for word in asked.words)
    return Reading("words", text, text=text)
