"""The first people of an organisation, admins and moderators, made on the terminal: nobody is there to let them in.

Founders count as 30 days old, so that they can invite and vouch from the first day on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts import passphrases, pseudonyms, record, second_step, totp
from accounts.models import Account, folded
from accounts.vocabulary import TRUSTED, Act, Role
from jasmine.models import Site

COUNT_AS_HERE_FOR = timedelta(days=30)


class FoundingRefused(Exception):
    """The parent: nobody was made."""


class ForPractice(FoundingRefused):
    """This site is a practice site."""


class Founded(FoundingRefused):
    """It has an admin or a moderator already."""


class Alike(FoundingRefused):
    """Two of the pseudonyms are the same, or one is taken."""


@dataclass(frozen=True)
class Founder:
    """All that she gets, once. `spare_key`: 16 digits; `totp_uri`: what an app for codes reads."""

    account: Account
    passphrase: str
    spare_key: str
    totp_uri: str
    recovery_codes: list[str]


@transaction.atomic
def found(
    *, people: Mapping[str, Role], now: datetime, language: str = "en", own: Mapping[str, str] | None = None
) -> list[Founder]:
    """Make these people, each with passphrase, spare key and second step: all of them or nobody.

    `people`: the role of each pseudonym; `own`: passphrases that some have chosen, others get five words of `language`.
    Raises FoundingRefused, PseudonymRefused, PassphraseRefused.
    """
    with record.held():  # of two at once, the second finds what the first has made
        _refuse_unless_first(people)
        founders = [
            _made(name, role, (own or {}).get(name) or passphrases.propose(language), now)
            for name, role in people.items()
        ]
        roles = [*people.values()]
        of_each = {"admins": roles.count(Role.ADMIN), "moderators": roles.count(Role.MODERATOR)}
        record.write(Act.FOUNDED, by=None, now=now, about="", **of_each)
    return founders


def _refuse_unless_first(people: Mapping[str, Role]) -> None:
    if Site.is_practice():
        raise ForPractice
    if Account.objects.filter(role__in=TRUSTED).exists():
        raise Founded
    names = {folded(pseudonyms.tidied(name)) for name in people}
    if len(names) < len(people) or any(Account.objects.named(name) for name in people):
        raise Alike


def _made(pseudonym: str, role: Role, passphrase: str, now: datetime) -> Founder:
    passphrases.refuse(passphrase, pseudonym=pseudonym)
    today = now.date()
    name, joined_on = pseudonyms.tidied(pseudonym), today - COUNT_AS_HERE_FOR
    account = Account.open(name, passphrase, today=today, role=role, joined_on=joined_on)
    with Account.held(account.pk) as held:
        spare_key = held.give_spare_key()
    seed = totp.new_seed()
    second_step.provide_totp(account, seed)
    recovery_codes = second_step.new_recovery_codes(account)
    return Founder(account, passphrase, spare_key, second_step.seed_of(account, seed).uri, recovery_codes)
