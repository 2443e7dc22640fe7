"""How good the check is: questions with known answers, judged as the field cases say.

found   the share of the expected people among the first 10 people listed
first   the share of questions whose expected first person is listed first
wrong   confident answers about somebody who must not be named
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from accounts.models import Account
from alerts import checking, importing
from alerts.models import Policy

LISTED = 10  # people
SILENT_KINDS = ("negative_far", "junk")  # where any confident answer at all is wrong


class ReportsRefused(Exception):
    """The report file has lines that cannot be filed."""


@dataclass
class Tally:
    """What is counted of one kind of question."""

    queries: int = 0
    expected: int = 0
    listed: int = 0
    tops: int = 0
    first: int = 0
    wrong: int = 0

    def told(self) -> dict[str, Any]:
        return {
            "queries": self.queries,
            "found": round(self.listed / self.expected, 4) if self.expected else None,
            "first": round(self.first / self.tops, 4) if self.tops else None,
            "wrong": self.wrong,
        }


@dataclass
class Judge:
    """Holds who each report is about, which the site never knows."""

    person_of: dict[str, str]
    tallies: dict[str, Tally] = field(default_factory=dict)
    by_note: dict[str, Tally] = field(default_factory=dict)  # "kind: what is tried"

    def count(self, query: dict[str, Any], sure: list[str], perhaps: list[str]) -> None:
        """`sure`, `perhaps`: references of reports, in the order shown."""
        self._count(self.tallies.setdefault(query["kind"], Tally()), query, sure, perhaps)
        if note := query.get("note"):
            self._count(self.by_note.setdefault(f"{query['kind']}: {note}", Tally()), query, sure, perhaps)

    def _count(self, tally: Tally, query: dict[str, Any], sure: list[str], perhaps: list[str]) -> None:
        listed = self._people(sure + perhaps)
        confident = self._people(sure)
        tally.queries += 1
        tally.expected += len(query["expect"])
        tally.listed += len({*query["expect"]} & {*listed[:LISTED]})
        if query.get("expect_top"):
            tally.tops += 1
            tally.first += listed[:1] == [query["expect_top"]]
        silent = query["kind"] in SILENT_KINDS
        tally.wrong += len(confident) if silent else len({*query["must_not"]} & {*confident})

    def _people(self, refs: list[str]) -> list[str]:
        return list(dict.fromkeys(self.person_of[ref] for ref in refs))


def evaluate(reports: Path, queries: Path, *, now: datetime, answers: Path | None = None) -> dict[str, Any]:
    """File the reports in this site, ask the queries, and judge. Raises ReportsRefused."""
    Policy.objects.update(share_nuisance=True)
    with open(reports, "rb") as file:
        lines = list(importing.json_lines(file))
    wish = importing.Wish(now, texts="notice")
    result = importing.import_lines(lines, wish, refused=lambda _line: None, progress=lambda _read: None)
    if result.errors:
        raise ReportsRefused(f"{len(result.errors)} lines, the first: {result.errors[0]}")
    judge = Judge({line.said["ref"]: line.said.get("client", line.said["ref"]) for line in lines})
    asker = Account.open(
        "asker", "nobody signs in here", today=now.date(), joined_on=now.date() - timedelta(days=60)
    )
    seconds: list[float] = []
    given = list(_answers(queries, asker, now, seconds))
    for query, sure, perhaps in given:
        judge.count(query, sure, perhaps)
    if answers:
        with open(answers, "w") as file_out:
            for query, sure, perhaps in given:
                file_out.write(json.dumps({"id": query["id"], "sure": sure, "perhaps": perhaps}) + "\n")
    percentiles = quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
    return {
        "reports": result.filed,
        "kinds": {kind: tally.told() for kind, tally in sorted(judge.tallies.items())},
        "notes": {note: tally.told() for note, tally in sorted(judge.by_note.items())},
        "p50_ms": round(percentiles[49] * 1000, 2),
        "p95_ms": round(percentiles[94] * 1000, 2),
    }


def _answers(
    queries: Path, asker: Account, now: datetime, seconds: list[float]
) -> Iterable[tuple[dict[str, Any], list[str], list[str]]]:
    for raw in queries.read_bytes().splitlines():
        query = json.loads(raw)
        began = perf_counter()
        near = [query["area"]] if query.get("area") else []
        answer = checking.check(query["q"], by=asker, now=now, near=near, counted=False)
        seconds.append(perf_counter() - began)
        yield query, *_refs(answer)


def _refs(answer: checking.Answer) -> tuple[list[str], list[str]]:
    """Those that are told as sure, and those that are told as perhaps."""
    sure = [report for person in answer.sure for report in person.surely]
    perhaps = [joined.report for person in answer.sure for joined in person.joined if joined.match != "sure"]
    perhaps += [report for person in answer.perhaps for report in person.reports]
    return [report.facts["ref"] for report in sure], [report.facts["ref"] for report in perhaps]


def as_table(kinds: dict[str, dict[str, Any]]) -> str:
    """The figures by kind, a line each."""
    rows = [f"{'kind':<20}{'queries':>8}{'found':>8}{'first':>8}{'wrong':>8}"]
    for kind, told in kinds.items():
        cells = (told["queries"], told["found"], told["first"], told["wrong"])
        rows.append(f"{kind:<20}" + "".join(f"{'–' if cell is None else cell:>8}" for cell in cells))
    return "\n".join(rows)
