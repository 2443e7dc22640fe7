"""What somebody shows beside her passphrase: an app's code, a passkey, or a recovery code."""

from dataclasses import dataclass

from accounts.models import Account, Passkey, RecoveryCodes, TotpDevice


@dataclass(frozen=True)
class Steps:
    """Which second steps an account has. Recovery codes come with one, and are none by themselves."""

    totp: bool
    passkeys: int
    recovery_left: int

    @property
    def any(self) -> bool:
        return self.totp or self.passkeys > 0


def steps_of(account: Account) -> Steps:
    codes = RecoveryCodes.objects.filter(user=account).first()
    return Steps(
        totp=TotpDevice.objects.filter(user=account).exists(),
        passkeys=Passkey.objects.filter(user=account).count(),
        recovery_left=len(codes.facts["hashes"]) if codes else 0,
    )


def provide_totp(account: Account, seed: str) -> None:
    """Give her an app's second step without a code from it: for those who cannot be asked for one.

    `seed`: 40 hexadecimal digits.
    """
    device = TotpDevice.objects.filter(user=account).first() or TotpDevice(user=account)
    device.facts = {"seed": seed, "spent": 0}
    device.save()
