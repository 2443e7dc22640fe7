"""Signing in and out.

Whoever is unknown or wrong gets the same answer after the same work, one Argon2id; so does who may not come in at all.
Who has a second step, or whose pseudonym was tried wrongly too often today, is half signed in until she has shown it.
Nothing is kept of a sign-in beyond the session itself and the month.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import django_otp
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django_otp.models import Device

from accounts import second_step, standings, throttling
from accounts.models import Account, AccountTampered, pseudonym_token
from accounts.passphrases import prepared
from accounts.vocabulary import Standing
from jasmine import crypto
from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

log = logging.getLogger("jasmine.accounts")

# Who may not enter sees what her standing means, and no more.
MAY_SIGN_IN = frozenset(Standing) - {Standing.CLOSED}
HALF_FOR = timedelta(minutes=5)
HALF = "half signed in"  # in the session
BACKEND = "accounts.signing_in.PassphraseBackend"


class WrongPassphrase(Exception):
    """No account that may enter has this pseudonym and this passphrase."""


class NotEnough(Exception):
    """It is her passphrase, but it was tried wrongly too often today: something else of hers is asked."""


def begin(request: HttpRequest, *, pseudonym: str, passphrase: str, now: datetime) -> bool:
    """Whether she is signed in now; if not, she has 5 minutes to show something else of hers (`half`).

    Raises WrongPassphrase, TooManyTries.
    """
    with _trying(request, pseudonym, now) as number:
        account = _account_of(pseudonym, passphrase)
    is_enough = number <= throttling.WRONG_A_DAY
    if is_enough and not second_step.steps_of(account).any:
        finish(request, account, now=now)
        return True
    _begin_half(request, account, takes_spare_key=not is_enough, now=now)
    return False


def half(request: HttpRequest, *, now: datetime) -> Account | None:
    """Who has shown her passphrase and not yet what else is asked, if anybody has within 5 minutes."""
    kept = kept_briefly(request.session, HALF, now=now.timestamp())
    account = Account.objects.filter(pk=UUID(kept["account"])).first() if kept else None
    if account is None or not _may_sign_in(account):
        return None
    # A new passphrase, or the end of all sessions, ends half a sign-in too.
    return account if constant_time_compare(kept["proof"], account.get_session_auth_hash()) else None


def takes_spare_key(request: HttpRequest, *, now: datetime) -> bool:
    """Whether her spare key will do in place of a second step: her passphrase was tried too often today."""
    kept = kept_briefly(request.session, HALF, now=now.timestamp())
    return bool(kept and kept["takes_spare_key"])


def finish(
    request: HttpRequest,
    account: Account,
    *,
    now: datetime,
    device: Device | None = None,
    by_digits: bool = False,
) -> None:
    """Begin her session, under a new id. `device`: the second step that she has passed."""
    forget_kept(request.session, HALF)
    login(request, account, backend=BACKEND)
    at = now.timestamp()
    request.session.update({"began_at": at, "seen_at": at})
    note_proof(request, now=now, by_digits=by_digits)
    if device is not None:
        django_otp.login(request, device)
    # What goes on in this same request (`carrying`) finds her as the middleware shows her from the next one on.
    account.otp_device, account.is_verified = device, lambda: device is not None  # type: ignore[attr-defined]
    standings.stay(account, now=now)


def prove(request: Any, *, passphrase: str = "", code: str = "", now: datetime) -> None:
    """Show anew that it is her, by her passphrase or by what else she has; good for 15 minutes.

    `request`: its user is an account.
    Raises WrongPassphrase, NotEnough, TooManyTries, and what `second_step` raises.
    """
    account = request.user
    if code and second_step.steps_of(account).any:
        second_step.pass_code(account, code, now=now)
    elif code:
        show_spare_key(request, account, code, now=now)
    else:
        _prove_by_passphrase(request, passphrase, now=now)
    note_proof(request, now=now)


def show_spare_key(request: HttpRequest, account: Account, typed: str, *, now: datetime) -> None:
    """Take her spare key in place of a second step, counted like a passphrase. Raises WrongCode, TooManyTries."""
    with _trying(request, account.pseudonym, now):
        second_step.pass_spare_key(account, typed)


def note_proof(request: HttpRequest, *, now: datetime, by_digits: bool = False) -> None:
    """From now on it is shown anew that it is her. `by_digits`: by those of her own phone alone."""
    request.session.update({"proved_at": now.timestamp(), "proved_by_digits": by_digits})


def _prove_by_passphrase(request: Any, passphrase: str, *, now: datetime) -> None:
    with _trying(request, request.user.pseudonym, now) as number:
        if _account_of(request.user.pseudonym, passphrase) != request.user:
            raise WrongPassphrase
    if number > throttling.WRONG_A_DAY:
        raise NotEnough


def end_other_sessions(request: Any, *, now: datetime) -> None:
    """Every session of hers is over but this one, which goes on under a new id."""
    with Account.held(request.user.pk) as account:
        account.end_sessions()
    update_session_auth_hash(request, account)


def sign_out(request: HttpRequest) -> None:
    """End this session. Her language stays: it is a cookie of its own."""
    logout(request)


# --- her passphrase -----------------------------------------------------------------------------------------------


@contextmanager
def _trying(request: HttpRequest, pseudonym: str, now: datetime) -> Iterator[int]:
    network = throttling.network_of(request)
    with throttling.a_try(network, at=pseudonym_token(pseudonym), now=now) as number:
        yield number


def _account_of(pseudonym: str, passphrase: str) -> Account:
    secret = prepared(passphrase)
    account = _named(pseudonym)
    if account is None or secret is None:
        make_password("nobody's")  # the same work as for an account that exists
        raise WrongPassphrase
    if not account.check_password(secret) or not _may_sign_in(account):
        raise WrongPassphrase
    return account


def _named(pseudonym: str) -> Account | None:
    try:
        account = Account.objects.named(pseudonym)
        return account if account is not None and account.password else None
    except crypto.CannotOpen:
        log.error("an account does not open: refused")
        return None


def _may_sign_in(account: Account) -> bool:
    """Whether there is a page for her."""
    try:
        account.refuse_tampering()
        # The session's proof is made from the passphrase's hash: it must open.
        return account.standing in MAY_SIGN_IN and bool(account.password)
    except (AccountTampered, crypto.CryptoError):
        log.error("an account does not match its sealed column: refused")
        return False


def _begin_half(request: HttpRequest, account: Account, *, takes_spare_key: bool, now: datetime) -> None:
    if request.user.is_authenticated:
        logout(request)
    request.session.cycle_key()
    kept = {
        "account": str(account.pk),
        "proof": account.get_session_auth_hash(),
        "takes_spare_key": takes_spare_key,
    }
    keep_briefly(request.session, HALF, kept, until=(now + HALF_FOR).timestamp())


class PassphraseBackend(BaseBackend):
    """Finds the account of a session; standing and role are held against the sealed copy on every request."""

    def get_user(self, user_id: Any) -> Account | None:
        account = Account.objects.filter(pk=UUID(str(user_id))).first()
        return account if account is not None and _may_sign_in(account) else None
