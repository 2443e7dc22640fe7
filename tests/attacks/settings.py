"""Settings of the sites that the attacks are run against: the suite's, with a door for the tests."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "tests.attacks.inside"
PASSWORD_HASHERS = ["tests.attacks.inside.CountingHasher"]
