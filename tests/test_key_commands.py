"""`rotate_keys` and `reseal` on a terminal: what they print, where, and with which exit code."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from alerts.models import Report
from jasmine import crypto
from jasmine.crypto import keyring
from tests.makers import a_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_ring(tmp_path, settings):
    settings.KEYRING = tmp_path / "ring"
    settings.ROOT_KEY_FILE = tmp_path / "root.key"
    crypto.make_ring()
    return settings.KEYRING


def said(capsys, *command: str) -> dict:
    call_command(*command, "--json")
    return json.loads(capsys.readouterr().out)


def refusal(*command: str) -> CommandError:
    with pytest.raises(CommandError) as refused:
        call_command(*command)
    return refused.value


class TestRotateKeys:
    def test_the_root_key_alone(self, heron, capsys):
        counts = said(capsys, "rotate_keys", "--root")
        assert counts["rewrapped"] == len(keyring._ring().pairs)
        assert (counts["resealed"], counts["left"]) == (0, 0)
        assert counts["seconds"] >= 0

    def test_the_standing_keys_alone(self, heron, robin, capsys, settings):
        before = settings.ROOT_KEY_FILE.read_text()
        counts = said(capsys, "rotate_keys", "--standing")
        assert (counts["rewrapped"], counts["resealed"], counts["left"]) == (0, 3, 0)
        assert settings.ROOT_KEY_FILE.read_text() == before

    def test_asked_for_neither_both(self, heron, capsys):
        counts = said(capsys, "rotate_keys")
        assert counts["rewrapped"] > 300
        assert counts["resealed"] == 1

    def test_it_says_what_to_do_afterwards_and_shows_no_key(self, capsys, settings):
        call_command("rotate_keys", "--root")
        out, err = capsys.readouterr()
        assert "Keep a copy of it" in err
        assert settings.ROOT_KEY_FILE.read_text().strip() not in out + err

    def test_the_second_place_gets_the_ring_as_it_is_now(self, capsys, settings, tmp_path, own_ring):
        settings.KEYRING_COPY = tmp_path / "second"
        settings.KEYRING_COPY.mkdir()
        call_command("rotate_keys", "--root")
        (copy,) = settings.KEYRING_COPY.glob("*/ring.json")
        assert copy.read_bytes() == (own_ring / "ring.json").read_bytes()

    def test_a_passphrase_is_for_a_root_key(self):
        assert refusal("rotate_keys", "--standing", "--passphrase").returncode == 2

    def test_a_folder_that_cannot_be_written_is_told_and_all_opens(self, monkeypatch, heron):
        def full(_path, _root):
            raise PermissionError

        monkeypatch.setattr(keyring.rootkey, "write", full)
        assert "PermissionError" in str(refusal("rotate_keys", "--root"))
        assert crypto.is_open()

    def test_what_is_left_is_exit_code_1(self, heron, monkeypatch):
        monkeypatch.setattr("jasmine.resealing.SealedField.opened", lambda *_args: object())
        assert refusal("rotate_keys", "--standing").returncode == 1

    def test_a_second_one_at_the_same_time_is_told_to_wait(self):
        with crypto.one_at_a_time():
            assert "another process" in str(refusal("rotate_keys", "--standing"))

    def test_on_a_locked_site_it_says_so(self, settings, own_ring):
        settings.ROOT_KEY_FILE.unlink()
        (own_ring / "ring.json").touch()
        assert "unlock" in str(refusal("rotate_keys"))


class TestReseal:
    def test_all_is_moved_already(self, heron, capsys):
        a_report(heron)
        counts = said(capsys, "reseal")
        assert (counts["resealed"], counts["left"]) == (0, 0)
        assert counts["seconds"] >= 0

    @pytest.mark.parametrize("how", ["number", "day"])
    def test_weeks_in_doubt(self, heron, capsys, how):
        report, _other = a_report(heron), a_report(heron, incidents=["no_show"])
        week = str(report.key_week) if how == "number" else report.delete_after.isoformat()
        assert said(capsys, "reseal", "--doubt", week)["resealed"] == 1
        assert [*crypto.older_numbers().values()] == [crypto.today()]

    def test_all_weeks_in_doubt(self, heron, capsys):
        a_report(heron)
        assert said(capsys, "reseal", "--doubt", "all")["resealed"] == 2
        assert len(crypto.older_numbers()) == len(crypto.live_weeks()) + 1
        assert Report.objects.by(heron, today=crypto.today())

    @pytest.mark.parametrize("word", ["soon", "1", "2020-01-01", "2999-01-01"])
    def test_what_is_no_live_week_is_wrong_use(self, word):
        assert refusal("reseal", "--doubt", word).returncode == 2

    def test_progress_is_for_a_terminal(self, heron, capsys, monkeypatch):
        a_report(heron)
        terminal = io.StringIO()
        terminal.isatty = lambda: True
        monkeypatch.setattr("sys.stderr", terminal)
        call_command("reseal", "--json")
        assert "re-sealed" in terminal.getvalue()
        assert set(json.loads(capsys.readouterr().out)) == {"resealed", "left", "seconds"}
