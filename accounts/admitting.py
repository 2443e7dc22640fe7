"""Letting a newcomer in, or not.

One moderator says yes once two independent vouches count; for somebody who knows nobody, two people who met her do.
Nobody decides about a newcomer for whom she vouched. Whoever has waited for 30 days, or was refused a week ago, is
deleted.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import record, standings, vouching
from accounts.deciding import DecisionRefused, Kind
from accounts.models import Account, AccountTampered, Decision, Newcomer, Pair, Vouch
from accounts.models.vouching import VOUCH_KEPT, WAITS_FOR
from accounts.vocabulary import Act, Door, Knows, Role, Standing
from jasmine import crypto

log = logging.getLogger("jasmine.accounts")

OVERDUE_AFTER = timedelta(hours=48)
REFUSAL_READABLE_FOR = timedelta(days=7)
FOUNDING_UNTIL = 15  # members
SECOND_DOOR = "second_door"


class AdmissionRefused(DecisionRefused):
    """The parent of what stands in the way of a decision about a newcomer; never raised itself."""


class NotWaiting(AdmissionRefused):
    sentence = _("She waits no more: somebody else has decided, or she has gone.")


class VouchedYourself(AdmissionRefused):
    sentence = _("You vouched for her, so another moderator decides.")


class NoLongerFounding(AdmissionRefused):
    sentence = _("There are 15 of you now: the first 30 days hold for everybody.")


class OneReport(AdmissionRefused):
    sentence = _("While you wait you can send one report, and you have. It is kept.")


class NoNote(AdmissionRefused):
    sentence = _("She has written no note to the moderators: she waits for vouches.")


@dataclass(frozen=True)
class Row:
    """A newcomer as moderators see her: how she is known, never by whom."""

    newcomer: Newcomer
    pseudonym: str
    days: int
    ways: list[str]
    is_ready: bool
    is_one_circle: bool
    is_overdue: bool
    is_own: bool

    @property
    def by_note(self) -> bool:
        return self.newcomer.facts["door"] == Door.NOTE


def queue(*, by: Account, now: datetime) -> list[Row]:
    """Everybody who waits, those first who wait for a moderator, the longest first."""
    awake = Newcomer.objects.filter(account__standing=Standing.WAITING)  # who sleeps is not let in meanwhile
    waiting = awake.filter(delete_after__gte=now.date()).select_related("account")
    rows = [row for newcomer in waiting if (row := _row_of(newcomer, by, now))]
    return sorted(rows, key=lambda row: (not row.is_overdue, not (row.is_ready or row.by_note), -row.days))


def _row_of(newcomer: Newcomer, by: Account, now: datetime) -> Row | None:
    """None if she was refused. A row that does not open keeps nobody else waiting."""
    try:
        newcomer.account.refuse_tampering()
        return None if newcomer.is_refused else _row(newcomer, by, now)
    except (AccountTampered, crypto.CannotOpen):
        log.error("a newcomer, or a word for her, does not open: left out")
        return None


def _row(newcomer: Newcomer, by: Account, now: datetime) -> Row:
    vouches = vouching.counted(newcomer, now=now)
    refusal = _why_not_ready(vouches)
    return Row(
        newcomer=newcomer,
        pseudonym=newcomer.account.pseudonym,
        days=(now.date() - newcomer.since).days,
        ways=[str(Knows(vouch.facts["how"]).label) for vouch in vouches],
        is_ready=refusal is None,
        is_one_circle=isinstance(refusal, vouching.NotIndependent),
        is_overdue=_is_overdue(newcomer, vouches, now) if not newcomer.is_asked else False,
        is_own=_vouched(by, newcomer),
    )


def _why_not_ready(vouches: list[Vouch]) -> vouching.VouchRefused | None:
    try:
        vouching.refuse_unready(vouches)
    except vouching.VouchRefused as refusal:
        return refusal
    return None


def _is_overdue(newcomer: Newcomer, vouches: list[Vouch], now: datetime) -> bool:
    """Whether it has been the moderators' turn for 48 hours: since her note, or since her second vouch."""
    turns = [vouch.facts["at"] for vouch in vouches[1:2]] if _why_not_ready(vouches) is None else []
    turns += [newcomer.facts["note_at"]] if newcomer.facts["door"] == Door.NOTE else []
    return bool(turns) and min(turns) <= (now - OVERDUE_AFTER).isoformat()


