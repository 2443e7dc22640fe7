"""A passkey made of software: it answers as a browser with an authenticator does, and as neither ever would."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as text

ORIGIN = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # WebAuthn, section 6.1


@dataclass
class SoftKey:
    """One credential. `handle`: whose account it holds; `count`: how often it was used."""

    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    secret: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""
    count: int = 0

    def make(self, options: str, *, flags: int = PRESENT | VERIFIED, **told: Any) -> str:
        """The answer to being made. `told`: `origin`, `rp_id`, `challenge`, `kind`, other than what was asked."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        client = _client("webauthn.create", asked["challenge"], told)
        head = self._head(told.get("rp_id", asked["rp"]["id"]), flags | ATTESTED)
        about = head + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public()
        stated = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        return self._answer(clientDataJSON=client, attestationObject=stated)

    def show(self, options: str, *, flags: int = PRESENT | VERIFIED, **told: Any) -> str:
        """The answer to a question."""
        asked = json.loads(options)
        self.count += told.get("uses", 1)
        client = _client("webauthn.get", asked["challenge"], told)
        head = self._head(told.get("rp_id", asked["rpId"]), flags)
        signed = self.secret.sign(head + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": head, "signature": signed}
        return self._answer(**parts, handle=told.get("handle", self.handle))

    def _answer(self, *, handle: str = "", **parts: bytes) -> str:
        response = {name: text(part) for name, part in parts.items()}
        if handle:
            response["userHandle"] = handle
        return json.dumps(
            {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        )

    def _head(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        """ES256 on P-256, as COSE (RFC 9053)."""
        point = self.secret.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})


def _client(kind: str, challenge: str, told: dict[str, Any]) -> bytes:
    said = {
        "type": told.get("kind", kind),
        "challenge": told.get("challenge", challenge),
        "origin": told.get("origin", ORIGIN),
        "crossOrigin": False,
    }
    return json.dumps(said).encode()
