"""Peers who read what others report: never alone for what is grave, never more than one can carry.

One moderator reads a story and writes what others read of it; holds a report for 72 hours; corrects what happened. It
takes two to refuse a report, which hides it for 14 days and then deletes it, or to lower its level, unless its author
agrees. Nobody moderates her own report, or one about somebody whom she reported too.

`Report.moderation`, each part only once there is something to say:

    hold        {"until" ISO moment, "was" state}; it stays when the hold is over: there is one in a report's life
    refusal     {"on" ISO day, "was" state, "why" code, "by" ids, "other_eyes" true while she waits for them}
    thread      [{"by": "author" | "moderator", "text"}], the latest that there is room for; nobody in it has a name
    asked_help  she wrote first, so that she may be answered
    unanswered  the last word is hers

Who has opened which story is not kept: a claim stands in the cache alone, for 30 minutes.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import deciding, record, throttling
from accounts.deciding import DecisionRefused, Kind, NotForHer
from accounts.models import Account, Decision
from accounts.vocabulary import Act, Role, Standing
from alerts import areas, danger, facts, linking, policy
from alerts.models import Policy, Refusal, Report, ReportTampered, voices
from alerts.vocabulary import Desk, Language, Level, Peer, RefusedFor, State
from jasmine import crypto

log = logging.getLogger("jasmine.alerts")

HELD_FOR = timedelta(hours=72)
HIDDEN_FOR = timedelta(
    days=14
)  # before what was refused is deleted; so long, too, stays what a correction shortens
CLAIMED_FOR = timedelta(minutes=30)
REST_AFTER = 10  # stories a day
STORIES_A_DAY = 30
DAY = timedelta(days=1)
MOST_OPENED = 200  # rows of the desk, twice: those that others do not see, and those that they see
MOST_ROWS = 20
LONGEST_THREAD = 6000  # bytes of JSON
REFUSE, LOWER, MORE_STORIES = "refuse_report", "lower_level", "more_stories"
SEEN_BY_OTHERS = (State.SHOWN, State.CONTESTED)
TO_REFUSE = (State.WAITING, State.SHOWN, State.HELD, State.CONTESTED)


class ModerationRefused(DecisionRefused):
    """The parent of what stands in the way; never raised itself."""


class Gone(ModerationRefused):
    sentence = _("Its author took this report back, or its day is over. There is nothing left to do.")


class Involved(ModerationRefused):
    sentence = _("You wrote about this person yourself, so another moderator decides.")


class Taken(ModerationRefused):
    sentence = _("Another moderator is reading this just now. In half an hour at most it is free again.")


class NotOpened(ModerationRefused):
    sentence = _("Open the story first, then decide.")


class ChangedMeanwhile(ModerationRefused):
    sentence = _("Something has changed since you opened it, and nothing was done. Look at it once more.")


class HeldBefore(ModerationRefused):
    sentence = _("It was held once already. Now it takes two: ask to refuse it, or let it be.")


class NotAsItStands(ModerationRefused):
    sentence = _("This cannot be done with the report as it is now.")


class EnoughForToday(ModerationRefused):
    sentence = _(
        "You have read 30 stories today. It is enough: rest. If you want to go on, a second moderator has to agree."
    )


class NotToBeWritten(ModerationRefused):
    sentence = _("She did not ask to be written to. You can write while her report is held or refused.")


# --- whose it is ------------------------------------------------------------------------------------------------


def moderates(account: Account) -> bool:
    return (account.role, account.standing) == (Role.MODERATOR, Standing.MEMBER)


def own_marks(account: Account, *, today: date) -> frozenset[tuple[str, str]]:
    """By what those whom she reported herself are surely known."""
    return frozenset().union(*(linking.marks(report) for report in Report.objects.by(account, today=today)))


def is_involved(account: Account, report: Report, *, today: date) -> bool:
    """Whether it is her own, or about somebody whom she reported too."""
    return report.author in voices(account) or _shares(report, own_marks(account, today=today))


def _shares(report: Report, marks: frozenset[tuple[str, str]]) -> bool:
    return bool(marks) and bool(linking.marks(report) & marks)


def may_be_looked_at(report: Report, *, today: date) -> bool:
    """What others see, or would see but for moderators; and what its author wrote to them about."""
    if report.state == State.PRIVATE or (report.state == State.WAITING and not report.is_let_go(today)):
        return Desk.WROTE in report.why_on_desk()
    return True


@contextmanager
def _held(pk: UUID, *, by: Account, now: datetime) -> Iterator[Report]:
    """The report as it is now, for an act of hers that nobody else's can undo; stored at the end.

    Raises NotForHer, Gone, Involved.
    """
    with transaction.atomic():
        report = _locked_for(by, pk, now)
        yield report
        report.save(force_update=True)


def _locked_for(by: Account, pk: UUID, now: datetime) -> Report:
    by.refresh_from_db()
    by.refuse_tampering()
    if not moderates(by):
        raise NotForHer
    report = _locked(pk, today=now.date())
    if is_involved(by, report, today=now.date()):
        raise Involved
    if not may_be_looked_at(report, today=now.date()):
        raise Gone
    return report


def _locked(pk: UUID | str, *, today: date) -> Report:
    """Raises Gone."""
    report = Report.objects.select_for_update().current(today).filter(pk=pk).first()
    if report is None:
        raise Gone
    report.refuse_tampering()
    return report


def print_of(report: Report) -> str:
    """A print of what a moderator sees of it: another one, and it has changed."""
    return _print([report.facts, report.story, report.notice])


def _print_of_what_is_said(report: Report) -> str:
    """What two decide about: the same while it is held, read, or written about."""
    said = {key: report.facts[key] for key in facts.EMPTY if key != "shares"}
    return _print([said, report.story])


def _print(said: Any) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


# --- the desk ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queue:
    """`more`: how many wait behind those; `at_least`: there are more than were counted; `elsewhere`: how many stories
    wait in languages that she does not read; `unread`: the languages that no moderator reads.
    """

    reports: list[Report]
    more: int
    at_least: bool
    elsewhere: int
    unread: frozenset[str]


def queue(account: Account, *, now: datetime) -> Queue:
    """What waits for her: first what others do not see, the gravest first; then the gravest, then the oldest."""
    today, marks = now.date(), own_marks(account, today=now.date())
    wanted = Q(on_desk=True) | Q(state__in=[State.HELD, State.CONTESTED]) | Q(pk__in=_to_decide(account, now))
    waits = Report.objects.current(today).filter(wanted)
    found = list[Report]()
    opened = 0
    for part in (waits.exclude(state__in=SEEN_BY_OTHERS), waits.filter(state__in=SEEN_BY_OTHERS)):
        rows = list(part.order_by("-level", "filed_week", "pk")[:MOST_OPENED])
        opened = max(opened, len(rows))
        found += [row for row in rows if _is_for(account, row, marks, today)]
    unread = frozenset(Language.values) - _read_by_somebody()
    hers = [row for row in found if _is_readable(row, reads(account) | unread)]
    elsewhere = len(found) - len(hers)
    return Queue(hers[:MOST_ROWS], len(hers[MOST_ROWS:]), opened == MOST_OPENED, elsewhere, unread)


def _is_for(account: Account, report: Report, marks: frozenset[tuple[str, str]], today: date) -> bool:
    if not report.opens() or not may_be_looked_at(report, today=today):
        return False
    return report.author not in voices(account) and not _shares(report, marks)


def decisions_about(report: Report, *, by: Account, now: datetime) -> list[Decision]:
    """What another moderator has asked about it, and is hers to answer."""
    return [one for one in deciding.open_about(str(report.pk), now=now) if deciding.may_answer(by, one)]


def _to_decide(account: Account, now: datetime) -> list[UUID]:
    asked = [one for one in deciding.open_for(account, now=now) if one.facts["kind"] in (REFUSE, LOWER)]
    return [UUID(one.facts["about"]) for one in asked if deciding.may_answer(account, one)]


def reads(account: Account) -> frozenset[str]:
    """In which languages she reads stories: all, until she says which."""
    return frozenset(account.facts.get("reads") or Language.values)


def pick_languages(account: Account, languages: Iterable[str]) -> None:
    """Say in which languages she reads stories; none: all of them."""
    known = [code for code in Language.values if code in set(languages)]
    with Account.held(account.pk) as held:
        held.tell(reads=known)
    account.facts = held.facts


def _is_readable(report: Report, languages: frozenset[str]) -> bool:
    """Facts are in words that every language has."""
    return not report.story or report.facts["language"] in languages


def _read_by_somebody() -> frozenset[str]:
    moderators = Account.objects.filter(role=Role.MODERATOR, standing=Standing.MEMBER)
    return frozenset().union(*(reads(account) for account in moderators))


# --- opening a story --------------------------------------------------------------------------------------------


def claim(pk: UUID, *, by: Account, now: datetime) -> int:
    """Open a report for 30 minutes, for nobody else. Gives how many stories she has opened today.

    Raises Taken, EnoughForToday, and what every act may: NotForHer, Gone, Involved.
    """
    with transaction.atomic():
        report = _locked_for(by, pk, now)
        if is_taken(report, by=by, now=now):
            raise Taken
        if report.story:
            _count_story(report, by, now)
        until = (now + CLAIMED_FOR).timestamp()
        cache.set(_claim_key(report), [_whose(by), until], timeout=2 * CLAIMED_FOR.total_seconds())
    return stories_today(by, now=now)


def is_claimed(report: Report, *, by: Account, now: datetime) -> bool:
    return _claimed_by(report, now) == _whose(by)


def is_taken(report: Report, *, by: Account, now: datetime) -> bool:
    """Whether another moderator is reading it."""
    return _claimed_by(report, now) not in (None, _whose(by))


def give_up_claim(report: Report, *, by: Account, now: datetime) -> None:
    if is_claimed(report, by=by, now=now):
        cache.delete(_claim_key(report))


def stories_today(account: Account, *, now: datetime) -> int:
    return throttling.counted("stories", account.pk, window=DAY, now=now)


def _count_story(report: Report, by: Account, now: datetime) -> None:
    """The same story is counted once a day. Raises EnoughForToday."""
    if throttling.count("story", f"{by.pk} {report.pk}", window=DAY, now=now) > 1:
        return
    more = throttling.counted("more stories", by.pk, window=DAY, now=now)
    if throttling.count("stories", by.pk, window=DAY, now=now) > STORIES_A_DAY * (1 + more):
        throttling.take_back("stories", by.pk, window=DAY, now=now)
        throttling.take_back("story", f"{by.pk} {report.pk}", window=DAY, now=now)
        raise EnoughForToday


def ask_for_more(*, by: Account, now: datetime) -> Decision:
    """Ask that she may read thirty stories more today. Raises what `deciding.ask` raises."""
    return deciding.ask(MORE_STORIES, about=f"{by.pk} {now.date().isoformat()}", by=by, now=now)


def _claimed_by(report: Report, now: datetime) -> int | None:
    whose, until = cache.get(_claim_key(report)) or (None, 0)
    return whose if now.timestamp() < until else None


def _claim_key(report: Report) -> str:
    return f"claim:{_token('claim', str(report.pk))}"


def _whose(account: Account) -> int:
    return _token("claimed by", str(account.pk))


def _token(kind: str, form: str) -> int:
    (token,) = crypto.blind_tokens([(kind, 1, form)], weeks=[crypto.STANDING], writing=True)
    return token


def _refuse_unless_opened(report: Report, *, by: Account, seen: str, now: datetime) -> None:
    """Raises ChangedMeanwhile, Taken, NotOpened."""
    if seen != print_of(report):
        raise ChangedMeanwhile
    if is_taken(report, by=by, now=now):
        raise Taken
    if report.story and not is_claimed(report, by=by, now=now):
        raise NotOpened


# --- what one may do --------------------------------------------------------------------------------------------


def read(pk: UUID, *, notice: str, seen: str, by: Account, now: datetime) -> Report:
    """Say that it is read, and what others read of its story. A report that was held is given back.

    `seen`: `print_of` what she looked at. Raises ChangedMeanwhile, Taken, NotOpened, NotAsItStands, FactsRefused, and
    what every act may.
    """
    with _held(pk, by=by, now=now) as report:
        _refuse_unless_opened(report, by=by, seen=seen, now=now)
        if report.state == State.REFUSED:
            raise NotAsItStands
        report.notice = facts.checked_notice(notice)
        report.tell(peer=str(Peer.READ))
        if report.state == State.WAITING and report.is_let_go(now.date()):
            report.put_to(State.SHOWN)
        report.index()
        give_up_claim(report, by=by, now=now)
        if report.state == State.HELD:
            _end_hold(report, by=by, now=now)
    return report


def hold(pk: UUID, *, by: Account, now: datetime) -> Report:
    """Hide it from others for 72 hours, once. Raises HeldBefore, NotAsItStands, and what every act may."""
    with _held(pk, by=by, now=now) as report:
        if report.state not in SEEN_BY_OTHERS:
            raise NotAsItStands
        if "hold" in report.moderated:
            raise HeldBefore
        report.note(hold={"until": (now + HELD_FOR).isoformat(), "was": str(report.state)})
        report.put_to(State.HELD)
        record.write(Act.REPORT_HELD, by=by, now=now, about=str(report.pk))
    return report


def give_back(pk: UUID, *, by: Account, now: datetime) -> Report:
    """End a hold before its 72 hours; of other eyes also a refusal. Raises NotAsItStands, and what every act may."""
    with _held(pk, by=by, now=now) as report:
        if report.state == State.HELD:
            _end_hold(report, by=by, now=now)
        else:
            _put_back(report, _refusal_for_other_eyes(report, by), by=by, now=now)
    return report


def leave_refused(pk: UUID, *, by: Account, now: datetime) -> Report:
    """Say with other eyes that it was rightly refused: it is deleted when its 14 days are over."""
    with _held(pk, by=by, now=now) as report:
        refusal = _refusal_for_other_eyes(report, by)
        report.note(refusal={**refusal, "other_eyes": False})
        record.write(Act.REPORT_STAYS_REFUSED, by=by, now=now, about=str(report.pk))
    return report


def _refusal_for_other_eyes(report: Report, by: Account) -> dict[str, Any]:
    """Raises NotAsItStands, or NotForHer for those who refused it."""
    refusal: dict[str, Any] = report.moderated.get("refusal", {})
    if report.state != State.REFUSED or not refusal.get("other_eyes"):
        raise NotAsItStands
    if str(by.pk) in refusal["by"]:
        raise NotForHer
    return refusal


def _put_back(report: Report, refusal: dict[str, Any], *, by: Account, now: datetime) -> None:
    report.note(refusal={})
    for told in Refusal.of([report.author], today=now.date()):
        if told.content["report"] == str(report.pk):
            crypto.remember_gone([("row", str(told.pk))], week=told.key_week)
            told.delete()
    report.put_to(_as_she_chose(report, refusal["was"]))
    record.write(Act.REPORT_GIVEN_BACK, by=by, now=now, about=str(report.pk))


def _end_hold(report: Report, *, by: Account | None, now: datetime) -> None:
    report.put_to(_as_she_chose(report, report.moderated["hold"]["was"]))
    record.write(Act.REPORT_GIVEN_BACK, by=by, now=now, about=str(report.pk))


def _as_she_chose(report: Report, was: str) -> State:
    """As it was, unless its author meanwhile chose to warn nobody."""
    return State(was) if report.facts["shares"]["alert"] else State.PRIVATE


# --- what happened ----------------------------------------------------------------------------------------------


def correct(
    pk: UUID, *, incidents: list[str], seen: str, by: Account, now: datetime
) -> tuple[Report, Decision | None]:
    """Correct what a report says has happened; the level follows. If it falls, that takes two, or her and the author.

    Raises ChangedMeanwhile, Taken, NotOpened, NotAsItStands, FactsRefused, AlreadyAsked, and what every act may.
    """
    with _held(pk, by=by, now=now) as report:
        _refuse_unless_opened(report, by=by, seen=seen, now=now)
        if report.state not in TO_REFUSE or sorted(incidents) == sorted(report.facts["incidents"]):
            raise NotAsItStands
        if _level_with(report, incidents) < report.level:
            give_up_claim(report, by=by, now=now)  # the second one has to open it too
            return report, deciding.ask(LOWER, about=str(pk), by=by, now=now, incidents=incidents)
        _correct(report, incidents, today=now.date())
        record.write(Act.REPORT_CORRECTED, by=by, now=now, about=str(report.pk))
    return report, None


def agree_as_author(report: Report, *, by: Account, now: datetime) -> Report:
    """Say yes, as its author, to a correction that lowers the level. She stands on no record. Raises NotAsItStands."""
    with transaction.atomic():
        held = _own(report, by, now)
        decision = lowering(held, now=now)
        if decision is None or decision.facts["seen"] != _print_of_what_is_said(held):
            raise NotAsItStands
        _correct(held, decision.facts["said"]["incidents"], today=now.date())
        held.save(force_update=True)
        deciding.let_lapse(decision, now=now)
        asker = Account.objects.filter(pk=decision.facts["by"]).first()
        record.write(Act.REPORT_CORRECTED, by=asker, now=now, about=str(held.pk), author_agreed=True)
    return held


def lowering(report: Report, *, now: datetime) -> Decision | None:
    """The correction that waits for a second moderator, or for the author."""
    asked = deciding.open_about(str(report.pk), now=now)
    return next((one for one in asked if one.facts["kind"] == LOWER), None)


def _level_with(report: Report, incidents: Iterable[str]) -> Level:
    """Raises FactsRefused."""
    said = {key: report.facts[key] for key in facts.EMPTY} | {"incidents": list(incidents)}
    kept = facts.validated(said, reported_on=report.reported_on, latest=report.reported_on + DAY)
    return danger.level_of(kept["incidents"], weapon=kept["weapon"], others_present=kept["others_present"])


def _correct(report: Report, incidents: list[str], *, today: date) -> None:
    """Its day of deletion never moves later; and it does not go at once where a lower level would have it so."""
    report.level = _level_with(report, incidents)
    rules, known = Policy.now(), bool(report.facts["identifiers"])
    private = policy.is_private(rules, level=Level(report.level), alert=report.facts["shares"]["alert"])
    day = policy.delete_after(
        rules, level=Level(report.level), private=private, has_identifier=known, filed_on=report.reported_on
    )
    day = min(report.delete_after, max(day, crypto.last_sunday_until(today + HIDDEN_FOR)))
    if private:
        report.state = State.PRIVATE
    report.tell(incidents=incidents)
    if day != report.delete_after:
        report.move_to(day)


# --- what takes two ---------------------------------------------------------------------------------------------


def ask_to_refuse(pk: UUID, *, why: str, seen: str, by: Account, now: datetime) -> Decision:
    """Ask that a report is refused. Raises ChangedMeanwhile, Taken, NotOpened, NotAsItStands, and `deciding.ask`'s."""
    with transaction.atomic():
        report = _locked_for(by, pk, now)
        _refuse_unless_opened(report, by=by, seen=seen, now=now)
        if report.state not in TO_REFUSE or why not in RefusedFor.values:
            raise NotAsItStands
        give_up_claim(report, by=by, now=now)
        return deciding.ask(REFUSE, about=str(pk), by=by, now=now, why=why)


