"""Recovery codes: for when the phone with the app or the passkey is gone.

25 digits are 83 bits, so SHA-256 is enough to keep them: nobody can try them all. Digits, because they are typed with
the keys of a phone whatever the language.
"""

import hmac
import secrets
from hashlib import sha256

DIGITS = 25
GROUP_DIGITS = 5
HOW_MANY = 10


def new_codes() -> list[str]:
    return [f"{secrets.randbelow(10**DIGITS):0{DIGITS}}" for _ in range(HOW_MANY)]


def grouped(code: str) -> str:
    """As it is shown: five groups of five."""
    return " ".join(code[at : at + GROUP_DIGITS] for at in range(0, DIGITS, GROUP_DIGITS))


def hashed(code: str) -> str:
    """SHA-256, 64 hexadecimal digits."""
    return sha256(code.encode()).hexdigest()


def left_after(code: str, hashes: list[str]) -> list[str] | None:
    """The hashes that are left when this code is used; None if it is none of them."""
    used = hashed(code)
    left = [kept for kept in hashes if not hmac.compare_digest(kept, used)]
    return left if len(left) < len(hashes) else None
