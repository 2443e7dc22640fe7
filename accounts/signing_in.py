"""Signing in and out.

Whoever is unknown, waiting, suspended or wrong gets the same answer after the same work: one Argon2id.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import login, logout
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import Account, AccountTampered
from accounts.passphrases import prepared
from accounts.vocabulary import Role
from jasmine import crypto

log = logging.getLogger("jasmine.accounts")

LONGEST_SESSION = timedelta(hours=8)
LONGEST_SESSION_OF = {Role.MODERATOR: timedelta(hours=2), Role.ADMIN: timedelta(hours=2)}


class WrongPassphrase(Exception):
    """No account that may enter has this pseudonym and this passphrase."""


def sign_in(request: HttpRequest, *, pseudonym: str, passphrase: str, now: datetime) -> Account:
    """Begin a session under a new id. Raises WrongPassphrase."""
    account = _account_of(pseudonym, passphrase)
    login(request, account, backend="accounts.signing_in.PassphraseBackend")
    ends_at = now + LONGEST_SESSION_OF.get(Role(account.role), LONGEST_SESSION)
    request.session.update({"seen_at": now.timestamp(), "ends_at": ends_at.timestamp()})
    return account


def sign_out(request: HttpRequest) -> None:
    """End this session. Her language stays: it is a cookie of its own."""
    logout(request)


def _account_of(pseudonym: str, passphrase: str) -> Account:
    secret = prepared(passphrase)
    account = _named(pseudonym)
    if account is None or secret is None:
        make_password("nobody's")  # the same work as for an account that exists
        raise WrongPassphrase
    if not account.check_password(secret) or not _may_enter(account):
        raise WrongPassphrase
    return account


def _named(pseudonym: str) -> Account | None:
    try:
        account = Account.objects.named(pseudonym)
        return account if account is not None and account.password else None
    except crypto.CannotOpen:
        log.error("an account does not open: refused")
        return None


def _may_enter(account: Account) -> bool:
    try:
        return account.may_enter() and bool(account.password)  # the session's proof is made from it
    except (AccountTampered, crypto.CryptoError):
        log.error("an account does not match its sealed column: refused")
        return False


class PassphraseBackend(BaseBackend):
    """Finds the account of a session; standing and role are held against the sealed copy on every request."""

    def get_user(self, user_id: Any) -> Account | None:
        account = Account.objects.filter(pk=UUID(str(user_id))).first()
        return account if account is not None and _may_enter(account) else None
