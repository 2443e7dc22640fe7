"""Weeks, by a number that has no year in it.

Week number = (ordinal of its Monday − 1) // 7, in UTC, so week 0 began on Monday 1 January of year 1. ISO
year-week arithmetic is never used: it has weeks 52, 53 and 1 in the wrong years.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

DAYS = 7


_rehearsed: date | None = None


def today() -> date:
    """The day in UTC, by which weeks end."""
    return _rehearsed or datetime.now(UTC).date()


def rehearse(day: date) -> None:
    """Take `day` for today until this process ends: for commands with `--as-of`, never in production."""
    global _rehearsed
    _rehearsed = day


def week_of(day: date) -> int:
    """The number of the week, Monday to Sunday, in which `day` lies."""
    return (day.toordinal() - 1) // DAYS


def last_day_of(week: int) -> date:
    """The Sunday of that week."""
    return date.fromordinal(week * DAYS + DAYS)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is shorter."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def last_sunday_until(day: date) -> date:
    """The last Sunday that is not after `day`."""
    return day - timedelta(days=(day.weekday() + 1) % DAYS)
