"""Invitations: who may hand one over, how many, and what becomes of it.

Good for 14 days and for one person. What was made counts for 30 days, also when it was taken back: it bounds how fast
one member can bring others in.
"""

from contextlib import suppress
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import vouching
from accounts.codes import new_code, read_code
from accounts.models import Account, AccountTampered, Invitation, Newcomer
from accounts.models.admission import COUNTED_FOR, PLACES, first_sunday_from
from accounts.vocabulary import Role
from jasmine import crypto

CODE_DIGITS = 12
MOST_OF_A_MEMBER = 3  # in 30 days
MOST_OF_OUTREACH = PLACES


class InvitingRefused(Exception):
    """The parent of what inviting refuses; never raised itself. `sentence`: what she is told."""

    sentence = _("This cannot be done.")


class QuotaUsed(InvitingRefused):
    sentence = _("You have made as many invitations as a member may in 30 days.")


class NotHers(InvitingRefused):
    sentence = _("This is no invitation of yours.")


class UsedAlready(InvitingRefused):
    sentence = _("Somebody has used it already. If you do not know her, do not confirm her.")


class NotUsed(InvitingRefused):
    sentence = _("There is nothing to confirm: nobody has used it, or she is not here any more.")


class WrongCode(InvitingRefused):
    """Unknown, used, over or taken back: which of these is not said."""

    sentence = _("This invitation is not good. Look at its 12 digits, or ask for another one.")


@transaction.atomic
def invite(*, by: Account, now: datetime) -> str:
    """Make an invitation of hers; gives its code, which is shown now and kept nowhere.

    Raises QuotaUsed, VouchRefused (TooNewToVouch, NotInGoodStanding).
    """
    by = Account.objects.select_for_update().get(pk=by.pk)  # two at once cannot pass one quota
    by.refuse_tampering()
    vouching.refuse_voucher(by, now=now)
    own = Invitation.objects.of(by, today=now.date())
    if _left(by, own, now=now) < 1:
        raise QuotaUsed
    while Invitation.objects.with_code(code := new_code(CODE_DIGITS), today=now.date()):
        pass  # one in 10¹² for each that lives
    Invitation.made(code, by=by, place=_free_place(own, today=now.date()), now=now).save(force_insert=True)
    return code


def invitations_left(account: Account, *, now: datetime) -> int:
    """How many she may still make in these 30 days."""
    return _left(account, Invitation.objects.of(account, today=now.date()), now=now)


@transaction.atomic
def take_back(invitation_id: UUID, *, by: Account, now: datetime) -> None:
    """Let nobody use it any more. Raises NotHers, UsedAlready."""
    invitation = _own(invitation_id, by=by)
    if invitation.is_spent:
        raise UsedAlready
    spend(invitation, taken_back=True)


@transaction.atomic
def confirm(invitation_id: UUID, *, by: Account, now: datetime) -> None:
    """Say that the pseudonym which used it is whom she gave it to: her vouch counts from now.

    Raises NotHers, NotUsed, VouchRefused.
    """
    invitation = _own(invitation_id, by=by)
    used_by = invitation.facts["used_by"]
    newcomer = Newcomer.objects.filter(account_id=used_by).first() if used_by else None
    if newcomer is None or newcomer.is_refused:
        raise NotUsed
    with suppress(vouching.AlreadyVouched):  # by her code: that says more
        vouching.confirm(newcomer, by=by, now=now)
    invitation.tell(confirmed=True)
    invitation.save(force_update=True)


# --- using one ------------------------------------------------------------------------------------------------


def read(typed: str, *, now: datetime) -> Invitation:
    """The invitation with the code that was typed. Nothing is spent. Raises WrongCode."""
    code = read_code(typed, digits=CODE_DIGITS)
    invitation = Invitation.objects.with_code(code, today=now.date()) if code else None
    if invitation is None or not _is_good(invitation, now=now):
        raise WrongCode
    return invitation


def hold(typed: str, *, now: datetime) -> Invitation:
    """The same, for the caller's transaction alone: nobody else can use it meanwhile. Raises WrongCode."""
    pk = read(typed, now=now).pk
    invitation = Invitation.objects.select_for_update().filter(pk=pk).first()
    if invitation is None or not _is_good(invitation, now=now):
        raise WrongCode
    return invitation


def inviter_of(invitation: Invitation) -> Account | None:
    """Who made it, if she is still here."""
    return Account.objects.filter(pk=UUID(invitation.by)).first()


def spend(invitation: Invitation, **facts: object) -> None:
    """Let it be used by nobody else. To be called by whoever holds it.

    An older backup would bring it back unused: that it was spent is remembered beside the ring, once this is stored.
    """
    gone = [("invitation", str(invitation.pk))]
    transaction.on_commit(partial(crypto.remember_gone, gone, week=invitation.key_week), robust=True)
    invitation.tell(**facts)
    invitation.save(force_update=True)


def _is_good(invitation: Invitation, *, now: datetime) -> bool:
    """Whether it may be used: open, by somebody who may invite today, and not spent before a backup came back."""
    inviter = inviter_of(invitation)
    return (
        invitation.is_open(now=now)
        and inviter is not None
        and _may_invite(inviter, now=now)
        and not crypto.gone_among([("invitation", str(invitation.pk))])
    )


def _may_invite(account: Account, *, now: datetime) -> bool:
    try:
        account.refuse_tampering()
        vouching.refuse_voucher(account, now=now)
    except (vouching.VouchRefused, AccountTampered, crypto.CannotOpen):
        return False
    return True


def _left(account: Account, own: list[Invitation], *, now: datetime) -> int:
    quota = MOST_OF_OUTREACH if account.role == Role.OUTREACH else MOST_OF_A_MEMBER
    return quota - sum(invitation.made_at > now - COUNTED_FOR for invitation in own)


def _free_place(own: list[Invitation], *, today: date) -> int:
    """A place that none of hers has in the week to which a new one is sealed: there are as many as she may make."""
    day = first_sunday_from(today + COUNTED_FOR)
    taken = {invitation.facts["place"] for invitation in own if invitation.delete_after == day}
    return next(place for place in range(PLACES) if place not in taken)


def _own(invitation_id: UUID, *, by: Account) -> Invitation:
    """Held until the transaction ends. Raises NotHers."""
    invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if invitation is None or invitation.by != str(by.pk):
        raise NotHers
    return invitation