def _vouched(account: Account, newcomer: Newcomer) -> bool:
    return any(vouch.by == str(account.pk) for vouch in Vouch.objects.for_newcomer(newcomer))


# --- the moderators' word -----------------------------------------------------------------------------------


@transaction.atomic
def admit(newcomer: Newcomer, *, by: Account, now: datetime, waive: bool = False) -> Account:
    """Let her in on one moderator's yes. `waive`: without the first 30 days, while there are fewer than 15 members.

    Everything is asked under a lock: a vouch that was lost a moment ago does not count. Raises AdmissionRefused
    (NotWaiting, VouchedYourself, NoLongerFounding), NotForHer, VouchRefused (TooFewVouches, NotIndependent).
    """
    newcomer = _held(newcomer.pk, by)
    if waive and not is_founding():
        raise NoLongerFounding
    vouching.refuse_unready(_counted_and_held(newcomer, now=now))
    account = _let_in(newcomer, now=now, waive=waive)
    record.write(Act.ADMITTED, by=by, now=now, about=str(account.pk), waived=waive)
    return account


def is_founding() -> bool:
    """Whether moderators may still spare a new member the first 30 days."""
    members = Account.objects.filter(standing__in=[Standing.MEMBER, Standing.LIMITED])
    return members.count() < FOUNDING_UNTIL


@transaction.atomic
def turn_away(newcomer: Newcomer, *, by: Account, now: datetime) -> None:
    """Say no. She can read that for a week; then her account is deleted.

    Raises NotForHer, NotWaiting, VouchedYourself.
    """
    newcomer = _held(newcomer.pk, by)
    newcomer.tell(refused_on=now.date().isoformat(), vouch_code="", note="", question="", answer="")
    newcomer.save(force_update=True)
    record.write(Act.TURNED_AWAY, by=by, now=now, about=str(newcomer.account_id))


@transaction.atomic
def ask(newcomer: Newcomer, *, by: Account, question: str, now: datetime) -> None:
    """Put a question to her, which she answers where she waits. Raises NotForHer, NotWaiting, VouchedYourself."""
    newcomer = _held(newcomer.pk, by)
    newcomer.tell(question=question, asked_at=now.isoformat(), answer="")
    newcomer.save(force_update=True)


def _held(pk: UUID, by: Account) -> Newcomer:
    """The newcomer as she is now, held until the transaction ends, for a moderator who did not vouch for her."""
    standings.refuse_unless_moderator(by)
    newcomer = Newcomer.objects.select_for_update().filter(pk=pk).first()
    if newcomer is None or newcomer.is_refused:
        raise NotWaiting
    if _vouched(by, newcomer):
        raise VouchedYourself
    return newcomer


def _counted_and_held(newcomer: Newcomer, *, now: datetime) -> list[Vouch]:
    """The vouches that count, with their vouchers held: nobody's standing changes before she is in."""
    vouchers = [UUID(vouch.by) for vouch in Vouch.objects.for_newcomer(newcomer)]
    list(Account.objects.select_for_update().filter(pk__in=vouchers).order_by("pk"))
    return vouching.counted(newcomer, now=now)


def _let_in(newcomer: Newcomer, *, now: datetime, waive: bool = False, met_by: Iterable[str] = ()) -> Account:
    """She is a member from today; her vouches get their last day, and each leaves a token."""
    today, account_id = now.date(), str(newcomer.account_id)
    vouches = Vouch.objects.for_newcomer(newcomer)
    for vouch in vouches:
        vouch.move_to(crypto.last_sunday_until(today + VOUCH_KEPT))
    # Whoever handed her the invitation is of her circle, whether she confirmed it or not.
    known = {vouch.by for vouch in vouches} | {newcomer.facts["invited_by"], *met_by}
    for voucher in sorted(known - {""}):
        Pair.keep((voucher, account_id), today=today)
    newcomer.delete()  # not remembered as gone: a backup in which she waits must let her be let in again
    with Account.held(newcomer.account_id) as account:
        if account.standing != Standing.WAITING:
            raise NotWaiting
        account.tell(joined_on=(today - vouching.OLD_ENOUGH if waive else today).isoformat())
        standings.change(account, Standing.MEMBER, now=now)
    return account


# --- the second door ----------------------------------------------------------------------------------------


