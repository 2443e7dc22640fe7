"""A ring of which every byte is known, and rings of one test's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from jasmine import crypto
from tests.crypto import by_hand, known

MOMENT = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday of the week by_hand.WEEK


@pytest.fixture
def own_ring(tmp_path: Path, settings) -> Path:
    """A fresh ring and root key that a test may spoil. Gives the ring's file."""
    settings.KEYRING = tmp_path / "ring"
    settings.ROOT_KEY_FILE = tmp_path / "root.key"
    crypto.make_ring()
    return settings.KEYRING / "ring.json"


@pytest.fixture
def known_ring(tmp_path: Path, settings) -> Iterator[Path]:
    """The ring that stands in `known.py`, on a day of its first week."""
    settings.KEYRING = tmp_path
    settings.ROOT_KEY_FILE = tmp_path / "root.key"
    file = tmp_path / "ring.json"
    file.write_text(known.RING)
    write_root_key(settings.ROOT_KEY_FILE, known.ROOT_KEY)
    with time_machine.travel(MOMENT, tick=False):
        yield file


@pytest.fixture
def known_nonce(monkeypatch) -> None:
    """Every nonce is the same: in a test with known answers alone."""
    monkeypatch.setattr("secrets.token_bytes", lambda size: by_hand.NONCE[:size])


def write_root_key(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)
