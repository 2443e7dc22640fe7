"""Backups: whole or not there, without keys and sessions, and never bringing back what had to go."""

import errno
import json
import os
import shutil
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from accounts.models import Account
from alerts import filing, retention
from alerts.checking import Outcome, check
from alerts.models import Draft, Policy, Report, Token
from jasmine import backups, clock, crypto, restoring, tasks
from jasmine.backups import BackupFailed
from jasmine.models import Session, Site
from jasmine.restoring import RestoreRefused
from tests.makers import a_report, an_identifier
from tests.people import an_account

pytestmark = pytest.mark.django_db(transaction=True)

GOING, STAYING, WITHDRAWN = "06 39 98 70 01", "06 39 98 70 02", "06 39 98 70 03"
ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture(autouse=True)
def own_ring(tmp_path, settings) -> Path:
    """A ring of each test's own: what it destroys or writes down concerns no other test. Gives its folder."""
    settings.KEYRING = tmp_path / "keyring"
    settings.ROOT_KEY_FILE = tmp_path / "root.key"
    settings.KEYRING_COPY = None
    crypto.make_ring()
    return settings.KEYRING


@pytest.fixture
def heron(own_ring) -> Account:
    """Somebody of that ring."""
    return an_account("Heron", days_here=400)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "backups"


def moment(**ago: float) -> datetime:
    return datetime.now(UTC) - timedelta(**ago)


def backed_up(folder: Path, **ago: float) -> Path:
    """A new backup's folder."""
    return folder / backups.back_up(folder, now=moment(**ago))["folder"]


def empty_the_site() -> None:
    for model in (Report, Draft, Account, Session, Site):
        model.objects.all().delete()


def a_session() -> None:
    session = import_module("jasmine.sessions").DatabaseSessions()
    session["seen"] = "something"
    session.save()


def about(phone: str, by: Account, **but: object) -> Report:
    return a_report(by, identifiers=[an_identifier(phone)], **but)


def everything_in(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file())


# --- the promise --------------------------------------------------------------------------------------------


def test_what_had_to_go_does_not_come_back_and_all_else_does(heron, folder, now):
    Policy.objects.update(share_nuisance=True)
    going = [about(GOING, heron, incidents=["no_show"]) for _ in range(3)]
    staying = [about(STAYING, heron, story="He shouted.") for _ in range(3)]
    withdrawn = about(WITHDRAWN, heron)
    names = {str(report.pk) for report in staying}
    tokens = set(Token.objects.filter(report__in=staying).values_list("token", flat=True))
    backed_up(folder)

    filing.withdraw_report(withdrawn, by=heron)
    day = going[0].delete_after
    with time_machine.travel(datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)):
        clock.write(clock.answered(clock.read(), today=crypto.today()))
        purged = retention.purge_expired(today=crypto.today())
        assert (purged.deleted, crypto.week_of(day) in crypto.weeks_held()) == (3, False)
        empty_the_site()
        counts = restoring.restore(folder)
        assert (counts["reports"], counts["accounts"]) == (3, 1)
        assert (counts["past"], counts["gone"], counts["unreadable"]) == (3, 1, 0)
        kept = Report.objects.all()
        assert {str(report.pk) for report in kept} == names
        assert {report.story for report in kept} == {"He shouted."}
        assert set(Token.objects.values_list("token", flat=True)) == tokens
        asker = an_account("Plover", days_here=300)
        now = datetime.now(UTC)
        assert check(STAYING, by=asker, now=now).outcome == Outcome.FOUND
        for number in (GOING, WITHDRAWN):
            assert check(number, by=asker, now=now).outcome == Outcome.NONE


def test_a_draft_that_was_sent_does_not_come_back(heron, folder, now):
    draft = Draft.of(str(heron.pk), today=now.date())
    filing.keep_draft(draft, content={"typed": {"who": {"marks": ["He shouted."]}}})
    backed_up(folder)
    filing.forget_draft(draft)
    empty_the_site()
    assert restoring.restore(folder)["gone"] == 1
    assert not Draft.objects.exists()


