"""The key ring: every key is there before it is needed, and gone for ever when its week is."""

import json
import os
import random
import stat
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as django_settings

from jasmine import crypto
from jasmine.crypto import keyring, weeks
from tests.crypto.conftest import write_root_key

# A minute and more for the whole million: JASMINE_TEST_READS=1000000 pytest tests/crypto/test_keyring.py -k torn
READS = int(os.environ.get("JASMINE_TEST_READS", "100_000"))


def this_week() -> int:
    return crypto.week_of(crypto.today())


def entries(file: Path) -> list[dict]:
    return json.loads(file.read_text())["pairs"]


def rewrite(file: Path, change) -> None:
    """Change the ring's file as somebody with the disk could."""
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))


def another_process(how: str, ring: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crypto.rewriting", how, str(ring.parent.parent)],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "TZ": "UTC"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class TestMaking:
    def test_the_keys_of_all_weeks_for_74_months_are_made_ahead(self, own_ring):
        last = crypto.week_of(crypto.months_after(crypto.today(), 74))
        assert crypto.live_weeks() == range(this_week(), last + 1)
        assert sorted(entry["week"] for entry in entries(own_ring)[1:]) == [*crypto.live_weeks()]

    def test_there_is_one_standing_pair(self, own_ring):
        assert [entry["week"] for entry in entries(own_ring)].count(None) == 1

    def test_every_key_is_another(self, own_ring):
        pairs = keyring._ring().pairs
        assert len({key for pair in pairs for key in (pair.content, pair.index)}) == 2 * len(pairs)
        assert all(len(pair.content) == len(pair.index) == 32 for pair in pairs)

    def test_making_it_twice_changes_nothing(self, own_ring, settings):
        before = own_ring.read_bytes(), settings.ROOT_KEY_FILE.read_bytes(), own_ring.stat().st_mtime_ns
        crypto.make_ring()
        assert (
            own_ring.read_bytes(),
            settings.ROOT_KEY_FILE.read_bytes(),
            own_ring.stat().st_mtime_ns,
        ) == before

    def test_a_ring_whose_root_key_is_missing_gets_no_new_one(self, own_ring, settings):
        settings.ROOT_KEY_FILE.unlink()
        with pytest.raises(crypto.RingDamaged):
            crypto.make_ring()
        assert not settings.ROOT_KEY_FILE.exists()

    def test_its_files_are_for_their_owner_alone(self, own_ring, settings):
        assert stat.S_IMODE(own_ring.stat().st_mode) == 0o600
        assert stat.S_IMODE(settings.ROOT_KEY_FILE.stat().st_mode) == 0o600
        assert stat.S_IMODE(own_ring.parent.stat().st_mode) == 0o700

    def test_a_rewrite_keeps_it_for_its_owner_alone(self, own_ring):
        own_ring.chmod(0o644)
        crypto.destroy_week(this_week())
        assert stat.S_IMODE(own_ring.stat().st_mode) == 0o600

    def test_no_key_stands_in_its_files(self, own_ring):
        held = own_ring.read_text()
        keys = [key for pair in keyring._ring().pairs for key in (pair.content, pair.index)]
        assert not any(key.hex() in held for key in keys)
        assert not any(keyring.b64encode(key).decode().strip("=") in held for key in keys)

    def test_a_ring_that_never_had_another_root_key_names_none(self, own_ring):
        crypto.destroy_week(this_week() + 1)
        assert sorted(json.loads(own_ring.read_text())) == ["layout", "next", "pairs"]

    def test_a_ring_at_another_place_is_another_although_its_file_looks_the_same(self, own_ring, settings):
        before = keyring._ring()
        settings.KEYRING = own_ring.parent.with_name("other")
        settings.KEYRING.mkdir()
        os.link(own_ring, settings.KEYRING / own_ring.name)
        assert keyring._ring() is not before

    def test_a_pair_shows_its_number_and_no_key(self, own_ring):
        pair = keyring._ring().pairs[0]
        assert repr(pair) == str(pair) == "<Pair 1>"


class TestToppingUp:
    def test_nothing_is_added_while_nothing_is_missing(self, own_ring):
        assert crypto.top_up() == 0

    @pytest.mark.parametrize("weeks", [1, 2, 30])
    def test_exactly_the_weeks_that_have_come_are_added(self, own_ring, weeks):
        before = {entry["week"]: entry for entry in entries(own_ring)}
        last = crypto.live_weeks()[-1]
        later = crypto.today() + timedelta(weeks=weeks)
        with time_machine.travel(later):
            added = crypto.top_up()
            new = crypto.week_of(crypto.months_after(later, 74))
        after = {entry["week"]: entry for entry in entries(own_ring)}
        assert added == new - last
        assert set(after) - set(before) == set(range(last + 1, new + 1))
        assert {week: after[week]["number"] for week in before} == {
            week: before[week]["number"] for week in before
        }

    @pytest.mark.parametrize("ahead", [0, 7])
    def test_a_lost_key_is_never_made_anew(self, own_ring, ahead):
        crypto.destroy_week(this_week() + ahead)
        for ask in (crypto.top_up, crypto.live_weeks):
            with pytest.raises(crypto.NoKey):
                ask()
        assert not crypto.is_open()

    def test_a_ring_older_than_the_rows_is_not_topped_up(self, own_ring):
        last = crypto.last_day_of(crypto.live_weeks()[-1])
        assert crypto.top_up(rows_until=last) == 0
        with pytest.raises(crypto.NoKey):
            crypto.top_up(rows_until=last + timedelta(days=1))

    def test_a_ring_that_ends_too_early_is_not_asked(self, own_ring):
        week = crypto.week_of(crypto.months_after(crypto.today(), 61))
        for later in range(week, crypto.live_weeks()[-1] + 1):
            crypto.destroy_week(later)
        with pytest.raises(crypto.NoKey):
            crypto.live_weeks()

    def test_a_rehearsal_reaches_back_to_weeks_that_the_ring_never_had(self, own_ring):
        with time_machine.travel(crypto.today() - timedelta(weeks=3)):
            horizon = crypto.live_weeks()[-1] if crypto.is_open() else None
            keyring.reach_back()
            assert crypto.is_open()
            assert horizon is None
            written = [entry["week"] for entry in entries(own_ring) if entry["week"] is not None]
            assert sorted(written) == list(range(this_week(), max(written) + 1))
            assert len(written) == len(set(written))

    def test_a_rehearsal_of_a_later_day_makes_each_week_until_the_horizon_once(self, own_ring):
        first = this_week()
        with time_machine.travel(crypto.today() + timedelta(weeks=3)):
            keyring.reach_back()
            last = crypto.week_of(crypto.months_after(crypto.today(), 74))
        assert [entry["week"] for entry in entries(own_ring)[1:]] == [*range(first, last + 1)]

    def test_a_rehearsal_takes_its_day_for_today_and_has_its_keys(self, own_ring, monkeypatch):
        monkeypatch.setattr(weeks, "_rehearsed", None)  # and puts it back afterwards
        day = crypto.today() - timedelta(weeks=2)
        crypto.rehearse_from(day)
        assert crypto.today() == day
        assert crypto.live_weeks()[0] == crypto.week_of(day)

    @pytest.mark.parametrize("day", [date(2027, 1, 1), date(2028, 2, 29), date(2032, 12, 31)])
    def test_any_day_has_its_74_months(self, own_ring, day):
        with time_machine.travel(day):
            crypto.top_up()
            assert crypto.is_open()
            assert crypto.live_weeks()[-1] == crypto.week_of(crypto.months_after(day, 74))


class TestDestroying:
    def test_every_pair_of_the_week_is_gone_from_the_file(self, own_ring):
        week = this_week() + 1
        assert crypto.destroy_week(week) is True
        assert week not in [entry["week"] for entry in entries(own_ring)]
        assert crypto.destroy_week(week) is False

    def test_a_number_is_never_given_again(self, own_ring):
        last = crypto.live_weeks()[-1]
        highest = max(entry["number"] for entry in entries(own_ring))
        crypto.destroy_week(last)
        crypto.top_up()
        assert max(entry["number"] for entry in entries(own_ring)) == highest + 1

    def test_the_same_week_made_again_has_other_keys(self, own_ring):
        week = this_week() + 1
        value = crypto.seal(b"", label="report.story", row=(row := uuid4()), week=week)
        crypto.destroy_week(week)
        with keyring._changing() as held:
            held.add(week)
        with pytest.raises(crypto.CannotOpen):
            crypto.unseal(value, label="report.story", row=row)

    def test_the_standing_keys_are_no_week(self, own_ring):
        crypto.destroy_week(this_week())
        assert keyring.writing_pair(crypto.STANDING).number == 1

    def test_what_a_killed_writer_left_is_cleared_away(self, own_ring):
        left = own_ring.with_name("ring.json.123.abc.tmp")
        left.write_bytes(own_ring.read_bytes())
        crypto.destroy_week(this_week() + 1)
        assert sorted(path.name for path in own_ring.parent.iterdir()) == ["lock", "ring.json"]


class TestLiveWeeks:
    def test_a_gap_is_refused(self, own_ring):
        crypto.destroy_week(this_week() + 100)
        with pytest.raises(crypto.NoKey):
            crypto.live_weeks()
        assert not crypto.is_open()

    @pytest.mark.parametrize("gone", [0, 1])
    def test_a_missing_first_week_is_refused(self, own_ring, gone):
        crypto.destroy_week(this_week() + gone)
        with pytest.raises(crypto.NoKey):
            crypto.live_weeks()

    def test_past_weeks_are_left_out_although_the_file_has_them(self, own_ring):
        week = this_week()
        with time_machine.travel(crypto.last_day_of(week + 2)):
            assert crypto.live_weeks()[0] == week + 2
            with pytest.raises(crypto.WeekIsPast):
                keyring.writing_pair(week + 1)
            with pytest.raises(crypto.WeekIsPast):
                keyring.index_keys([week + 1], newest_only=False)

    def test_a_ring_of_weeks_gone_by_is_refused(self, own_ring):
        with time_machine.travel(crypto.today() + timedelta(weeks=400)):
            with pytest.raises(crypto.NoKey):
                crypto.live_weeks()
            assert not crypto.is_open()

    def test_61_months_ahead_are_enough_to_be_open_and_less_are_not(self, own_ring):
        enough = crypto.week_of(crypto.months_after(crypto.today(), 61))
        with keyring._changing() as entries:
            entries.pairs = [pair for pair in entries.pairs if pair.week is None or pair.week <= enough]
        assert crypto.is_open()
        crypto.destroy_week(crypto.live_weeks()[-1])
        assert not crypto.is_open()

    def test_all_weeks_without_a_standing_pair_are_not_enough(self, own_ring):
        crypto.destroy_week(crypto.STANDING)
        assert crypto.live_weeks()
        assert not crypto.is_open()
        assert not crypto.are_due()

    def test_the_number_that_writes_is_that_of_the_newest_pair(self, own_ring):
        assert crypto.writing_number(crypto.STANDING) == 1
        crypto.renew([crypto.STANDING, this_week()])
        highest = max(entry["number"] for entry in entries(own_ring))
        numbers = [crypto.writing_number(week) for week in (crypto.STANDING, this_week(), this_week() + 1)]
        assert numbers == [highest - 1, highest, 3]


class TestDamage:
    def refused(self) -> bool:
        """Whether nothing is read out of it, for any who ask, and set-up does not paper over it."""
        for ask in (crypto.live_weeks, crypto.top_up, crypto.make_ring, lambda: keyring.writing_pair(None)):
            with pytest.raises(crypto.RingDamaged):
                ask()
        return not crypto.is_open()

    @pytest.mark.parametrize("what", ["content", "index"])
    def test_two_weeks_swapped(self, own_ring, what):
        def swap(ring):
            one, other = ring["pairs"][3], ring["pairs"][4]
            one[what], other[what] = other[what], one[what]

        rewrite(own_ring, swap)
        assert self.refused()

    def test_the_two_keys_of_a_pair_swapped(self, own_ring):
        def swap(ring):
            pair = ring["pairs"][3]
            pair["content"], pair["index"] = pair["index"], pair["content"]

        rewrite(own_ring, swap)
        assert self.refused()

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("week", 1),
            ("week", None),
            ("week", "x"),
            ("number", 999),
            ("number", 2**70),
            ("number", 1.5),
            ("number", None),
            ("number", "1"),
            ("content", ""),
            ("content", 5),
            ("index", "…"),
            ("index", "AAAA"),
        ],
    )
    def test_an_entry_that_says_something_else(self, own_ring, key, value):
        rewrite(own_ring, lambda ring: ring["pairs"][3].update({key: value}))
        assert self.refused()

    def test_an_entry_without_a_key(self, own_ring):
        rewrite(own_ring, lambda ring: ring["pairs"][3].pop("index"))
        assert self.refused()

    def test_an_entry_twice(self, own_ring):
        rewrite(own_ring, lambda ring: ring["pairs"].append(ring["pairs"][0]))
        assert self.refused()

    @pytest.mark.parametrize("number", [1, 0, -1, "x", None, 1e400])
    def test_a_next_number_that_was_given_before(self, own_ring, number):
        rewrite(own_ring, lambda ring: ring.update(next=number))
        assert self.refused()

    def test_a_next_number_that_the_last_pair_has(self, own_ring):
        last = max(entry["number"] for entry in entries(own_ring))
        rewrite(own_ring, lambda ring: ring.update(next=last))
        assert self.refused()

    def test_a_pair_under_the_number_of_what_its_holder_alone_opens(self, own_ring):
        with keyring._changing() as held:
            held.pairs.append(keyring.Pair(0, None, bytes(32), bytes(32)))
        assert self.refused()

    @pytest.mark.parametrize("sign", ["\n", " ", "-", "é"])
    def test_a_key_with_a_sign_that_base64_does_not_have(self, own_ring, sign):
        rewrite(own_ring, lambda ring: ring["pairs"][3].update(index=ring["pairs"][3]["index"] + sign))
        assert self.refused()

    def test_another_layout(self, own_ring):
        rewrite(own_ring, lambda ring: ring.update(layout=2))
        assert self.refused()

    @pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"5", b"\xff\xfe", b"[" * 900])
    def test_something_that_is_no_ring(self, own_ring, content):
        own_ring.write_bytes(content)
        assert self.refused()

    def test_a_torn_file(self, own_ring):
        content = own_ring.read_bytes()
        for long in random.sample(range(len(content)), 5):
            own_ring.write_bytes(content[:long])
            assert self.refused()

    def test_a_missing_file_is_damage_to_those_who_read(self, own_ring):
        own_ring.unlink()
        with pytest.raises(crypto.RingDamaged):
            crypto.live_weeks()
        assert not crypto.is_open()


