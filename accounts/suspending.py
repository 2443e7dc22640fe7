"""The brake, suspension, and the firebreak behind it.

One moderator pauses an account for 72 hours; it lifts itself unless two suspend it. When an account is suspended for
misuse, whom it vouched for read with a small budget until a moderator has looked, its own vouchers may not vouch for 90
days, and its reports are held. The tokens of 24 months say who that is.
"""

import logging
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import record, standings, vouching
from accounts.deciding import AboutHerself, DecisionRefused, Kind, NobodyElse
from accounts.models import Account, AccountTampered, Decision, Note
from accounts.models.notes import NOTE_KEPT
from accounts.vocabulary import MAY_ENTER, TRUSTED, Act, Role, Standing, SuspendedFor
from jasmine import crypto

log = logging.getLogger("jasmine.accounts")

PAUSED_FOR = timedelta(hours=72)
PAUSED_AGAIN_AFTER = timedelta(days=30)  # by the same moderator
SUSPEND, LIFT = standings.SUSPEND, "lift_suspension"


class SuspensionRefused(DecisionRefused):
    """The parent of what stands in the way; never raised itself."""


class NoSuchMember(SuspensionRefused):
    sentence = _("No member has this pseudonym.")


class NotAsItStands(SuspensionRefused):
    sentence = _("This cannot be done with the account as it is now.")


class PausedBefore(SuspensionRefused):
    sentence = _("You paused this account a short time ago. Now it takes two: ask for its suspension.")


class LastAdmin(SuspensionRefused):
    sentence = _("She is the last admin: somebody else becomes admin first.")


class VouchedYourself(SuspensionRefused):
    sentence = _("You vouched for her, so another moderator decides.")


def named(pseudonym: str) -> Account:
    """The account of somebody whom a moderator names. Raises NoSuchMember."""
    account = Account.objects.named(pseudonym)
    if account is None or account.waits:
        raise NoSuchMember
    return account


# --- the brake ----------------------------------------------------------------------------------------------


@transaction.atomic
def pause(account: Account, *, by: Account, now: datetime) -> None:
    """Keep an account out for 72 hours, on one moderator's word.

    Raises NotForHer, AboutHerself, NotAsItStands, PausedBefore.
    """
    _refuse_unless_moderator(by, account)
    with Account.held(account.pk) as held:
        if held.standing not in MAY_ENTER:
            raise NotAsItStands
        if _was_paused_by(held, by, now):
            raise PausedBefore
        until = (now + PAUSED_FOR).isoformat()
        held.tell(paused={"by": str(by.pk), "until": until, "was": str(held.standing)})
        standings.change(held, Standing.PAUSED, now=now)
    record.write(Act.PAUSED, by=by, now=now, about=str(account.pk))


def _was_paused_by(account: Account, by: Account, now: datetime) -> bool:
    last = account.facts.get("paused")
    if not last or last["by"] != str(by.pk):
        return False
    return datetime.fromisoformat(last["until"]) + PAUSED_AGAIN_AFTER > now


@transaction.atomic
def lift_pause(account: Account, *, by: Account, now: datetime) -> None:
    """End a pause before its 72 hours. Raises NotForHer, AboutHerself, NotAsItStands."""
    _refuse_unless_moderator(by, account)
    with Account.held(account.pk) as held:
        if held.standing != Standing.PAUSED:
            raise NotAsItStands
        standings.change(held, _before_pause(held), now=now)
    record.write(Act.PAUSE_LIFTED, by=by, now=now, about=str(account.pk))


def paused_until(account: Account) -> datetime:
    """When the pause of an account that is paused lifts itself."""
    return datetime.fromisoformat(account.facts["paused"]["until"])


def lift_due(*, now: datetime) -> int:
    """Lift the pauses whose 72 hours are over. Gives how many."""
    paused = Account.objects.filter(standing=Standing.PAUSED).values_list("pk", flat=True)
    return sum(_lift_if_due(pk, now) for pk in paused)


def _lift_if_due(pk: UUID, now: datetime) -> bool:
    try:
        with Account.held(pk) as held:
            if held.standing != Standing.PAUSED or now < paused_until(held):
                return False
            standings.change(held, _before_pause(held), now=now)
    except (AccountTampered, crypto.CannotOpen, Account.DoesNotExist):
        log.error("a paused account does not open: left as it is")
        return False
    return True


def _before_pause(account: Account) -> Standing:
    return Standing(account.facts["paused"]["was"])


def _refuse_unless_moderator(by: Account, account: Account) -> None:
    standings.refuse_unless_moderator(by)
    if by.pk == account.pk:
        raise AboutHerself


# --- suspension, by two -------------------------------------------------------------------------------------


def _suspend(
    *, about: str, said: dict[str, Any], by: Account, agreed_by: Account | None, now: datetime
) -> None:
    account, why = _of(about), SuspendedFor(said["why"])
    circle = standings.hold_circle(about)
    reached = circle if why == SuspendedFor.ABUSE else []
    with Account.held(account.pk) as held:
        if held.standing == Standing.SUSPENDED or held.waits:
            raise NotAsItStands
        if agreed_by is None and held.role in TRUSTED:
            raise NobodyElse  # who asked may have paused her meanwhile, so that she could not stop it
        _refuse_last_admin(held)
        held.tell(suspended={"on": now.date().isoformat(), "why": str(why), "was": _entered_as(held)})
        standings.change(held, Standing.SUSPENDED, now=now)
    standings.break_fire(reached, about, now=now)


def _refuse_last_admin(account: Account) -> None:
    """Making an admin takes one. All of them are held: of two who are suspended at once the second is the last."""
    others = Account.objects.filter(role=Role.ADMIN, standing=Standing.MEMBER).exclude(pk=account.pk)
    if account.role == Role.ADMIN and not any(_opens(other) for other in others):
        raise LastAdmin


