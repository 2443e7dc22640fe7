"""A locked site: every page says the same and shows emergency numbers, health says so, and a passphrase opens it."""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from alerts.models import Report
from alerts.tasks import show_waiting_reports
from jasmine import checks, crypto
from jasmine.crypto import rootkey
from jasmine.tasks import destroy_retired_keys, top_up_keys
from tests.makers import PHONE, a_report
from tests.people import sign_in
from tests.test_serve import free_port

pytestmark = pytest.mark.django_db

ROOT_PASSPHRASE = "reed lake stone moss fern"
PATHS = ["/", "/sign-in/", "/check/", "/reports/new/", "/reports/mine/", "/what-we-keep/", "/no-such-page/"]
NUMBERS = ["tel:15", "tel:17", "tel:112"]


@pytest.fixture(autouse=True)
def own_ring(tmp_path: Path, settings, monkeypatch) -> Path:
    settings.KEYRING = tmp_path / "ring"
    settings.ROOT_KEY_FILE = tmp_path / "root.key"
    monkeypatch.setattr(rootkey, "ARGON2", {"iterations": 1, "memory_cost": 64, "lanes": 1})
    monkeypatch.setattr(rootkey, "stands_in_memory", lambda _path: True)
    crypto.make_ring()
    return settings.KEYRING


@pytest.fixture
def lock(settings):
    """Take the root key away, as a restart does where it stands in memory."""

    def take_away() -> None:
        settings.ROOT_KEY_FILE.unlink()
        os.utime(settings.KEYRING / "ring.json")  # a fresh process has read nothing yet

    return take_away


