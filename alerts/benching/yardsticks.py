"""The same questions to plain columns: a B-tree over identifiers, trigrams over names.

Only the two questions that find rows are others; opening, comparing, joining, ranking and the page stay. They take the
place of ours in the second server of a bench (`plain_site`), and nowhere else.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from alerts.benching.building import IDENTIFIERS, NAMES, PLAIN_KINDS
from alerts.finding import Hit, Search
from alerts.models import Report, ReportQuerySet
from alerts.spelling import Form

LISTED = 10  # likest names on a page

Likest = list[tuple[Any, int, str, float]]  # key of the report, number of the person, name, likeness


def under(self: Search, forms: Iterable[Form]) -> ReportQuerySet:
    """Instead of `Search.under`: the rows with one of these identifiers, from the plain column."""
    # The numbers of a bench are French, and stand in the plain column as E.164.
    numbers = {f"+33{form}" for kind, form in forms if kind == "phone-national"}
    values = sorted(numbers | {form for kind, form in forms if kind in PLAIN_KINDS})
    among = "ANY(%s)" if connection.vendor == "postgresql" else "(SELECT value FROM json_each(%s))"
    equals = "=" if connection.vendor == "postgresql" else "IN"
    parameter: Any = values if connection.vendor == "postgresql" else json.dumps(values)
    question = f"SELECT report_id FROM {IDENTIFIERS} WHERE value {equals} {among}"  # noqa: S608  (names of ours)
    return self.rows().filter(pk__in=RawSQL(question, [parameter]))  # noqa: S611


def alike(self: Search, *, but: Iterable[Report]) -> list[Hit]:
    """Instead of `Search.alike`: the rows whose plain name shares most trigrams with what was typed."""
    named = self.asked.of_kind("name")
    if not named:
        return []
    keys = {report_id: alike for report_id, _person, _name, alike in likest(named[0].text, most=LISTED)}
    for report in but:
        keys.pop(report.pk, None)
    rows = self.opened(self.rows().filter(pk__in=keys), most=LISTED)
    hits = [Hit(report, named[0], "perhaps", keys[report.pk], ("name",)) for report in rows]
    return sorted(hits, key=lambda hit: -hit.points)


def likest(name: str, *, most: int) -> Likest:
    """The rows whose name shares most trigrams with this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT report_id, person, name, similarity(name, %s) AS alike FROM {NAMES} WHERE name %% %s"  # noqa: S608
            " ORDER BY alike DESC LIMIT %s",
            [name.lower(), name.lower(), most],
        )
        return list(cursor.fetchall())


def replace_questions() -> None:
    """From here on this process finds by plain columns."""
    Search.under = under  # type: ignore[method-assign]
    Search.alike = alike  # type: ignore[method-assign]
