"""Settings as a fresh process reads them from the environment."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as here

SHOWN = (
    "SESSION_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_NAME CSRF_COOKIE_SECURE LANGUAGE_COOKIE_SECURE "
    "SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE CSRF_COOKIE_AGE SESSION_EXPIRE_AT_BROWSER_CLOSE "
    "SECURE_HSTS_SECONDS ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS DEBUG SECRET_KEY PASSWORD_HASHERS"
)
PRINT = f"""
import json
from jasmine import settings
print(json.dumps({{name: getattr(settings, name) for name in {SHOWN.split()!r}}}))
"""


def run(var: Path, *command: str, **named: str) -> subprocess.CompletedProcess[str]:
    """A process with these JASMINE_ variables and no others."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("JASMINE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=here.BASE_DIR,
        env={**others, "JASMINE_VAR": str(var), **named},
        capture_output=True,
        text=True,
        check=False,
    )


def read(var: Path, **named: str) -> dict:
    done = run(var, "-c", PRINT, **named)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def var(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("site") / "var"


@pytest.fixture(scope="module")
def found(var) -> dict:
    """With nothing set."""
    return read(var)


class TestNothingSet:
    def test_it_serves_the_loopback_alone_over_http(self, found):
        assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost"]
        assert found["SESSION_COOKIE_SECURE"] is False
        assert found["SECURE_HSTS_SECONDS"] == 0

    def test_errors_never_show_what_was_typed(self, found):
        assert found["DEBUG"] is False

    def test_the_secret_is_made_once_for_its_owner_alone(self, var, found):
        file = var / "secret.key"
        assert file.read_text() == found["SECRET_KEY"] == read(var)["SECRET_KEY"]
        assert len(found["SECRET_KEY"]) >= 50
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(var.stat().st_mode) == 0o700

    def test_cookies_end_with_the_browser_and_no_script_reads_them(self, found):
        assert found["SESSION_EXPIRE_AT_BROWSER_CLOSE"] is found["SESSION_COOKIE_HTTPONLY"] is True
        assert found["CSRF_COOKIE_AGE"] is None
        assert found["SESSION_COOKIE_SAMESITE"] == "Lax"

    def test_the_hasher_is_the_real_one(self, found):
        assert found["PASSWORD_HASHERS"] == ["accounts.passphrases.PassphraseHasher"]


class TestProduction:
    def test_every_insecure_default_is_refused_with_a_sentence_each(self, tmp_path):
        done = run(tmp_path, "manage.py", "check", JASMINE_PRODUCTION="on")
        assert done.returncode == 1
        refused = [line for line in done.stderr.splitlines() if "(jasmine.E" in line]
        assert [line.split("(")[1].split(")")[0] for line in refused] == [
            f"jasmine.E{number:03}" for number in (3, 12, 13, 14, 15)
        ]
        assert "Traceback" not in done.stderr

    def test_its_cookies_travel_over_tls_alone(self, tmp_path):
        secret = tmp_path / "secret"
        secret.write_text("x" * 60)
        found = read(
            tmp_path,
            JASMINE_PRODUCTION="on",
            JASMINE_HOSTS="jasmine.example",
            JASMINE_SECRET_KEY_FILE=str(secret),
        )
        assert found["SESSION_COOKIE_NAME"] == "__Host-session"
        assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
        assert (
            found["SESSION_COOKIE_SECURE"]
            is found["CSRF_COOKIE_SECURE"]
            is found["LANGUAGE_COOKIE_SECURE"]
            is True
        )
        assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
        assert found["ALLOWED_HOSTS"] == ["jasmine.example"]
        assert found["CSRF_TRUSTED_ORIGINS"] == ["https://jasmine.example"]
        assert found["SECRET_KEY"] == "x" * 60
        assert found["DEBUG"] is False
