"""What somebody shows beside her passphrase: a code of an app, a passkey, or a recovery code.

Which second steps she has stands in the sealed column of her account. So whoever writes the tables neither gives her
one of his own by moving a row, nor takes hers away by deleting it.

An app's code is one of a million, and three are good at a time: ten wrong ones a day make a chance of 0.003 % to guess
one. Then a recovery code (83 bits) or a passkey is asked, which nobody can guess: whoever has her passphrase does not
lock her out. A code is counted before it is looked at, and taken back when it is right.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import models, transaction

from accounts import codes, passkeys, recovery, throttling, totp
from accounts.models import Account, Passkey, RecoveryCodes, TotpDevice
from accounts.models.account import SPARE_KEY_DIGITS
from accounts.models.second_steps import SecondStep
from accounts.passkeys import NotAccepted
from accounts.vocabulary import TRUSTED

WRONG_A_DAY = 10
MOST_PASSKEYS = 5
KINDS: dict[type[SecondStep], str] = {TotpDevice: "totp", Passkey: "passkey", RecoveryCodes: "recovery"}


class SecondStepRefused(Exception):
    """Parent of what can be wrong with a second step."""


class WrongCode(SecondStepRefused):
    """No code of hers that is good now."""


class TooManyCodes(throttling.TooManyTries):
    """Ten codes of an app were wrong today: until tomorrow a recovery code or a passkey opens."""


class WrongPasskey(SecondStepRefused):
    """No answer of a passkey of hers to this question."""


class NoSuchStep(SecondStepRefused):
    """She has no such second step."""


class StillNeeded(SecondStepRefused):
    """It is the last second step of somebody whose role asks for one."""


class TooManyPasskeys(SecondStepRefused):
    """She has five."""


@dataclass(frozen=True)
class Steps:
    """Which second steps an account has. Recovery codes come with one, and are none by themselves."""

    totp: bool
    passkeys: int
    recovery_left: int

    @property
    def any(self) -> bool:
        return self.totp or self.passkeys > 0


@dataclass(frozen=True)
class Seed:
    """`hex`: 40 hexadecimal digits; `uri`: what an app reads."""

    hex: str
    uri: str


def steps_of(account: Account) -> Steps:
    codes_row = _rows(account, RecoveryCodes).first()
    return Steps(
        totp=bool(_named(account, TotpDevice)),
        passkeys=len(_named(account, Passkey)),
        recovery_left=len(codes_row.facts["hashes"]) if codes_row else 0,
    )


def passkeys_of(account: Account) -> list[Passkey]:
    """Hers, the oldest first."""
    order = _named(account, Passkey)
    return sorted(_rows(account, Passkey), key=lambda passkey: order.index(str(passkey.pk)))


def is_hers(row: SecondStep, account: Account) -> bool:
    """Whether it is a second step of that account."""
    return str(row.pk) in _named(account, type(row))


# --- an app for codes -----------------------------------------------------------------------------------------------


def begin_totp(account: Account) -> Seed:
    """A seed for her app. Nothing is kept until she has typed a code from it."""
    return seed_of(account, totp.new_seed())


def seed_of(account: Account, seed: str) -> Seed:
    label = passkeys.name_of(account.handle)
    return Seed(seed, totp.uri(seed, label=label, issuer=settings.SITE_NAME))


def keep_totp(account: Account, seed: str, typed: str, *, now: datetime) -> list[str]:
    """Take that seed as her app's, in place of an older one. Her other sessions end.

    Gives her recovery codes if she had none, else nothing. Raises WrongCode.
    """
    code = codes.read_code(typed, digits=totp.DIGITS)
    step = totp.step_of(seed, code, now=now) if code else None
    if step is None:
        raise WrongCode
    with _changing(account) as held:
        _put_totp(held, seed=seed, spent=step)
        return _first_recovery_codes(held)


def provide_totp(account: Account, seed: str) -> None:
    """Give her an app's second step without a code from it: for those who are not there to be asked for one.

    `seed`: 40 hexadecimal digits.
    """
    with Account.held(account.pk) as held:
        _put_totp(held, seed=seed, spent=0)
    account.facts = held.facts


def remove_totp(account: Account) -> None:
    """Her other sessions end. Raises NoSuchStep, StillNeeded."""
    _remove(account, TotpDevice)


def _put_totp(held: Account, *, seed: str, spent: int) -> None:
    device = _rows(held, TotpDevice).first() or TotpDevice(user=held)
    TotpDevice.objects.filter(user=held).exclude(pk=device.pk).delete()  # there is one an account
    device.facts = {"seed": seed, "spent": spent}
    device.save()
    _name(held, device)


# --- recovery codes -------------------------------------------------------------------------------------------------


def new_recovery_codes(account: Account) -> list[str]:
    """Ten new ones; those that she had are good no more. Her other sessions end. Raises NoSuchStep without a step."""
    with _changing(account) as held:
        if not steps_of(held).any:
            raise NoSuchStep
        return _put_recovery_codes(held)


def _first_recovery_codes(held: Account) -> list[str]:
    return [] if _rows(held, RecoveryCodes).exists() else _put_recovery_codes(held)


def _put_recovery_codes(held: Account) -> list[str]:
    row = _rows(held, RecoveryCodes).first() or RecoveryCodes(user=held)
    RecoveryCodes.objects.filter(user=held).exclude(pk=row.pk).delete()
    fresh = recovery.new_codes()
    row.facts = {"hashes": [recovery.hashed(code) for code in fresh]}
    row.save()
    _name(held, row)
    return fresh


# --- passing --------------------------------------------------------------------------------------------------------


def pass_code(account: Account, typed: str, *, now: datetime) -> SecondStep:
    """Use a code of her app, or one of her recovery codes. Each is good once, also when it comes twice at once.

    Raises WrongCode; or TooManyCodes, when ten were wrong today: a recovery code still passes then.
    """
    recovery_code = codes.read_code(typed, digits=recovery.DIGITS)
    if recovery_code is not None:
        return _use_recovery_code(account, recovery_code)
    code = codes.read_code(typed, digits=totp.DIGITS)
    if code is None:
        raise WrongCode  # and no guess: it is not counted
    return _use_totp(account, code, now=now)


def pass_spare_key(account: Account, typed: str) -> None:
    """Show her spare key, which stays good: for an account without a second step. Raises WrongCode."""
    code = codes.read_code(typed, digits=SPARE_KEY_DIGITS)
    if code is None or steps_of(account).any or not check_password(code, account.spare_key):
        raise WrongCode


def _use_totp(account: Account, code: str, *, now: datetime) -> TotpDevice:
    if throttling.count("code", account.pk, window=throttling.DAY, now=now) > WRONG_A_DAY:
        raise TooManyCodes(_tomorrow(now))
    with transaction.atomic():
        device = _rows(account, TotpDevice).select_for_update().first()
        seed, spent = (device.facts["seed"], device.facts["spent"]) if device else ("", 0)
        step = totp.step_of(seed, code, now=now, spent=spent)
        if device is None or step is None:
            raise WrongCode
        device.facts = {"seed": seed, "spent": step}
        device.save()
    throttling.take_back("code", account.pk, window=throttling.DAY, now=now)
    return device


def _use_recovery_code(account: Account, code: str) -> RecoveryCodes:
    with transaction.atomic():
        row = _rows(account, RecoveryCodes).select_for_update().first()
        left = recovery.left_after(code, row.facts["hashes"]) if row else None
        if row is None or left is None:
            raise WrongCode
        row.facts = {"hashes": left}
        row.save()
    return row


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time.min, UTC)


# --- passkeys -------------------------------------------------------------------------------------------------------


def ask_to_make_passkey(account: Account) -> passkeys.Question:
    return passkeys.ask_to_make(account.handle, known=_credentials(account))


def ask_for_passkey(account: Account | None = None) -> passkeys.Question:
    """Ask for one of hers; without an account for any of this site."""
    return passkeys.ask(known=_credentials(account) if account else [])


def keep_passkey(account: Account, answer: str, *, challenge: str, origin: str, now: datetime) -> list[str]:
    """Take the new passkey. Her other sessions end.

    Gives her recovery codes if she had none, else nothing. Raises WrongPasskey, TooManyPasskeys.
    """
    _spend(challenge, now)
    credential = _asked(passkeys.made, answer, challenge=challenge, origin=origin)
    if Passkey.of(credential.id):
        raise WrongPasskey
    with _changing(account) as held:
        if len(_named(held, Passkey)) >= MOST_PASSKEYS:
            raise TooManyPasskeys
        passkey = Passkey(user=held, facts=credential.facts)
        passkey.save()
        _name(held, passkey)
        return _first_recovery_codes(held)


def pass_passkey(answer: str, *, of: Account | None, challenge: str, origin: str, now: datetime) -> Passkey:
    """The passkey that answered, and in its `user` whose it is. `of`: whose it must be; None: anybody's.

    Raises WrongPasskey.
    """
    _spend(challenge, now)
    key_id, handle = _asked(passkeys.named_in, answer)
    found = Passkey.of(key_id)
    if found is None or not _may_answer(found, handle, of):
        raise WrongPasskey
    with transaction.atomic():
        passkey = Passkey.objects.select_for_update(of=("self",)).select_related("user").get(pk=found.pk)
        credential = passkeys.Credential(*(passkey.facts[name] for name in ("credential", "key", "count")))
        count = _asked(passkeys.count_in, answer, credential, challenge=challenge, origin=origin)
        passkey.facts = {**passkey.facts, "count": count}
        passkey.save()
    return passkey


def remove_passkey(account: Account, pk: UUID) -> None:
    """Her other sessions end. Raises NoSuchStep, StillNeeded."""
    _remove(account, Passkey, pk=pk)


def _credentials(account: Account) -> list[str]:
    return [passkey.facts["credential"] for passkey in _rows(account, Passkey)]


def _may_answer(passkey: Passkey, handle: str, of: Account | None) -> bool:
    if not is_hers(passkey, passkey.user) or of not in (None, passkey.user):
        return False
    # Beside a passphrase an older key may answer without the handle; alone, the handle is the name.
    return handle == passkey.user.handle or (of is not None and not handle)


def _asked(function: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except NotAccepted:
        raise WrongPasskey from None


def _spend(challenge: str, now: datetime) -> None:
    """A question is answered once, also when two answers come at once: the session alone would let both in."""
    if throttling.count("challenge", challenge, window=throttling.HOUR, now=now) > 1:
        raise WrongPasskey


# --- which rows are hers --------------------------------------------------------------------------------------------


def _named(account: Account, model: type[SecondStep]) -> list[str]:
    return account.second_steps.get(KINDS[model], [])


def _rows(account: Account, model: type[SecondStep]) -> models.QuerySet[Any]:
    return model.objects.filter(user=account, pk__in=_named(account, model))


def _name(held: Account, row: SecondStep) -> None:
    _write(held, type(row), [*(one for one in _named(held, type(row)) if one != str(row.pk)), str(row.pk)])


def _write(held: Account, model: type[SecondStep], ids: list[str]) -> None:
    held.tell(second_steps={**held.second_steps, KINDS[model]: ids})


@contextmanager
def _changing(account: Account) -> Iterator[Account]:
    """Her account, held while what she signs in with changes. Every session begun before ends."""
    with Account.held(account.pk) as held:
        yield held
        held.end_sessions()
    account.facts = held.facts


def _remove(account: Account, model: type[SecondStep], **which: Any) -> None:
    with _changing(account) as held:
        row = _rows(held, model).filter(**which).first()
        if row is None:
            raise NoSuchStep
        _write(held, model, [one for one in _named(held, model) if one != str(row.pk)])
        row.delete()
        if steps_of(held).any:
            return
        if held.role in TRUSTED:
            raise StillNeeded
        _rows(held, RecoveryCodes).delete()
        _write(held, RecoveryCodes, [])
