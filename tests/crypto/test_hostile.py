"""Forgeries: whatever bytes somebody puts into a column, they do not open, and nothing else happens.

JASMINE_FUZZ: how many are tried; `make faults` asks for 1,000,000, which takes a minute.
"""

import os
import random
from collections.abc import Callable
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from jasmine import crypto
from jasmine.crypto import sealing
from tests.crypto import by_hand

MANY = int(os.environ.get("JASMINE_FUZZ", "20_000"))
ROW = UUID("00112233-4455-4677-8899-aabbccddeeff")
LABEL = "report.story"
SECRET, OTHER_SECRET = bytes(range(32)), bytes(range(32, 64))
HEADER = 35  # bytes


def opens(value: bytes) -> bool:
    """Whether it does anything but be refused, with the one error."""
    try:
        crypto.unseal(value, label=LABEL, row=ROW)
    except crypto.CannotOpen as refused:
        return str(refused) != "cannot be opened" or type(refused) is not crypto.CannotOpen
    return True


def opens_for_its_holder(value: bytes, secret: bytes = SECRET) -> bool:
    try:
        crypto.unseal_for_holder(value, label=LABEL, secret=secret)
    except crypto.CannotOpen:
        return False
    return True


# --- how somebody forges ------------------------------------------------------------------------------------


def from_nothing(chance: random.Random, genuine: list[bytes]) -> bytes:
    return chance.randbytes(chance.choice([0, 1, 34, 35, 36, 99, 115, 116, 300, 8243, 8244]))


def with_our_beginning(chance: random.Random, genuine: list[bytes]) -> bytes:
    size = chance.choice([0, 1, 63, 64, 80, 81, 144, 8208, 8209, 70_000 if chance.random() < 0.01 else 80])
    return chance.choice(genuine)[:HEADER] + chance.randbytes(size)


