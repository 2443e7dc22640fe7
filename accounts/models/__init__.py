"""The rows of this app, a file for each room."""

from .account import Account, AccountTampered, folded, pseudonym_token
from .admission import Invitation, Return
from .deciding import Decision
from .notes import Note
from .own_phone import OwnPhone
from .recording import RecordEntry, RecordHead
from .second_steps import Passkey, RecoveryCodes, TotpDevice
from .vouching import Newcomer, Pair, Vouch

__all__ = [
    "Account",
    "AccountTampered",
    "Decision",
    "Invitation",
    "Newcomer",
    "Note",
    "OwnPhone",
    "Pair",
    "Passkey",
    "RecordEntry",
    "RecordHead",
    "RecoveryCodes",
    "Return",
    "TotpDevice",
    "Vouch",
    "folded",
    "pseudonym_token",
]
