"""The rows of this app, a file for each room."""

from .account import Account, AccountTampered, folded, pseudonym_token
from .deciding import Decision
from .recording import RecordEntry, RecordHead
from .second_steps import Passkey, RecoveryCodes, TotpDevice

__all__ = [
    "Account",
    "AccountTampered",
    "Decision",
    "Passkey",
    "RecordEntry",
    "RecordHead",
    "RecoveryCodes",
    "TotpDevice",
    "folded",
    "pseudonym_token",
]