def with_bits_flipped(chance: random.Random, genuine: list[bytes]) -> bytes:
    value = bytearray(chance.choice(genuine))
    for _ in range(chance.choice([1, 1, 2, 8])):
        value[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
    return bytes(value)


def cut(chance: random.Random, genuine: list[bytes]) -> bytes:
    value = chance.choice(genuine)
    return value[: chance.randrange(len(value))]


def with_more(chance: random.Random, genuine: list[bytes]) -> bytes:
    return chance.choice(genuine) + chance.randbytes(chance.randint(1, 100))


def of_two_halves(chance: random.Random, genuine: list[bytes]) -> bytes:
    one, other = chance.sample(genuine, 2)
    at = chance.randrange(1, HEADER + 64)
    return one[:at] + other[at:]


def under_another_number(chance: random.Random, genuine: list[bytes]) -> bytes:
    value = chance.choice(genuine)
    number = chance.choice([0, 1, 2, 300, 2**31, 2**32 - 1, chance.randrange(2**32)])
    return value[:3] + number.to_bytes(4, "big") + value[7:]


def with_a_piece_moved(chance: random.Random, genuine: list[bytes]) -> bytes:
    value = chance.choice(genuine)
    start, end = sorted(chance.sample(range(len(value)), 2))
    return value[:start] + value[end:] + value[start:end]


WAYS: list[Callable[[random.Random, list[bytes]], bytes]] = [
    from_nothing,
    with_our_beginning,
    with_bits_flipped,
    cut,
    with_more,
    of_two_halves,
    under_another_number,
    with_a_piece_moved,
]


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_no_forgery_opens_and_each_says_the_same(way):
    week = crypto.week_of(crypto.today()) + 1
    genuine = [
        *[crypto.seal(b"x" * size, label=LABEL, row=ROW, week=week) for size in (0, 62, 63, 600)],
        crypto.seal(b"x", label=LABEL, row=ROW, week=None),
        crypto.seal_for_holder(b"x", label=LABEL, secret=SECRET),
    ]
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    for number in range(-(-MANY // len(WAYS))):
        value = way(chance, genuine)
        if value not in genuine:
            assert not opens(value), f"number {number} of seed {seed}"
            assert not opens_for_its_holder(value), f"number {number} of seed {seed}"


@pytest.mark.parametrize("size", [10**5, 10**7])
def test_a_huge_value_is_not_looked_into(size):
    value = crypto.seal(b"x", label=LABEL, row=ROW, week=None)
    assert not opens(value + bytes(size))
    assert not opens(b"J1" + b"\xff" * size)


# --- one ciphertext for two keys ------------------------------------------------------------------------------

BLOCK = 16


def number(block: bytes) -> int:
    return int.from_bytes(block, "little")


def power(base: int, exponent: int) -> int:
    result = (1 << 127) | (1 << 126) | (1 << 121) | 1  # x^128, by which a product changes nothing
    while exponent:
        if exponent & 1:
            result = by_hand._dot(result, base)
        base, exponent = by_hand._dot(base, base), exponent >> 1
    return result


def inverse(element: int) -> int:
    return power(element, 2**128 - 2)


def for_two_keys(keys: list[bytes], nonce: bytes, bound: bytes, beginning: bytes) -> bytes:
    """64 bytes and a tag that AES-256-GCM-SIV opens under both keys, beginning under the first as it is told.

    The tag is chosen; it gives both keystreams and what POLYVAL must give under either key; the last two blocks are
    the solution of two linear equations (Len, Grubbs, Ristenpart: Partitioning Oracle Attacks, 2021).
    """
    derived = [[by_hand.aes(key, at.to_bytes(4, "little") + nonce)[:8] for at in range(6)] for key in keys]
    hashing = [number(b"".join(halves[:2])) for halves in derived]
    encryption = [b"".join(halves[2:]) for halves in derived]
    lengths = (len(bound) * 8).to_bytes(8, "little") + (4 * BLOCK * 8).to_bytes(8, "little")
    for attempt in range(1000):
        tag = attempt.to_bytes(BLOCK, "big")
        summed = [Cipher(AES(key), ECB()).decryptor().update(tag) for key in encryption]  # noqa: S305
        if all(block[15] < 0x80 for block in summed):
            break
    rest = tag[4:15] + bytes([tag[15] | 0x80])
    counters = [((number(tag[:4]) + at) % 2**32).to_bytes(4, "little") + rest for at in range(4)]
    streams = [[number(by_hand.aes(key, counter)) for counter in counters] for key in encryption]
    known = [number(beginning) ^ streams[0][0], 0]  # the first two blocks of the ciphertext

    # Of each key: (coefficient of block 3) · x + (coefficient of block 4) · y = wanted
    equations = []
    for key, block, stream in zip(hashing, summed, streams, strict=True):
        plain = [known[0] ^ stream[0], known[1] ^ stream[1], stream[2], stream[3]]
        raw = b"".join(part.to_bytes(BLOCK, "little") for part in plain)
        found = by_hand._polyval(key.to_bytes(BLOCK, "little"), by_hand._in_blocks(bound) + raw + lengths)
        wanted = number(by_hand._xor(block, nonce + bytes(4))) ^ number(found)
        equations.append((power(key, 3), power(key, 2), wanted))
    (a, b, e), (c, d, f) = equations
    dot = by_hand._dot
    over = inverse(dot(a, d) ^ dot(b, c))
    x, y = dot(dot(e, d) ^ dot(b, f), over), dot(dot(a, f) ^ dot(e, c), over)
    return b"".join(part.to_bytes(BLOCK, "little") for part in [*known, x, y]) + tag


def test_a_ciphertext_for_two_keys_opens_under_one_alone():
    secrets = [SECRET, OTHER_SECRET]
    (key, commitment), (other_key, other_commitment) = [
        sealing._field_key(secret, LABEL, b"") for secret in secrets
    ]
    bound = sealing._binding(sealing.HOLDER, LABEL, b"", 1)
    nonce = bytes(range(12))
    ciphertext = for_two_keys([key, other_key], nonce, bound, b"\0\x3e".ljust(BLOCK, b"!"))
    # The cipher itself opens it under both keys …
    assert sealing.AESGCMSIV(key).decrypt(nonce, ciphertext, bound)[:2] == b"\0\x3e"
    assert sealing.AESGCMSIV(other_key).decrypt(nonce, ciphertext, bound)
    # … and the commitment under one: whichever stands in the header, the other holder gets nothing.
    value = sealing.HEADER.pack(sealing.MAGIC, sealing.SUITE, sealing.HOLDER, nonce, commitment) + ciphertext
    assert opens_for_its_holder(value, SECRET)
    assert not opens_for_its_holder(value, OTHER_SECRET)
    assert not opens_for_its_holder(value[:19] + other_commitment + value[35:], SECRET)


@pytest.mark.parametrize("but", [{"label": "report.notice"}, {"row": UUID(int=1)}])
def test_the_commitment_is_enough_to_refuse_although_the_cipher_opened_everything(monkeypatch, but):
    class Yielding:
        def __init__(self, key: bytes) -> None:
            pass

        def decrypt(self, nonce: bytes, ciphertext: bytes, bound: bytes) -> bytes:
            return bytes(64)

    value = crypto.seal(b"x", label=LABEL, row=ROW, week=None)
    monkeypatch.setattr(sealing, "AESGCMSIV", Yielding)
    assert crypto.unseal(value, label=LABEL, row=ROW) == b""
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(value, **{"label": LABEL, "row": ROW, **but})