def test_a_report_that_got_another_day_before_it_was_withdrawn_does_not_come_back(heron, folder):
    report = about(WITHDRAWN, heron)
    backed_up(folder)
    report.move_to(crypto.last_sunday_until(crypto.today() + timedelta(days=90)))
    filing.withdraw_report(report, by=heron)
    empty_the_site()
    counts = restoring.restore(folder)
    assert (counts["reports"], counts["gone"]) == (0, 1)


def test_accounts_rules_and_the_mark_of_practice_come_back(heron, folder):
    Policy.objects.update(keep_risky=9, share_nuisance=True)
    Site.mark_as_practice()
    backed_up(folder)
    empty_the_site()
    Policy.objects.update(keep_risky=18, share_nuisance=False)
    restoring.restore(folder)
    assert Account.objects.named("heron").pseudonym == "Heron"
    assert (Policy.now().keep_risky, Policy.now().share_nuisance) == (9, True)
    assert Site.is_practice()


# --- what is in it ------------------------------------------------------------------------------------------


def test_sessions_and_keys_are_left_out(heron, folder, own_ring):
    a_session()
    name = Session.objects.get().session_key.encode()
    content = everything_in(backed_up(folder))
    assert name not in content
    for pair in json.loads((own_ring / "ring.json").read_text())["pairs"][:20]:
        assert pair["content"].encode() not in content
    assert Session.objects.count() == 1


@pytest.mark.skipif(not ON_SQLITE, reason="looks into SQLite's file")
def test_a_copy_of_sqlite_is_one_file_that_is_well(heron, folder):
    a_session()
    made = backed_up(folder)
    assert {path.name for path in made.iterdir()} == {"rows.sqlite3", "manifest.json"}
    copy = sqlite3.connect(made / "rows.sqlite3")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT count(*) FROM jasmine_session").fetchone() == (0,)
    copy.close()


def test_counts_and_sizes_are_told(heron, folder):
    about(STAYING, heron)
    counts = backups.back_up(folder, now=moment())
    made = folder / counts["folder"]
    assert (counts["reports"], counts["accounts"], counts["deleted"]) == (1, 1, 0)
    (rows,) = [path for path in made.iterdir() if path.name != "manifest.json"]
    assert counts["bytes"] == rows.stat().st_size


def test_it_is_for_its_owner_alone(heron, folder):
    made = backed_up(folder)
    for path in (folder, made, *made.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


# --- how long it lives --------------------------------------------------------------------------------------


def test_it_lives_35_days_and_the_same_command_deletes_it(heron, folder):
    old, young = backed_up(folder, days=35, minutes=1), backed_up(folder, days=34)
    assert backups.back_up(folder, now=moment())["deleted"] == 1
    assert not old.exists()
    assert young.exists()


def test_a_clock_that_is_years_off_deletes_no_backup(heron, folder):
    clock.write(clock.finished(clock.read(), today=crypto.today(), now=moment(), overdue=0))
    made = backed_up(folder)
    with time_machine.travel(moment(days=-5 * 365)):
        assert said("backup", str(folder))["deleted"] == 0
    assert made.exists()


def test_what_somebody_else_has_put_there_stays(heron, folder):
    old = backed_up(folder, days=40)
    theirs = [folder / "jasmine-2020", folder / "jasmine-20200101T000000Z", folder / "photos"]
    for path in theirs:
        path.mkdir()
    (theirs[1] / "letter.txt").write_text("mine")
    (old / "note.txt").write_text("keep this one")
    backups.back_up(folder, now=moment())
    assert all(path.exists() for path in (*theirs, old))


# --- failure is told as failure -----------------------------------------------------------------------------


def whole_backups(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not path.name.startswith(".")]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_full_disk_leaves_no_half_backup(heron, folder, monkeypatch, at):
    calls = []

    def full(file: int) -> None:
        calls.append(file)
        if len(calls) > at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    crypto.begin_gone()
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BackupFailed, match="No space left"):
        backups.back_up(folder, now=moment())
    assert whole_backups(folder) == []
    assert [path.name for path in folder.iterdir()] == [".jasmine.lock"]


