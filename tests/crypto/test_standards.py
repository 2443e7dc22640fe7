"""The answers of the RFCs themselves, as the package `cryptography-vectors` keeps them."""

import hmac
from collections.abc import Iterator

import cryptography
import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag

from jasmine.crypto import blind, sealing


def blocks(path: str, first: str) -> Iterator[dict[str, str]]:
    """The cases of a file of "name = value" lines; each begins with the line `first`."""
    case: dict[str, str] = {}
    with cryptography_vectors.open_vector_file(path, "r") as file:
        for line in file:
            name, equals, value = (part.strip() for part in line.partition("="))
            if not equals or name.startswith("#"):
                continue
            if name == first:
                if case:
                    yield case
                case = {}
            case[name.lower()] = value.strip('"')
    yield case


def test_they_are_of_the_version_of_the_library():
    assert cryptography_vectors.__version__ == cryptography.__version__


def test_rfc_8452_and_more_of_aes_256_gcm_siv():
    tried = 0
    for case in blocks("ciphers/AES/GCM-SIV/openssl.txt", "COUNT"):
        key, nonce = bytes.fromhex(case["key"]), bytes.fromhex(case["iv"])
        if len(key) != 32:
            continue
        bound, plain = bytes.fromhex(case.get("aad", "")), bytes.fromhex(case.get("plaintext", ""))
        sealed = bytes.fromhex(case.get("ciphertext", "") + case["tag"])
        assert sealing.AESGCMSIV(key).encrypt(nonce, plain, bound) == sealed
        assert sealing.AESGCMSIV(key).decrypt(nonce, sealed, bound) == plain
        with pytest.raises(InvalidTag):
            sealing.AESGCMSIV(key).decrypt(nonce, sealed, bound + b"\0")
        tried += 1
    assert tried > 20


def test_rfc_5869_of_hkdf_sha_256():
    cases = list(blocks("KDF/rfc-5869-HKDF-SHA256.txt", "COUNT"))
    assert len(cases) == 3
    for case in cases:
        salt, info = bytes.fromhex(case["salt"]) or None, bytes.fromhex(case["info"])
        kdf = sealing.HKDF(sealing.SHA256(), int(case["l"]), salt=salt, info=info)
        assert kdf.derive(bytes.fromhex(case["ikm"])).hex() == case["okm"]


def test_rfc_4231_of_hmac_sha_256():
    cases = list(blocks("HMAC/rfc-4231-sha256.txt", "Len"))
    assert len(cases) == 6
    for case in cases:
        key, message = bytes.fromhex(case["key"]), bytes.fromhex(case["msg"])
        assert hmac.digest(key, message, "sha256").hex() == case["md"]
        (token,) = blind._tokens([key], [message])
        assert token.to_bytes(8, "big", signed=True).hex() == case["md"][:16]