@pytest.fixture
def typed(monkeypatch):
    """What somebody types when a command asks."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


@pytest.fixture
def under_passphrase(typed):
    typed(ROOT_PASSPHRASE)
    call_command("rotate_keys", "--root", "--passphrase", "--json")


def refusal(*command: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(*command)
    assert refused.value.returncode == 1
    return str(refused.value)


class TestPages:
    @pytest.mark.parametrize("path", PATHS)
    def test_every_page_is_closed_and_shows_emergency_numbers(self, client, lock, path):
        lock()
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 503
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Content-Security-Policy" in answer.headers
        assert all(number in page for number in NUMBERS)
        assert 'href="/exit/"' in page
        assert not answer.cookies

    def test_all_pages_are_the_same_bytes_signed_in_or_not(self, client, heron, lock):
        sign_in(client, heron)
        lock()
        pages = {browser.get(path).content for browser in (client, Client()) for path in PATHS}
        assert len(pages) == 1

    def test_no_database_is_asked(self, client, heron, lock, django_assert_num_queries):
        sign_in(client, heron)
        lock()
        with django_assert_num_queries(0):
            client.get("/check/")

    def test_it_speaks_her_language(self, client, lock):
        lock()
        client.cookies["language"] = "fr"
        assert 'lang="fr"' in client.get("/").content.decode()

    @pytest.mark.parametrize("path", ["/check/", "/sign-in/", "/reports/new/"])
    def test_what_was_typed_is_answered_by_303(self, client, lock, path):
        lock()
        answer = client.post(path, {"q": PHONE})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")

    def test_the_way_out_is_open(self, client, heron, lock):
        sign_in(client, heron)
        lock()
        answer = client.get("/exit/")
        assert (answer.status_code, answer.headers["Location"]) == (303, django_settings.EXIT_URL)
        assert "storage" in answer.headers["Clear-Site-Data"]

    def test_health_says_locked_and_no_more(self, client, lock):
        lock()
        answer = client.get("/healthz")
        assert (answer.status_code, answer.content) == (503, b"locked")

    def test_a_damaged_ring_is_failing_and_not_locked(self, client, lock, own_ring):
        lock()
        (own_ring / "ring.json").write_text("{}")
        assert client.get("/healthz").content == b"failing"

    def test_it_opens_again(self, client, under_passphrase, heron, lock, typed):
        report = a_report(heron, story="He shouted.")
        sign_in(client, heron)
        lock()
        assert client.get("/check/").status_code == 503
        typed(ROOT_PASSPHRASE)
        call_command("unlock", "--json")
        assert client.get("/check/").status_code == 200
        assert Report.objects.get(pk=report.pk).story == "He shouted."


class TestStarting:
    def test_a_locked_site_may_start_and_is_told(self, lock):
        lock()
        (message,) = checks.the_ring_holds_every_key()
        assert (message.id, message.is_serious()) == ("jasmine.W001", False)
        assert "unlock" in message.hint

    @pytest.mark.parametrize(
        "damage", ["", "{}", '{"layout": 9, "pairs": [1]}', '{"layout": 1, "pairs": []}']
    )
    def test_a_damaged_ring_may_not(self, lock, own_ring, damage):
        lock()
        (own_ring / "ring.json").write_text(damage)
        (message,) = checks.the_ring_holds_every_key()
        assert message.id == "jasmine.E003"

    def test_a_site_without_a_ring_is_not_locked(self, lock, own_ring):
        lock()
        (own_ring / "ring.json").unlink()
        assert not crypto.is_locked()

    def test_the_timetable_waits(self, lock):
        lock()
        for task in (top_up_keys, destroy_retired_keys, show_waiting_reports):
            task()

    def test_rows_can_be_deleted(self, heron, lock):
        a_report(heron)
        lock()
        assert Report.objects.all().delete()[0] > 1

    def test_set_up_leaves_its_keys_alone(self, lock, own_ring, tmp_path):
        before = (own_ring / "ring.json").read_bytes()
        (tmp_path / "root.key").unlink()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "jasmine.settings",
            "JASMINE_VAR": str(tmp_path / "var"),
            "JASMINE_KEYRING": str(own_ring),
            "JASMINE_ROOT_KEY_FILE": str(tmp_path / "root.key"),
            "JASMINE_DATABASE_URL": "",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", "set_up", "--json"],
            cwd=django_settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "locked" in done.stderr
        assert json.loads(done.stdout)["migrations"]
        assert (own_ring / "ring.json").read_bytes() == before
        assert not (tmp_path / "root.key").exists()


class TestUnlocking:
    @pytest.mark.parametrize(
        "wrong", ["", "reed lake stone moss", "Reed lake stone moss fern", "x" * 5000, "\ud800"]
    )
    def test_a_wrong_passphrase_is_refused_in_one_sentence(self, under_passphrase, lock, typed, wrong):
        lock()
        typed(wrong)
        assert refusal("unlock") == "This passphrase does not open the root key."
        assert crypto.is_locked()

    def test_the_right_one_in_another_spelling_of_its_accents(self, lock, typed):
        typed("étang roseau mousse")
        call_command("rotate_keys", "--root", "--passphrase", "--json")
        lock()
        typed("e\u0301tang roseau mousse")
        call_command("unlock", "--json")
        assert crypto.is_open()

    def test_nothing_of_it_is_printed(self, under_passphrase, lock, typed, capsys, settings):
        lock()
        typed(ROOT_PASSPHRASE)
        call_command("unlock", "--json")
        out, err = capsys.readouterr()
        assert json.loads(out.splitlines()[-1]) == {"unlocked": True}
        said = out + err
        assert not any(
            word in said for word in [*ROOT_PASSPHRASE.split(), settings.ROOT_KEY_FILE.read_text().strip()]
        )

    def test_the_key_is_for_its_owner_alone(self, under_passphrase, lock, typed, settings):
        lock()
        typed(ROOT_PASSPHRASE)
        call_command("unlock")
        assert settings.ROOT_KEY_FILE.stat().st_mode & 0o777 == 0o600

    def test_an_open_site_is_told_so(self, under_passphrase):
        assert "is not locked" in refusal("unlock")

    def test_a_site_whose_key_has_no_passphrase_is_told_so(self, lock):
        lock()
        assert "stands under no passphrase" in refusal("unlock")

    def test_a_disk_is_refused(self, under_passphrase, lock, typed, monkeypatch):
        lock()
        monkeypatch.setattr(rootkey, "stands_in_memory", lambda _path: False)
        typed(ROOT_PASSPHRASE)
        assert "on a disk" in refusal("unlock")
        assert crypto.is_locked()

    @pytest.mark.parametrize(
        "change",
        [
            {"layout": 2},
            {"root": "00" * 16},
            {"salt": "…"},
            {"wrapped": ""},
            {"argon2id": {}},
            {"argon2id": {"iterations": 1, "memory_cost": 2**40, "lanes": 1}},
            {"argon2id": {"iterations": 0, "memory_cost": 64, "lanes": 1}},
            {"argon2id": {"iterations": 2, "memory_cost": 64, "lanes": 1}},
        ],
    )
    def test_a_changed_file_opens_nothing(self, under_passphrase, lock, typed, own_ring, change):
        lock()
        file = own_ring / "root.locked"
        file.write_text(json.dumps(json.loads(file.read_text()) | change))
        typed(ROOT_PASSPHRASE)
        refusal("unlock")
        assert crypto.is_locked()

    def test_a_root_key_without_passphrase_must_not_replace_one_that_has(self, under_passphrase, own_ring):
        before = (own_ring / "ring.json").read_bytes()
        assert "stands under a passphrase" in refusal("rotate_keys", "--root")
        assert (own_ring / "ring.json").read_bytes() == before

    def test_a_short_passphrase_is_refused(self, typed):
        typed("reed")
        assert "12 characters" in refusal("rotate_keys", "--root", "--passphrase")

    def test_a_passphrase_for_a_key_on_a_disk_is_refused(self, typed, monkeypatch):
        monkeypatch.setattr(rootkey, "stands_in_memory", lambda _path: False)
        typed(ROOT_PASSPHRASE)
        assert "on a disk" in refusal("rotate_keys", "--root", "--passphrase")


def test_a_locked_site_is_served_and_opens_without_a_restart(tmp_path, request):
    """From the terminal, with the real costs of the passphrase."""
    memory = Path(tempfile.mkdtemp(prefix="jasmine-tests-", dir="/dev/shm"))
    request.addfinalizer(lambda: shutil.rmtree(memory))
    environment = {name: value for name, value in os.environ.items() if name != "JASMINE_DATABASE_URL"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "jasmine.settings",
        "JASMINE_VAR": str(tmp_path / "var"),
        "JASMINE_ROOT_KEY_FILE": str(memory / "root.key"),
        "PORT": str(free_port()),
    }

    def manage(*command: str, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command, "--json"],
            cwd=django_settings.BASE_DIR,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def ask(path: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://localhost:{environment['PORT']}{path}", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode()

    manage("set_up")
    manage("rotate_keys", "--root", "--passphrase", typed=f"{ROOT_PASSPHRASE}\n")
    (memory / "root.key").unlink()
    site = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=django_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    request.addfinalizer(lambda: site.communicate(timeout=60))
    request.addfinalizer(site.terminate)
    assert f"Jasmine is at http://localhost:{environment['PORT']}\n" in site.stdout
    status, page = ask("/check/")
    assert status == 503
    assert "tel:15" in page
    assert ask("/healthz") == (503, "locked")
    manage("unlock", typed=f"{ROOT_PASSPHRASE}\n")
    assert ask("/healthz") == (200, "ok")
    assert ask("/sign-in/")[0] == 200
