"""Bringing in an organisation's earlier list.

Every good line is filed exactly once, however often the file is imported; every bad one is told with its number and
the reason; none is lost, none half. What the organisation reports counts as one author.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction

from alerts import facts, filing, spelling
from alerts.models import ORGANISATION, Policy, Report, ref_forms
from jasmine import crypto

LINES_AT_ONCE = 100  # in one transaction: what is killed in between is filed by the next run
LONGEST_REF = 100  # characters
LONGEST_LINE = 64 * 1024  # bytes
NOT_FACTS = frozenset({"ref", "client", "reported_on", "text"})  # `client` is for whoever judges a test file


class LineRefused(Exception):
    """This line cannot be filed; the message says why."""


@dataclass(frozen=True)
class Line:
    """One report of the file, or the reason why it is none. `number` counts line feeds from 1."""

    number: int
    raw: bytes
    said: dict[str, Any] = field(default_factory=dict)
    why: str = ""


@dataclass
class Result:
    """What became of the lines: counts, and for each refused line its number and the reason."""

    read: int = 0
    filed: int = 0
    already: int = 0
    too_old: int = 0
    not_shared: int = 0
    withdrawn: int = 0
    unread_stories: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Wish:
    """How a file is to be imported. `texts`: "story" (moderators read it first) or "notice" (the organisation answers
    for it). `dry_run`: everything but keeping it."""

    now: datetime
    texts: str = "story"
    dry_run: bool = False


def import_lines(
    lines: Iterable[Line], wish: Wish, *, refused: Callable[[Line], None], progress: Callable[[int], None]
) -> Result:
    """File every good line. `refused` is given each line that was not; `progress` the number of lines read so far."""
    result = Result()
    seen: dict[str, dict[str, Any]] = {}
    waiting = iter(lines)
    while batch := list(islice(waiting, LINES_AT_ONCE)):
        with transaction.atomic():
            # Two imports of one file at once: the second waits here, and then finds what the first has filed.
            Policy.objects.select_for_update().get()
            seen |= _known(_refs(batch))  # one question for all of them
            gone = {ref for _kind, ref in crypto.gone_among(("ref", ref) for ref in _refs(batch))}
            for line in batch:
                _take(line, wish, seen, gone, result, refused)
            transaction.set_rollback(wish.dry_run)
        progress(result.read)
    return result


def _take(
    line: Line,
    wish: Wish,
    seen: dict[str, dict[str, Any]],
    gone: set[str],
    result: Result,
    refused: Callable[[Line], None],
) -> None:
    result.read += 1
    try:
        outcome = _file(line, wish, seen, gone)
        setattr(result, outcome, getattr(result, outcome) + 1)
        if outcome == "filed" and wish.texts == "story" and line.said.get("text"):
            result.unread_stories += 1
    except LineRefused as refusal:
        result.errors.append({"line": line.number, "why": str(refusal)})
        refused(line)


def _file(line: Line, wish: Wish, seen: dict[str, dict[str, Any]], gone: set[str]) -> str:
    """File one line, unless its reference is among those `seen` or `gone`; gives the count that it belongs to.

    Raises LineRefused.
    """
    if line.why:
        raise LineRefused(line.why)
    ref, reported_on = _ref(line.said), _reported_on(line.said, wish.now.date())
    said = {key: value for key, value in line.said.items() if key not in NOT_FACTS}
    try:
        whole = facts.validated(said, reported_on=reported_on)
        text = _checked_text(line.said.get("text"), wish.texts)
    except facts.FactsRefused as refusal:
        raise LineRefused(_why(refusal)) from None
    content = {**whole, "reported_on": reported_on.isoformat(), "text": text}
    known = seen.get(ref)
    if known is not None:
        if not _same(known, content):
            raise LineRefused("ref: this reference is known, with other content")
        return "already"
    if ref in gone:
        return "withdrawn"
    try:
        told: dict[str, Any] = {**said, wish.texts: text}
        filing.file_report(by=ORGANISATION, now=wish.now, reported_on=reported_on, ref=ref, **told)
    except filing.PastItsDay:
        return "too_old"
    except filing.NotShared:
        return "not_shared"
    except facts.FactsRefused as refusal:
        raise LineRefused(_why(refusal)) from None
    seen[ref] = content
    return "filed"


def _checked_text(text: Any, texts: str) -> str:
    checked = facts.checked_notice if texts == "notice" else facts.checked_story
    return checked("" if text is None else text)


def _why(refusal: facts.FactsRefused) -> str:
    return "; ".join(f"{key}: {sentence}" for key, sentence in refusal.problems)


def _ref(said: dict[str, Any]) -> str:
    """The line's own reference; without one, a digest of the line, so that it is filed once all the same."""
    if "ref" not in said:
        return sha256(json.dumps(said, sort_keys=True).encode(errors="replace")).hexdigest()
    ref = said["ref"]
    if not isinstance(ref, str) or not ref.strip() or not ref.isprintable() or len(ref) > LONGEST_REF:
        raise LineRefused(f"ref: a text of 1 to {LONGEST_REF} characters is needed")
    return ref.strip()


