"""Codes of digits: invitations and vouch codes (12), spare keys (16), her own phone (6)."""

import secrets
import unicodedata

GROUP = 4  # digits between two spaces


def new_code(digits: int) -> str:
    """That many random digits."""
    return f"{secrets.randbelow(10**digits):0{digits}}"


def read_code(typed: str, *, digits: int) -> str | None:
    """The code as 0 to 9, or None if that is not so many digits.

    Digits of any script are read. Spaces, hyphens, and signs that cannot be seen (marks of direction, say) stand for
    nothing.
    """
    seen = [letter for letter in typed if not _stands_for_nothing(letter)]
    values = [unicodedata.decimal(letter, None) for letter in seen]
    if len(values) != digits or None in values:
        return None
    return "".join(map(str, values))


def grouped(code: str) -> str:
    """As it is shown and copied: 1234 5678 9012."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _stands_for_nothing(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cf", "Pd", "Zs", "Zl", "Zp")
