"""Every vector of Project Wycheproof that applies, against the primitives as Jasmine calls them.

The files are not part of Jasmine: they are read from JASMINE_VECTORS (default: ../shared/vectors beside this folder).
Where they are missing the tests say so and are skipped; with CI set they fail.
"""

import hmac
import json
import os
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings

from jasmine.crypto import blind, keyring, sealing

FOLDER = Path(os.environ.get("JASMINE_VECTORS") or settings.BASE_DIR.parent / "shared" / "vectors")
AES_256 = 256  # bits
OURS = {
    "aes_gcm_siv": 103,
    "hkdf_sha256": 86,
    "hmac_sha256": 174,
}  # of the 202 of AES-GCM-SIV 99 have keys of 128 bits


def vectors(name: str) -> list[dict]:
    """Those that apply, each with the size of its tag in bytes; what is hex is bytes."""
    file = FOLDER / f"{name}_test.json"
    if not file.exists():
        sentence = f"no vectors at {file}: set JASMINE_VECTORS to Wycheproof's testvectors_v1"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(sentence)
    groups = json.loads(file.read_text())["testGroups"]
    found = [
        {key: bytes.fromhex(value) if key in BYTES else value for key, value in vector.items()}
        | {"tag_bytes": group.get("tagSize", 0) // 8}
        for group in groups
        if name != "aes_gcm_siv" or group["keySize"] == AES_256
        for vector in group["tests"]
    ]
    assert len(found) >= OURS[name]
    return found


BYTES = {"key", "iv", "aad", "msg", "ct", "tag", "ikm", "salt", "info", "okm"}


def test_sealing_and_the_ring_use_the_same_primitives():
    assert sealing.AESGCMSIV is keyring.AESGCMSIV
    assert sealing.HKDF is keyring.HKDF
    assert sealing.SHA256 is keyring.SHA256


def test_every_vector_of_aes_256_gcm_siv():
    for vector in vectors("aes_gcm_siv"):
        aead = sealing.AESGCMSIV(vector["key"])
        sealed = vector["ct"] + vector["tag"]
        if vector["result"] == "valid":
            assert aead.encrypt(vector["iv"], vector["msg"], vector["aad"]) == sealed, vector["tcId"]
            assert aead.decrypt(vector["iv"], sealed, vector["aad"]) == vector["msg"], vector["tcId"]
        else:
            with pytest.raises(InvalidTag):
                aead.decrypt(vector["iv"], sealed, vector["aad"])


def test_what_no_vector_opens_opens_no_sealed_value(monkeypatch):
    # The same through our own opening, as far as the sizes are ours: key, nonce and associated data of the vector.
    tried = 0
    for vector in vectors("aes_gcm_siv"):
        monkeypatch.setattr(sealing, "_field_key", lambda *args, key=vector["key"]: (key, bytes(16)))
        monkeypatch.setattr(sealing, "_binding", lambda *args, aad=vector["aad"]: aad)
        monkeypatch.setattr(sealing, "_emptied", lambda filled: filled)
        header = sealing.HEADER.pack(sealing.MAGIC, sealing.SUITE, 1, vector["iv"], bytes(16))
        value = header + vector["ct"] + vector["tag"]
        if vector["result"] == "valid" and len(value) > sealing.HEADER.size + sealing.SIZES[0]:
            assert sealing._opened(value, b"", "", b"", 1) == vector["msg"], vector["tcId"]
        else:
            with pytest.raises(sealing.CannotOpen):
                sealing._opened(value, b"", "", b"", 1)
        tried += 1
    assert tried >= OURS["aes_gcm_siv"]


def test_every_vector_of_hkdf_sha_256():
    for vector in vectors("hkdf_sha256"):
        salt = vector["salt"] or None  # ours is None, which the standard makes a block of zeros

        def derive(vector=vector, salt=salt):
            kdf = sealing.HKDF(sealing.SHA256(), vector["size"], salt=salt, info=vector["info"])
            return kdf.derive(vector["ikm"])

        if vector["result"] == "valid":
            assert derive() == vector["okm"], vector["tcId"]
        else:
            with pytest.raises(ValueError, match="larger than 8160"):
                derive()


def test_every_vector_of_hmac_sha_256():
    for vector in vectors("hmac_sha256"):
        digest = hmac.digest(vector["key"], vector["msg"], "sha256")[: vector["tag_bytes"]]
        assert hmac.compare_digest(digest, vector["tag"]) == (vector["result"] == "valid"), vector["tcId"]


def test_every_vector_of_hmac_sha_256_as_a_token():
    for vector in vectors("hmac_sha256"):
        (token,) = blind._tokens([vector["key"]], [vector["msg"]])
        if vector["result"] == "valid":
            named = int.from_bytes(vector["tag"][: blind.TOKEN_BYTES], "big", signed=True)
            assert token == named, vector["tcId"]