@pytest.mark.skipif(ON_SQLITE, reason="PostgreSQL's own tool")
def test_a_missing_pg_dump_is_told(heron, folder, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFailed, match="pg_dump is missing"):
        backups.back_up(folder, now=moment())
    assert whole_backups(folder) == []


@pytest.mark.skipif(ON_SQLITE, reason="PostgreSQL's own tool")
@pytest.mark.parametrize("end", ["kill -9 $$", "echo 'pg_dump: error: no' >&2; exit 1"])
def test_a_pg_dump_that_dies_is_told(heron, folder, monkeypatch, tmp_path, end):
    tool = tmp_path / "pg_dump"
    tool.write_text(f"#!/bin/sh\n{end}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(BackupFailed, match=r"pg_dump"):
        backups.back_up(folder, now=moment())
    assert whole_backups(folder) == []


def test_what_a_killed_backup_left_is_no_backup_and_goes(heron, folder):
    made = backed_up(folder, hours=1)
    left = made.rename(folder / f".{made.name}.0123abcd.part")
    with pytest.raises(RestoreRefused, match="no whole backup"):
        restoring.restore(folder)
    backups.back_up(folder, now=moment())
    assert not left.exists()


def test_two_at_once_are_refused(heron, folder):
    folder.mkdir()
    with backups._alone_in(folder), pytest.raises(BackupFailed, match="another backup"):
        backups.back_up(folder, now=moment())


# --- restoring ----------------------------------------------------------------------------------------------


def test_a_site_that_is_not_empty_is_refused_and_stays(heron, folder):
    kept = about(STAYING, heron)
    backed_up(folder)
    Account.objects.all().delete()
    with pytest.raises(RestoreRefused, match="not empty"):
        restoring.restore(folder)
    assert Report.objects.get().pk == kept.pk


def refused(folder: Path, why: str) -> None:
    """Nothing is brought back, and the message says why."""
    empty_the_site()
    with pytest.raises(RestoreRefused, match=why):
        restoring.restore(folder)
    assert not Account.objects.exists()
    assert not Report.objects.exists()
    assert Policy.objects.exists()


def rows_of(made: Path) -> Path:
    (rows,) = [path for path in made.iterdir() if path.name != "manifest.json"]
    return rows


def rewrite(made: Path, **changes: object) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def test_one_changed_bit_is_refused(heron, folder):
    about(STAYING, heron)
    made = backed_up(folder)
    content = bytearray(rows_of(made).read_bytes())
    content[len(content) // 2] ^= 1
    rows_of(made).write_bytes(content)
    refused(made, "damaged")


def test_a_cut_or_missing_file_is_refused(heron, folder):
    made = backed_up(folder)
    rows_of(made).write_bytes(rows_of(made).read_bytes()[:-1])
    refused(made, "damaged")
    rows_of(made).unlink()
    refused(made, "damaged")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"kind": 1}', "null"])
def test_a_manifest_that_is_none_is_refused(heron, folder, content):
    made = backed_up(folder)
    (made / "manifest.json").write_text(content)
    refused(made, "manifest|version")


def test_another_version_or_database_is_refused(heron, folder):
    made = backed_up(folder)
    manifest = json.loads((made / "manifest.json").read_text())
    rewrite(made, migrations=[*manifest["migrations"], "alerts.9999_later"])
    refused(made, "another version")
    rewrite(made, migrations=manifest["migrations"], layout=2)
    refused(made, "another version")


def test_fewer_rows_than_the_manifest_says_are_refused(heron, folder):
    about(STAYING, heron)
    made = backed_up(folder)
    rows = json.loads((made / "manifest.json").read_text())["rows"]
    rewrite(made, rows={**rows, "alerts_report": 2})
    refused(made, "as many rows")


def test_another_sites_ring_is_refused(heron, folder, settings, tmp_path):
    about(STAYING, heron)
    made = backed_up(folder)
    settings.KEYRING, settings.ROOT_KEY_FILE = tmp_path / "other", tmp_path / "other.key"
    crypto.make_ring()
    crypto.begin_gone()
    refused(made, "2 rows do not open")


def test_rows_that_did_not_open_before_come_only_if_asked_for(heron, folder):
    about(STAYING, heron)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE alerts_report SET story = notice")
    made = backed_up(folder)
    refused(made, "1 rows do not open")
    counts = restoring.restore(made, even_unreadable=True)
    assert (counts["reports"], counts["unreadable"]) == (1, 1)


def test_without_the_file_of_what_is_gone_it_is_refused(heron, folder, own_ring):
    made = backed_up(folder)
    (own_ring / "gone").unlink()
    refused(made, "`gone` is missing")
    assert restoring.restore(made, even_without_gone=True)["accounts"] == 1


def test_the_newest_of_several_is_taken(heron, folder):
    backed_up(folder, days=2)
    about(STAYING, heron)
    backed_up(folder, days=1)
    empty_the_site()
    assert restoring.restore(folder)["reports"] == 1


def test_an_empty_folder_is_refused(folder, tmp_path):
    folder.mkdir()
    for path in (folder, tmp_path / "nowhere"):
        with pytest.raises(RestoreRefused, match="no whole backup"):
            restoring.restore(path)


def test_who_is_signed_in_signs_in_anew(heron, folder):
    made = backed_up(folder)
    empty_the_site()
    a_session()
    restoring.restore(made)
    assert not Session.objects.exists()


def test_a_restored_site_can_be_backed_up_and_restored_again(heron, folder):
    about(STAYING, heron)
    made = backed_up(folder, hours=1)
    for ago in (0.5, 0.25):
        empty_the_site()
        restoring.restore(made)
        made = backed_up(folder, hours=ago)
    assert Report.objects.get().identifiers


# --- the ring's copies --------------------------------------------------------------------------------------


@pytest.fixture
def second_place(tmp_path, settings) -> Path:
    settings.KEYRING_COPY = tmp_path / "elsewhere"
    settings.KEYRING_COPY.mkdir()
    return settings.KEYRING_COPY


def ring_copies(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if path.name.startswith("ring-"))


def test_the_ring_is_copied_with_what_is_gone_and_without_the_root_key(second_place, own_ring, settings):
    crypto.remember_gone([("ref", "L-1")], week=crypto.live_weeks()[30])
    assert backups.copy_ring(now=moment())
    (copy,) = ring_copies(second_place)
    assert {path.name for path in copy.iterdir()} == {"ring.json", "gone"}
    assert settings.ROOT_KEY_FILE.read_bytes().strip() not in everything_in(copy)
    assert backups.ring_copy_is_well(now=moment())


def test_a_copy_restores_every_key(heron, second_place, own_ring):
    backups.copy_ring(now=moment())
    (copy,) = ring_copies(second_place)
    shutil.rmtree(own_ring)
    shutil.copytree(copy, own_ring)
    assert crypto.is_open()
    assert Account.objects.named("heron").pseudonym == "Heron"


def test_copies_are_a_week_old_at_most(second_place):
    for days in (9, 7.01, 6.9, 0):
        backups.copy_ring(now=moment(days=days))
    assert len(ring_copies(second_place)) == 2


def test_a_damaged_ring_is_not_copied_over_good_copies(second_place, own_ring):
    backups.copy_ring(now=moment(days=20))
    (own_ring / "ring.json").write_text("{}")
    with pytest.raises(BackupFailed, match="damaged"):
        backups.copy_ring(now=moment())
    assert len(ring_copies(second_place)) == 1


def test_a_second_place_that_is_not_there_is_told(second_place):
    second_place.rmdir()
    with pytest.raises(BackupFailed, match="mounted"):
        backups.copy_ring(now=moment())
    assert not second_place.exists()


def test_the_rings_own_folder_is_no_second_place(own_ring, settings):
    for place in (own_ring, own_ring / "copies"):
        place.mkdir(exist_ok=True)
        settings.KEYRING_COPY = place
        with pytest.raises(BackupFailed, match="own folder"):
            backups.copy_ring(now=moment())


def test_the_timetable_copies_once_a_day(second_place):
    for hours, copied in ((0, 1), (1, 1), (22, 1), (23.5, 2)):
        with time_machine.travel(moment(hours=-hours)):
            tasks.copy_ring()
        assert len(ring_copies(second_place)) == copied


def test_the_timetable_tells_what_failed(second_place, caplog):
    second_place.rmdir()
    tasks.copy_ring()
    assert "mounted" in caplog.text


def test_without_a_second_place_nothing_is_copied():
    assert not backups.copy_ring(now=moment())
    assert backups.ring_copy_is_well(now=moment())


# --- the commands -------------------------------------------------------------------------------------------


def said(*args: str, code: int = 0, **options: object) -> dict:
    """The JSON object that a command prints."""
    printed = StringIO()
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command(*args, json=True, stdout=printed, **options)
        assert ended.value.code == code
    else:
        call_command(*args, json=True, stdout=printed, **options)
    return json.loads(printed.getvalue())


def test_both_commands_count(heron, folder):
    about(STAYING, heron)
    made = said("backup", str(folder))
    assert {"reports", "accounts", "bytes", "seconds"} <= made.keys()
    empty_the_site()
    brought = said("restore", str(folder))
    assert {name: brought[name] for name in ("reports", "accounts")} == {"reports": 1, "accounts": 1}
    assert brought["bytes"] == made["bytes"]
    assert brought["seconds"] >= 0


def test_failure_is_exit_code_1(heron, folder):
    with pytest.raises(CommandError) as failure:
        call_command("restore", str(folder))
    assert failure.value.returncode == 1
    (folder.parent / "file").write_text("")
    with pytest.raises(CommandError) as failure:
        call_command("backup", str(folder.parent / "file"))
    assert failure.value.returncode == 1


def test_health_is_well_and_says_that_there_is_no_second_place(capsys):
    told = said("health")
    assert (told["ok"], told["database"], told["ring"]) == (True, "ok", "ok")
    assert (told["horizon_months"] in (73, 74), told["ring_copy"], told["ring_copy_days"]) == (
        True,
        "none",
        None,
    )
    call_command("health")
    assert "JASMINE_KEYRING_COPY" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("days", "state", "code"), [(0.5, "ok", 0), (2.9, "ok", 0), (3.1, "old", 1), (None, "missing", 1)]
)
def test_health_shows_the_age_of_the_rings_copy(second_place, days, state, code):
    if days is not None:
        backups.copy_ring(now=moment(days=days))
    told = said("health", code=code)
    assert (told["ring_copy"], told["ring_copy_days"], told["ok"]) == (state, days, code == 0)


def test_health_tells_the_alarms_of_the_purge(capsys):
    clock.write(clock.doubted(clock.read()))
    assert said("health", code=1)["alarms"] == ["clock_wrong"]
    with pytest.raises(SystemExit):
        call_command("health")
    assert "clock wrong" in capsys.readouterr().out


def test_health_of_a_damaged_ring(own_ring):
    (own_ring / "ring.json").write_text("{}")
    told = said("health", code=1)
    assert (told["ring"], told["horizon_months"]) == ("failing", None)


def test_the_settings_name_no_second_place_unless_asked():
    assert django_settings.KEYRING_COPY is None
