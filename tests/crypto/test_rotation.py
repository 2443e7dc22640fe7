"""Another root key: no row is touched, and whichever moment it stops at, the ring opens."""

import json
import os
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine

from jasmine import crypto
from jasmine.crypto import files, keyring, rootkey
from tests.crypto.conftest import write_root_key
from tests.crypto.test_keyring import another_process, entries, rewrite, this_week

CHEAP = {"iterations": 1, "memory_cost": 64, "lanes": 1}
PASSPHRASE = "reed lake stone moss fern"
KNOWN_FINGERPRINT = "f816451bc8ebb030147038b2609bffa2"
KNOWN_LOCKED = {
    "layout": 1,
    "root": KNOWN_FINGERPRINT,
    "argon2id": CHEAP,
    "salt": "94wxVD6uTEDMQeb1ac6f8g==",
    "wrapped": "IfUTy6osldVCM6uKCiT7VGnrwGyymLACRbYqSTC5s6cVWsla6bbclBsJsKPMDxLd7XsfvSBZwKfnWvV5",
}


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(rootkey, "ARGON2", CHEAP)


@pytest.fixture
def sealed(own_ring) -> tuple[bytes, UUID]:
    row = uuid4()
    return crypto.seal(b"He shouted.", label="report.story", row=row, week=this_week() + 5), row


def opens(sealed: tuple[bytes, UUID], ring: Path) -> bool:
    """Whether a process that has read nothing yet opens it."""
    keyring._Held.seen = None
    return crypto.unseal(sealed[0], label="report.story", row=sealed[1]) == b"He shouted."


def keys() -> set[bytes]:
    return {key for pair in keyring._ring().pairs for key in (pair.content, pair.index)}


class Stop(Exception):
    """The machine stops."""


def stop_at(step: int, machine: pytest.MonkeyPatch) -> None:
    """Stop before the rename or `fsync` of that number."""
    done: list[None] = []

    def stops(real):
        def one_step(*args):
            if len(done) == step:
                raise Stop
            done.append(None)
            return real(*args)

        return one_step

    for name in ("replace", "fsync"):
        machine.setattr(os, name, stops(getattr(os, name)))


class TestTheRootKey:
    def test_every_pair_is_wrapped_anew_and_is_what_it_was(self, own_ring, settings, sealed):
        before, held, root = keys(), entries(own_ring), settings.ROOT_KEY_FILE.read_text()
        assert crypto.rotate_root() == len(held)
        keyring._Held.seen = None
        assert keys() == before
        assert settings.ROOT_KEY_FILE.read_text() != root
        wrapped = {entry["content"] for entry in held} | {entry["index"] for entry in held}
        assert not wrapped & {entry["content"] for entry in entries(own_ring)}
        assert opens(sealed, own_ring)
        assert sorted(path.name for path in own_ring.parent.iterdir()) == ["lock", "ring.json"]
        assert settings.ROOT_KEY_FILE.stat().st_mode & 0o777 == 0o600

    def test_the_old_one_opens_the_new_ring_no_more(self, own_ring, settings):
        old = settings.ROOT_KEY_FILE.read_text()
        crypto.rotate_root()
        write_root_key(settings.ROOT_KEY_FILE, old)
        keyring._Held.seen = None
        with pytest.raises(crypto.RingDamaged):
            crypto.live_weeks()

    def test_again_and_again(self, own_ring, sealed):
        for _ in range(3):
            crypto.rotate_root()
            crypto.destroy_week(crypto.live_weeks()[-1])
        assert opens(sealed, own_ring)

    def test_what_is_derived_stays_and_is_no_way_back_to_the_old_key(self, own_ring, settings):
        one, old = crypto.derived("demo"), rootkey.read(settings.ROOT_KEY_FILE)
        crypto.rotate_root()
        crypto.rotate_root()
        keyring._Held.seen = None
        assert crypto.derived("demo") == one
        assert keyring._ring().seed != old

    def test_two_at_once_both_happen(self, own_ring, settings, sealed):
        turns = [threading.Thread(target=crypto.rotate_root) for _ in range(4)]
        for turn in turns:
            turn.start()
        for turn in turns:
            turn.join()
        assert opens(sealed, own_ring)
        assert not rootkey.next_of(settings.ROOT_KEY_FILE).exists()

    def test_without_a_ring_there_is_nothing_to_rotate(self, own_ring, settings):
        own_ring.unlink()
        root = settings.ROOT_KEY_FILE.read_text()
        with pytest.raises(crypto.RingDamaged):
            crypto.rotate_root()
        assert settings.ROOT_KEY_FILE.read_text() == root

    @pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
    @pytest.mark.parametrize("step", range(14))
    def test_stopped_at_any_step_it_opens_and_the_next_change_tidies_up(
        self, own_ring, settings, sealed, monkeypatch, step, passphrase
    ):
        with monkeypatch.context() as machine:
            stop_at(step, machine)
            try:
                crypto.rotate_root(passphrase)
            except Stop:
                assert opens(sealed, own_ring)
        assert opens(sealed, own_ring)
        crypto.destroy_week(crypto.live_weeks()[-1])
        assert opens(sealed, own_ring)
        assert not list(settings.ROOT_KEY_FILE.parent.rglob("*.next*"))
        if crypto.is_under_passphrase():
            settings.ROOT_KEY_FILE.unlink()
            crypto.unlock(PASSPHRASE)
            assert opens(sealed, own_ring)

    @pytest.mark.parametrize("step", range(14))
    def test_where_memory_is_lost_in_the_middle_the_passphrase_still_opens(
        self, own_ring, settings, sealed, monkeypatch, step
    ):
        crypto.rotate_root(PASSPHRASE)
        with monkeypatch.context() as machine:
            stop_at(step, machine)
            with suppress(Stop):
                crypto.rotate_root(PASSPHRASE + " and more")
        for path in (settings.ROOT_KEY_FILE, rootkey.next_of(settings.ROOT_KEY_FILE)):
            path.unlink(missing_ok=True)
        assert crypto.is_locked()
        opened = 0
        for passphrase in (PASSPHRASE, PASSPHRASE + " and more"):
            try:
                crypto.unlock(passphrase)
            except (crypto.WrongPassphrase, crypto.NotLocked):
                continue
            opened += 1
        assert opened == 1
        assert opens(sealed, own_ring)

    def test_a_process_that_read_the_ring_in_between_reads_it_again(
        self, own_ring, settings, sealed, monkeypatch
    ):
        real, turns = keyring._root_key, []

        def slow(name=None):
            if not turns:
                turns.append(None)
                crypto.rotate_root()  # another process, between our reading the ring and the root key
            return real(name)

        crypto.rotate_root()
        keyring._Held.seen = None
        monkeypatch.setattr(keyring, "_root_key", slow)
        assert crypto.unseal(sealed[0], label="report.story", row=sealed[1]) == b"He shouted."


