"""What somebody has beside her passphrase, on django-otp's model, with everything secret sealed."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from accounts.models.account import Account
from jasmine import crypto
from jasmine.fields import SealedJSON
from jasmine.ledger import Ledger

PASSKEY_FORM = 1  # version of the token of a credential


class SecondStep(Device):
    """django-otp's device, without its name and its times, under a random id."""

    key_week = crypto.STANDING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = None
    confirmed = models.BooleanField(default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.id}"

    @property
    def persistent_id(self) -> str:
        """How a session names it: django-otp reads the id as a number."""
        return f"{self._meta.label}/{self.id.int}"


PLAIN = {
    "id": _("a random number"),
    "user": _("whose second step it is"),
    "confirmed": _("asked for by the library; always true"),
}


class TotpDevice(SecondStep):
    """An app that makes six digits every 30 seconds (RFC 6238).

    `facts`: {"seed": 40 hexadecimal digits, "spent": the last 30-second step whose code was used}.
    """

    facts = SealedJSON(label="totp.facts")

    ledger = Ledger(sealed=["facts"], plain=PLAIN)

    class Meta:
        verbose_name = _("apps that make codes")
        constraints = [models.UniqueConstraint(fields=["user"], name="one_totp_an_account")]


class Passkey(SecondStep):
    """A passkey (WebAuthn).

    `facts`: {"credential": its id, "key": the public key (COSE), both base64url, "count": uses, as the key tells}.
    """

    credential_token = models.BigIntegerField(unique=True)
    facts = SealedJSON(label="passkey.facts")

    ledger = Ledger(sealed=["facts"], blind=["credential_token"], plain=PLAIN)

    class Meta:
        verbose_name = _("passkeys")

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The newest standing key writes the token too, as with an account's pseudonym.
        (self.credential_token,) = crypto.blind_tokens(
            [_form(self.facts["credential"])], weeks=[crypto.STANDING], writing=True
        )
        super().save(*args, **kwargs)

    @classmethod
    def of(cls, credential: str) -> "Passkey | None":
        """The passkey with that credential id (base64url), or None."""
        tokens = crypto.blind_tokens([_form(credential)], weeks=[crypto.STANDING])
        hits = cls.objects.filter(credential_token__in=tokens).select_related("user")
        return next((passkey for passkey in hits if passkey.facts["credential"] == credential), None)


class RecoveryCodes(SecondStep):
    """Codes for when the phone is gone, each good once.

    `facts`: {"hashes": SHA-256 of each code that is left, hexadecimal}.
    """

    facts = SealedJSON(label="recovery.facts")

    ledger = Ledger(sealed=["facts"], plain=PLAIN)

    class Meta:
        verbose_name = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user"], name="one_set_of_recovery_codes")]


def _form(credential: str) -> tuple[str, int, str]:
    return ("passkey", PASSKEY_FORM, credential)
