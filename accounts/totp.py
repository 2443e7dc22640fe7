"""Codes of an app: six digits, another every 30 seconds (RFC 6238, SHA-1), by django-otp's `oath`.

Every authenticator app reads these values; few read others.
"""

import secrets
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP, hotp

DIGITS = 6
SEED_BYTES = 20  # RFC 4226, section 4: as long as what SHA-1 gives
STEP_SECONDS = 30
STEPS_ASIDE = 1  # a clock may be so many steps off, either way


def new_seed() -> str:
    """40 hexadecimal digits."""
    return secrets.token_hex(SEED_BYTES)


def step_at(now: datetime) -> int:
    """How many times 30 seconds have passed since 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(seed: str, step: int) -> str:
    """The six digits of that step."""
    return f"{hotp(bytes.fromhex(seed), step, DIGITS):0{DIGITS}}"


def step_of(seed: str, code: str, *, now: datetime, spent: int = 0) -> int | None:
    """The step that has this code: within one of now, and later than `spent`. None if there is none."""
    clock = TOTP(bytes.fromhex(seed), STEP_SECONDS, digits=DIGITS)
    clock.time = now.timestamp()
    if not clock.verify(int(code), tolerance=STEPS_ASIDE, min_t=spent + 1):
        return None
    step: int = clock.t()
    return step


def uri(seed: str, *, label: str, issuer: str) -> str:
    """What an app reads from a QR code (the "Key Uri Format" that they all know)."""
    asked = urlencode({"secret": spelt(seed, between=""), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(label)}?{asked}"


def spelt(seed: str, *, between: str = " ") -> str:
    """The seed as apps want it typed: base32, in groups of four."""
    letters = b32encode(bytes.fromhex(seed)).decode()
    return between.join(letters[at : at + 4] for at in range(0, len(letters), 4))
