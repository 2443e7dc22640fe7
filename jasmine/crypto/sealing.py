"""Sealing: what a column keeps of what was written into it.

A sealed value, all numbers big-endian:

    "J1" | suite u8 | key number u32 | nonce 12 | commitment 16 | AES-256-GCM-SIV ciphertext and tag 16

The content key gives 48 bytes by HKDF-SHA256 (RFC 5869) with info = "jasmine/1/seal", label, row, each behind its
length: 32 are the key of this field of this row, 16 the commitment, which stands in the header and is compared first,
so that one sealed value opens under one key only. Associated data: suite, key number, label, row, schema. So a value
that was moved to another row or column, or that was written under another schema, does not open.

Before sealing, the content is put behind its length (2 bytes) and filled with zeros to a size class, so that a dump
tells the class and no more.
"""

import hmac
import secrets
import struct
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import keyring
from .errors import CannotOpen, TooLong
from .packing import packed

SIZES = (64, 128, 256, 512, 1024, 2048, 4096, 8192)  # bytes, after filling
LENGTH_BYTES = 2
LONGEST = SIZES[-1] - LENGTH_BYTES
SUITE = 1
HEADER = struct.Struct(">2sBI12s16s")
MAGIC = b"J1"
HOLDER = 0  # the key number of what is sealed under a secret that its holder alone has


def seal(content: bytes, *, label: str, row: UUID, week: int | None, schema: int = 1) -> bytes:
    """Seal `content` (at most 8,190 bytes) to this column of this row, under the key of `week` (None: standing).

    Raises TooLong, WeekIsPast, NoKey.
    """
    pair = keyring.writing_pair(week)
    return _sealed(content, pair.content, pair.number, label, row.bytes, schema)


def unseal(sealed: bytes, *, label: str, row: UUID, schema: int = 1) -> bytes:
    """The content again. Raises CannotOpen, the same whatever was wrong."""
    number = key_number(sealed)
    if number == HOLDER:
        raise CannotOpen
    return _opened(sealed, keyring.opening_pair(number).content, label, row.bytes, schema)


def seal_for_holder(content: bytes, *, label: str, secret: bytes) -> bytes:
    """Seal under a secret of at least 16 random bytes that only its holder has: a session by its cookie."""
    return _sealed(content, secret, HOLDER, label, b"", 1)


def unseal_for_holder(sealed: bytes, *, label: str, secret: bytes) -> bytes:
    """The content again, for the holder of the secret. Raises CannotOpen."""
    if key_number(sealed) != HOLDER:
        raise CannotOpen
    return _opened(sealed, secret, label, b"", 1)


def key_number(sealed: bytes) -> int:
    """The number of the key that a sealed value names. Raises CannotOpen if it is not a sealed value."""
    return int(_header(sealed)[0])


def _sealed(content: bytes, key: bytes, number: int, label: str, row: bytes, schema: int) -> bytes:
    field_key, commitment = _field_key(key, label, row)
    nonce = secrets.token_bytes(keyring.NONCE_BYTES)
    header = HEADER.pack(MAGIC, SUITE, number, nonce, commitment)
    return header + AESGCMSIV(field_key).encrypt(
        nonce, _filled(content), _binding(number, label, row, schema)
    )


def _opened(sealed: bytes, key: bytes, label: str, row: bytes, schema: int) -> bytes:
    number, nonce, named = _header(sealed)
    field_key, commitment = _field_key(key, label, row)
    if not hmac.compare_digest(named, commitment):
        raise CannotOpen
    try:
        filled = AESGCMSIV(field_key).decrypt(
            nonce, sealed[HEADER.size :], _binding(number, label, row, schema)
        )
    except (InvalidTag, ValueError, OverflowError):
        raise CannotOpen from None
    return _emptied(filled)


def _header(sealed: bytes) -> tuple[int, bytes, bytes]:
    """Key number, nonce, commitment. What is shorter or longer than any sealed value is not looked into."""
    if not HEADER.size + SIZES[0] < len(sealed) <= HEADER.size + SIZES[-1] + 16:
        raise CannotOpen
    magic, suite, number, nonce, commitment = HEADER.unpack_from(sealed)
    if magic != MAGIC or suite != SUITE:
        raise CannotOpen
    return number, nonce, commitment


def _field_key(key: bytes, label: str, row: bytes) -> tuple[bytes, bytes]:
    derived = HKDF(SHA256(), 48, salt=None, info=packed("jasmine/1/seal", label, row)).derive(key)
    return derived[:32], derived[32:]


def _binding(number: int, label: str, row: bytes, schema: int) -> bytes:
    return packed(SUITE, number, label, row, schema)


def _filled(content: bytes) -> bytes:
    if len(content) > LONGEST:
        raise TooLong(f"{len(content)} bytes, at most {LONGEST}")
    long = LENGTH_BYTES + len(content)
    size = next(size for size in SIZES if size >= long)
    return len(content).to_bytes(LENGTH_BYTES, "big") + content + bytes(size - long)


def _emptied(filled: bytes) -> bytes:
    end = LENGTH_BYTES + int.from_bytes(filled[:LENGTH_BYTES], "big")
    if len(filled) not in SIZES or end > len(filled) or filled[end:].strip(b"\0"):
        raise CannotOpen
    return filled[LENGTH_BYTES:end]
