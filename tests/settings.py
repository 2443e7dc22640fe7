"""Settings of the suite: the real ones, with a cheap hasher and a place of its own for keys and rows."""

import atexit
import os
import shutil
import tempfile

# Each test process has keys and files of its own, so that tests can run beside each other.
_ours = f"JASMINE_TESTS_VAR_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
if _ours not in os.environ:  # a process that a test starts shares what its test has
    os.environ[_ours] = tempfile.mkdtemp(prefix="jasmine-tests-")
    atexit.register(shutil.rmtree, os.environ[_ours], ignore_errors=True)
os.environ["JASMINE_VAR"] = os.environ[_ours]
for name in (
    "JASMINE_KEYRING",
    "JASMINE_KEYRING_COPY",
    "JASMINE_ROOT_KEY_FILE",
    "JASMINE_SECRET_KEY_FILE",
    "JASMINE_PRODUCTION",
):
    os.environ.pop(name, None)

from jasmine.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["tests.settings.CheapHasher"]
STORAGES = {  # the manifest is made by `set_up`; the suite serves the files as they are
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

from accounts.passphrases import PassphraseHasher  # noqa: E402


class CheapHasher(PassphraseHasher):
    """Argon2id with as little work as it takes: the suite tests rules, not the machine."""

    memory_cost = 8
    time_cost = 1
