"""What Jasmine stores, computed a second time: the standard library alone, and nothing of `jasmine.crypto`.

`python -m tests.crypto.by_hand` prints the answers of `test_known_answers.py`. It was written from the standards (AES:
FIPS 197; GCM-SIV: RFC 8452; HKDF: RFC 5869) and from design, not from the code under test, so the two can disagree.
"""

import hmac
import json
import pprint
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

ROOT_KEY = bytes(range(32))
NONCE = bytes(range(0xA0, 0xAC))
ROW = UUID("00112233-4455-4677-8899-aabbccddeeff")
OTHER_ROW = UUID("10112233-4455-4677-8899-aabbccddeeff")
WEEK = 105_705  # Monday 16 to Sunday 22 November 2026
PAIRS = [
    (1, None),
    (2, WEEK),
    (3, WEEK),
    (4, WEEK + 1),
]  # number and week; week 105,705 is in doubt and has two
COOKIE = "hJ4mLqT2wXv8ZrN6sYb0Kc3Fd5Gp7Ae9UiOx1MzQkRw"

VALUES = {  # name: label, row, key number, content
    "standing": ("account.password", ROW, 1, b"argon2$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA"),
    "weekly": ("report.story", ROW, 3, "Il a changé d'adresse.".encode()),
    "another label": ("report.notice", ROW, 3, "Il a changé d'adresse.".encode()),
    "another row": ("report.story", OTHER_ROW, 3, "Il a changé d'adresse.".encode()),
    "another week": ("report.story", ROW, 4, "Il a changé d'adresse.".encode()),
    "nothing": ("report.notice", ROW, 3, b""),
    "62 bytes, which fill the smallest class": ("report.facts", ROW, 3, b"x" * 62),
    "63 bytes, which need the next": ("report.facts", ROW, 3, b"x" * 63),
    "8,190 bytes, the most": ("draft.content", ROW, 4, b"x" * 8190),
}
MARKS = [  # of what is gone: key number, kind and name; one under the older key of the week in doubt
    (2, ("row", str(OTHER_ROW))),
    (3, ("row", str(ROW))),
    (3, ("ref", "2024-017")),
    (4, ("row", str(ROW))),
]
CONTENTS = [  # of the sizes and letters that there are
    b"",
    b"0",
    b"\0\0\0",
    b'{"a":["\xc3\xa9",null,true],"b":1}',
    "Щербаков, 王小明, محمد".encode(),
    "Il a changé d'adresse deux fois, puis a refusé de payer.".encode(),
    b"x" * 126,
    bytes(range(254)),
]
COLUMNS = [  # label, number of the key under which it is ordinarily sealed
    ("account.facts", 1),
    ("account.password", 1),
    ("report.facts", 3),
    ("report.story", 4),
    ("report.notice", 3),
    ("report.author", 4),
    ("draft.content", 4),
    ("draft.story", 3),
]
MORE_VALUES = [  # label, row, key number, schema, content: every content in every column
    (label, ROW if at % 2 else OTHER_ROW, number, 1 + at % 3 // 2, content)
    for label, number in COLUMNS
    for at, content in enumerate(CONTENTS)
]
FORMS = [  # kind, version, form
    ("phone", 1, "+33639981234"),
    ("phone", 1, "981234"),
    ("email", 1, "m.durand@example.org"),
    ("handle", 1, "telegram:nightowl"),
    ("name", 1, "щербаков"),
    ("plate", 1, "AB123CD"),
    ("pseudonym", 1, "heron"),
    ("author", 1, "00112233-4455-4677-8899-aabbccddeeff"),
    ("author", 1, "group:night-van"),
    ("author", 1, "organisation"),
    ("ref", 1, "2024-017"),
    ("draft", 1, "00112233-4455-4677-8899-aabbccddeeff"),
]


# --- AES-256 ------------------------------------------------------------------------------------------------


def _double(byte: int) -> int:
    return (byte << 1) ^ (0x11B if byte & 0x80 else 0)


def _s_box() -> list[int]:
    box, p, q = [0] * 256, 1, 1
    while True:
        p ^= _double(p)  # p runs through all 255 as powers of 3, q through their inverses
        for shift in (1, 2, 4):
            q ^= q << shift & 0xFF
        q ^= 0x09 if q & 0x80 else 0
        box[p] = q ^ 0x63
        for shift in (1, 2, 3, 4):
            box[p] ^= (q << shift | q >> 8 - shift) & 0xFF
        if p == 1:
            box[0] = 0x63
            return box


S_BOX = _s_box()


def _round_keys(key: bytes) -> list[bytes]:
    words, constant = [key[at : at + 4] for at in range(0, 32, 4)], 1
    for number in range(8, 60):
        word = words[-1]
        if number % 8 == 0:
            word = bytes(S_BOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _double(constant)
        elif number % 8 == 4:
            word = bytes(S_BOX[byte] for byte in word)
        words.append(_xor(word, words[-8]))
    return [b"".join(words[at : at + 4]) for at in range(0, 60, 4)]


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _mixed(column: bytes) -> bytes:
    every = column[0] ^ column[1] ^ column[2] ^ column[3]
    return bytes(column[at] ^ every ^ _double(column[at] ^ column[(at + 1) % 4]) for at in range(4))


def aes(key: bytes, block: bytes) -> bytes:
    """One block of 16 bytes under a key of 32."""
    keys = _round_keys(key)
    state = _xor(block, keys[0])
    for number, round_key in enumerate(keys[1:], start=1):
        state = bytes(S_BOX[state[(at + 4 * (at % 4)) % 16]] for at in range(16))
        if number < 14:
            state = b"".join(_mixed(state[at : at + 4]) for at in range(0, 16, 4))
        state = _xor(state, round_key)
    return state


# --- AES-256-GCM-SIV ----------------------------------------------------------------------------------------

_FIELD = (1 << 128) | (1 << 127) | (1 << 126) | (1 << 121) | 1


def _dot(one: int, other: int) -> int:
    """one × other × x^-128 in the field of RFC 8452, section 3."""
    product = 0
    for bit in range(128):
        if other >> bit & 1:
            product ^= one << bit
    for _ in range(128):
        product = (product ^ _FIELD if product & 1 else product) >> 1
    return product


def _polyval(key: bytes, content: bytes) -> bytes:
    found, by = 0, int.from_bytes(key, "little")
    for at in range(0, len(content), 16):
        found = _dot(found ^ int.from_bytes(content[at : at + 16], "little"), by)
    return found.to_bytes(16, "little")


def _in_blocks(content: bytes) -> bytes:
    return content + bytes(-len(content) % 16)


def gcm_siv(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    """Ciphertext and tag of AEAD_AES_256_GCM_SIV."""
    halves = [aes(key, number.to_bytes(4, "little") + nonce)[:8] for number in range(6)]
    authentication, encryption = halves[0] + halves[1], b"".join(halves[2:])
    lengths = (len(bound) * 8).to_bytes(8, "little") + (len(plain) * 8).to_bytes(8, "little")
    summed = _xor(_polyval(authentication, _in_blocks(bound) + _in_blocks(plain) + lengths), nonce + bytes(4))
    tag = aes(encryption, summed[:15] + bytes([summed[15] & 0x7F]))
    counter, rest = int.from_bytes(tag[:4], "little"), tag[4:15] + bytes([tag[15] | 0x80])
    out = b""
    for number, at in enumerate(range(0, len(plain), 16)):
        block = ((counter + number) % 2**32).to_bytes(4, "little") + rest
        out += _xor(plain[at : at + 16], aes(encryption, block))
    return out + tag


# --- what Jasmine stores ------------------------------------------------------------------------------------


def hkdf(key: bytes, info: bytes, size: int) -> bytes:
    prk, out, block = hmac.digest(bytes(32), key, "sha256"), b"", b""
    for number in range(1, -(-size // 32) + 1):
        block = hmac.digest(prk, block + info + bytes([number]), "sha256")
        out += block
    return out[:size]


def in_order(*parts: bytes | str | int) -> bytes:
    out = b""
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        raw = raw.to_bytes(8, "big") if isinstance(raw, int) else raw
        out += len(raw).to_bytes(4, "big") + raw
    return out


def content_key(number: int) -> bytes:
    return sha256(b"content key %d" % number).digest()


def index_key(number: int) -> bytes:
    return sha256(b"index key %d" % number).digest()


def sealed(content: bytes, label: str, row: bytes, number: int, key: bytes, schema: int = 1) -> bytes:
    both = hkdf(key, in_order("jasmine/1/seal", label, row), 48)
    size = next(size for size in (64, 128, 256, 512, 1024, 2048, 4096, 8192) if size >= len(content) + 2)
    filled = (len(content).to_bytes(2, "big") + content).ljust(size, b"\0")
    header = b"J1" + bytes([1]) + number.to_bytes(4, "big") + NONCE + both[32:]
    return header + gcm_siv(both[:32], NONCE, filled, in_order(1, number, label, row, schema))


def token(number: int, kind: str, version: int, form: str) -> int:
    digest = hmac.digest(index_key(number), in_order("jasmine/1/blind", kind, version, form), "sha256")
    return int.from_bytes(digest[:8], "big", signed=True)


def ring_entry(number: int, week: int | None) -> dict[str, object]:
    def wrapped(key: bytes, purpose: str) -> str:
        bound = in_order("jasmine/1/ring", number, purpose, "standing" if week is None else week)
        return b64encode(NONCE + gcm_siv(ROOT_KEY, NONCE, key, bound)).decode()

    content, index = wrapped(content_key(number), "content"), wrapped(index_key(number), "index")
    return {"number": number, "week": week, "content": content, "index": index}


def ring_file() -> str:
    return json.dumps({"layout": 1, "next": 5, "pairs": [ring_entry(*pair) for pair in PAIRS]}, indent=0)


def session_name(cookie: str) -> str:
    return urlsafe_b64encode(sha256(cookie.encode()).digest()[:30]).decode()


def session_data(content: bytes, cookie: str, label: str = "session.data/0/1") -> str:
    secret = sha256(b"jasmine/1/session" + cookie.encode()).digest()
    return b64encode(sealed(content, label, b"", 0, secret)).decode()


def derived(label: str) -> bytes:
    return hkdf(ROOT_KEY, in_order("jasmine/1/derived", label), 32)


def mark(number: int, kind: str, value: str) -> str:
    return hmac.digest(index_key(number), in_order("jasmine/1/gone", kind, value), "sha256").hex()


def answers() -> dict[str, object]:
    """Every answer of `test_known_answers.py`."""
    values = {
        name: sealed(content, label, row.bytes, number, content_key(number)).hex()
        for name, (label, row, number, content) in VALUES.items()
    }
    more = [
        sealed(content, label, row.bytes, number, content_key(number), schema)
        for label, row, number, schema, content in MORE_VALUES
    ]
    return {
        "ring": ring_file(),
        "more": [b64encode(value).decode() for value in more],
        "values": {
            name: value if len(value) < 1000 else sha256(bytes.fromhex(value)).hexdigest()
            for name, value in values.items()
        },
        "tokens": [[token(number, *form) for number, _week in PAIRS] for form in FORMS],
        "session": (session_name(COOKIE), session_data(b'{"seen_at":1}', COOKIE)),
        "derived": derived("demo").hex(),
        "marks": [mark(number, *name) for number, name in MARKS],
    }


if __name__ == "__main__":
    pprint.pprint(answers(), width=110)  # noqa: T203
