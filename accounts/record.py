"""The record of grave acts: a chain in which nothing can be changed, moved or taken out unseen.

    link = SHA-256("jasmine/1/record" ‖ link before ‖ number ‖ day of deletion ‖ sealed bytes of the facts)

each behind its length. The sealed facts say number, day, the link before and the day of the entry before once more: who
writes the table can neither renumber nor re-date. Entries live 12 months and leave from the front alone; the first one
that is kept knows by itself whether the one before it was due, and its link before is the anchor. What is taken off the
end is found by `record.json` beside the ring, which says how far the record had come, and by the head that moderators
note down: `verify(since=HEAD)`.

Write an act's entry last in its transaction: who has written holds the record's end, and should wait for no other row.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts.models import Account, RecordEntry, RecordHead
from accounts.vocabulary import Act
from jasmine import crypto
from jasmine.fields import Ciphertext, SealedField

log = logging.getLogger("jasmine.accounts")

KEPT_MONTHS = 12
FILE = "record.json"
SHORTEST_HEAD = 16  # hexadecimal digits of a head that was noted by hand
BEGINNING = bytes(32)  # the link before the first
FACTS = cast(SealedField, RecordEntry._meta.get_field("facts"))


@dataclass(frozen=True)
class Verdict:
    """`entries`: how many were looked at, all that are kept. `head`: the last link, hexadecimal."""

    entries: int
    head: str
    ok: bool


@dataclass(frozen=True)
class Noted:
    """How far the record had come when it was last noted beside the ring. `until`: the day of its last entry."""

    count: int
    head: str
    until: str


def write(kind: str, *, by: Account | None, now: datetime, about: str = "", **said: Any) -> RecordEntry:
    """Put an act on the record, in the caller's transaction: both stand or fall together.

    `by`: None for the terminal. `about`: the id of what it was done to. `said`: what else is to be known, as JSON.
    Raises ValueError for a kind that `Act` does not have.
    """
    with held() as end:
        facts = {
            "kind": str(Act(kind)),
            "by": "" if by is None else str(by.pk),
            "about": about,
            "said": said,
            "at": now.isoformat(),
        }
        entry = _linked(end, facts, today=now.date())
        entry.save(force_insert=True)
        end.count, end.head = entry.number, entry.link
        end.save()
        transaction.on_commit(partial(_note, even_if_lost=kind == Act.RESTORED))
    return entry


def write_terminal(kind: str, *, now: datetime, **counts: Any) -> None:
    """Put on the record what was done on the terminal. After a restore it also names the end that was lost by it."""
    noted = _noted()
    if kind == Act.RESTORED and noted and not _stands(noted, today=now.date()):
        write(kind, by=None, now=now, lost_count=noted.count, lost_head=noted.head, **counts)
    else:
        write(kind, by=None, now=now, **counts)


def head() -> tuple[int, str]:
    """How many acts the record has had, and its last link in hexadecimal: to be noted down elsewhere."""
    end = RecordHead.objects.filter(pk=RecordHead.ONLY).first() or RecordHead()
    return end.count, bytes(end.head).hex()


def latest(most: int) -> list[dict[str, Any]]:
    """What the newest entries say, the last one first; what does not open is left out, and `verify` finds it."""
    newest = RecordEntry.objects.filter(delete_after__gte=crypto.today()).order_by("-number")[:most]
    return [facts for facts in map(_facts, newest) if facts]


def verify(since: str | None = None, *, today: date | None = None) -> Verdict:
    """Look through all that is kept. `since`: a head noted earlier, at least its first 16 digits.

    Not ok when an entry was changed, moved or taken out, at the front before its day, at the end or in the middle, or
    when the noted head is none of its links. Heads older than 12 months are no longer known.
    """
    today = today or crypto.today()
    with held() as end:
        chain = _walked(today)
        ok = chain.is_whole and _ends_where_it_should(end, chain, today)
    if since is not None:
        noted = since.replace(" ", "").lower()
        ok = ok and len(noted) >= SHORTEST_HEAD and any(link.startswith(noted) for link in chain.links)
    return Verdict(entries=max(len(chain.links) - 1, 0), head=bytes(end.head).hex(), ok=ok)


@contextmanager
def held() -> Iterator[RecordHead]:
    """The end of the record, which nobody else can move until the caller's transaction is over."""
    with transaction.atomic():
        RecordHead.objects.get_or_create(pk=RecordHead.ONLY)
        yield RecordHead.objects.select_for_update().get(pk=RecordHead.ONLY)


# --- links --------------------------------------------------------------------------------------------------


