"""The root key: where it comes from, and how it stands under a passphrase.

It is a file of 32 bytes in base64, readable by its owner alone: on the disk in the embedded default, in memory
(a tmpfs such as /dev/shm) where a seized machine must give nothing. A key in memory is gone when the machine stops, so
it stands beside the ring a second time, in `root.locked`, wrapped by AES-256-GCM-SIV under a key that Argon2id
(RFC 9106) makes of a passphrase; `manage.py unlock` asks for it and puts the key back into memory.

While the root key is changed there are two, the second under the same name and ".next". The ring names the one under
which it is wrapped by its fingerprint, so whichever moment a machine stops at, exactly one of them is the ring's.
"""

import json
import os
import secrets
import stat
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import RingDamaged, WrongPassphrase
from .files import put_in_place, write_whole
from .packing import packed

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
FINGERPRINT_BYTES = 16
LAYOUT = 1
NEXT = ".next"
# Some two seconds: it is done once after a start, and whoever took the disk may try for years.
ARGON2 = {"iterations": 4, "memory_cost": 256 * 1024, "lanes": 4}  # memory in KiB
MOST_ARGON2 = {"iterations": 64, "memory_cost": 1024 * 1024, "lanes": 16}
IN_MEMORY = ("tmpfs", "ramfs")


def new() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def fingerprint(root: bytes) -> str:
    """By which a ring names its root key; the key cannot be had from it (HKDF-SHA256, 16 bytes, in hex)."""
    return HKDF(SHA256(), FINGERPRINT_BYTES, salt=None, info=packed("jasmine/1/root")).derive(root).hex()


def next_of(path: Path) -> Path:
    """Where the file stands that takes the place of this one."""
    return path.with_name(path.name + NEXT)


def is_there(path: Path) -> bool:
    return path.exists() or next_of(path).exists()


def write(path: Path, root: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, b64encode(root) + b"\n")


def read(path: Path) -> bytes:
    """The key in that file. Raises RingDamaged."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise RingDamaged("the root key's file can be read by others than its owner")
        key = b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, ValueError):
        raise RingDamaged("the root key cannot be read") from None
    if len(key) != KEY_BYTES:
        raise RingDamaged("the root key must be 32 bytes, in base64")
    return key


def named(path: Path, name: str) -> bytes | None:
    """The key with that fingerprint, at `path` or about to take its place; None if neither is it.

    ".next" is looked at first: if it is gone by then, it stands at `path` already.
    """
    for place in (next_of(path), path):
        if place.exists():
            try:
                root = read(place)
            except RingDamaged:
                if place.exists():
                    raise
                continue  # it was renamed while we looked
            if fingerprint(root) == name:
                return root
    return None


def settle(path: Path, name: str | None, *, name_of: Callable[[Path], str | None]) -> None:
    """Finish, or undo, a change that was cut off: what belongs to the ring's root key takes its place.

    `name`: the fingerprint that stands in the ring; `name_of`: gives that of a file.
    """
    coming = next_of(path)
    if coming.exists():
        if name is not None and name_of(coming) == name:
            put_in_place(coming, path)
        else:
            coming.unlink()
    for left in path.parent.glob(f"{coming.name}.*.tmp"):
        left.unlink(missing_ok=True)


# --- under a passphrase -------------------------------------------------------------------------------------


def write_locked(path: Path, root: bytes, passphrase: str) -> None:
    """Write the key wrapped under that passphrase."""
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    name = fingerprint(root)
    key = _key_of(passphrase, salt, ARGON2)
    wrapped = AESGCMSIV(key).encrypt(nonce, root, _binding(name, ARGON2))
    said = {
        "layout": LAYOUT,
        "root": name,
        "argon2id": ARGON2,
        "salt": b64encode(salt).decode(),
        "wrapped": b64encode(nonce + wrapped).decode(),
    }
    write_whole(path, json.dumps(said, indent=0).encode())


def locked_name(path: Path) -> str | None:
    """The fingerprint of the key that stands wrapped in that file; None if there is none."""
    try:
        return str(json.loads(path.read_bytes())["root"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def unlocked(path: Path, passphrase: str) -> bytes:
    """The key again. Raises WrongPassphrase, RingDamaged."""
    try:
        said = json.loads(path.read_bytes())
        costs = {name: int(said["argon2id"][name]) for name in ARGON2}
        if said["layout"] != LAYOUT or any(costs[name] > MOST_ARGON2[name] for name in costs):
            raise RingDamaged("root.locked is of another layout")
        salt, raw = b64decode(said["salt"], validate=True), b64decode(said["wrapped"], validate=True)
        key = _key_of(passphrase, salt, costs)
        return AESGCMSIV(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _binding(said["root"], costs))
    except InvalidTag:
        raise WrongPassphrase from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise RingDamaged("root.locked cannot be read") from None


def _key_of(passphrase: str, salt: bytes, costs: dict[str, int]) -> bytes:
    text = unicodedata.normalize("NFC", passphrase).encode(errors="surrogatepass")
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=costs["iterations"],
        memory_cost=costs["memory_cost"],
        lanes=costs["lanes"],
    ).derive(text)


def _binding(name: str, costs: dict[str, int]) -> bytes:
    return packed("jasmine/1/root.locked", name, costs["iterations"], costs["memory_cost"], costs["lanes"])


def stands_in_memory(path: Path) -> bool:
    """Whether a file there would be in memory alone, as far as this system tells (/proc/mounts)."""
    try:
        table = os.fsdecode(Path("/proc/mounts").read_bytes())  # a mount may have any bytes in its name
    except OSError:
        return False
    mounts = [line.split(" ") for line in table.split("\n") if line]
    place = Path(os.path.realpath(path.parent), path.name)  # a link in memory may lead to a disk
    around = [mount for mount in mounts if place.is_relative_to(mount[1].replace("\\040", " "))]
    # Of two mounts at one place the later lies on top.
    return bool(around) and max(reversed(around), key=lambda mount: len(mount[1]))[2] in IN_MEMORY