def _two_let_in(
    *, about: str, said: dict[str, Any], by: Account, agreed_by: Account | None, now: datetime
) -> None:
    """Two who met her let her in: two moderators, or one and an outreach worker."""
    newcomer = _held_of(UUID(about))
    met_by = {str(one.pk) for one in (by, agreed_by) if one}
    if met_by & {vouch.by for vouch in Vouch.objects.for_newcomer(newcomer)}:
        raise VouchedYourself
    if newcomer.facts["door"] != Door.NOTE:
        raise NoNote
    _let_in(newcomer, now=now, met_by=met_by)


def _may_have_met(account: Account, decision: Decision) -> bool:
    newcomer = Newcomer.objects.filter(account=UUID(decision.facts["about"])).first()
    may = account.role in (Role.MODERATOR, Role.OUTREACH)
    return may and newcomer is not None and not _vouched(account, newcomer)


def _as_she_waits(about: str) -> str:
    """What must be as it was when the two agree: that she waits, and by which door."""
    newcomer = Newcomer.objects.filter(account=UUID(about)).first()
    return f"{newcomer.facts['door']} {newcomer.facts['refused_on']}" if newcomer else "gone"


def _who_waits(decision: Decision) -> str:
    account = Account.objects.filter(pk=decision.facts["about"]).first()
    return account.pseudonym if account else ""


KINDS = (
    Kind(
        name=SECOND_DOOR,
        label=_("Let in somebody who knows nobody, and whom you have met"),
        act=_two_let_in,
        may_ask=lambda account: account.role == Role.MODERATOR,
        may_agree=_may_have_met,
        seen=_as_she_waits,
        told=_who_waits,
        alone=False,
    ),
)


# --- her own part -------------------------------------------------------------------------------------------


def waiting_of(account: Account, *, today: date) -> Newcomer | None:
    """Her waiting, if she waits or was refused; None from the day on which it is past, until she is deleted."""
    return Newcomer.objects.filter(account=account, delete_after__gte=today).first()


@transaction.atomic
def write_note(account: Account, *, note: str, now: datetime) -> None:
    """Ask the moderators to meet her, because nobody knows her yet. Raises NotWaiting."""
    newcomer = _held_of(account.pk)
    since = newcomer.facts["note_at"] or now.isoformat()  # a note that is written anew does not wait anew
    newcomer.tell(door=str(Door.NOTE), note=note, note_at=since)
    newcomer.save(force_update=True)


@transaction.atomic
def answer(account: Account, *, text: str) -> None:
    """Answer the moderators' question. Raises NotWaiting when there is none."""
    newcomer = _held_of(account.pk)
    if not newcomer.facts["question"]:
        raise NotWaiting
    newcomer.tell(answer=text)
    newcomer.save(force_update=True)


@transaction.atomic
def note_report(account: Account) -> None:
    """Her one report while she waits. Raises OneReport, NotWaiting."""
    newcomer = _held_of(account.pk)
    if newcomer.facts.get("has_filed"):
        raise OneReport
    newcomer.tell(has_filed=True)
    newcomer.save(force_update=True)


def _held_of(account: UUID) -> Newcomer:
    newcomer = Newcomer.objects.select_for_update().filter(account=account).first()
    if newcomer is None or newcomer.is_refused:
        raise NotWaiting
    return newcomer


# --- who waited in vain -------------------------------------------------------------------------------------


def lapse_due(*, now: datetime) -> int:
    """Delete who has waited for 30 days, and who was refused a week ago. Gives how many."""
    waiting = Account.objects.filter(standing__in=[Standing.WAITING, Standing.ASLEEP])
    return sum(_lapse_if_due(pk, now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _lapse_if_due(pk: UUID, now: datetime) -> bool:
    live = Newcomer.objects.filter(account=pk, delete_after__gte=now.date())  # what is past opens no more
    newcomer = live.select_for_update().first()
    account = Account.objects.filter(pk=pk).first()
    try:
        if account is None or not account.waits or not _is_over(account, newcomer, now):
            return False
    except (AccountTampered, crypto.CannotOpen):
        log.error("an account that waits does not open: left as it is")
        return False
    standings.delete(account, keep_reports=False, now=now)
    return True


def _is_over(account: Account, newcomer: Newcomer | None, now: datetime) -> bool:
    account.refuse_tampering()
    today = now.date()
    if newcomer is None or not newcomer.is_refused:
        return today > account.joined_on + WAITS_FOR
    return bool(newcomer.facts["refused_on"] <= (today - REFUSAL_READABLE_FOR).isoformat())
