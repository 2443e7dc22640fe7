"""`token__among`: one parameter, however many numbers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from alerts.models import Report, Token
from tests.makers import a_report

pytestmark = pytest.mark.django_db

LARGEST = 2**63 - 1
in_64_bits = some.integers(-LARGEST - 1, LARGEST)


@pytest.fixture
def report(heron) -> Report:
    return a_report(heron)


def tokens() -> set[int]:
    return set(Token.objects.values_list("token", flat=True))


def test_exactly_the_rows_with_one_of_the_numbers_are_found(heron):
    a_report(heron)
    one, *_others = tokens()
    assert [row.token for row in Token.objects.filter(token__among=[one, 5])] == [one]
    assert set(Token.objects.filter(token__among=tokens()).values_list("token", flat=True)) == tokens()


def test_none_of_the_numbers_is_no_row(heron):
    a_report(heron)
    assert not Token.objects.filter(token__among=[1, 2, 3]).exists()
    assert not Token.objects.filter(token__among=[]).exists()


def test_exclude_gives_the_others(heron):
    a_report(heron)
    one, *others = tokens()
    assert set(Token.objects.exclude(token__among={one}).values_list("token", flat=True)) == set(others)


@pytest.mark.parametrize("number", [-LARGEST - 1, LARGEST, 0, -1])
def test_numbers_at_the_limits_of_64_bits_are_found(heron, number):
    report = a_report(heron)
    Token.objects.create(token=number, report=report)
    assert Token.objects.get(token__among=[number, 1]).report_id == report.pk


def test_a_hundred_thousand_numbers_are_one_parameter(heron):
    report = a_report(heron)
    wanted = [*range(100_000), *tokens()]
    with CaptureQueriesContext(connection) as queries:
        found = list(Report.objects.with_token(wanted))
    assert found == [report]
    assert len(queries) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(stored=some.sets(in_64_bits, max_size=9), others=some.sets(in_64_bits, max_size=99), data=some.data())
def test_of_any_numbers_those_that_are_stored_are_found(report, stored, others, data):
    Token.objects.all().delete()
    Token.objects.bulk_create([Token(token=number, report=report) for number in stored])
    wanted = others | data.draw(some.sets(some.sampled_from(sorted(stored)))) if stored else others
    found = Token.objects.filter(token__among=wanted).values_list("token", flat=True)
    assert sorted(found) == sorted(wanted & stored)


@pytest.mark.parametrize("wanted", ["1); DROP TABLE alerts_token; --", ["1; DROP"], [None]])
def test_what_is_no_number_is_refused(wanted):
    with pytest.raises((ValueError, TypeError)):
        Token.objects.filter(token__among=wanted)
