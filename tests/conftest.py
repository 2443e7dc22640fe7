"""What every test may use: keys, the cast, and a day on which the field cases are fresh."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from alerts.models import Policy
from jasmine import crypto
from jasmine.crypto import keyring
from tests import people

REFERENCE_MOMENT = datetime(
    2026, 11, 16, 12, tzinfo=UTC
)  # seen on that day, every field case is within its time

globals().update(people.fixtures())


@pytest.fixture(scope="session", autouse=True)
def ring() -> None:
    """A key ring for this test process."""
    crypto.make_ring()


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
    """The policy row is there from the first migration; a test that empties the tables gets it back."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        Policy.objects.get_or_create(pk=Policy.ONLY, defaults={"share_nuisance": False})
