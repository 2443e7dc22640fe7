"""Coming back without a passphrase, and putting an account to sleep while its phone is in other hands.

By spare key: at once. By two who know her, one with an invitation and one with a vouch: what was hers stays hers, and
nobody learns whether there is an account of that pseudonym. Her second steps stay where her role asks for them.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import inviting, passphrases, record, standings, throttling, vouching
from accounts.codes import new_code, read_code
from accounts.models import (
    Account,
    AccountTampered,
    Invitation,
    Passkey,
    RecoveryCodes,
    Return,
    TotpDevice,
    pseudonym_token,
)
from accounts.models.account import SPARE_KEY_DIGITS, a_spare_key
from accounts.models.admission import first_sunday_from
from accounts.vocabulary import MAY_ENTER, TRUSTED, Act, Standing
from jasmine import crypto

CODE_DIGITS = 12
GOOD_FOR = timedelta(days=14)
MAY_SLEEP = MAY_ENTER | {Standing.WAITING}


class ComingBackRefused(Exception):
    """The parent of what is refused here; never raised itself."""

    sentence = _("This cannot be done.")


class WrongSpareKey(ComingBackRefused):
    """No account has this pseudonym and this spare key."""

    sentence = _("That did not open. Look at the pseudonym and the spare key, and try again.")


class WrongCode(ComingBackRefused):
    """Nobody comes back with this vouch code."""

    sentence = _("This code is not good. Ask her to look at it again.")


class NotHers(ComingBackRefused):
    """No invitation of hers was used by somebody who comes back."""

    sentence = _("There is nothing to confirm.")


class NeedsAnother(ComingBackRefused):
    """Whoever gave the invitation, or wants to come back, does not vouch as well."""

    sentence = _("Somebody else has to vouch: not who gave her the invitation.")


class NoSuchMember(ComingBackRefused):
    sentence = _("No member has this pseudonym.")


class NotAsItStands(ComingBackRefused):
    sentence = _("This cannot be done with the account as it is now.")


# --- by spare key ---------------------------------------------------------------------------------------------


def come_back(
    *, pseudonym: str, spare_key: str, passphrase: str, network: str, now: datetime
) -> tuple[Account, str]:
    """Give her account a new passphrase and a new spare key, which is shown once. Every session of hers ends.

    Raises PassphraseRefused, WrongSpareKey, TooManyTries.
    """
    passphrases.refuse(passphrase, pseudonym=pseudonym)
    with throttling.a_try(network, at=pseudonym_token(pseudonym), now=now):
        account = _by_spare_key(pseudonym, spare_key)
        password = make_password(passphrases.prepared(passphrase))
        new_spare_key, hashed = a_spare_key()
        with Account.held(account.pk) as held:
            if held.spare_key != account.spare_key:
                raise WrongSpareKey  # used a moment ago
            held.tell(spare_key=hashed)
            _renew(held, password, now=now)
    return held, new_spare_key


def _by_spare_key(pseudonym: str, typed: str) -> Account:
    """Whoever is wrong gets the same answer after the same work: one Argon2id."""
    account = _named(pseudonym)
    code = read_code(typed, digits=SPARE_KEY_DIGITS)
    if not check_password(code, account.spare_key if account else "") or account is None:
        raise WrongSpareKey
    return account


def _named(pseudonym: str) -> Account | None:
    try:
        account = Account.objects.named(pseudonym)
        if account is not None:
            account.refuse_tampering()
    except (AccountTampered, crypto.CannotOpen):
        return None
    return account


def _renew(held: Account, password: str, *, now: datetime) -> None:
    held.password = password
    held.end_sessions()
    if held.standing == Standing.ASLEEP:
        _wake(held, now=now)


def change_passphrase(account: Account, passphrase: str) -> Account:
    """A new passphrase for somebody who has shown who she is. Every session of hers ends; her spare key still holds.

    Raises PassphraseRefused.
    """
    passphrases.refuse(passphrase, pseudonym=account.pseudonym)
    password = make_password(passphrases.prepared(passphrase))
    with Account.held(account.pk) as held:
        held.password = password
        held.end_sessions()
    return held


def new_spare_key(account: Account) -> str:
    """A new spare key for somebody who has shown who she is, to be shown once. The old one is good no more."""
    spare_key, hashed = a_spare_key()
    with Account.held(account.pk) as held:
        held.tell(spare_key=hashed)
    return spare_key


# --- by an invitation and a vouch --------------------------------------------------------------------------------


def ask_to_return(invitation: str, *, pseudonym: str, passphrase: str, now: datetime) -> str:
    """Begin to come back with a fresh invitation; gives the vouch code for a second member.

    Her new passphrase holds as soon as both know her. The same for a pseudonym that nobody has. Raises
    inviting.WrongCode, PassphraseRefused.
    """
    inviting.read(invitation, now=now)
    passphrases.refuse(passphrase, pseudonym=pseudonym)
    password = make_password(passphrases.prepared(passphrase))
    with transaction.atomic():
        held = inviting.hold(invitation, now=now)
        asked = _asked(held, pseudonym, password, now=now)
        inviting.spend(held, returning=str(asked.pk))
    return str(asked.facts["vouch_code"])


def _asked(invitation: Invitation, pseudonym: str, password: str, *, now: datetime) -> Return:
    account = _named(pseudonym)
    is_her_own = account is not None and str(account.pk) == invitation.by
    facts = {
        "account": "" if account is None or is_her_own else str(account.pk),
        "instead_of": _print(account.password if account else ""),
        "pseudonym": pseudonym,
        "password": password,
        "vouch_code": _unused_code(now),
        "invited_by": invitation.by,
        "confirmed": False,
        "vouched_by": "",
        "good_until": (now + GOOD_FOR).isoformat(),
        "done": False,
    }
    asked = Return(delete_after=first_sunday_from(now.date() + GOOD_FOR), facts=facts)
    asked.save(force_insert=True)
    return asked


def _print(password: str) -> str:
    """The same length whether there is such an account or not."""
    return sha256(password.encode()).hexdigest()


def _unused_code(now: datetime) -> str:
    while Return.objects.with_code(code := new_code(CODE_DIGITS), today=now.date()):
        pass  # one in 10¹² for each who comes back
    return code


@transaction.atomic
def confirm_return(invitation_id: UUID, *, by: Account, now: datetime) -> None:
    """Say that whoever used her invitation to come back is who she says. Raises NotHers, VouchRefused."""
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None or invitation.by != str(by.pk) or not invitation.facts["returning"]:
        raise NotHers
    asked = _held(UUID(invitation.facts["returning"]), now=now)
    vouching.refuse_voucher(by, now=now)
    asked.tell(confirmed=True)
    invitation.tell(confirmed=True)
    invitation.save(force_update=True)
    _finish(asked, now=now)


def find_return(typed: str, *, by: Account, now: datetime) -> Return:
    """Who would come back with that vouch code, so that she sees the pseudonym first.

    Raises WrongCode, NeedsAnother.
    """
    code = read_code(typed, digits=CODE_DIGITS)
    asked = Return.objects.with_code(code, today=now.date()) if code else None
    if asked is None or not asked.is_open(now=now) or asked.facts["vouched_by"]:
        raise WrongCode
    if str(by.pk) in (asked.facts["invited_by"], asked.facts["account"]):
        raise NeedsAnother
    return asked


@transaction.atomic
def vouch_for_return(typed: str, *, by: Account, now: datetime) -> None:
    """A second member's word that she knows who comes back. Raises WrongCode, NeedsAnother, VouchRefused."""
    asked = _held(find_return(typed, by=by, now=now).pk, now=now)
    if asked.facts["vouched_by"]:
        raise WrongCode
    vouching.refuse_voucher(by, now=now)
    asked.tell(vouched_by=str(by.pk))
    _finish(asked, now=now)