class TestOtherProcesses:
    def test_a_process_at_work_sees_it_at_once(self, own_ring, sealed):
        before = crypto.live_weeks()[-1]
        with another_process("rotate", own_ring) as other:
            assert other.stdout.readline() == "done\n"
            assert crypto.writing_number(crypto.STANDING) != 1
            assert crypto.live_weeks()[-1] == before
            assert opens(sealed, own_ring)

    def test_no_read_fails_while_another_process_rotates(self, own_ring, sealed):
        rings = set()
        with another_process("rotating", own_ring) as other:
            assert other.stdout.readline() == "ready\n"
            for _ in range(8_000):
                if crypto.unseal(sealed[0], label="report.story", row=sealed[1]) != b"He shouted.":
                    break
                rings.add(id(keyring._ring()))
            other.stdin.close()
        assert other.returncode == 0
        assert len(rings) > 3

    def test_killed_in_the_middle_it_leaves_a_ring_that_opens(self, own_ring, sealed):
        with another_process("rotation-killed", own_ring) as other:
            assert other.stdout.read() == "killed 20\n"
        assert other.returncode == 0
        assert opens(sealed, own_ring)
        crypto.rotate_root()
        assert opens(sealed, own_ring)


class TestSeveralPairs:
    def test_the_newest_writes_and_all_are_asked(self, own_ring):
        week = this_week() + 3
        form = [("phone", 1, "+33639981234")]
        (before,) = crypto.blind_tokens(form, weeks=[week], writing=True)
        assert crypto.renew([week]) == 1
        (after,) = crypto.blind_tokens(form, weeks=[week], writing=True)
        assert before != after
        assert crypto.blind_tokens(form, weeks=[week]) == {before, after}

    def test_a_week_gets_a_third_only_when_nothing_stands_under_the_first(self, own_ring):
        week = this_week() + 3
        assert [crypto.renew([week]), crypto.renew([week])] == [1, 0]
        crypto.retire(still_used=[], standing_only=False)
        assert crypto.renew([week]) == 1

    def test_several_at_once_are_each_counted_and_this_week_is_not_past(self, own_ring):
        asked = [this_week(), this_week() + 1, crypto.STANDING]
        assert crypto.renew(asked) == 3
        assert len(crypto.older_numbers()) == 3
        assert crypto.retire(still_used=[], standing_only=False) == 3
        assert len(crypto.older_numbers(retired=True)) == 3

    def test_what_is_retired_keeps_its_day_when_it_is_looked_through_again(self, own_ring):
        crypto.renew([crypto.STANDING])
        day = crypto.today()
        crypto.retire(still_used=[], standing_only=False)
        with time_machine.travel(day + timedelta(days=20)):
            assert crypto.retire(still_used=[], standing_only=False) == 0
            assert crypto.older_numbers() == {1: day}

    def test_all_pairs_of_a_week_are_destroyed_with_it(self, own_ring):
        week = this_week() + 3
        crypto.renew([week])
        crypto.retire(still_used=[], standing_only=False)
        crypto.destroy_week(week)
        assert week not in [entry["week"] for entry in entries(own_ring)]

    def test_a_pair_in_use_is_not_retired_and_one_that_is_used_again_is_none(self, own_ring):
        crypto.renew([crypto.STANDING])
        assert crypto.retire(still_used=[1], standing_only=False) == 0
        assert crypto.retire(still_used=[], standing_only=False) == 1
        assert crypto.older_numbers() == {1: crypto.today()}
        crypto.retire(still_used=[1], standing_only=False)
        assert crypto.older_numbers() == {1: None}

    def test_the_pair_that_writes_is_never_retired(self, own_ring):
        crypto.retire(still_used=[], standing_only=False)
        assert not any("retired_on" in entry for entry in entries(own_ring))

    def test_of_accounts_alone_no_week_is_retired(self, own_ring):
        week = this_week() + 3
        crypto.renew([week, crypto.STANDING])
        assert crypto.retire(still_used=[], standing_only=True) == 1
        assert [*crypto.older_numbers(retired=True)] == [1]
        assert len(crypto.older_numbers(retired=False)) == 1

    def test_of_accounts_alone_every_standing_pair_is_looked_through_wherever_it_stands(self, own_ring):
        for _ in range(2):
            crypto.renew([crypto.STANDING])
            assert crypto.retire(still_used=[], standing_only=True) == 1
        assert len(crypto.older_numbers(retired=True)) == 2

    @pytest.mark.parametrize(("days", "gone"), [(0, 0), (35, 0), (36, 1)])
    def test_a_retired_standing_pair_goes_after_35_days(self, own_ring, days, gone):
        crypto.renew([crypto.STANDING])
        crypto.retire(still_used=[], standing_only=False)
        with time_machine.travel(crypto.today() + timedelta(days=days)):
            assert crypto.are_due() is bool(gone)
            assert crypto.destroy_retired() == gone
            assert not crypto.are_due()
        assert len([entry for entry in entries(own_ring) if entry["week"] is None]) == 2 - gone

    @pytest.mark.parametrize("value", ["yesterday", 5, ""])
    def test_a_day_that_is_none_is_damage(self, own_ring, value):
        rewrite(own_ring, lambda ring: ring["pairs"][0].update(retired_on=value))
        with pytest.raises(crypto.RingDamaged):
            crypto.live_weeks()

    @pytest.mark.parametrize(
        ("name", "value"), [("root", "00" * 16), ("root", 5), ("seed", "AAAA"), ("seed", 5)]
    )
    def test_a_head_that_says_something_else_is_damage(self, own_ring, name, value):
        crypto.rotate_root()
        rewrite(own_ring, lambda ring: ring.update({name: value}))
        with pytest.raises(crypto.RingDamaged):
            crypto.live_weeks()


