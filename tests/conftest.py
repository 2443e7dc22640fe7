"""What every test may use: keys, the cast, and a day on which the field cases are fresh."""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.db import connection

from accounts import throttling
from alerts.models import Index, Policy
from jasmine import crypto
from jasmine.crypto import keyring
from tests import people

REFERENCE_MOMENT = datetime(
    2026, 11, 16, 12, tzinfo=UTC
)  # seen on that day, every field case is within its time

# A first example reads the ring, which takes what the machine takes: what is too slow is for `make bench` to say.
hypothesis.settings.register_profile("jasmine", deadline=None)
hypothesis.settings.load_profile("jasmine")

globals().update(people.fixtures())


@pytest.fixture(scope="session", autouse=True)
def ring(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A key ring for this test process."""
    if os.environ.get("MUTANT_UNDER_TEST"):  # a line of the sealing was changed: it spoils a ring of its own
        folder = tmp_path_factory.mktemp("ring")
        settings.KEYRING, settings.ROOT_KEY_FILE = folder, folder / "root.key"
    crypto.make_ring()


@pytest.fixture
def own_ring(tmp_path: Path, settings: Any) -> Path:
    """A ring of this test's own, for one that changes keys; asked for before the cast. Gives its folder."""
    settings.KEYRING, settings.ROOT_KEY_FILE = tmp_path / "ring", tmp_path / "root.key"
    crypto.make_ring()
    return settings.KEYRING


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of the suite. At its end the server may still hold the session of a process that was killed."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def on_reference_day() -> Iterator[datetime]:
    """The day for which the field cases were written."""
    with time_machine.travel(REFERENCE_MOMENT, tick=True):
        keyring.reach_back()
        yield REFERENCE_MOMENT


@pytest.fixture(autouse=True)
def rules(request: pytest.FixtureRequest, _django_db_helper: None) -> None:
    """These rows are there from the first migration; a test that empties the tables gets them back."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        Policy.objects.get_or_create(pk=Policy.ONLY, defaults={"share_nuisance": False})
        Index.mark_written()
        (Path(settings.KEYRING) / "record.json").unlink(missing_ok=True)  # noted of rows of the test before


@pytest.fixture(autouse=True)
def nobody_has_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test counts tries anew, on Redis too."""
    monkeypatch.setattr(throttling, "KEPT_UNDER", secrets.token_hex(8))
