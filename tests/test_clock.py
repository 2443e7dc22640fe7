"""The clock: seen from the last finished purge it is right, late or wrong, and what goes for good goes by that."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jasmine import clock, crypto
from jasmine.clock import Reading, State

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def own_folder(tmp_path, settings):
    settings.KEYRING = tmp_path
    return tmp_path


def days(many: int) -> timedelta:
    return timedelta(days=many)


class TestReading:
    @pytest.mark.parametrize(
        ("ahead", "seen"),
        [
            (-366 * 5, Reading.WRONG),
            (-1, Reading.WRONG),
            (0, Reading.RIGHT),
            (1, Reading.RIGHT),
            (2, Reading.LATE),
            (45, Reading.LATE),
            (46, Reading.WRONG),
            (366 * 5, Reading.WRONG),
        ],
    )
    def test_it_goes_by_the_days_since_the_last_finished_purge(self, ahead, seen):
        assert clock.reading(State(last_run_on=DAY), today=DAY + days(ahead)) is seen

    @pytest.mark.parametrize("last", [date(2028, 2, 28), date(2028, 2, 29), date(2026, 12, 31)])
    def test_leap_days_and_ends_of_years_are_days_like_others(self, last):
        assert clock.reading(State(last_run_on=last), today=last + days(1)) is Reading.RIGHT
        assert clock.reading(State(last_run_on=last), today=last + days(45)) is Reading.LATE
        assert clock.reading(State(last_run_on=last), today=last + days(46)) is Reading.WRONG

    def test_a_doubt_stays_until_somebody_answers(self):
        state = clock.doubted(State(last_run_on=DAY))
        assert clock.reading(state, today=DAY) is Reading.WRONG
        assert clock.reading(clock.answered(state, today=DAY), today=DAY) is Reading.RIGHT

    def test_an_answer_may_lie_far_off_the_last_run(self):
        for far in (DAY + days(2000), DAY - days(2000)):
            assert (
                clock.reading(clock.answered(State(last_run_on=DAY), today=far), today=far) is Reading.RIGHT
            )

    def test_before_the_first_purge_the_ring_says_when_it_was_made(self, own_folder):
        crypto.make_ring()
        today = crypto.today()
        assert clock.reading(State(), today=today) is Reading.RIGHT
        assert clock.reading(State(), today=today + days(20)) is Reading.LATE
        assert clock.reading(State(), today=today + days(60)) is Reading.WRONG
        assert clock.reading(State(), today=today - days(7)) is Reading.WRONG

    def test_without_a_ring_or_a_purge_nothing_is_known(self, own_folder):
        assert clock.reading(State(), today=DAY) is Reading.UNKNOWN


class TestWhenKeysMayGo:
    def may(self, state, today, now):
        return clock.keys_may_go_before(state, today=today, now=now)

    def test_at_once_when_the_clock_is_right(self):
        assert self.may(State(last_run_on=DAY), DAY, NOON) == DAY

    @pytest.mark.parametrize("ahead", [-1, 2, 45, 46, 2000, -2000])
    def test_never_in_a_run_whose_clock_is_not(self, ahead):
        assert self.may(State(last_run_on=DAY), DAY + days(ahead), NOON + days(ahead)) is None

    def test_after_a_late_run_24_hours_later_and_not_before(self):
        late = clock.finished(State(last_run_on=DAY - days(9)), today=DAY, now=NOON, overdue=0)
        assert self.may(late, DAY, NOON + HOUR) is None
        assert self.may(late, DAY + days(1), NOON + 24 * HOUR - timedelta(seconds=1)) is None
        assert self.may(late, DAY + days(1), NOON + 24 * HOUR) == DAY + days(1)

    def test_the_wait_is_not_begun_anew_by_the_runs_in_it(self):
        state = clock.finished(State(last_run_on=DAY - days(9)), today=DAY, now=NOON, overdue=0)
        for hours in range(1, 24):
            now = NOON + hours * HOUR
            assert self.may(state, now.date(), now) is None
            state = clock.finished(state, today=now.date(), now=now, overdue=0)
        now = NOON + 24 * HOUR
        assert self.may(state, now.date(), now) == now.date()
        assert clock.finished(state, today=now.date(), now=now, overdue=0).late_since is None

    def test_a_laptop_opened_once_a_week_loses_the_keys_of_the_time_before(self):
        late = clock.finished(State(last_run_on=DAY - days(7)), today=DAY, now=NOON, overdue=0)
        assert self.may(late, DAY + days(7), NOON + days(7)) == DAY
        assert clock.finished(
            late, today=DAY + days(7), now=NOON + days(7), overdue=0
        ).late_since == NOON + days(7)

    def test_an_answer_ends_the_wait(self):
        late = clock.finished(State(last_run_on=DAY - days(9)), today=DAY, now=NOON, overdue=0)
        assert self.may(clock.answered(late, today=DAY), DAY, NOON + HOUR) == DAY

    @given(st.lists(st.integers(-3000, 3000), max_size=12))
    def test_whatever_the_clock_does_no_jump_lets_a_key_go_at_once(self, jumps):
        state, now = State(last_run_on=DAY), NOON
        for jump in jumps:
            now += days(jump)
            may = self.may(state, now.date(), now)
            if not 0 <= jump <= 1:
                assert may is None or may <= state.last_run_on
            if clock.reading(state, today=now.date()) is Reading.WRONG:
                state = clock.answered(state, today=now.date())
            state = clock.finished(state, today=now.date(), now=now, overdue=0)


class TestAlarms:
    def shown(self, state, today=DAY):
        clock.write(state)
        return clock.alarms(today=today)

    def test_none_while_all_is_well_or_nothing_ever_ran(self, own_folder):
        assert clock.alarms(today=DAY) == []
        assert self.shown(State(last_run_on=DAY)) == []

    @pytest.mark.parametrize("ahead", [-1, 46])
    def test_a_wrong_clock(self, own_folder, ahead):
        assert self.shown(State(last_run_on=DAY), DAY + days(ahead)) == ["clock_wrong"]

    def test_a_doubt_that_nobody_has_answered(self, own_folder):
        assert self.shown(State(last_run_on=DAY, doubted=True)) == ["clock_wrong"]

    def test_a_late_clock_before_its_run_and_while_keys_wait(self, own_folder):
        assert self.shown(State(last_run_on=DAY - days(2))) == ["clock_late"]
        assert self.shown(State(last_run_on=DAY, late_since=NOON)) == ["clock_late"]

    def test_overdue_rows_in_two_runs_after_each_other(self, own_folder):
        state = State(last_run_on=DAY)
        for overdue, alarms in ((1, []), (0, []), (3, []), (1, ["overdue"]), (1, ["overdue"]), (0, [])):
            state = clock.finished(state, today=DAY, now=NOON, overdue=overdue)
            assert self.shown(state) == alarms

    def test_a_destruction_that_is_not_proved(self, own_folder):
        state = clock.finished(State(last_run_on=DAY), today=DAY, now=NOON, overdue=0, not_proved=(7,))
        assert self.shown(state) == ["keys_not_destroyed"]
        assert self.shown(clock.finished(state, today=DAY, now=NOON, overdue=0)) == []


class TestTheFile:
    def test_what_was_written_is_read(self, own_folder):
        state = State(DAY, True, NOON, (3, 4), True, 5)
        clock.write(state)
        assert clock.read() == state
        assert (own_folder / clock.FILE).stat().st_mode & 0o077 == 0

    def test_a_missing_one_is_the_first_state(self, own_folder):
        assert clock.read() == State()

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"null", b'{"last_run_on": "x"}', b'{"last_run_on": 5}', b"\xff"]
    )
    def test_a_damaged_one_leaves_the_clock_in_doubt(self, own_folder, content):
        (own_folder / clock.FILE).write_bytes(content)
        assert clock.read().doubted
        assert clock.alarms(today=DAY) == ["clock_wrong"]

    def test_one_with_a_key_missing_leaves_it_in_doubt_too(self, own_folder):
        clock.write(replace(State(), last_run_on=DAY))
        path = own_folder / clock.FILE
        path.write_text(path.read_text().replace("to_prove", "other"))
        assert clock.read().doubted

    def test_nothing_but_the_file_is_left_of_a_write(self, own_folder):
        clock.write(State(last_run_on=DAY))
        clock.write(State(last_run_on=DAY))
        assert [path.name for path in own_folder.iterdir()] == [clock.FILE]
