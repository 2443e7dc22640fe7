"""Filing a report, and taking it back.

A report belongs to its author until it is gone. Its day of deletion is decided once, here.
"""

import logging
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import admitting
from accounts.budgets import NEW_FOR
from accounts.models import Account
from accounts.vocabulary import Standing
from alerts import danger, facts, holding, policy
from alerts.models import ORGANISATION, Draft, Policy, Report, ReportTampered, TooManyForms, voices
from alerts.vocabulary import Alert, Level, Peer, State
from jasmine import crypto

log = logging.getLogger("jasmine.alerts")

AHEAD = timedelta(
    days=1
)  # somewhere it is tomorrow already: a member's own day may be one ahead of the site's
ADDABLE = frozenset({"how", "helped", "appearance", "vehicle", "shares"})
UNREAD_AT_ONCE = 2  # very dangerous reports of a new member that others see before a peer has read them
WAITS = {Alert.IN_3_DAYS: timedelta(days=3), Alert.IN_14_DAYS: timedelta(days=14)}


class FilingRefused(Exception):
    """The parent of what filing refuses; never raised itself."""


class PastItsDay(FilingRefused):
    """The keeping time, counted from the day of the report, is over: it would have to be deleted at once."""


class NotShared(FilingRefused):
    """A nuisance report of the organisation, which its policy does not share: nobody would ever find it."""


class NotYours(FilingRefused):
    """The report is somebody else's."""


class AlreadySent(FilingRefused):
    """The draft is gone: it was sent a moment ago, by a second tap or on another phone."""


@transaction.atomic
def file_report(
    *,
    by: Account | str,
    incidents: list[str],
    identifiers: list[dict[str, str]],
    now: datetime,
    alert: str = Alert.NOW,
    story: str = "",
    notice: str = "",
    reported_on: date | None = None,
    ref: str = "",
    **more: Any,
) -> Report:
    """File what `by` says: an account, or ORGANISATION for its earlier list.

    `more`: the other keys of `alerts.facts`. `alert`: from when others see it. `reported_on`: the day from which the
    keeping time counts, today unless an earlier list says otherwise. `notice`: the organisation answers for it.
    Of somebody who waits it is held back until she is let in. Raises FactsRefused, PastItsDay, NotShared, and for the
    second one of somebody who waits OneReport.
    """
    today = now.date()
    reported_on = reported_on or today
    latest = reported_on if by == ORGANISATION else reported_on + AHEAD
    told = {"incidents": incidents, "identifiers": identifiers, **more}
    said = facts.validated(told, reported_on=reported_on, latest=latest)
    report = _promised(said, by=by, reported_on=reported_on, today=today)
    report.story, report.notice = facts.checked_story(story), facts.checked_notice(notice)
    peer = Peer.READ if notice else _peer(by, level=report.level, today=today)
    if report.state != State.PRIVATE:
        report.state = State.SHOWN if alert == Alert.NOW and peer != Peer.FIRST else State.WAITING
    report.facts = said
    report.tell(
        layout=facts.LAYOUT,
        reported_on=reported_on.isoformat(),
        visible_on=_visible_on(Alert(alert), today),
        ref=ref,
        peer=str(peer),
    )
    report.save()
    try:
        report.index()
    except TooManyForms:
        sentence = _("These boxes hold too much. Take some numbers, names or accounts out.")
        raise facts.FactsRefused([("identifiers", sentence)]) from None
    if isinstance(by, Account) and by.standing == Standing.WAITING:
        admitting.note_report(by)
        holding.hold_back(report)
    return report


