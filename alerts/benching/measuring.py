"""The bench of the check: whole pages over HTTP, ours and the plain one by turns, and what each finds.

number   a French number in the ways people type it, one in four reported by nobody; beside a B-tree on plain text
name     a first name and a surname, misspelt: half with one slip in each word, half with two in one; beside pg_trgm
found    somebody of the name that was meant is among the first ten people
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from statistics import quantiles
from typing import Any

from django.db import connection

from accounts.models import Account
from accounts.vocabulary import Role
from alerts import checking
from alerts.benching import building, invented, serving, yardsticks
from alerts.benching.serving import Asker, NoServer
from jasmine import crypto

SAMPLES = 300  # pages of each kind at each server, and names of each kind of slip
WARM_UP = 10  # pages that are not counted
CHECKS_AN_ASKER = 90  # at each server: an outreach worker has 200
LISTED = 10  # people
ROWS = 50  # likest names, of which the first ten people are taken
Page = tuple[float, str]  # milliseconds, what the answer was
PASSPHRASE = "nobody asks but the bench"  # noqa: S105  (of people in a throwaway site)


def check(reports: int, *, samples: int = SAMPLES) -> dict[str, Any]:
    """Fill this throwaway site with so many reports, ask, and give the figures. Raises NoServer."""
    now = datetime.now(UTC)
    built = building.build(reports, today=now.date())
    figures = {
        "reports": built.reports,
        "database": connection.vendor,
        "weeks_live": len(crypto.live_weeks()),
        "identifiers_a_report": round(built.identifiers / reports, 2),
        "tokens_a_report": round(built.tokens / reports, 1),
        "index_bytes_a_report": round(building.index_bytes() / reports),
        "build_seconds": round(built.seconds, 1),
    }
    askers = _askers(samples, now)
    turns = cycle(account for account, _name in askers)
    return figures | _pages(askers, samples) | _found(names_to_ask(samples), turns, now)


def _pages(askers: list[tuple[Account, str]], samples: int) -> dict[str, Any]:
    count, has_trigrams = samples + WARM_UP, connection.vendor == "postgresql"
    names = [typed for _meant, one, two in names_to_ask(count) for typed in (one, two)][:count]
    with serving.servers() as ports:
        pairs = [(_signed_in(ports[0], name), _signed_in(ports[1], name)) for _account, name in askers]
        turns = cycle(pairs)
        figures = _timed("number", numbers_to_ask(count), turns, both=True)
        figures |= _timed("name", names, turns, both=has_trigrams)
        for asker in (asker for pair in pairs for asker in pair):
            asker.leave()
        return figures


def _timed(
    what: str, typed: list[str], turns: Iterable[tuple[Asker, Asker]], *, both: bool
) -> dict[str, Any]:
    """Each text at ours and at the plain one, by turns, so that what else the machine does burdens both alike."""
    ours: list[Page] = []
    plain: list[Page] = []
    for text, (asker, other) in zip(typed, turns, strict=False):
        ours.append(asker.check(text))
        if both:
            plain.append(other.check(text))
    figures = _told(what, ours[WARM_UP:])
    if not both:
        return figures
    beside = _told(f"{what}_plain", plain[WARM_UP:])
    ratios = {
        f"{what}_{mark}_ratio": round(figures[f"{what}_{mark}_ms"] / beside[f"{what}_plain_{mark}_ms"], 3)
        for mark in ("p50", "p95")
    }
    return figures | beside | ratios


def _told(what: str, pages: list[Page]) -> dict[str, float]:
    """Percentiles, and the share of pages that named somebody."""
    marks = quantiles([taken for taken, _answer in pages], n=100, method="inclusive")
    answered = sum(answer in ("found", "perhaps") for _taken, answer in pages) / len(pages)
    return {
        f"{what}_p50_ms": round(marks[49], 2),
        f"{what}_p95_ms": round(marks[94], 2),
        f"{what}_answered": round(answered, 4),
    }


# --- what is asked --------------------------------------------------------------------------------------------


def numbers_to_ask(count: int) -> list[str]:
    """Reported numbers, and one in four that nobody reported, as people type them."""
    draw = invented.chance("numbers")
    values = _some(building.IDENTIFIERS, "value", "value LIKE '+33%%'", count)
    unknown = iter(lambda: f"+33{draw.choice('67')}{draw.randrange(10**8):08}", None)
    asked = [next(unknown) if at % 4 == 3 else value for at, value in enumerate(values)]
    return [invented.typed_number(value, draw) for value in asked]


def names_to_ask(count: int) -> list[tuple[str, str, str]]:
    """(the name that is meant, with one slip in each of its words, with two slips in one of them)"""
    draw = invented.chance("slips")
    names = _some(building.NAMES, "name", "length(name) > 9", count)
    return [(name, _one_slip_each(name, draw), _two_slips(name, draw)) for name in names]


def _one_slip_each(name: str, draw: Any) -> str:
    return " ".join(invented.misspelt(word, draw) for word in name.split())


def _two_slips(name: str, draw: Any) -> str:
    words = name.split()
    longest = max(range(len(words)), key=lambda at: len(words[at]))
    words[longest] = invented.misspelt(invented.misspelt(words[longest], draw), draw)
    return " ".join(words)


def _some(table: str, column: str, where: str, count: int) -> list[str]:
    """Values of rows here and there, by the number of the person; who is reported often is asked for often."""
    question = (
        f"SELECT {column} FROM {table} WHERE {where} ORDER BY person %% 7919, person, report_id LIMIT %s"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [count * 20])
        rows = [value for (value,) in cursor.fetchall()]
    return invented.chance("some", table).choices(rows, k=count)


# --- what is found --------------------------------------------------------------------------------------------


def _found(names: list[tuple[str, str, str]], turns: Iterator[Account], now: datetime) -> dict[str, Any]:
    """The share of misspelt names whose bearer is among the first ten people."""
    figures: dict[str, Any] = {}
    for slips, at in (("one_slip_each", 1), ("two_slips_in_one", 2)):
        asked = [(name[0], name[at]) for name in names]
        ours = _share_found(
            asked, lambda typed: _first_names_of(checking.check(typed, by=next(turns), now=now))
        )
        figures[f"name_found_{slips}"] = ours
        if connection.vendor == "postgresql":
            plain = _share_found(asked, _first_names_by_trigrams)
            figures[f"name_plain_found_{slips}"] = plain
            figures[f"name_found_{slips}_ratio"] = round(ours / plain, 3) if plain else None
    return figures


def _share_found(asked: list[tuple[str, str]], first_names: Callable[[str], set[str]]) -> float:
    return round(sum(meant in first_names(typed) for meant, typed in asked) / len(asked), 4)


def _first_names_of(answer: checking.Answer) -> set[str]:
    """The names of the first ten people of an answer. Raises NoServer where it is none."""
    if answer.outcome == checking.Outcome.FAILED:
        raise NoServer("a check failed")
    reports = [report for person in answer.people[:LISTED] for report in person.reports]
    return {kept.value.lower() for report in reports for kept in report.identifiers if kept.kind == "name"}


def _first_names_by_trigrams(typed: str) -> set[str]:
    likest = yardsticks.likest(typed, most=ROWS)
    people = list(dict.fromkeys(person for _key, person, _name, _alike in likest))[:LISTED]
    return {name for _key, person, name, _alike in likest if person in people}


# --- who asks -------------------------------------------------------------------------------------------------


def _askers(samples: int, now: datetime) -> list[tuple[Account, str]]:
    """Enough outreach workers that nobody's budget is used up. Names as they sign in with."""
    pages = 2 * (samples + WARM_UP)
    names = [f"asker-{number}" for number in range(pages // CHECKS_AN_ASKER + 1)]
    return [
        (Account.open(name, PASSPHRASE, today=now.date(), role=Role.OUTREACH, group="bench"), name)
        for name in names
    ]


def _signed_in(port: int, name: str) -> Asker:
    asker = Asker(port)
    asker.sign_in(name, PASSPHRASE)
    return asker
