"""Giving one's word for a newcomer, and what that word counts.

A vouch counts as long as its voucher is in good standing. Two make a newcomer ready to be let in, if their vouchers are
independent: neither vouched for the other, and not the same two let both of them in. That is asked when she is let in,
under a lock, and of tokens that live for 24 months.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.codes import new_code, read_code
from accounts.models import Account, AccountTampered, Newcomer, Pair, Vouch
from accounts.models.vouching import WAITS_FOR, WEEK
from accounts.vocabulary import Door, Knows, Role, Standing
from jasmine import crypto

CODE_DIGITS = 12
OLD_ENOUGH = timedelta(days=30)
QUOTA_FOR = timedelta(days=30)
WORDS_OF_A_MEMBER = 3
WORDS_OF_OUTREACH = 10
ENOUGH = 2  # independent vouches
MOST = 10  # for one newcomer
SAME_TWO = 2  # shared vouchers that make two members one circle


class VouchRefused(Exception):
    """The parent of what vouching refuses; never raised itself. `sentence` says to her why."""

    sentence: Any = ""


class WrongCode(VouchRefused):
    sentence = _("Nobody waits with this code. Look at it again, or ask her for it.")


class OwnAccount(VouchRefused):
    sentence = _("This is your own code. Others vouch for you.")


class TooNewToVouch(VouchRefused):
    sentence = _("You can vouch and invite when you have been a member for 30 days.")


class NotInGoodStanding(VouchRefused):
    sentence = _(
        "You cannot vouch or invite just now: a moderator has to look first. You find more under “Account”."
    )


class WordRests(NotInGoodStanding):
    sentence = _(
        "Somebody for whom you vouched, or whom you invited, was suspended for misuse. You cannot vouch or invite "
        "until 90 days are over. All else is as before."
    )


class AlreadyVouched(VouchRefused):
    sentence = _("You have vouched for her already.")


class EnoughVouches(VouchRefused):
    sentence = _("She has enough vouches: now it is the moderators' turn.")


class QuotaUsed(VouchRefused):
    sentence = _("You have vouched as often as a member may in 30 days. Later you can again.")


class NotInvitedByYou(VouchRefused):
    sentence = _("Only the member who gave her the invitation can confirm her pseudonym.")


class NotIndependent(VouchRefused):
    sentence = _(
        "Her vouches are of one circle: one vouched for the other, or the same two let both of them in. "
        "One more is needed."
    )


class TooFewVouches(VouchRefused):
    sentence = _("Fewer than two vouches count today.")


@transaction.atomic
def open_newcomer(account: Account, *, invited_by: Account | None, now: datetime) -> Newcomer:
    """Let an account that has just joined wait, with a vouch code of its own."""
    today = now.date()
    facts = {
        "vouch_code": _unused_code(today),
        "invited_by": str(invited_by.pk) if invited_by else "",
        "confirmed": False,
        "since": today.isoformat(),
        "door": str(Door.VOUCHES),
        **dict.fromkeys(["note", "note_at", "question", "asked_at", "answer", "refused_on"], ""),
    }
    first_sunday = crypto.last_sunday_until(today + WAITS_FOR + WEEK - timedelta(days=1))
    newcomer = Newcomer(account=account, delete_after=first_sunday, facts=facts)
    newcomer.save(force_insert=True)
    return newcomer


def _unused_code(today: date) -> str:
    while Newcomer.objects.with_code(code := new_code(CODE_DIGITS), today=today):
        pass  # one in 10¹² for each who waits
    return code


@transaction.atomic
def confirm(newcomer: Newcomer, *, by: Account, now: datetime, how: str = Knows.INVITED) -> Vouch:
    """Say that the pseudonym which used her invitation is whom she gave it to: from now on that is a vouch.

    Raises VouchRefused (NotInvitedByYou, TooNewToVouch, NotInGoodStanding, AlreadyVouched, QuotaUsed, WrongCode).
    """
    newcomer = _held(newcomer.pk)
    if newcomer.facts["invited_by"] != str(by.pk):
        raise NotInvitedByYou
    vouch = _given(newcomer, by=by, how=Knows(how), now=now)
    newcomer.tell(confirmed=True)
    newcomer.save(force_update=True)
    return vouch


def find(typed: str, *, by: Account, now: datetime) -> Newcomer:
    """Whom that code would vouch for, so that she sees the pseudonym first. Raises WrongCode, OwnAccount."""
    code = read_code(typed, digits=CODE_DIGITS)
    newcomer = Newcomer.objects.with_code(code, today=now.date()) if code else None
    if newcomer is None:
        raise WrongCode
    if newcomer.account_id == by.pk:
        raise OwnAccount
    return newcomer


@transaction.atomic
def vouch(code: str, *, by: Account, how: str, now: datetime) -> Vouch:
    """Record `by`'s word for whoever waits with that code.

    Raises VouchRefused (WrongCode, OwnAccount, TooNewToVouch, NotInGoodStanding, AlreadyVouched, QuotaUsed).
    """
    newcomer = find(code, by=by, now=now)
    return _given(_held(newcomer.pk), by=by, how=Knows(how), now=now)


def refuse_voucher(account: Account, *, now: datetime) -> None:
    """Raises TooNewToVouch, NotInGoodStanding, WordRests unless she may give her word today, by invitation or code."""
    if account.standing != Standing.MEMBER:
        raise NotInGoodStanding
    if now.date().isoformat() < account.facts.get("no_word_until", ""):
        raise WordRests
    if now.date() < account.joined_on + OLD_ENOUGH:
        raise TooNewToVouch


def why_not(account: Account, *, now: datetime) -> Any:
    """Why she may not give her word today, as she is told; "" if she may."""
    try:
        refuse_voucher(account, now=now)
    except VouchRefused as refusal:
        return refusal.sentence
    return ""


def words_left(account: Account, *, now: datetime) -> int:
    """For how many newcomers she may still give her word these 30 days."""
    since = (now - QUOTA_FOR).isoformat()
    given = Vouch.objects.by(str(account.pk), today=now.date())
    quota = WORDS_OF_OUTREACH if account.role == Role.OUTREACH else WORDS_OF_A_MEMBER
    return quota - sum(vouch.facts["at"] > since for vouch in given)


def _held(pk: UUID) -> Newcomer:
    """The newcomer as she is now, held until the transaction ends. Raises WrongCode when she waits no more."""
    newcomer = Newcomer.objects.select_for_update().filter(pk=pk).first()
    if newcomer is None or newcomer.is_refused:
        raise WrongCode
    return newcomer


def _given(newcomer: Newcomer, *, by: Account, how: Knows, now: datetime) -> Vouch:
    """Store her word. The newcomer is held, and so is she, so that two at once cannot pass one quota."""
    by = Account.objects.select_for_update().get(pk=by.pk)
    by.refuse_tampering()
    refuse_voucher(by, now=now)
    vouches = Vouch.objects.for_newcomer(newcomer)
    if any(vouch.by == str(by.pk) for vouch in vouches):
        raise AlreadyVouched
    if len(vouches) >= MOST:
        raise EnoughVouches
    if words_left(by, now=now) < 1:
        raise QuotaUsed
    facts = {
        "by": str(by.pk),
        "for": str(newcomer.account_id),
        "how": str(how),
        "at": now.isoformat(),
    }
    vouch = Vouch(delete_after=newcomer.delete_after, facts=facts)
    vouch.save(force_insert=True)
    return vouch


# --- what vouches count -------------------------------------------------------------------------------------


def counted(newcomer: Newcomer, *, now: datetime) -> list[Vouch]:
    """The vouches for her whose vouchers are there today and in good standing, the first one first."""
    vouches = Vouch.objects.for_newcomer(newcomer)
    vouchers = Account.objects.in_bulk([UUID(vouch.by) for vouch in vouches])
    return [vouch for vouch in vouches if _counts(vouchers.get(UUID(vouch.by)), now)]


def _counts(voucher: Account | None, now: datetime) -> bool:
    try:
        if voucher is None:
            return False
        voucher.refuse_tampering()
        refuse_voucher(voucher, now=now)
    except (VouchRefused, AccountTampered, crypto.CannotOpen):
        return False
    return True


def refuse_unready(vouches: Iterable[Vouch]) -> None:
    """Raises TooFewVouches, NotIndependent unless two of these are by independent members."""
    vouchers = [vouch.by for vouch in vouches]
    if len(vouchers) < ENOUGH:
        raise TooFewVouches
    if not any(independent(one, other) for one, other in combinations(vouchers, 2)):
        raise NotIndependent


def independent(one: str, other: str) -> bool:
    """Whether neither of these accounts vouched for the other, and not the same two let both of them in."""
    if Pair.objects.among([(one, other), (other, one)]):
        return False
    return len(vouchers_of(one) & vouchers_of(other)) < SAME_TWO


def vouchers_of(account: str) -> set[str]:
    """Who of those that are still here vouched for that account."""
    return {voucher for voucher, _account in Pair.objects.among((other, account) for other in _everybody())}


def vouched_for_by(account: str) -> set[str]:
    """For whom of those that are still here that account vouched."""
    return {newcomer for _account, newcomer in Pair.objects.among((account, other) for other in _everybody())}


def _everybody() -> list[str]:
    return [str(pk) for pk in Account.objects.values_list("pk", flat=True)]
