"""The sites that are attacked: each is started once."""

import os
from collections.abc import Iterator

import pytest

from tests.attacks import running
from tests.attacks.running import Site

REDIS, DATABASE = os.environ.get("JASMINE_REDIS_URL", ""), os.environ.get("JASMINE_DATABASE_URL", "")


@pytest.fixture(scope="session")
def embedded() -> Iterator[Site]:
    with running.site() as site:
        yield site


@pytest.fixture(scope="session")
def with_redis() -> Iterator[Site]:
    if not REDIS:
        pytest.skip("JASMINE_REDIS_URL is not set: no site of several processes")
    with running.site(redis=REDIS, database=DATABASE) as site:
        yield site


@pytest.fixture(params=["embedded", "with_redis"])
def site(request: pytest.FixtureRequest) -> Site:
    """Both ways to run a site."""
    return request.getfixturevalue(request.param)