def _refuse(
    *, about: str, said: dict[str, Any], by: Account, agreed_by: Account | None, now: datetime
) -> None:
    report = _for_both(about, by, agreed_by, now)
    two = [str(one.pk) for one in (by, agreed_by) if one]
    was = report.moderated["hold"]["was"] if report.state == State.HELD else str(report.state)
    report.note(refusal={"on": now.date().isoformat(), "was": was, "why": said["why"], "by": two})
    report.put_to(State.REFUSED)
    report.save(force_update=True)
    told = {"report": about, "level": report.level, "incidents": report.facts["incidents"]}
    Refusal.tell(report.author, today=now.date(), why=said["why"], **told)


def _lower(
    *, about: str, said: dict[str, Any], by: Account, agreed_by: Account | None, now: datetime
) -> None:
    report = _for_both(about, by, agreed_by, now)
    _correct(report, said["incidents"], today=now.date())
    report.save(force_update=True)


def _allow_more(*, said: dict[str, Any], by: Account, now: datetime, **_more: Any) -> None:
    throttling.count("more stories", by.pk, window=DAY, now=now)


def _for_both(about: str, by: Account, agreed_by: Account | None, now: datetime) -> Report:
    """The report, if neither of the two has anything to do with it. Raises Gone, Involved, NotAsItStands."""
    report = _locked(about, today=now.date())
    if any(one and is_involved(one, report, today=now.date()) for one in (by, agreed_by)):
        raise Involved
    if report.state not in TO_REFUSE:
        raise NotAsItStands
    return report