def _held(pk: UUID, *, now: datetime) -> Return:
    """Held until the transaction ends. Raises WrongCode."""
    asked = Return.objects.select_for_update().filter(pk=pk).first()
    if asked is None or not asked.is_open(now=now):
        raise WrongCode
    return asked


def _finish(asked: Return, *, now: datetime) -> None:
    """Store it; if both know her and both still may say so, her new passphrase holds."""
    known = asked.facts["confirmed"] and asked.facts["vouched_by"]
    is_done = bool(known and asked.facts["account"] and _both_count(asked, now=now))
    asked.tell(done=is_done)
    asked.save(force_update=True)
    if is_done:
        _let_return(asked, now=now)


def _both_count(asked: Return, *, now: datetime) -> bool:
    both = [UUID(asked.facts["invited_by"]), UUID(asked.facts["vouched_by"])]
    # All three are held, in the order of every circle: nobody's standing changes before she is in.
    held = [*both, UUID(asked.facts["account"])]
    list(Account.objects.select_for_update().filter(pk__in=held).order_by("pk"))
    accounts = Account.objects.in_bulk(both)
    try:
        for account in accounts.values():
            account.refuse_tampering()
            vouching.refuse_voucher(account, now=now)
    except (vouching.VouchRefused, AccountTampered, crypto.CannotOpen):
        return False
    return len(accounts) == len(both)


def _let_return(asked: Return, *, now: datetime) -> None:
    """Her old spare key may be in other hands: it is good no more. So may her phone, with what made her codes."""
    account = Account.objects.filter(pk=UUID(asked.facts["account"])).first()
    if account is None:
        return  # she closed it meanwhile
    with Account.held(account.pk) as held:
        if _print(held.password) != asked.facts["instead_of"]:
            return  # whoever has set a passphrase since has got in: she needs nobody's word, or does not want it
        _renew(held, asked.facts["password"], now=now)
        held.tell(spare_key="")
        if held.role not in TRUSTED:
            held.tell(second_steps={})
            for kind in (TotpDevice, Passkey, RecoveryCodes):
                kind.objects.filter(user=held).delete()
    record.write(Act.RETURNED, by=held, now=now, about=str(held.pk))


# --- asleep -----------------------------------------------------------------------------------------------------


@transaction.atomic
def put_to_sleep(pseudonym: str, *, by: Account, now: datetime) -> None:
    """Keep everybody out of an account, on its owner's word to a moderator. Nothing is deleted.

    Raises NotForHer, NoSuchMember, NotAsItStands.
    """
    standings.refuse_unless_moderator(by)
    account = _named(pseudonym)
    if account is None:
        raise NoSuchMember
    with Account.held(account.pk) as held:
        if held.standing not in MAY_SLEEP:
            raise NotAsItStands
        held.tell(asleep_from=str(held.standing))
        standings.change(held, Standing.ASLEEP, now=now)
        held.end_sessions()
    record.write(Act.PUT_TO_SLEEP, by=by, now=now, about=str(account.pk))


def wake(account: Account, *, now: datetime) -> None:
    """Give back to its owner, who has shown who she is, what she had before. Raises NotAsItStands."""
    with Account.held(account.pk) as held:
        if held.standing != Standing.ASLEEP:
            raise NotAsItStands
        _wake(held, now=now)


def _wake(held: Account, *, now: datetime) -> None:
    standings.change(held, Standing(held.facts.get("asleep_from", Standing.MEMBER)), now=now)
