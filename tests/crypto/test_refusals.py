"""What each refusal says: somebody at a terminal reads it, with "Nothing more was done." behind it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from jasmine import crypto
from jasmine.crypto import keyring, rootkey
from tests.crypto.conftest import write_root_key
from tests.crypto.test_keyring import rewrite, this_week
from tests.crypto.test_rotation import CHEAP, PASSPHRASE

PAST, NEVER = 5, 999_999  # weeks: of the year 1, and beyond any ring
OTHER_ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

Way = Callable[[Path], object]  # to be refused, given the file of a ring of one's own


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(rootkey, "ARGON2", CHEAP)


# --- what has happened to a site ------------------------------------------------------------------------------


def read_again(ring: Path) -> object:
    os.utime(ring)  # else this process still has what it read
    return crypto.live_weeks()


def rewritten(change: Callable[[dict], object]) -> Way:
    def ask(ring: Path) -> object:
        rewrite(ring, change)
        return read_again(ring)

    return ask


def with_root_key(text: str, mode: int = 0o600) -> Way:
    def ask(ring: Path) -> object:
        write_root_key(settings.ROOT_KEY_FILE, text)
        settings.ROOT_KEY_FILE.chmod(mode)
        return read_again(ring)

    return ask


def without_ring(then: Callable[[], object]) -> Way:
    def ask(ring: Path) -> object:
        ring.unlink()
        return then()

    return ask


def without_this_week(then: Callable[[], object]) -> Way:
    def ask(_ring: Path) -> object:
        crypto.destroy_week(this_week())
        return then()

    return ask


def without_root_key(ring: Path) -> object:
    settings.ROOT_KEY_FILE.unlink()
    return read_again(ring)


def under_another_root_key(ring: Path) -> object:
    crypto.rotate_root()
    return with_root_key(OTHER_ROOT)(ring)


def unlocked(passphrase: str = PASSPHRASE, change: Callable[[dict], object] = lambda said: None) -> Way:
    """With another passphrase, or after a change to what stands under it."""

    def ask(ring: Path) -> object:
        crypto.rotate_root(PASSPHRASE)
        settings.ROOT_KEY_FILE.unlink()
        rewrite(ring.with_name("root.locked"), change)
        return crypto.unlock(passphrase)

    return ask


def unlocked_without_passphrase(_ring: Path) -> object:
    settings.ROOT_KEY_FILE.unlink()
    return crypto.unlock(PASSPHRASE)


def unlocked_without_its_copy(ring: Path) -> object:
    crypto.rotate_root(PASSPHRASE)
    ring.with_name("root.locked").unlink()
    return unlocked_without_passphrase(ring)


def unlocked_with_another_key(ring: Path) -> object:
    """As somebody can make it who knows the passphrase: another key under the name of the ring's own."""
    crypto.rotate_root(PASSPHRASE)
    settings.ROOT_KEY_FILE.unlink()
    locked = ring.with_name("root.locked")
    name = rootkey.locked_name(locked)
    with pytest.MonkeyPatch.context() as forger:
        forger.setattr(rootkey, "fingerprint", lambda _root: name)
        rootkey.write_locked(locked, bytes(32), PASSPHRASE)
    return crypto.unlock(PASSPHRASE)


def rotated_without_passphrase(_ring: Path) -> object:
    crypto.rotate_root(PASSPHRASE)
    return crypto.rotate_root()


def at_work_twice(_ring: Path) -> object:
    with crypto.one_at_a_time(), crypto.one_at_a_time():
        return None


# --- what is said of it ---------------------------------------------------------------------------------------

LAYOUT = "the key ring is of another layout"
NOT_UNDER_THIS = "the key ring does not open under this root key"
NO_PASSPHRASE = "this site's root key stands under no passphrase: bring its file back"
NEEDS_ONE = "this site's root key stands under a passphrase: a new one needs one too"
LACKS_ONE = "the ring lacks the key of a week that is needed: bring back its copy"
LOCKED = "the root key is not there: unlock the site, or bring its file back"
OTHERS_READ = "the root key's file can be read by others than its owner"
NOT_THE_RINGS = "root.locked holds another key than the ring names"

