"""Files that are written whole."""

import os

from jasmine.crypto import files

A_DAY = 86_400 * 10**9  # nanoseconds


def test_what_takes_the_place_of_a_file_is_later_than_it(tmp_path):
    path = tmp_path / "ring"
    files.write_whole(path, b"one")
    ahead = path.stat().st_mtime_ns + A_DAY
    os.utime(path, ns=(ahead, ahead))
    files.write_whole(path, b"two")
    assert path.stat().st_mtime_ns == ahead + 1


def test_of_two_within_one_tick_of_the_clock_the_second_is_later(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for path in (one, other):
        path.write_bytes(b"a ring")
        os.utime(path, ns=(A_DAY, A_DAY))
    with other.open("rb") as written:
        files._make_later_than(one, written.fileno())
    assert other.stat().st_mtime_ns == A_DAY + 1


def test_a_file_behind_the_clock_takes_the_time_that_it_is(tmp_path):
    path = tmp_path / "ring"
    files.write_whole(path, b"one")
    os.utime(path, ns=(0, 0))
    files.write_whole(path, b"two")
    assert path.stat().st_mtime_ns > A_DAY


def test_nobody_else_reads_it_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "ring"
    files.write_whole(path, b"one")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
