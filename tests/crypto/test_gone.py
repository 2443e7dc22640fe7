"""What was deleted before its day: written down so that it tells nobody anything, and forgotten with its week."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine

from jasmine import crypto


def far_week() -> int:
    return crypto.week_of(crypto.today() + timedelta(days=300))


def a_row() -> tuple[str, str]:
    return "row", str(uuid4())


@pytest.fixture
def file(own_ring) -> Path:
    """Where a ring of this test's own writes down what is gone."""
    return own_ring.parent / "gone"


def test_what_was_written_down_is_known_and_nothing_else(file):
    one, other, ref = a_row(), a_row(), ("ref", "L-1")
    crypto.remember_gone([one, ref], week=far_week())
    assert crypto.gone_among([one, other, ref, ("row", "L-1"), ("ref", one[1])]) == {one, ref}


def test_without_a_file_nothing_is_gone(file):
    assert not crypto.knows_gone()
    assert crypto.gone_among([a_row()]) == set()


def test_the_file_names_nothing_and_is_for_its_owner_alone(file):
    row = a_row()
    crypto.remember_gone([row, ("ref", "LIST-2024-17")], week=far_week())
    content = file.read_text()
    assert row[1] not in content
    assert row[1].replace("-", "") not in content
    assert "LIST" not in content
    assert file.stat().st_mode & 0o777 == 0o600


def test_two_weeks_write_unrelated_marks_of_one_row(file):
    row = a_row()
    for week in (far_week(), far_week() + 1):
        crypto.remember_gone([row], week=week)
    marks = [line.split()[1] for line in file.read_text().splitlines()]
    assert len(set(marks)) == 2


def test_it_dies_with_its_week(file):
    row, kept = a_row(), a_row()
    week = far_week()
    crypto.remember_gone([row], week=week)
    crypto.remember_gone([kept], week=week + 1)
    with time_machine.travel(crypto.last_day_of(week) + timedelta(days=1)):
        crypto.top_up()
        assert crypto.gone_among([row, kept]) == {kept}  # already before its line goes
        crypto.forget_gone(week)
        assert crypto.gone_among([row, kept]) == {kept}
        assert len(file.read_text().splitlines()) == 1


def test_lines_that_an_earlier_week_left_go_too(file):
    crypto.remember_gone([a_row()], week=far_week())
    with time_machine.travel(crypto.last_day_of(far_week() + 3)):
        crypto.forget_gone(far_week() - 1)
    assert file.read_text() == ""


def test_a_row_of_this_week_is_remembered_as_long_as_a_backup_may_hold_it(file):
    row = a_row()
    crypto.remember_gone([row], week=crypto.week_of(crypto.today()))
    with time_machine.travel(crypto.today() + crypto.BACKUPS_LIVE):
        assert crypto.gone_among([row]) == {row}


@pytest.mark.parametrize("cut", [1, 2, 5, 64, 70])
def test_a_killed_append_costs_its_own_line_alone(file, cut):
    before, after = a_row(), a_row()
    crypto.remember_gone([before, a_row()], week=far_week())
    file.write_bytes(file.read_bytes()[:-cut])
    assert before in crypto.gone_among([before])
    crypto.remember_gone([after], week=far_week())
    assert crypto.gone_among([before, after]) == {before, after}


def test_bytes_that_are_no_line_are_passed_over(file):
    row = a_row()
    crypto.remember_gone([row], week=far_week())
    file.write_bytes(b"\0\xff\n9999999999 " + b"a" * 64 + b"\n\n" + file.read_bytes() + b"12 zz\n")
    assert crypto.gone_among([row]) == {row}


def test_many_at_once_lose_nothing(file):
    rows = [a_row() for _ in range(60)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda row: crypto.remember_gone([row], week=far_week()), rows))
    assert crypto.gone_among(rows) == set(rows)


def test_a_disk_that_is_full_is_told(file, monkeypatch):
    monkeypatch.setattr("os.write", lambda file, content: len(content) - 3)
    with pytest.raises(OSError, match=r"^the disk is full$"):
        crypto.remember_gone([a_row()], week=far_week())


def test_it_can_be_begun_empty_and_then_stays(file):
    crypto.begin_gone()
    assert crypto.knows_gone()
    assert file.read_bytes() == b""
    crypto.remember_gone([a_row()], week=far_week())
    before = file.read_bytes()
    crypto.begin_gone()
    assert file.read_bytes() == before