def _may_agree(account: Account, decision: Decision) -> bool:
    if not moderates(account):
        return False
    report = _opened(decision.facts["about"])
    return report is None or not is_involved(account, report, today=crypto.today())


def _seen(about: str) -> str:
    report = _opened(about)
    return _print_of_what_is_said(report) if report else "gone"


def _opened(pk: str) -> Report | None:
    report = Report.objects.filter(pk=pk).first()
    return report if report is not None and report.opens() else None


def _told(decision: Decision) -> str:
    report = _opened(decision.facts["about"])
    if report is None:
        return gettext("gone: its author took it back")
    said = decision.facts["said"]
    why = str(RefusedFor(said["why"]).label) if "why" in said else ""
    level = str(Level(report.level).label)
    if "incidents" in said:
        level = f"{level} → {Level(_level_with(report, said['incidents'])).label}"
    return " · ".join(part for part in (level, areas.name(report.area), why) if part)


def _kind(name: str, label: Any, act: Any, **other: Any) -> Kind:
    rules = {"may_ask": moderates, "may_agree": _may_agree, "seen": _seen, "told": _told, **other}
    return Kind(name=name, label=label, act=act, **rules)


KINDS = (
    _kind(REFUSE, _("Refuse a report"), _refuse),
    _kind(LOWER, _("Correct a report: its level falls"), _lower),
    _kind(
        MORE_STORIES,
        _("A moderator wants to read 30 stories more today"),
        _allow_more,
        may_agree=lambda account, _decision: moderates(account),
        seen=lambda _about: "",
        told=lambda _decision: "",
        alone=False,
    ),
)


