"""What can go wrong when something is sealed, opened or looked for.

`CannotOpen` says the same whatever was wrong: which check failed would help only somebody who forges.
"""


class CryptoError(Exception):
    """The parent of all of them; never raised itself."""


class CannotOpen(CryptoError):
    """These bytes do not open here: changed, moved, of another key, of a week gone by, or never ours."""

    def __init__(self) -> None:
        super().__init__("cannot be opened")


class NoKey(CryptoError):
    """The ring lacks a key that it must hold: a live week, or the standing key."""


class WeekIsPast(CryptoError):
    """A week whose Sunday is over takes nothing and gives nothing, whatever the ring holds."""


class TooLong(CryptoError):
    """More than 8,190 bytes: larger than the largest size class."""


class RingDamaged(CryptoError):
    """The ring's file is missing, torn, or not wrapped under this root key."""


class Locked(RingDamaged):
    """The ring is there, and its root key is not: somebody has to unlock the site."""

    def __init__(self) -> None:
        super().__init__("the root key is not there: unlock the site, or bring its file back")


class NotLocked(CryptoError):
    """There is nothing to unlock here, or not by a passphrase."""


class WrongPassphrase(CryptoError):
    """The root key does not open with this passphrase."""

    def __init__(self) -> None:
        super().__init__("this passphrase does not open the root key")


class AtWork(CryptoError):
    """Another process is rotating keys or re-sealing rows just now."""
