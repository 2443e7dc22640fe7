"""Weeks: a number without a year, Monday to Sunday, in UTC."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as some

from jasmine import crypto

days = some.dates(min_value=date(2000, 1, 1), max_value=date(2200, 12, 31))


@given(days)
def test_a_week_is_monday_to_sunday(day):
    week = crypto.week_of(day)
    sunday = crypto.last_day_of(week)
    assert sunday.weekday() == 6
    assert sunday - timedelta(days=6) <= day <= sunday
    assert crypto.week_of(sunday + timedelta(days=1)) == week + 1


@given(days)
def test_the_last_sunday_until_a_day_is_at_most_six_days_before(day):
    sunday = crypto.last_sunday_until(day)
    assert sunday.weekday() == 6
    assert timedelta() <= day - sunday <= timedelta(days=6)


@given(days, some.integers(0, 900))
def test_months_after_a_day_keep_the_day_or_end_the_month(day, months):
    later = crypto.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1 < later.day < day.day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 16), 60, date(2031, 11, 16)),
    ],
)
def test_months_at_the_edges_of_months_and_years(day, months, later):
    assert crypto.months_after(day, months) == later


def test_weeks_go_on_over_new_year():
    # ISO calls these 2026-W53 and 2027-W01.
    assert crypto.week_of(date(2027, 1, 3)) + 1 == crypto.week_of(date(2027, 1, 4))


def test_week_0_began_on_the_first_day_of_year_1():
    assert crypto.week_of(date(1, 1, 1)) == 0


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2026-11-22T23:59:59+00:00", date(2026, 11, 22)), ("2026-11-23T00:30:00+02:00", date(2026, 11, 22))],
)
def test_the_day_is_that_of_utc(moment, day):
    with time_machine.travel(moment):
        assert crypto.today() == day