def _reported_on(said: dict[str, Any], today: date) -> date:
    try:
        day = date.fromisoformat(said["reported_on"])
        if day.isoformat() != said["reported_on"]:
            raise ValueError
    except (KeyError, TypeError, ValueError):
        raise LineRefused("reported_on: a day of the calendar is needed, as 2026-05-12") from None
    if day > today:
        raise LineRefused("reported_on: that day has not come yet")
    return day


def _refs(lines: Iterable[Line]) -> Iterator[str]:
    """The references of those lines that have one."""
    for line in lines:
        with suppress(LineRefused):
            yield _ref(line.said)


def _known(refs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the reports with these references say, those that there are."""
    forms = [form for ref in refs for form in ref_forms(ref)]
    tokens = crypto.blind_tokens(forms, weeks=crypto.live_weeks())
    hits = Report.objects.with_token(tokens)
    return {report.facts["ref"]: {**report.facts, "text": report.story or report.notice} for report in hits}


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether both say the same: days, area, incidents, identifiers in any spelling, text but for white space."""
    alike = all(one[key] == other[key] for key in ("reported_on", "incident_on", "area", "incidents"))
    texts = one["text"].split() == other["text"].split()
    return alike and texts and _same_identifiers(facts.identifiers_of(one), facts.identifiers_of(other))


def _same_identifiers(ones: list[spelling.Identifier], others: list[spelling.Identifier]) -> bool:
    def all_in(some: list[spelling.Identifier], more: list[spelling.Identifier]) -> bool:
        return all(any(spelling.same(a, b, default_country=settings.COUNTRY) for b in more) for a in some)

    return len(ones) == len(others) and all_in(ones, others) and all_in(others, ones)


# --- reading JSON lines -------------------------------------------------------------------------------------


def json_lines(file: Iterable[bytes]) -> Iterator[Line]:
    """One JSON object a line, UTF-8. Empty lines are skipped."""
    for number, raw in enumerate(file, start=1):
        if raw.strip():
            yield _json_line(number, raw.rstrip(b"\r\n"))


def _json_line(number: int, raw: bytes) -> Line:
    if len(raw) > LONGEST_LINE:
        return Line(number, raw, why=f"longer than {LONGEST_LINE // 1024} KiB")
    try:
        said = json.loads(
            raw.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_no_key_twice
        )
    except UnicodeDecodeError:
        return Line(number, raw, why="not UTF-8")
    except json.JSONDecodeError as error:
        return Line(number, raw, why=f"not JSON: {error.msg} at character {error.pos + 1}")
    except RecursionError:
        return Line(number, raw, why="too deeply nested")
    except _NotJSON as error:
        return Line(number, raw, why=str(error))
    except ValueError:  # Python's own limit, above 4,300 digits
        return Line(number, raw, why="a number is too long")
    if not isinstance(said, dict):
        return Line(number, raw, why="not a JSON object")
    return Line(number, raw, said)


class _NotJSON(ValueError):
    """JSON as some write it and the standard (RFC 8259) does not allow."""


def _no_constant(name: str) -> Any:
    raise _NotJSON(f"{name} is not JSON")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise _NotJSON("a key stands twice")
    return dict(pairs)
