"""Passphrases: prepared by RFC 8265, kept as Argon2id (RFC 9106)."""

import threading
import unicodedata

from django.contrib.auth.hashers import Argon2PasswordHasher

LONGEST_BYTES = 1024
HASHES_AT_ONCE = 4  # of 64 MiB each: more would let strangers take the machine's memory
_room = threading.BoundedSemaphore(HASHES_AT_ONCE)


def prepared(passphrase: str) -> str | None:
    """The passphrase as it is hashed: NFC (RFC 8265, OpaqueString). None if it cannot be one.

    Over 1,024 bytes, empty, with a NUL or with half a surrogate pair: nobody has such a passphrase.
    """
    try:
        text = unicodedata.normalize("NFC", passphrase)
        fits = 0 < len(text.encode()) <= LONGEST_BYTES
    except UnicodeEncodeError:
        return None
    return text if fits and "\0" not in text else None


class PassphraseHasher(Argon2PasswordHasher):
    """Argon2id with 64 MiB, 3 passes, 1 lane (about 0.2 s); at most 4 at a time in one process."""

    memory_cost = 64 * 1024  # KiB
    time_cost = 3
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _room:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _room:
            return super().verify(password, encoded)

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: a hash of other parameters is made anew at the next sign-in."""