class TestWhatIsLocked:
    """A ring of which nobody here has the root key, and nothing else."""

    def test_a_ring_without_its_root_key_is(self, own_ring, settings):
        settings.ROOT_KEY_FILE.unlink()
        assert crypto.is_locked()

    def test_a_ring_with_its_root_key_is_not(self, own_ring):
        assert not crypto.is_locked()

    def test_where_there_is_neither_there_is_nothing_to_unlock(self, own_ring, settings):
        settings.ROOT_KEY_FILE.unlink()
        own_ring.unlink()
        assert not crypto.is_locked()

    @pytest.mark.parametrize("content", [b"", b"{}", b'{"layout": 1}', b'{"layout": 2, "pairs": [1]}'])
    def test_a_damaged_ring_is_damaged_and_not_locked(self, own_ring, settings, content):
        settings.ROOT_KEY_FILE.unlink()
        own_ring.write_bytes(content)
        assert not crypto.is_locked()


class TestTheRootKey:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "AAAA",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "…",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ==",
        ],
    )
    def test_another_one_opens_nothing(self, own_ring, settings, text):
        write_root_key(settings.ROOT_KEY_FILE, text)
        os.utime(own_ring)  # else this process still has what it read
        assert TestDamage().refused()

    @pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o601, 0o644])
    def test_one_that_others_can_read_is_refused(self, own_ring, settings, mode):
        settings.ROOT_KEY_FILE.chmod(mode)
        os.utime(own_ring)
        assert TestDamage().refused()

    def test_a_missing_one_opens_nothing(self, own_ring, settings):
        settings.ROOT_KEY_FILE.unlink()
        os.utime(own_ring)
        assert TestDamage().refused()
        with pytest.raises(crypto.RingDamaged):
            crypto.derived("demo")

    def test_what_is_derived_from_it_is_of_its_label_and_of_this_site(self, own_ring, settings):
        one = crypto.derived("demo")
        assert one == crypto.derived("demo") != crypto.derived("other")
        write_root_key(settings.ROOT_KEY_FILE, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        assert crypto.derived("demo") != one


class TestOtherProcesses:
    def test_what_another_process_wrote_is_seen_at_once(self, own_ring):
        last = crypto.live_weeks()[-1]
        with another_process("once", own_ring) as other:
            assert other.stdout.readline() == "done\n"
            assert crypto.live_weeks()[-1] == last - 1

    def test_no_read_is_torn_while_another_process_rewrites_the_ring(self, own_ring):
        weeks = list(crypto.live_weeks())[:-1]
        numbers = {week: keyring.writing_pair(week).number for week in weeks}
        keys = {number: keyring.opening_pair(number).content for number in numbers.values()}
        chosen = [numbers[week] for week in random.choices(weeks, k=1000)]
        rings = set()
        with another_process("always", own_ring) as other:
            assert other.stdout.readline() == "ready\n"
            for _ in range(READS // len(chosen)):
                assert all(keyring.opening_pair(number).content == keys[number] for number in chosen)
                rings.add(id(keyring._ring()))
            other.stdin.close()
        assert other.returncode == 0
        assert len(rings) > 10  # it was rewritten, and read again

    def test_a_writer_killed_in_the_middle_leaves_a_ring_that_opens(self, own_ring):
        last = crypto.live_weeks()[-1]
        with another_process("killed", own_ring) as other:
            assert other.stdout.read() == "killed 20\n"
        assert other.returncode == 0
        crypto.top_up()
        assert crypto.live_weeks()[-1] == last
        assert not list(own_ring.parent.glob("*.tmp"))


class TestWritingWhole:
    def test_what_stops_the_writer_leaves_the_old_file_and_nothing_else(self, own_ring, monkeypatch):
        before = own_ring.read_bytes()

        def full(_file):
            raise OSError("no space left")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="no space"):
            crypto.destroy_week(this_week())
        assert own_ring.read_bytes() == before
        assert sorted(path.name for path in own_ring.parent.iterdir()) == ["lock", "ring.json"]
