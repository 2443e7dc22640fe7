"""Killed while somebody joins: there is her account and the invitation is spent, or there is neither."""

from datetime import UTC, datetime, timedelta
from itertools import count

from accounts import inviting, joining
from accounts.models import Account, Invitation, Newcomer
from accounts.vocabulary import Role, Standing
from jasmine import crypto
from tests.faults.killing import say
from tests.people import PASSPHRASE


def join(round_number: int) -> None:
    """Says who has joined after she was told so."""
    today = crypto.today()
    for number in count():
        name = f"{round_number} {number}"
        inviter = Account.open(
            f"Inviter {name}", PASSPHRASE, today=today, joined_on=today - timedelta(days=40)
        )
        code = inviting.invite(by=inviter, now=datetime.now(UTC))
        joining.join(code, pseudonym=f"Joins {name}", passphrase=PASSPHRASE, now=datetime.now(UTC))
        say(name)


def each_is_whole(said: list[str]) -> None:
    newcomers = {str(newcomer.account_id): newcomer for newcomer in Newcomer.objects.all()}
    waiting = Account.objects.filter(standing=Standing.WAITING)
    used = [invitation for invitation in Invitation.objects.all() if invitation.is_spent]
    assert {str(account.pk) for account in waiting} == newcomers.keys()
    assert {invitation.facts["used_by"] for invitation in used} == newcomers.keys()
    assert len(used) == len(newcomers) >= len(said)
    for account in waiting:
        assert account.spare_key
        assert account.role == Role.MEMBER
    for name in said[-5:]:
        assert Account.objects.named(f"Joins {name}")


def test_nobody_is_half_in_and_no_invitation_is_half_spent(site):
    assert site.kills(join, then=each_is_whole)
