"""Passkeys (WebAuthn): what a browser is asked, and whether it answered.

A key is asked to check who holds it (a finger, a face, a PIN), so that it is enough by itself; and to stay findable
without a name, so that signing in needs none. Of her it learns the random handle of her account, which the standard
asks for, and a name that is made from it. Not her pseudonym: phones copy passkeys to their makers, and show their names
to whoever opens the phone's settings.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

import webauthn
from django.conf import settings
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
LONGEST_ID = 1023  # bytes (WebAuthn, section 6.5.1)
TIMEOUT_MS = 110_000  # a little less than the challenge is good for


class NotAccepted(Exception):
    """The answer is not one to this question, from this site, by this key, with its holder checked."""


@dataclass(frozen=True)
class Question:
    """`challenge`: base64url; `options`: the JSON that the browser is handed."""

    challenge: str
    options: str


@dataclass(frozen=True)
class Credential:
    """`id`, `key` (COSE): base64url. `count`: uses, as the key tells; many always say 0."""

    id: str
    key: str
    count: int

    @property
    def facts(self) -> dict[str, Any]:
        return {"credential": self.id, "key": self.key, "count": self.count}


def name_of(handle: str) -> str:
    """How lists of keys and apps call her account: enough to tell two apart, and nothing that she chose."""
    return f"{settings.SITE_NAME} {handle[:4]}"


def ask_to_make(handle: str, *, known: list[str]) -> Question:
    """Ask for a new passkey. `handle`: 32 hexadecimal digits; `known`: ids of those that she has, base64url."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=settings.RP_ID,
        rp_name=settings.SITE_NAME,
        user_id=bytes.fromhex(handle),
        user_name=name_of(handle),
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return Question(bytes_to_base64url(challenge), options_to_json(options))


def ask(*, known: list[str]) -> Question:
    """Ask for one of those passkeys; with none, for any that the browser has of this site."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=settings.RP_ID,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Question(bytes_to_base64url(challenge), options_to_json(options))


def made(answer: str, *, challenge: str, origin: str) -> Credential:
    """The new passkey. Raises NotAccepted."""
    try:
        told = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=settings.RP_ID,
            expected_origin=origin,
            require_user_verification=True,
        )
    except Exception:  # the parsers of CBOR, COSE and X.509 raise whatever a hostile answer makes them
        raise NotAccepted from None
    if len(told.credential_id) > LONGEST_ID:
        raise NotAccepted
    key_id, key = bytes_to_base64url(told.credential_id), bytes_to_base64url(told.credential_public_key)
    return Credential(key_id, key, told.sign_count)


def named_in(answer: str) -> tuple[str, str]:
    """Which passkey the answer says it is from (base64url), and whose handle (hexadecimal, "" for none).

    Raises NotAccepted.
    """
    try:
        told = json.loads(answer)
        key_id, handle = told["id"], told["response"].get("userHandle") or ""
        return bytes_to_base64url(base64url_to_bytes(key_id)), base64url_to_bytes(handle).hex()
    except Exception:
        raise NotAccepted from None


def count_in(answer: str, credential: Credential, *, challenge: str, origin: str) -> int:
    """The count that the key gives with a right answer: more than before, or 0 always. Raises NotAccepted."""
    try:
        told = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=settings.RP_ID,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(credential.key),
            credential_current_sign_count=credential.count,
            require_user_verification=True,
        )
    except Exception:
        raise NotAccepted from None
    if told.credential_id != base64url_to_bytes(credential.id):
        raise NotAccepted
    return told.new_sign_count


def _described(ids: list[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in ids]