def _entered_as(account: Account) -> str:
    """With which standing an account that may be paused or asleep comes in: limited behind another firebreak."""
    before = {
        Standing.PAUSED: lambda: account.facts["paused"]["was"],
        Standing.ASLEEP: lambda: account.facts.get("asleep_from", ""),
    }.get(Standing(account.standing), lambda: account.standing)()
    return str(Standing.LIMITED if before == Standing.LIMITED else Standing.MEMBER)


def _lift(*, about: str, said: dict[str, Any], by: Account, agreed_by: Account | None, now: datetime) -> None:
    """She comes in again as before, and her vouchers may vouch. Whom she vouched for waits for a moderator's look."""
    account = _of(about)
    standings.hold_circle(about)
    with Account.held(account.pk) as held:
        if held.standing != Standing.SUSPENDED:
            raise NotAsItStands
        standings.change(held, Standing(held.facts["suspended"]["was"]), now=now)
    for voucher in sorted(vouching.vouchers_of(about)):
        _give_back_word(voucher)


def _give_back_word(voucher: str) -> None:
    """Unless somebody else for whom she vouched is suspended for misuse."""
    try:
        with Account.held(UUID(voucher)) as held:
            held.tell(no_word_until=max(map(_no_word_until, vouching.vouched_for_by(voucher)), default=""))
    except (AccountTampered, crypto.CannotOpen):
        log.error("an account behind the firebreak does not open: it is refused anyway")


def _no_word_until(pk: str) -> str:
    """Until what day whoever vouched for that account may not vouch; "" if she may."""
    account = Account.objects.filter(pk=pk, standing=Standing.SUSPENDED).first()
    suspended = account.facts.get("suspended", {}) if account else {}
    if suspended.get("why") != SuspendedFor.ABUSE:
        return ""
    return (date.fromisoformat(suspended["on"]) + standings.NO_WORD_FOR).isoformat()


def _of(about: str) -> Account:
    account = Account.objects.filter(pk=about).first()
    if account is None:
        raise NotAsItStands
    return account


def _as_it_stands(about: str) -> str:
    """What must be as it was when it was asked: a pause may come or go meanwhile."""
    account = Account.objects.filter(pk=about).first()
    if account is None:
        return "gone"
    return f"{account.role} {account.standing == Standing.SUSPENDED}"


def _whom(decision: Decision) -> str:
    account = Account.objects.filter(pk=decision.facts["about"]).first()
    return account.pseudonym if account else ""


def _moderates(account: Account) -> bool:
    return account.role == Role.MODERATOR and account.standing == Standing.MEMBER


def _is_trusted(account: Account, _decision: Decision) -> bool:
    return account.role in TRUSTED and account.standing == Standing.MEMBER


def _kind(name: str, label: Any, act: Any) -> Kind:
    return Kind(
        name=name,
        label=label,
        act=act,
        may_ask=_moderates,
        may_agree=_is_trusted,
        seen=_as_it_stands,
        told=_whom,
    )


KINDS = (
    _kind(SUSPEND, _("Suspend an account"), _suspend),
    _kind(LIFT, _("Lift a suspension"), _lift),
)


# --- behind the firebreak -----------------------------------------------------------------------------------


def limited() -> list[Account]:
    """Who reads with a small budget until a moderator has looked."""
    return [account for account in Account.objects.filter(standing=Standing.LIMITED) if _opens(account)]


def _opens(account: Account) -> bool:
    """One that does not open keeps nobody from the others."""
    try:
        return account.may_enter()
    except (AccountTampered, crypto.CannotOpen):
        log.error("an account behind the firebreak does not open: left out")
        return False


@transaction.atomic
def clear(account: Account, *, by: Account, now: datetime) -> None:
    """A moderator who did not vouch for her has looked: she is a member like the others again.

    Raises NotForHer, AboutHerself, VouchedYourself, NotAsItStands.
    """
    _refuse_unless_moderator(by, account)
    if str(by.pk) in vouching.vouchers_of(str(account.pk)):
        raise VouchedYourself
    with Account.held(account.pk) as held:
        if held.standing != Standing.LIMITED:
            raise NotAsItStands
        standings.change(held, Standing.MEMBER, now=now)
    record.write(Act.CLEARED, by=by, now=now, about=str(account.pk))


# --- what she writes ----------------------------------------------------------------------------------------


@transaction.atomic
def write_note(account: Account, *, text: str, now: datetime) -> Note:
    """Write to the moderators; a second note takes the place of the first."""
    Account.objects.select_for_update().get(pk=account.pk)
    for note in Note.objects.of(str(account.pk), today=now.date()):
        _forget(note)
    note = Note(
        delete_after=crypto.last_sunday_until(now.date() + NOTE_KEPT),
        facts={"by": str(account.pk), "text": text, "at": now.isoformat()},
    )
    note.save(force_insert=True)
    return note


def notes(*, now: datetime) -> list[tuple[Note, Account]]:
    """What was written to the moderators, with who wrote it, the oldest first."""
    written = sorted(Note.objects.readable(today=now.date()), key=lambda note: str(note.facts["at"]))
    writers = Account.objects.in_bulk([UUID(note.by) for note in written])
    return [(note, writers[UUID(note.by)]) for note in written if UUID(note.by) in writers]


@transaction.atomic
def put_away(note: Note) -> None:
    """Read, and answered by a deed: the note is deleted."""
    _forget(note)


def _forget(note: Note) -> None:
    crypto.remember_gone([("row", str(note.pk))], week=note.key_week)
    note.delete()