# --- the clock --------------------------------------------------------------------------------------------------


def end_holds_due(*, now: datetime) -> int:
    """Show again what was held for 72 hours. Gives how many."""
    return sum(_end_if_due(pk, now) for pk in _in_state(State.HELD, now))


def delete_refused(*, now: datetime) -> int:
    """Delete what was refused 14 days ago, unless its author waits for other eyes. Gives how many."""
    return sum(_delete_if_due(pk, now) for pk in _in_state(State.REFUSED, now))


def _in_state(state: State, now: datetime) -> list[UUID]:
    return list(Report.objects.current(now.date()).filter(state=state).values_list("pk", flat=True))


@transaction.atomic
def _end_if_due(pk: UUID, now: datetime) -> bool:
    report = _readable(pk, State.HELD, now)
    if report is None or now < datetime.fromisoformat(report.moderated["hold"]["until"]):
        return False
    report.put_to(_as_she_chose(report, report.moderated["hold"]["was"]))
    report.save(force_update=True)
    return True


@transaction.atomic
def _delete_if_due(pk: UUID, now: datetime) -> bool:
    report = _readable(pk, State.REFUSED, now)
    if report is None:
        return False
    refusal = report.moderated["refusal"]
    if refusal.get("other_eyes") or now.date() < date.fromisoformat(refusal["on"]) + HIDDEN_FOR:
        return False
    ref = [("ref", report.facts["ref"])] if report.is_imported else []
    crypto.remember_gone([("row", str(report.pk)), *ref], week=report.key_week)
    report.delete()
    return True