REFUSALS: list[tuple[Way, type[crypto.CryptoError], str]] = [
    (lambda _: keyring.writing_pair(PAST), crypto.WeekIsPast, "week 5 is past"),
    (lambda _: keyring.index_keys([PAST], newest_only=True), crypto.WeekIsPast, "week 5 is past"),
    (lambda _: crypto.renew([PAST]), crypto.WeekIsPast, "week 5 is past"),
    (lambda _: keyring.writing_pair(NEVER), crypto.NoKey, "no key for week 999999"),
    (lambda _: keyring.index_keys([NEVER], newest_only=True), crypto.NoKey, "no key for week 999999"),
    (lambda _: crypto.renew([NEVER]), crypto.NoKey, "no key for week 999999"),
    (without_this_week(crypto.live_weeks), crypto.NoKey, "the ring lacks a live week"),
    (without_this_week(crypto.top_up), crypto.NoKey, LACKS_ONE),
    (
        lambda _: crypto.seal_for_holder(bytes(8191), label="a", secret=bytes(32)),
        crypto.TooLong,
        "8191 bytes, at most 8190",
    ),
    (lambda _: crypto.key_number(b"J1"), crypto.CannotOpen, "cannot be opened"),
    (at_work_twice, crypto.AtWork, "another process is at it: wait until it is done"),
    (without_ring(crypto.live_weeks), crypto.RingDamaged, "the key ring cannot be read"),
    (without_ring(crypto.rotate_root), crypto.RingDamaged, "there is no key ring"),
    (rewritten(lambda ring: ring.update(layout=2)), crypto.RingDamaged, LAYOUT),
    (rewritten(lambda ring: ring.pop("layout")), crypto.RingDamaged, NOT_UNDER_THIS),
    (rewritten(lambda ring: ring.pop("pairs")), crypto.RingDamaged, NOT_UNDER_THIS),
    (rewritten(lambda ring: ring.update(next=1)), crypto.RingDamaged, "the key ring gives one number twice"),
    (with_root_key(OTHER_ROOT), crypto.RingDamaged, NOT_UNDER_THIS),
    (
        under_another_root_key,
        crypto.RingDamaged,
        "the key ring is wrapped under another root key",
    ),
    (with_root_key(OTHER_ROOT, 0o640), crypto.RingDamaged, OTHERS_READ),
    (with_root_key("…"), crypto.RingDamaged, "the root key cannot be read"),
    (with_root_key("AAAA"), crypto.RingDamaged, "the root key must be 32 bytes, in base64"),
    (without_root_key, crypto.Locked, LOCKED),
    (rotated_without_passphrase, crypto.NotLocked, NEEDS_ONE),
    (lambda _: crypto.unlock(PASSPHRASE), crypto.NotLocked, "this site is not locked"),
    (unlocked_without_passphrase, crypto.NotLocked, NO_PASSPHRASE),
    (unlocked_without_its_copy, crypto.NotLocked, NO_PASSPHRASE),
    (unlocked_with_another_key, crypto.RingDamaged, NOT_THE_RINGS),
    (unlocked("wrong"), crypto.WrongPassphrase, "this passphrase does not open the root key"),
    (
        unlocked(change=lambda said: said.update(layout=2)),
        crypto.RingDamaged,
        "root.locked is of another layout",
    ),
    (unlocked(change=lambda said: said.pop("salt")), crypto.RingDamaged, "root.locked cannot be read"),
]


@pytest.mark.parametrize(("ask", "error", "sentence"), REFUSALS)
def test_each_says_what_is_wrong_and_where_there_is_a_way_out_the_way(own_ring, ask, error, sentence):
    with pytest.raises(error) as refused:
        ask(own_ring)
    assert (type(refused.value), str(refused.value)) == (error, sentence)
