"""The promise of each report: the day on which it will be gone."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from alerts import policy
from alerts.models import Policy
from alerts.vocabulary import Level
from jasmine import crypto
from tests.makers import a_report

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(1, 60)
SUNDAY = 6
FILED_ON = date(2026, 11, 16)


def rules(**but: object) -> Policy:
    return Policy(share_nuisance=True, **but)


def day_of(
    level: Level, *, private: bool = False, has_identifier: bool = True, of: Policy | None = None
) -> date:
    return policy.delete_after(
        of or rules(), level=level, private=private, has_identifier=has_identifier, filed_on=FILED_ON
    )


@given(DAYS, MONTHS)
def test_a_report_is_gone_on_a_sunday_never_later_than_promised_and_at_most_six_days_before(filed_on, months):
    kept = rules(keep_risky=months)
    day = policy.delete_after(kept, level=Level.RISKY, private=False, has_identifier=True, filed_on=filed_on)
    promised = crypto.months_after(filed_on, months)
    assert day.weekday() == SUNDAY
    assert promised - timedelta(days=6) <= day <= promised


@given(DAYS, MONTHS)
def test_so_many_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    later = crypto.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("level", "day"),
    [
        (Level.VERY_DANGEROUS, date(2031, 11, 16)),  # itself a Sunday
        (Level.DANGEROUS, date(2029, 11, 11)),
        (Level.RISKY, date(2028, 5, 14)),
        (Level.NUISANCE, date(2027, 2, 14)),
    ],
)
def test_each_level_has_its_keeping_time(level, day):
    assert day_of(level) == day


def test_a_private_nuisance_note_is_kept_for_twelve_months():
    assert day_of(Level.NUISANCE, private=True) == date(2027, 11, 14)


def test_a_grave_private_report_is_kept_as_long_as_a_shared_one():
    assert day_of(Level.VERY_DANGEROUS, private=True) == day_of(Level.VERY_DANGEROUS)


@pytest.mark.parametrize("level", [Level.VERY_DANGEROUS, Level.DANGEROUS, Level.RISKY])
def test_without_an_identifier_twelve_months_are_the_most(level):
    assert day_of(level, has_identifier=False) == date(2027, 11, 14)


def test_without_an_identifier_nothing_is_kept_longer_than_its_level():
    assert day_of(Level.NUISANCE, has_identifier=False) == day_of(Level.NUISANCE)


@pytest.mark.parametrize(
    ("alert", "level", "shared", "private"),
    [
        (True, Level.NUISANCE, False, True),
        (True, Level.NUISANCE, True, False),
        (False, Level.NUISANCE, True, True),
        (True, Level.RISKY, False, False),
        (False, Level.VERY_DANGEROUS, True, True),
    ],
)
def test_private_is_what_she_does_not_share_and_nuisance_that_the_organisation_does_not(
    alert, level, shared, private
):
    assert policy.is_private(Policy(share_nuisance=shared), level=level, alert=alert) is private


@pytest.mark.django_db
class TestThePolicyRow:
    def test_a_change_holds_only_for_later_reports(self, heron, now):
        before = a_report(heron, now=now)
        Policy.objects.update(keep_very_dangerous=24)
        after = a_report(heron, now=now)
        before.refresh_from_db()
        assert before.delete_after == crypto.last_sunday_until(crypto.months_after(now.date(), 60))
        assert after.delete_after == crypto.last_sunday_until(crypto.months_after(now.date(), 24))

    @pytest.mark.parametrize(
        "column", [*Policy.KEEPS.values(), "keep_private_nuisance", "keep_without_identifier"]
    )
    @pytest.mark.parametrize("months", [0, 61])
    def test_no_keeping_time_is_nothing_or_above_sixty_months(self, column, months):
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.update(**{column: months})
        Policy.objects.update(**{column: 1})
        Policy.objects.update(**{column: 60})

    def test_there_is_one_row(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.create(pk=2, share_nuisance=True)
