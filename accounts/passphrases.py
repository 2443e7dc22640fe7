"""Passphrases: five words or her own, prepared by RFC 8265, kept as Argon2id (RFC 9106)."""

import unicodedata
from functools import cache

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext_lazy as _

from accounts import five_words
from accounts.five_words import propose
from accounts.hash_slots import room

__all__ = [
    "PassphraseHasher",
    "PassphraseRefused",
    "TooCommon",
    "TooShort",
    "Unusable",
    "prepared",
    "propose",
    "refuse",
]

LONGEST_BYTES = 1024
SHORTEST = 12  # characters
FEWEST_DIFFERENT = 5  # characters


class PassphraseRefused(Exception):
    """The parent of what a new passphrase is refused for; never raised itself. `sentence`: what she is told."""

    sentence = _("Please take another passphrase.")


class Unusable(PassphraseRefused):
    """It is empty, longer than 1,024 bytes, or holds what no keyboard types."""

    sentence = _("This cannot be a passphrase. Type the five words, or one of your own.")


class TooShort(PassphraseRefused):
    """Her pseudonym in it counts for nothing."""

    sentence = _("A passphrase of your own has 12 characters or more, and your pseudonym does not count.")


class TooCommon(PassphraseRefused):
    """It is on the list of common ones, or repeats a few characters."""

    sentence = _("Many people use this one, so others try it first. Please take another.")


def prepared(passphrase: str) -> str | None:
    """The passphrase as it is hashed. None if it cannot be one.

    Five words of a list: their first letters (see `five_words`). All else: NFC (RFC 8265, OpaqueString).
    Over 1,024 bytes, empty, with a NUL or with half a surrogate pair: nobody has such a passphrase.
    """
    try:
        text = unicodedata.normalize("NFC", passphrase)
        fits = 0 < len(text.encode()) <= LONGEST_BYTES
    except UnicodeEncodeError:
        return None
    if not fits or "\0" in text:
        return None
    return five_words.read(text) or text


def refuse(own: str, *, pseudonym: str = "") -> None:
    """Raises PassphraseRefused (Unusable, TooShort, TooCommon) if nobody of that pseudonym should take this one."""
    secret = prepared(own)
    if secret is None:
        raise Unusable
    if secret == five_words.read(own):
        return
    plain = secret.casefold().strip()
    name = pseudonym.casefold().strip()
    if len(plain.replace(name, "") if name else plain) < SHORTEST:
        raise TooShort
    if len(set(plain)) < FEWEST_DIFFERENT or plain in _common():
        raise TooCommon


@cache
def _common() -> frozenset[str]:
    """Some 20,000 passwords that people use, in small letters: the list comes with Django."""
    return frozenset(CommonPasswordValidator().passwords)


class PassphraseHasher(Argon2PasswordHasher):
    """Argon2id with 64 MiB, 3 passes, 1 lane (about 0.2 s); for which there must be room."""

    memory_cost = 64 * 1024  # KiB
    time_cost = 3
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with room():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with room():
            return super().verify(password, encoded)

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: a hash of other parameters is made anew at the next sign-in."""