def _promised(said: dict[str, Any], *, by: Account | str, reported_on: date, today: date) -> Report:
    """The report with its level, its author and its day; waiting, or private. Raises NotShared, PastItsDay."""
    rules = Policy.now()
    level = danger.level_of(said["incidents"], weapon=said["weapon"], others_present=said["others_present"])
    private = policy.is_private(rules, level=level, alert=said["shares"]["alert"])
    if private and by == ORGANISATION:
        raise NotShared
    known = bool(said["identifiers"])
    delete_after = policy.delete_after(
        rules, level=level, private=private, has_identifier=known, filed_on=reported_on
    )
    if delete_after < today:
        raise PastItsDay
    return Report(
        level=level,
        area=said["area"],
        filed_week=crypto.week_of(reported_on),
        delete_after=delete_after,
        state=State.PRIVATE if private else State.WAITING,
        author=_author(by, on_behalf=said["on_behalf"]),
    )


@transaction.atomic
def send_draft(draft: Draft, *, by: Account, now: datetime, **said: Any) -> Report:
    """File what was tapped, once. Raises AlreadySent, and what `file_report` raises; then the draft stays."""
    crypto.remember_gone([("row", str(draft.pk))], week=draft.key_week)
    deleted, _by_model = Draft.objects.filter(pk=draft.pk).delete()
    if not deleted:
        raise AlreadySent
    return file_report(by=by, now=now, **said)


@transaction.atomic
def add_to_report(
    report: Report, *, by: Account, now: datetime, story: str, show_now: bool = False, **more: Any
) -> None:
    """Add or change what does not touch the level: looks, car, how, what helped, her words, her consents.

    `show_now`: she lets the others see a report that waits. Otherwise whether they see it changes only when she changes
    her mind about warning them: a policy holds for later reports. Raises NotYours, FactsRefused.
    """
    if not more.keys() <= ADDABLE:
        raise TypeError("only what does not touch the level can be added")
    report = _own_now(report, by)
    said = {key: report.facts[key] for key in facts.EMPTY} | more
    checked = facts.validated(said, reported_on=report.reported_on, latest=report.reported_on + AHEAD)
    day = report.delete_after
    if checked["shares"]["alert"] != report.facts["shares"]["alert"]:
        day = _warn_or_not(report, alert=checked["shares"]["alert"], today=now.date())
    if show_now and report.state == State.WAITING:
        report.tell(visible_on=now.date().isoformat())
        report.state = _seen_by_others(report, today=now.date())
    written = _written(report)
    report.tell(**checked)
    report.story = facts.checked_story(story)
    if report.peer == Peer.READ and _written(report) != written:
        _read_anew(report, by=by, today=now.date())
    if day != report.delete_after:
        report.move_to(day)
    else:
        report.save(force_update=True)
        report.index()


def _own_now(report: Report, by: Account) -> Report:
    """Her report as it stands now, held until the transaction ends. Raises NotYours, ReportTampered."""
    now = Report.objects.select_for_update().filter(pk=report.pk).first()
    if now is None or now.author not in voices(by):
        raise NotYours
    now.refuse_tampering()
    return now


