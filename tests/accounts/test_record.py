"""The record of grave acts: whatever is done to it behind its back is found; what goes on its day, nobody misses."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as some

from accounts import record
from accounts.models import RecordEntry, RecordHead
from accounts.vocabulary import Act
from alerts import retention
from jasmine import clock, crypto

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime.combine(crypto.today(), datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
LONG_AFTER = crypto.months_after(crypto.today(), 12) + timedelta(days=1)


def an_act(**said) -> RecordEntry:
    return record.write(Act.KEYS_ROTATED, by=None, now=NOON, **said)


@pytest.fixture
def ten_acts() -> list[RecordEntry]:
    return [an_act(nr=number) for number in range(10)]


def is_whole(**how) -> bool:
    return record.verify(**how).ok


def file() -> Path:
    return record._path()


class TestWriting:
    def test_who_what_and_when_are_told(self, robin):
        entry = record.write(Act.ASKED, by=robin, now=NOON, about="somebody", role="admin")
        told = RecordEntry.objects.get(pk=entry.pk).facts
        assert (told["kind"], told["by"], told["about"]) == ("asked", str(robin.pk), "somebody")
        assert (told["said"], told["at"]) == ({"role": "admin"}, NOON.isoformat())

    def test_it_stays_twelve_months(self):
        until = an_act().delete_after
        assert until.weekday() == 6
        assert timedelta(0) <= crypto.months_after(NOON.date(), 12) - until < timedelta(days=7)

    def test_an_empty_one_is_whole(self):
        assert record.verify() == record.Verdict(entries=0, head="00" * 32, ok=True)

    def test_it_is_whole_after_each_act(self):
        for number in range(1, 4):
            an_act()
            assert record.verify() == record.Verdict(number, record.head()[1], ok=True)

    def test_an_unknown_kind_is_refused(self):
        with pytest.raises(ValueError, match="gossip"):
            record.write("gossip", by=None, now=NOON)
        assert record.head()[0] == 0

    def test_an_act_that_falls_leaves_no_entry(self):
        with transaction.atomic():
            an_act()
            transaction.set_rollback(True)
        assert not RecordEntry.objects.exists()
        assert is_whole()

    def test_thirty_at_once_make_one_chain(self):
        with ThreadPoolExecutor(30) as pool:
            list(pool.map(lambda _nr: _in_its_own_connection(), range(30)))
        assert list(RecordEntry.objects.values_list("number", flat=True)) == list(range(1, 31))
        assert record.verify() == record.Verdict(30, record.head()[1], ok=True)
        assert json.loads(file().read_bytes())["count"] == 30


def _in_its_own_connection() -> None:
    try:
        an_act()
    finally:
        connection.close()


@pytest.mark.usefixtures("ten_acts")
class TestWhatIsFound:
    @pytest.mark.parametrize("number", range(1, 11))
    def test_one_is_deleted(self, number):
        RecordEntry.objects.filter(number=number).delete()
        assert not is_whole()

    @pytest.mark.parametrize("number", range(1, 11))
    def test_one_is_dated_back_so_that_the_purge_takes_it(self, number):
        RecordEntry.objects.filter(number=number).update(delete_after=date(2020, 1, 5))
        assert not is_whole()
        retention.purge_expired(today=crypto.today())
        assert RecordEntry.objects.count() == 9
        assert not is_whole()

    def test_one_is_edited(self):
        tampered_with(4, "facts", lambda sealed: flipped(sealed, 77))
        assert not is_whole()

    def test_one_is_edited_and_its_link_made_anew(self):
        tampered_with(4, "facts", lambda sealed: flipped(sealed, 77))
        entry = RecordEntry.objects.get(number=4)
        before = bytes(RecordEntry.objects.get(number=3).link)
        tampered_with(4, "link", lambda _link: record._link(before, entry))
        assert not is_whole()

    def test_a_link_is_changed(self):
        tampered_with(4, "link", lambda link: flipped(link, 0))
        assert not is_whole()

    def test_two_change_places(self):
        for number, to in [(4, 100), (5, 4), (100, 5)]:
            RecordEntry.objects.filter(number=number).update(number=to)
        assert not is_whole()

    def test_one_is_taken_out_and_the_others_close_up(self):
        RecordEntry.objects.filter(number=4).delete()
        for number in range(5, 11):
            RecordEntry.objects.filter(number=number).update(number=number - 1)
        RecordHead.objects.update(count=9)
        assert not is_whole()

    @pytest.mark.parametrize("left", range(10))
    def test_the_end_is_taken_off_and_the_head_put_back(self, left):
        cut_to(left)
        assert not is_whole()

    @pytest.mark.parametrize("left", range(10))
    def test_the_end_is_taken_off_and_the_record_goes_on(self, left):
        cut_to(left)
        for _again in range(12):
            an_act()
        assert not is_whole()

    @pytest.mark.parametrize("front", range(1, 11))
    def test_the_front_is_taken_off_before_its_day(self, front):
        RecordEntry.objects.filter(number__lte=front).delete()
        assert not is_whole()

    def test_the_front_is_taken_off_behind_one_that_was_dated_back(self):
        # What is written next must not believe the day in the table.
        RecordEntry.objects.filter(number=10).update(delete_after=date(2020, 1, 5))
        an_act()
        RecordEntry.objects.filter(number__lte=10).delete()
        assert not is_whole()

    def test_the_head_is_moved(self):
        RecordHead.objects.update(count=12)
        assert not is_whole()

    def test_the_head_is_gone(self):
        RecordHead.objects.all().delete()
        assert not is_whole()

    def test_another_entry_is_put_in_its_place(self):
        RecordEntry.objects.filter(number=10).delete()
        RecordEntry.objects.filter(number=9).update(number=10)
        assert not is_whole()

    def test_the_note_beside_the_ring_is_gone(self):
        file().unlink()
        assert not is_whole()


CHANGES = {
    "id": lambda entry, by: entry.filter(pk=entry.get().pk).update(id=UUID(int=by)),
    "number": lambda entry, by: entry.update(number=F("number") + 10 + by),
    "delete_after": lambda entry, by: entry.update(
        delete_after=entry.get().delete_after + timedelta(days=by % 900 - 450 or 1)
    ),
    "link": lambda entry, by: tampered_with(entry.get().number, "link", lambda held: flipped(held, by)),
    "facts": lambda entry, by: tampered_with(entry.get().number, "facts", lambda held: flipped(held, by)),
}


@given(number=some.integers(1, 5), column=some.sampled_from([*CHANGES]), by=some.integers(1, 2**40))
def test_any_change_of_any_column_of_any_entry_is_found(number, column, by):
    while record.head()[0] < 5:
        an_act()
    with transaction.atomic():
        CHANGES[column](RecordEntry.objects.filter(number=number), by)
        found = not is_whole()
        transaction.set_rollback(True)
    assert found
    assert is_whole()


def flipped(held: bytes, bit: int) -> bytes:
    at = bit // 8 % len(held)
    return bytes([*held[:at], held[at] ^ 1 << bit % 8, *held[at + 1 :]])


def tampered_with(number: int, column: str, change) -> None:
    entry = RecordEntry.objects.get(number=number)
    held = entry.__dict__["facts"].sealed if column == "facts" else bytes(entry.link)
    write_raw(number, column, change(held))


def write_raw(number: int, column: str, content: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE accounts_recordentry SET {column} = %s WHERE number = %s",  # noqa: S608 - our own names
            [connection.Database.Binary(content), number],
        )


def cut_to(left: int) -> None:
    RecordEntry.objects.filter(number__gt=left).delete()
    last = RecordEntry.objects.filter(number=left).first()
    RecordHead.objects.update(count=left, head=last.link if last else bytes(32))


@pytest.mark.usefixtures("ten_acts")
class TestTheNotedHead:
    def test_a_record_that_goes_on_from_it_is_whole(self):
        noted = record.head()[1]
        an_act()
        assert is_whole(since=noted)
        assert is_whole(since=" ".join([noted[:4], noted[4:8], noted[8:12], noted[12:16]]).upper())

    def test_a_record_that_was_made_anew_is_not(self):
        noted = record.head()[1]
        cut_to(5)
        file().unlink()
        an_act()
        assert is_whole()
        assert not is_whole(since=noted)

    @pytest.mark.parametrize("noted", ["", "0", "00" * 7, "ab" * 32])
    def test_what_is_too_short_or_unknown_is_not(self, noted):
        assert not is_whole(since=noted)

    def test_the_anchor_is_known_when_what_it_closed_has_gone(self, time_machine):
        noted = record.head()[1]
        time_machine.move_to(NOON + timedelta(days=60))
        record.write(Act.UNLOCKED, by=None, now=NOON + timedelta(days=60))
        assert is_whole(since=noted, today=LONG_AFTER)


@pytest.mark.usefixtures("ten_acts")
class TestGoingOnItsDay:
    def test_after_twelve_months_the_purge_takes_the_oldest_and_the_rest_is_whole(self):
        RecordEntry.objects.filter(number__lte=0).delete()
        later = NOON + timedelta(days=60)
        record.write(Act.UNLOCKED, by=None, now=later)
        assert RecordEntry.objects.filter(delete_after__lt=LONG_AFTER).count() == 10
        RecordEntry.objects.filter(delete_after__lt=LONG_AFTER).delete()
        assert record.verify(today=LONG_AFTER) == record.Verdict(1, record.head()[1], ok=True)

    def test_when_all_have_gone_an_empty_one_is_whole(self):
        RecordEntry.objects.all().delete()
        assert not is_whole()
        assert record.verify(today=LONG_AFTER) == record.Verdict(0, record.head()[1], ok=True)

    def test_it_goes_on_after_all_have_gone(self):
        RecordEntry.objects.all().delete()
        record.write(Act.UNLOCKED, by=None, now=datetime.combine(LONG_AFTER, NOON.timetz()))
        assert record.verify(today=LONG_AFTER).ok


@pytest.mark.usefixtures("ten_acts")
class TestAfterARestore:
    def test_an_older_backup_is_told_until_its_own_entry_names_the_end_that_was_lost(self):
        _count, lost = record.head()
        cut_to(6)
        assert not is_whole()
        record.write_terminal(Act.RESTORED, now=NOON, reports=3)
        assert is_whole()
        told = RecordEntry.objects.get(number=7).facts["said"]
        assert told == {"lost_count": 10, "lost_head": lost, "reports": 3}

    def test_a_backup_that_lost_nothing_names_nothing(self):
        record.write_terminal(Act.RESTORED, now=NOON, reports=3)
        assert RecordEntry.objects.get(number=11).facts["said"] == {"reports": 3}


class TestTheCommand:
    def test_it_counts_and_says_the_head(self, ten_acts, capsys):
        call_command("verify_record", json=True, since=record.head()[1])
        assert json.loads(capsys.readouterr().out) == {"entries": 10, "head": record.head()[1], "ok": True}

    def test_it_ends_with_1_when_something_was_done_to_it(self, ten_acts, capsys):
        RecordEntry.objects.filter(number=3).delete()
        with pytest.raises(CommandError) as refused:
            call_command("verify_record", json=True)
        assert refused.value.returncode == 1
        assert json.loads(capsys.readouterr().out)["ok"] is False


def on_record() -> list[tuple[str, dict]]:
    told = [entry.facts for entry in RecordEntry.objects.all()]
    assert {one["by"] for one in told} <= {""}
    return [(one["kind"], one["said"]) for one in told]


class TestCommands:
    def test_keys_changed_and_rows_moved(self, own_ring, heron, capsys):
        call_command("rotate_keys", "--standing", "--json")
        call_command("reseal", "--json")
        assert on_record() == [
            ("keys_rotated", {"rewrapped": 0, "resealed": 1, "left": 0}),
            ("resealed", {"doubted": 0, "resealed": 0, "left": 0}),
        ]
        assert is_whole()

    def test_it_is_whole_after_keys_in_doubt_were_changed(self, own_ring, ten_acts, capsys):
        call_command("reseal", "--doubt", "all", "--json")
        assert record.verify() == record.Verdict(11, record.head()[1], ok=True)

    def test_a_clock_alarm_answered_and_no_other_purge(self, own_ring, capsys):
        today = crypto.today().isoformat()
        call_command("purge", "--json")
        clock.write(clock.doubted(clock.read()))
        call_command("purge", "--dry-run", "--today", today)
        assert on_record() == []
        call_command("purge", "--today", today)
        (told,) = on_record()
        assert (told[0], told[1]["deleted"]) == ("clock_answered", 0)

    def test_an_import_and_no_rehearsal(self, own_ring, tmp_path, capsys):
        reports = tmp_path / "list.jsonl"
        incident = crypto.today().isoformat()
        who = [{"kind": "phone", "value": "06 39 98 12 34"}]
        line = {"ref": "1", "incidents": ["rape"], "identifiers": who, "area": "FR-75"}
        reports.write_text(json.dumps({**line, "incident_on": incident, "reported_on": incident}))
        call_command("import_reports", str(reports), "--dry-run", "--json")
        assert on_record() == []
        call_command("import_reports", str(reports), "--json")
        assert on_record() == [("imported", {"read": 1, "filed": 1})]

    def test_a_restored_backup_names_the_end_that_it_lost(self, own_ring, tmp_path, capsys):
        an_act()
        folder = tmp_path / "backups"
        call_command("backup", str(folder), "--json")
        an_act()
        count, lost = record.head()
        RecordEntry.objects.all().delete()
        call_command("restore", str(folder), "--json")
        assert is_whole()
        kind, said = on_record()[-1]
        assert (kind, said["lost_count"], said["lost_head"]) == ("restored", count, lost)

    def test_what_cannot_be_put_there_is_told_and_undoes_nothing(self, own_ring, monkeypatch, capsys):
        def fall(*_args, **_more):
            raise crypto.NoKey

        monkeypatch.setattr(record, "write_terminal", fall)
        call_command("rotate_keys", "--root", "--json")
        out, err = capsys.readouterr()
        assert json.loads(out)["rewrapped"] > 0
        assert "could not be put on the record" in err


class TestTheNoteBesideTheRing:
    def test_killed_before_it_was_written_the_record_is_whole_and_the_next_act_writes_it(
        self, ten_acts, monkeypatch
    ):
        with monkeypatch.context() as killed:
            killed.setattr(record, "_note", lambda **_how: None)
            an_act()
        assert is_whole()
        an_act()
        assert is_whole()
        assert json.loads(file().read_bytes())["count"] == 12

    def test_a_disk_that_is_full_stops_no_act(self, ten_acts, monkeypatch, caplog):
        with monkeypatch.context() as full:
            full.setattr(
                crypto, "write_whole", lambda *_args: (_ for _ in ()).throw(OSError(28, "secret path"))
            )
            an_act()
        assert record.head()[0] == 11
        assert "could not be noted: OSError" in caplog.text
        assert "secret path" not in caplog.text

    def test_it_tells_nothing_of_the_acts(self, robin):
        record.write(Act.ASKED, by=robin, now=NOON, about="somebody", role="admin")
        assert set(json.loads(file().read_bytes())) == {"count", "head", "until"}
        assert file().stat().st_mode & 0o077 == 0
