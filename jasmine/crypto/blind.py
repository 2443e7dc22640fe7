"""The blind index: finding a row by what it says, in a table that does not say it.

Token = the first 8 bytes, as a signed 64-bit integer, of HMAC-SHA256 (RFC 2104) under the index key of a week, over
"jasmine/1/blind", kind, form version and form, each behind its length. Two weeks give unrelated tokens for one form.
A chance collision costs one opening: whoever finds a row by a token opens and compares before believing it.
"""

from collections.abc import Iterable
from hashlib import sha256
from itertools import cycle
from struct import Struct

from . import keyring
from .packing import packed

TOKEN_BYTES = 8
BLOCK_BYTES = 64  # of SHA-256
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_number = Struct(">q").unpack_from

Form = tuple[str, int, str]  # kind, version of the rule that made the form, the form


def blind_tokens(forms: Iterable[Form], *, weeks: Iterable[int | None], writing: bool = False) -> set[int]:
    """The tokens under which a row of any of these weeks may stand (None: rows without a week).

    A week in doubt has several keys: all of them are asked, the newest alone writes. Raises WeekIsPast, NoKey.
    """
    return set(_tokens(keyring.index_keys(weeks, newest_only=writing), _messages(forms)))


def tokens_of_each(forms: Iterable[Form], *, weeks: Iterable[int | None]) -> dict[int, Form]:
    """The same, and of which form each is. Raises WeekIsPast, NoKey."""
    asked = list(forms)
    tokens = _tokens(keyring.index_keys(weeks, newest_only=False), _messages(asked))
    return dict(zip(tokens, cycle(asked), strict=False))


def _messages(forms: Iterable[Form]) -> list[bytes]:
    return [packed("jasmine/1/blind", kind, version, form) for kind, version, form in forms]


def _tokens(keys: Iterable[bytes], messages: list[bytes]) -> list[int]:
    """Of each message under the first key, then under the next."""
    # Thousands a check: HMAC as RFC 2104 writes it, with what depends on the key alone made once, is twice as fast.
    return [
        _number(sha256(outer + sha256(inner + message).digest()).digest())[0]
        for inner, outer in map(_pads, keys)
        for message in messages
    ]


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """What HMAC puts before the message, and before the hash of both."""
    short = key if len(key) <= BLOCK_BYTES else sha256(key).digest()
    block = short.ljust(BLOCK_BYTES, b"\0")
    return block.translate(_INNER), block.translate(_OUTER)