class TestFiles:
    def test_two_files_of_one_size_are_told_apart_however_quickly_they_follow(self, tmp_path):
        file = tmp_path / "file"
        stamps = []
        for content in (b"one", b"two", b"six"):
            files.write_whole(file, content)
            os.utime(file, ns=(10**18, max(file.stat().st_mtime_ns, 4 * 10**18)))  # a clock that stands still
            stamps.append(file.stat().st_mtime_ns)
        files.write_whole(file, b"ten")
        assert file.stat().st_mtime_ns > stamps[-1]

    def test_memory_is_told_from_disk(self):
        assert rootkey.stands_in_memory(Path("/dev/shm/jasmine/root.key"))  # noqa: S108
        assert not rootkey.stands_in_memory(Path("/etc/jasmine/root.key"))

    def test_a_wrapped_root_key_is_not_in_its_file(self, tmp_path):
        root = rootkey.new()
        rootkey.write_locked(tmp_path / "root.locked", root, PASSPHRASE)
        said = (tmp_path / "root.locked").read_text()
        assert root.hex() not in said
        assert json.loads(said)["argon2id"] == CHEAP
        assert rootkey.unlocked(tmp_path / "root.locked", PASSPHRASE) == root

    def test_these_bytes_open_for_ever(self, tmp_path):
        """Known answer: a file that an earlier Jasmine wrote."""
        assert rootkey.fingerprint(bytes(range(32))) == KNOWN_FINGERPRINT
        file = tmp_path / "root.locked"
        file.write_text(json.dumps(KNOWN_LOCKED))
        assert rootkey.unlocked(file, PASSPHRASE) == bytes(range(32))
