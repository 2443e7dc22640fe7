"""Leaving: by her own wish, at once; or when nobody came for 24 months.

The account goes with its sessions, second steps and phones. Its reports go too, or stay to their day without her, as
she chooses; of those who came no more they stay. What she filed on behalf of others belongs to the group, and stays.
Nobody is kept from leaving by a pause or by what was asked about her; but then it is as after misuse: see `close`.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import deciding, record, standings
from accounts.models import Account, AccountTampered
from accounts.vocabulary import Act, Role, Standing, SuspendedFor
from jasmine import crypto

log = logging.getLogger("jasmine.accounts")


class LeavingRefused(Exception):
    """The parent of what keeps an account; never raised itself."""


class LastAdmin(LeavingRefused):
    sentence = _("You are the only admin. Give the role to somebody else first, then close your account.")


@dataclass(frozen=True)
class Closed:
    """`idle`: without a visit for 24 months. `kept`: of these the last admin, without whom nobody runs the site."""

    idle: int
    closed: int
    kept: int


@transaction.atomic
def close(account: Account, *, keep_reports: bool, now: datetime) -> None:
    """Delete her account at once. Raises LastAdmin.

    While it is paused, or its suspension is asked, what follows misuse is done first: leaving is no way round it.
    """
    reached = [] if account.waits else standings.hold_circle(str(account.pk))
    _refuse_last_admin(account)
    in_doubt = _is_in_doubt(account, now)
    if in_doubt:
        _put_out(account, now=now)
        standings.break_fire(reached, str(account.pk), now=now)
    standings.delete(account, keep_reports=keep_reports, now=now)
    if in_doubt:
        record.write(Act.LEFT_IN_DOUBT, by=account, now=now, about=str(account.pk))
    elif account.role != Role.MEMBER:  # otherwise nobody's act but her own
        record.write(Act.LEFT, by=account, now=now, about=str(account.pk))


def _is_in_doubt(account: Account, now: datetime) -> bool:
    """Whether moderators keep her out, or have asked to. Not as she was when her page was opened."""
    is_paused = Account.objects.filter(pk=account.pk, standing=Standing.PAUSED).exists()
    asked = deciding.open_about(str(account.pk), now=now)
    return is_paused or any(one.facts["kind"] == standings.SUSPEND for one in asked)


def _put_out(account: Account, *, now: datetime) -> None:
    """Suspend it for misuse, so that the reports it leaves are held: nobody is there to let them go."""
    try:
        with Account.held(account.pk) as held:
            why = {"on": now.date().isoformat(), "why": str(SuspendedFor.ABUSE), "was": str(Standing.MEMBER)}
            held.tell(suspended=why)
            standings.change(held, Standing.SUSPENDED, now=now)
    except (AccountTampered, crypto.CannotOpen):
        log.error("an account that closes does not open: its reports are not held")


def _refuse_last_admin(account: Account) -> None:
    # All of them are held: of two who leave at once one is the last.
    admins = list(Account.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))
    able = [admin.pk for admin in admins if admin.standing == Standing.MEMBER]
    if account.role == Role.ADMIN and not {*able} - {account.pk}:
        raise LastAdmin


def idle(*, now: datetime) -> list[UUID]:
    """The ids of accounts that have not been visited for 24 months."""
    month = now.year * 12 + now.month - 1
    return list(Account.objects.filter(lapse_month__lt=month).values_list("pk", flat=True))


def close_idle(*, now: datetime) -> Closed:
    """Close them. Their reports stay to their day, without them."""
    found = idle(now=now)
    closed = sum(_close_if_idle(pk, now) for pk in found)
    return Closed(idle=len(found), closed=closed, kept=len(found) - closed)


@transaction.atomic
def _close_if_idle(pk: UUID, now: datetime) -> bool:
    account = Account.objects.select_for_update().filter(pk=pk).first()
    if account is None or account.lapse_month >= now.year * 12 + now.month - 1:
        return False  # she came a moment ago
    try:
        close(account, keep_reports=True, now=now)
    except LastAdmin:
        log.warning("the last admin has not come for 24 months: the account stays")
        return False
    return True
