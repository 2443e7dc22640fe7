"""What follows when somebody's standing changes, or her account goes.

Apps above say in `ready` what they do then, and listen to `account_closing`; this one knows none of them.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal

from accounts import vouching
from accounts.deciding import NotForHer
from accounts.models import Account, AccountTampered, Newcomer, Note, Pair
from accounts.models.account import MONTHS_UNTIL_LAPSE
from accounts.vocabulary import MAY_ENTER, Role, Standing
from jasmine import crypto

log = logging.getLogger("jasmine.accounts")

SUSPEND = "suspend"  # the kind of decision
NO_WORD_FOR = timedelta(days=90)

# Sent inside the transaction that deletes the account, with `account`, `keep_reports` (her choice), `now`.
account_closing = Signal()

Follow = Callable[
    [Account, Standing, datetime], None
]  # the account as it is now, what it was before, the moment
_following: list[Follow] = []


def follow(function: Follow) -> None:
    """Call this, in the same transaction, whenever a standing has changed."""
    if function not in _following:
        _following.append(function)


def refuse_unless_moderator(account: Account) -> None:
    """Raises NotForHer unless she moderates now, in good standing: not as she was when her page was opened."""
    now = Account.objects.filter(pk=account.pk).first()
    if now is None or (now.role, now.standing) != (Role.MODERATOR, Standing.MEMBER):
        raise NotForHer
    now.refuse_tampering()


def change(account: Account, standing: Standing, *, now: datetime) -> None:
    """Give an account, held by `Account.held`, another standing, and let the others do their part.

    Whoever may not enter from now on has no session left, on no device.
    """
    before = Standing(account.standing)
    account.put_to(standing)
    if standing not in MAY_ENTER:
        account.end_sessions()
    for function in _following:
        function(account, before, now)


@transaction.atomic
def delete(account: Account, *, keep_reports: bool, now: datetime) -> None:
    """Delete an account with all that hangs on it. No backup brings it back.

    `keep_reports`: they stay to their day, without her. Raises DoesNotExist when it is gone already.
    """
    waiting = list(
        Newcomer.objects.select_for_update().filter(account=account)
    )  # held before the account, as ever
    account = Account.objects.select_for_update().get(pk=account.pk)
    account_closing.send(Account, account=account, keep_reports=keep_reports, now=now)
    notes = Note.objects.of(str(account.pk), today=now.date())
    gone = [("row", str(row.pk)) for row in (account, *waiting, *notes)]
    crypto.remember_gone(gone, week=crypto.week_of(now.date()))
    for note in notes:
        note.delete()
    account.delete()


def stay(account: Account, *, now: datetime) -> None:
    """She has come: her account stays for 24 months more. Written at most once a month, and nothing finer."""
    month = now.year * 12 + now.month - 1 + MONTHS_UNTIL_LAPSE
    Account.objects.filter(pk=account.pk, lapse_month__lt=month).update(lapse_month=month)


# --- the firebreak ------------------------------------------------------------------------------------------


def hold_circle(account: str) -> list[str]:
    """Who is reached by the firebreak of that account, all held in one order until the transaction ends.

    The admins are held with them: whoever asks next whether she is the last one waits for nobody who waits for her.
    Asked again once they are held: a newcomer who was let in a moment ago on this account's word is among them.
    """
    held: set[str] = set()
    while (circle := _circle(account)) - held:
        ids = [UUID(pk) for pk in circle]
        list(Account.objects.select_for_update().filter(Q(pk__in=ids) | Q(role=Role.ADMIN)).order_by("pk"))
        held = circle
    return sorted(held - {account})


def _circle(account: str) -> set[str]:
    return {account} | vouching.vouched_for_by(account) | vouching.vouchers_of(account)


def break_fire(reached: Iterable[str], account: str, *, now: datetime) -> None:
    """Do what follows from the misuse of that account to each whom `hold_circle` gave."""
    for pk in reached:
        _break_fire(pk, account, now=now)


def _break_fire(pk: str, suspended: str, *, now: datetime) -> None:
    """Limit whom the suspended account vouched for; let its vouchers vouch for nobody for 90 days."""
    try:
        with Account.held(UUID(pk)) as held:
            if _vouched_for(suspended, pk):
                _limit(held, now=now)
            if _vouched_for(pk, suspended):
                held.tell(no_word_until=(now.date() + NO_WORD_FOR).isoformat())
    except (AccountTampered, crypto.CannotOpen):
        log.error("an account behind the firebreak does not open: it is refused anyway")


def _limit(account: Account, *, now: datetime) -> None:
    if account.standing == Standing.MEMBER:
        change(account, Standing.LIMITED, now=now)
    elif account.standing == Standing.PAUSED:
        account.tell(paused={**account.facts["paused"], "was": str(Standing.LIMITED)})
    elif account.standing == Standing.ASLEEP:
        account.tell(asleep_from=str(Standing.LIMITED))
    elif account.standing == Standing.SUSPENDED:
        account.tell(suspended={**account.facts.get("suspended", {}), "was": str(Standing.LIMITED)})


def _vouched_for(voucher: str, newcomer: str) -> bool:
    return bool(Pair.objects.among([(voucher, newcomer)]))
