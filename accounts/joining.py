"""Joining: an invitation, a pseudonym and a passphrase, and nothing else."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import inviting, passphrases, pseudonyms, vouching
from accounts.inviting import WrongCode
from accounts.models import Account, Invitation
from accounts.vocabulary import Standing

MOST_TAKEN = 5  # answers "taken" that one invitation gives


class JoiningRefused(Exception):
    """The parent of what joining refuses besides invitation, pseudonym and passphrase; never raised itself."""

    sentence = _("This cannot be done.")


class Taken(JoiningRefused):
    """`left`: how many more may be tried."""

    sentence = _("Somebody has this pseudonym already. Please take another one.")

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


class NoMoreTries(JoiningRefused):
    """What is taken is not said for ever: whoever asks much learns who is here."""

    sentence = _("Five pseudonyms were taken. Leave the box empty now: you get one that is free.")


def join(
    invitation: str, *, pseudonym: str, passphrase: str, now: datetime, language: str = "en"
) -> tuple[Account, str]:
    """Let the holder of that code wait for admission; gives her account and her spare key, which is shown once.

    An empty pseudonym: one is proposed until it is free. All or nothing: account and invitation in one transaction.
    Raises WrongCode, PseudonymRefused, PassphraseRefused, Taken, NoMoreTries.
    """
    inviting.read(invitation, now=now)  # before any work is done
    own = pseudonyms.tidied(pseudonym) if pseudonym.strip() else ""
    passphrases.refuse(passphrase, pseudonym=own)
    draft = Account.drafted(own or _free_pseudonym(language), today=now.date(), standing=Standing.WAITING)
    draft.password = make_password(passphrases.prepared(passphrase))
    spare_key = draft.give_spare_key()
    left = _enter(draft, invitation, is_own=bool(own), now=now)
    if left is not None:
        raise Taken(left)
    return draft, spare_key


@transaction.atomic
def _enter(draft: Account, code: str, *, is_own: bool, now: datetime) -> int | None:
    """Store the account and spend the invitation. If the pseudonym is taken: how many more may be tried."""
    invitation = inviting.hold(code, now=now)
    if is_own and invitation.facts["tries"] >= MOST_TAKEN:
        raise NoMoreTries
    try:
        with transaction.atomic():
            draft.enter()
    except IntegrityError:
        return _counted(invitation)
    vouching.open_newcomer(draft, invited_by=inviting.inviter_of(invitation), now=now)
    inviting.spend(invitation, used_by=str(draft.pk))
    return None


def _counted(invitation: Invitation) -> int:
    invitation.tell(tries=invitation.facts["tries"] + 1)
    invitation.save(force_update=True)
    return max(MOST_TAKEN - int(invitation.facts["tries"]), 0)


def _free_pseudonym(language: str) -> str:
    while Account.objects.named(proposal := pseudonyms.propose(language)):
        pass  # there are four million
    return proposal


__all__ = ["JoiningRefused", "NoMoreTries", "Taken", "WrongCode", "join"]
