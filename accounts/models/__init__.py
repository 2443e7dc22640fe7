"""The rows of this app, a file for each room."""

from .account import Account, AccountTampered, folded, pseudonym_token
from .admission import Invitation, Return
from .deciding import Decision
from .own_phone import OwnPhone
from .recording import RecordEntry, RecordHead
from .second_steps import Passkey, RecoveryCodes, TotpDevice

__all__ = [
    "Account",
    "AccountTampered",
    "Decision",
    "Invitation",
    "OwnPhone",
    "Passkey",
    "RecordEntry",
    "RecordHead",
    "RecoveryCodes",
    "Return",
    "TotpDevice",
    "folded",
    "pseudonym_token",
]
