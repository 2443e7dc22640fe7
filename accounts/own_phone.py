"""Six digits instead of a passphrase, on one phone, for 30 days.

The phone has a random cookie of 256 bits; here its token stands, and Argon2id of digits and cookie together. So the
digits can be tried only with the phone in hand and at this site, and there five times: a chance of one in 200,000.
What ends her sessions ends this too: it holds as long as a session would that was begun when it was made.
"""

import secrets
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts.codes import read_code
from accounts.models import Account, AccountTampered, OwnPhone
from accounts.vocabulary import MAY_ENTER, TRUSTED
from jasmine import crypto

DIGITS = 6
MOST_WRONG = 5
COOKIE_BYTES = 32
LONGEST_COOKIE = 2 * COOKIE_BYTES
IN_A_ROW = "01234567890 09876543210"


class OwnPhoneRefused(Exception):
    """The parent of what is refused here; never raised itself. `sentence`: what she is told."""

    sentence = _("This cannot be done.")


class NotForHer(OwnPhoneRefused):
    sentence = _("With your role you always sign in with your passphrase.")


class NotSixDigits(OwnPhoneRefused):
    sentence = _("Type six digits.")


class TooEasy(OwnPhoneRefused):
    """One digit six times, two or three that come again, or six in a row."""

    sentence = _("These are digits that others try first. Please take six others.")


class WrongDigits(OwnPhoneRefused):
    """`left`: how many tries are left."""

    sentence = _("These are not the digits. After five wrong ones they are good no more.")

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


class NotHerPhone(OwnPhoneRefused):
    """30 days are over, five were wrong, or she has ended it."""

    sentence = _("Digits no longer open on this phone. Please sign in with your passphrase.")


def set_digits(account: Account, typed: str, *, now: datetime) -> str:
    """Let six digits be enough on a phone; gives the cookie for it. Raises OwnPhoneRefused."""
    if not _may_have(account):
        raise NotForHer
    digits = read_code(typed, digits=DIGITS)
    if digits is None:
        raise NotSixDigits
    if digits in IN_A_ROW or digits[:2] * 3 == digits or digits[:3] * 2 == digits:
        raise TooEasy
    cookie = secrets.token_hex(COOKIE_BYTES)
    facts = {
        "account": str(account.pk),
        "proof": account.get_session_auth_hash(),
        "digits": make_password(digits + cookie),
    }
    OwnPhone.made(cookie, now=now, **facts).save(force_insert=True)
    return cookie


def open_with(cookie: str, typed: str, *, now: datetime) -> Account:
    """Whose phone it is, by its digits. Raises NotSixDigits, WrongDigits, NotHerPhone."""
    digits = read_code(typed, digits=DIGITS)
    if digits is None:
        raise NotSixDigits  # and no guess: it is not counted
    phone, account = _tried(cookie, now)
    if not check_password(digits + cookie, phone.facts["digits"]):
        left = MOST_WRONG - int(phone.facts["wrong"])
        if left < 1:
            phone.delete()
        raise WrongDigits(left)
    _begin_anew(phone)
    return account


def is_known(cookie: str, *, now: datetime) -> bool:
    """Whether digits would be looked at on this phone."""
    phone = _phone(cookie, now)
    return phone is not None and _account_of(phone, now) is not None


def forget(cookie: str, *, now: datetime) -> None:
    """Let no digits open this phone any more."""
    phone = _phone(cookie, now)
    if phone is not None:
        phone.delete()


def _may_have(account: Account) -> bool:
    return account.standing in MAY_ENTER and account.role not in TRUSTED


def _phone(cookie: str, now: datetime) -> OwnPhone | None:
    if not cookie or len(cookie) > LONGEST_COOKIE:
        return None
    return OwnPhone.objects.with_cookie(cookie, today=now.date())


@transaction.atomic
def _tried(cookie: str, now: datetime) -> tuple[OwnPhone, Account]:
    """The phone, with one more wrong try written down before it is looked at: those at once are counted too."""
    found = _phone(cookie, now)
    phone = OwnPhone.objects.select_for_update().filter(pk=found.pk).first() if found else None
    account = _account_of(phone, now) if phone else None
    if phone is None or account is None or phone.facts["wrong"] >= MOST_WRONG:
        raise NotHerPhone
    phone.tell(wrong=phone.facts["wrong"] + 1)
    phone.save(force_update=True)
    return phone, account


@transaction.atomic
def _begin_anew(phone: OwnPhone) -> None:
    held = OwnPhone.objects.select_for_update().filter(pk=phone.pk).first()
    if held is not None:
        held.tell(wrong=0)
        held.save(force_update=True)


def _account_of(phone: OwnPhone, now: datetime) -> Account | None:
    """Whose phone it is, if she may still come in with it."""
    if now >= datetime.fromisoformat(phone.facts["good_until"]):
        return None
    account = Account.objects.filter(pk=UUID(phone.facts["account"])).first()
    try:
        is_good = account is not None and account.may_enter() and _may_have(account)
    except (AccountTampered, crypto.CryptoError):
        return None
    if not is_good or account is None:
        return None
    same = constant_time_compare(phone.facts["proof"], account.get_session_auth_hash())
    return account if same else None