def _readable(pk: UUID, state: State, now: datetime) -> Report | None:
    try:
        report = _locked(pk, today=now.date())
        return report if report.state == state and report.moderated else None
    except Gone:
        return None
    except (crypto.CryptoError, ReportTampered):
        log.error("a report that moderators decided about does not open: left as it is")
        return None


# --- moderators and author --------------------------------------------------------------------------------------


def write_to_author(pk: UUID, *, text: str, by: Account, now: datetime) -> Report:
    """Write on her report what its author reads there. Raises NotToBeWritten, FactsRefused, and what every act may."""
    with _held(pk, by=by, now=now) as report:
        if not may_be_written_to(report):
            raise NotToBeWritten
        _write(report, "moderator", text)
    return report


def write_to_moderators(report: Report, *, text: str, by: Account, now: datetime) -> Report:
    """Write about her own report, also to say that she wants help. Raises NotAsItStands, Gone, FactsRefused."""
    with transaction.atomic():
        held = _own(report, by, now)
        _write(held, "author", text)
        held.save(force_update=True)
    return held


def ask_other_eyes(report: Report, *, by: Account, now: datetime) -> Report:
    """Ask, once, that somebody else looks at her report that was refused. Raises NotAsItStands."""
    with transaction.atomic():
        held = _own(report, by, now)
        refusal = held.moderated.get("refusal", {})
        if held.state != State.REFUSED or "other_eyes" in refusal:
            raise NotAsItStands
        held.note(refusal={**refusal, "other_eyes": True})
        held.save(force_update=True)
    return held


def may_be_written_to(report: Report) -> bool:
    """While something was decided about it; else if she agreed to it, or wrote first."""
    said = report.moderated
    is_decided = report.state in (State.HELD, State.REFUSED)
    return is_decided or bool(said.get("asked_help")) or bool(report.facts["shares"]["contact"])


def thread_of(report: Report) -> list[dict[str, str]]:
    return list(report.moderated.get("thread", []))


def _write(report: Report, who: str, text: str) -> None:
    """Raises FactsRefused."""
    checked = facts.checked_notice(text)
    if not checked:
        raise facts.FactsRefused([("text", gettext("Text is needed here."))])
    thread = [*thread_of(report), {"by": who, "text": checked}]
    while len(json.dumps(thread, ensure_ascii=False).encode()) > LONGEST_THREAD:
        thread = thread[1:]
    asked_help = who == "author" or bool(report.moderated.get("asked_help"))
    report.note(thread=thread, unanswered=who == "author", asked_help=asked_help)


def _own(report: Report, by: Account, now: datetime) -> Report:
    """Her report as it is now, locked. Raises NotAsItStands, Gone."""
    held = _locked(report.pk, today=now.date())
    if held.author not in voices(by):
        raise NotAsItStands
    return held
