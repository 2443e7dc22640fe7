"""The blind index: finding a row by what it says, in a table that does not say it.

Token = the first 8 bytes, as a signed 64-bit integer, of HMAC-SHA256 (RFC 2104) under the index key of a week, over
"jasmine/1/blind", kind, form version and form, each behind its length. Two weeks give unrelated tokens for one form.
A chance collision costs one opening: whoever finds a row by a token opens and compares before believing it.
"""

import hmac
from collections.abc import Iterable

from . import keyring
from .packing import packed

TOKEN_BYTES = 8

Form = tuple[str, int, str]  # kind, version of the rule that made the form, the form


def blind_tokens(forms: Iterable[Form], *, weeks: Iterable[int | None], writing: bool = False) -> set[int]:
    """The tokens under which a row of any of these weeks may stand (None: rows without a week).

    A week in doubt has several keys: all of them are asked, the newest alone writes. Raises WeekIsPast, NoKey.
    """
    messages = [packed("jasmine/1/blind", kind, version, form) for kind, version, form in forms]
    keys = keyring.index_keys(weeks, newest_only=writing)
    return {_token(key, message) for key in keys for message in messages}


def _token(key: bytes, message: bytes) -> int:
    return int.from_bytes(hmac.digest(key, message, "sha256")[:TOKEN_BYTES], "big", signed=True)