def show_those_whose_day_has_come(*, today: date) -> int:
    """Show the reports that waited for their day. Checks find them from that day on anyway. Gives how many."""
    waiting = Report.objects.current(today).filter(state=State.WAITING)
    return sum(_show_if_due(pk, today) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _show_if_due(pk: UUID, today: date) -> bool:
    report = Report.objects.select_for_update().filter(pk=pk, state=State.WAITING).first()
    if report is None:
        return False
    try:
        report.refuse_tampering()
    except (crypto.CryptoError, ReportTampered):
        log.error("a report that waits does not open: left as it is")
        return False
    report.put_to(_seen_by_others(report, today=today))
    if report.state != State.SHOWN:
        return False
    report.save(force_update=True)
    return True


@transaction.atomic
def withdraw_report(report: Report, *, by: Account) -> None:
    """Delete it at once, on its author's word alone: no backup and no import brings it back. Raises NotYours."""
    if report.author not in voices(by):
        raise NotYours
    ref = [("ref", report.facts["ref"])] if report.is_imported else []
    crypto.remember_gone([("row", str(report.pk)), *ref], week=report.key_week)
    report.delete()


def keep_draft(draft: Draft, *, content: dict[str, Any]) -> None:
    """Keep what was tapped so far.

    Raises TooLong when it is more than a report can hold; AlreadySent when it went while this was tapped.
    """
    draft.content = content
    if draft.is_new:
        _keep_first(draft)
        return
    try:
        with transaction.atomic():
            draft.save(force_update=True)  # a draft that was sent or thrown away must not come back
    except DatabaseError:
        if Draft.objects.filter(pk=draft.pk).exists():
            raise
        raise AlreadySent from None


def _keep_first(draft: Draft) -> None:
    """Store a draft; the last of two taps at once replaces the first, since a member has one draft."""
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        with transaction.atomic():
            forget_draft(draft)
            draft.save(force_insert=True)


@transaction.atomic
def forget_draft(draft: Draft) -> None:
    """Throw away what was tapped."""
    for kept in Draft.objects.filter(owner=draft.owner):
        crypto.remember_gone([("row", str(kept.pk))], week=kept.key_week)
        kept.delete()


def _warn_or_not(report: Report, *, alert: bool, today: date) -> date:
    """Set the state for what she chose now. Gives the day of deletion that goes with it. Raises FactsRefused."""
    if report.state not in (State.PRIVATE, State.WAITING, State.SHOWN):
        return report.delete_after  # a moderator's word on it stands until moderators take it back
    rules, level = Policy.now(), Level(report.level)
    private = policy.is_private(rules, level=level, alert=alert)
    if private == (report.state == State.PRIVATE):
        return report.delete_after
    # The day that she chose when she filed it still holds.
    report.state = State.PRIVATE if private else _seen_by_others(report, today=today)
    if level != Level.NUISANCE:
        return report.delete_after
    # Shared nuisance is kept for a shorter time than a private note.
    known = bool(report.facts["identifiers"])
    day = policy.delete_after(
        rules, level=level, private=private, has_identifier=known, filed_on=report.reported_on
    )
    if day < today:
        raise facts.FactsRefused(
            [("shares", _("This is too long ago to warn the others. It stays your own note."))]
        )
    return day


def _written(report: Report) -> list[str]:
    """What its author wrote in words of her own."""
    looks, car = report.facts["appearance"], report.facts["vehicle"]
    return [report.story, looks["marks"], looks["spoke"], car["make"] if car else ""]


def _read_anew(report: Report, *, by: Account, today: date) -> None:
    """Other words than those which a peer has read."""
    report.tell(peer=str(_peer(by, level=report.level, today=today)))
    if report.peer == Peer.FIRST and report.state == State.SHOWN:
        report.put_to(State.WAITING)


def _seen_by_others(report: Report, *, today: date) -> State:
    """Shown, if the day that its author chose has come and no peer has to read it first."""
    is_free = report.is_let_go(today) and report.peer != Peer.FIRST
    return State.SHOWN if is_free else State.WAITING


def _author(by: Account | str, *, on_behalf: bool) -> str:
    if isinstance(by, str):
        return by
    # What an outreach worker reports for somebody without an account belongs to her group, not to her.
    return f"group:{by.group}" if on_behalf and by.group else str(by.pk)


def _peer(by: Account | str, *, level: int, today: date) -> Peer:
    """Whether a peer has to read it before others do: what new members file, unless it is very dangerous."""
    if isinstance(by, str) or today >= by.joined_on + NEW_FOR:
        return Peer.NOT_YET
    if by.standing == Standing.WAITING or level < Level.VERY_DANGEROUS:
        return Peer.FIRST
    unread = [one for one in Report.objects.by(by, today=today) if one.peer == Peer.UNCOUNTED]
    return Peer.UNCOUNTED if len(unread) < UNREAD_AT_ONCE else Peer.FIRST


def _visible_on(alert: Alert, today: date) -> str:
    if alert == Alert.WHEN_I_SAY:
        return ""
    return (today + WAITS.get(alert, timedelta())).isoformat()
