"""Sealing, the blind index and the key ring: everything that the rest of Jasmine knows of cryptography.

These few functions know nothing of models or requests. One day a separate key-keeping process may answer them.
"""

from .blind import blind_tokens
from .errors import CannotOpen, CryptoError, NoKey, RingDamaged, TooLong, WeekIsPast
from .gone import BACKUPS_LIVE, begin_gone, forget_gone, gone_among, knows_gone, remember_gone
from .keyring import (
    STANDING,
    derived,
    destroy_week,
    is_open,
    live_weeks,
    make_ring,
    top_up,
    weeks_held,
    write_whole,
)
from .sealing import LONGEST, key_number, seal, seal_for_holder, unseal, unseal_for_holder
from .weeks import last_day_of, last_sunday_until, months_after, rehearse, today, week_of

__all__ = [
    "BACKUPS_LIVE",
    "LONGEST",
    "STANDING",
    "CannotOpen",
    "CryptoError",
    "NoKey",
    "RingDamaged",
    "TooLong",
    "WeekIsPast",
    "begin_gone",
    "blind_tokens",
    "derived",
    "destroy_week",
    "forget_gone",
    "gone_among",
    "is_open",
    "key_number",
    "knows_gone",
    "last_day_of",
    "last_sunday_until",
    "live_weeks",
    "make_ring",
    "months_after",
    "rehearse",
    "remember_gone",
    "seal",
    "seal_for_holder",
    "today",
    "top_up",
    "unseal",
    "unseal_for_holder",
    "week_of",
    "weeks_held",
    "write_whole",
]