def _linked(end: RecordHead, facts: dict[str, Any], *, today: date) -> RecordEntry:
    """The next entry, sealed and linked to the last one."""
    day = crypto.last_sunday_until(crypto.months_after(today, KEPT_MONTHS))
    before = bytes(end.head)
    entry = RecordEntry(number=end.count + 1, delete_after=day)
    place = {
        "number": entry.number,
        "day": day.isoformat(),
        "before": before.hex(),
        "day_before": _last_day(end, today),
    }
    entry.facts = {**facts, **place}
    entry.facts = FACTS.pre_save(entry, add=True)  # sealed once, then linked
    entry.link = _link(before, entry)
    return entry


def _link(before: bytes, entry: RecordEntry) -> bytes:
    parts = [
        b"jasmine/1/record",
        before,
        entry.number.to_bytes(8, "big"),
        entry.delete_after.toordinal().to_bytes(4, "big"),
        _sealed(entry),
    ]
    return sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()


def _sealed(entry: RecordEntry) -> bytes:
    """The column as the database has it. To be asked before the facts are opened."""
    cell: Ciphertext = entry.__dict__["facts"]
    return cell.sealed


def _last_day(end: RecordHead, today: date) -> str:
    """The day of the last entry by its own sealed word; "" before the first.

    Never by its plain column: a day that somebody had put into the past would cover that the front was taken out.
    """
    if end.count == 0:
        return ""
    last = RecordEntry.objects.filter(number=end.count).first()
    facts = _facts(last) if last else None
    if facts:
        return str(facts["day"])
    noted = _noted()
    return noted.until if noted else today.isoformat()


def _facts(entry: RecordEntry) -> dict[str, Any] | None:
    """What an entry says; None unless it opens, says what its columns say, and its link is its own."""
    try:
        sealed = entry.__dict__["facts"]
        facts: dict[str, Any] = FACTS.opened(entry, sealed)
        before = bytes.fromhex(facts["before"])
    except (crypto.CannotOpen, crypto.NoKey, KeyError, ValueError):
        return None
    columns = {"number": entry.number, "day": entry.delete_after.isoformat()}
    is_itself = columns.items() <= facts.items() and _link(before, entry) == bytes(entry.link)
    return facts if is_itself else None


# --- looking through it -------------------------------------------------------------------------------------


@dataclass
class _Chain:
    """`links` of what is kept, the anchor first; `number` of the last one; whether each follows from the one before."""

    links: list[str] = field(default_factory=list)
    number: int = 0
    is_whole: bool = True


def _walked(today: date) -> _Chain:
    """What is past its day goes with the next purge: it is not looked at, and nobody misses it."""
    chain = _Chain()
    for entry in RecordEntry.objects.filter(delete_after__gte=today).order_by("number").iterator():
        facts = _facts(entry)
        if facts is None or not _follows(chain, facts, today):
            chain.is_whole = False
            break
        if not chain.links:
            chain.links.append(facts["before"])
        chain.links.append(bytes(entry.link).hex())
        chain.number = entry.number
    return chain


def _follows(chain: _Chain, facts: dict[str, Any], today: date) -> bool:
    """Whether nothing is missing before it. The first: it is the very first, or the one before was due."""
    if chain.links:
        return bool(facts["before"] == chain.links[-1])
    if facts["number"] == 1:
        return bool(facts["before"] == BEGINNING.hex())
    return date.fromisoformat(facts["day_before"]) < today


def _ends_where_it_should(end: RecordHead, chain: _Chain, today: date) -> bool:
    noted = _noted()
    if noted is None or not _stands(noted, today=today):
        return noted is None and end.count == 0 and not chain.links
    last = (chain.number, chain.links[-1]) if chain.links else (noted.count, noted.head)
    return (end.count, bytes(end.head).hex()) == last


def _stands(noted: Noted, *, today: date) -> bool:
    """Whether the record still goes through what was noted, or that is gone because its day was over."""
    entry = RecordEntry.objects.filter(number=noted.count, delete_after__gte=today).first()
    if entry is None:
        return date.fromisoformat(noted.until) < today
    return bytes(entry.link).hex() == noted.head


# --- the note beside the ring -------------------------------------------------------------------------------


def _note(*, even_if_lost: bool = False) -> None:
    """Write down how far the record has come. An end that was lost stays noted, until a restore has named it."""
    try:
        with held() as end:
            noted = _noted()
            if noted and not even_if_lost and not _stands(noted, today=crypto.today()):
                log.error("the record does not go on from where it was: run verify_record")
                return
            new = Noted(end.count, bytes(end.head).hex(), _last_day(end, crypto.today()))
            crypto.write_whole(_path(), json.dumps(asdict(new)).encode())
    except (DatabaseError, OSError) as fault:
        # The act is done and its entry is there; the next one notes both.
        log.error("the end of the record could not be noted: %s", type(fault).__name__)


def _noted() -> Noted | None:
    """The note; None if there is none, or it cannot be read."""
    try:
        said = json.loads(_path().read_bytes())
        noted = Noted(int(said["count"]), str(said["head"]), str(said["until"]))
        date.fromisoformat(noted.until)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return noted


def _path() -> Path:
    return Path(settings.KEYRING) / FILE
