"""The same person: from reports that answer, along identifiers that they share with others.

Found at reading, never stored: when a report goes, the links that it made go with it. Two steps and 50 reports at
most; nothing follows from a link that is only a perhaps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from alerts import spelling
from alerts.finding import Search
from alerts.models import Report
from alerts.spelling import Reading

STEPS = 2
MOST_JOINED = 50
MOST_LOOKED_AT = 150  # rows of one step; a house telephone can be that of very many
CHANGED_HANDS_AFTER = timedelta(days=730)  # a number that nobody reported for so long may be somebody else's


@dataclass(frozen=True)
class Joined:
    """A report with an identifier, `by`, that one of the `known` ones has too.

    `match`: "perhaps" when it may have changed hands meanwhile, or is itself in doubt.
    """

    report: Report
    by: Reading
    match: str
    known: Report


def joined(search: Search, known: list[Report]) -> list[Joined]:
    """What leads on from reports that surely answer, the nearest first. A report that is among them is not led to."""
    found: dict[object, Joined] = {}
    fresh, asked = known, set(_forms(search.asked.of_kind(*spelling.SURE_KINDS)))
    for _step in range(STEPS):
        forms = {form for report in fresh for form in _forms(reading for reading, _doubt in report.marks)}
        rows = search.under(forms - asked).exclude(pk__in=[report.pk for report in known])
        others = search.opened(rows.order_by("-level", "pk")[:MOST_LOOKED_AT], most=MOST_LOOKED_AT)
        asked |= forms
        new = [one for other in others if (one := _surest(_between(other, report) for report in fresh))]
        for one in new:
            held = found.get(one.report.pk)
            if len(found) < MOST_JOINED if held is None else held.match != "sure":
                found.pop(one.report.pk, None)  # behind what it now hangs on
                found[one.report.pk] = one
        fresh = [one.report for one in new if one.match == "sure"]
    return list(found.values())


def marks(report: Report) -> frozenset[tuple[str, str]]:
    """What an opened report can be joined by: (kind, canonical spelling), but for what its author was unsure of and
    for accounts that are rather a shown name."""
    sure = (reading for reading, in_doubt in report.marks if not in_doubt)
    return frozenset((one.kind, one.canonical) for one in sure if spelling.compare(one, one) == "sure")


def _between(report: Report, known: Report) -> Joined | None:
    pairs = ((mine, theirs) for mine in report.marks for theirs in known.marks)
    return _surest(_joined_by(report, mine, known, theirs) for mine, theirs in pairs)


def _surest(found: Iterable[Joined | None]) -> Joined | None:
    return min((one for one in found if one), key=lambda one: one.match != "sure", default=None)


def _joined_by(
    report: Report, mine: tuple[Reading, bool], known: Report, theirs: tuple[Reading, bool]
) -> Joined | None:
    match = spelling.compare(mine[0], theirs[0])
    if not match:
        return None
    apart = abs(report.last_seen_in - known.last_seen_in) > CHANGED_HANDS_AFTER
    in_doubt = mine[1] or theirs[1] or (apart and mine[0].kind == "phone")
    return Joined(report, mine[0], "perhaps" if in_doubt else match, known)


def _forms(readings: Iterable[Reading]) -> set[spelling.Form]:
    return {form for reading in readings for form in spelling.wanted(reading)}
