"""What a bench of the check is made of: invented reports as filing would lay them out, under the same tokens."""

import importlib
from datetime import date
from time import monotonic

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from alerts import facts, spelling
from alerts.benching import INSIDE, building, invented, measuring, yardsticks
from alerts.finding import Search
from alerts.models import Report, Token
from jasmine import crypto

COUNTRY = settings.COUNTRY
ON_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="pg_trgm is PostgreSQL's")


@pytest.fixture
def today() -> date:
    return crypto.today()


@pytest.fixture
def built(db, today) -> list[Report]:
    """Forty invented reports, stored."""
    building.build(40, today=today)
    return list(Report.objects.all())


class TestInvented:
    def test_the_same_people_come_each_time(self, today):
        twice = [[report.facts for _known, report in invented.reports(7, 20, today=today)] for _ in range(2)]
        assert twice[0] == twice[1]

    def test_what_is_said_is_what_filing_would_keep(self, today):
        for _known, report in invented.reports(0, 100, today=today):
            said = {key: report.facts[key] for key in facts.EMPTY}
            assert facts.validated(said, reported_on=report.reported_on) == said

    def test_a_report_has_2_3_identifiers(self, today):
        counts = [len(report.identifiers) for _known, report in invented.reports(0, 2000, today=today)]
        assert min(counts) == 1
        assert sum(counts) / len(counts) == pytest.approx(2.3, abs=0.1)

    def test_days_of_deletion_lie_in_260_live_weeks(self, today):
        weeks = {report.key_week for _known, report in invented.reports(0, 4000, today=today)}
        assert len(weeks) == invented.WEEKS
        assert min(weeks) == crypto.week_of(today)

    def test_exactly_as_many_reports_as_wanted(self, today):
        assert len(list(invented.reports(0, 33, today=today))) == 33

    def test_a_number_is_read_however_it_is_typed(self):
        draw, e164 = invented.chance("here"), "+33639981234"
        typed = {invented.typed_number(e164, draw) for _ in range(100)}
        assert len(typed) == 5
        for text in typed:
            assert spelling.canonicals(spelling.Identifier("phone", text), default_country="FR") == (e164,)

    def test_a_slip_is_one_edit(self):
        draw = invented.chance("here")
        for _ in range(200):
            slip = invented.misspelt("Marceline", draw)
            assert slip != "Marceline"
            assert abs(len(slip) - len("Marceline")) <= 1

    def test_some_names_are_far_more_frequent_than_others(self):
        names = [invented.person(number).name.split()[0] for number in range(3000)]
        often = sorted((names.count(name) for name in set(names)), reverse=True)
        assert often[0] > 10
        assert often[-1] == 1


@pytest.mark.django_db
class TestBuilding:
    def test_every_report_opens_and_says_what_its_columns_say(self, built):
        assert len(built) == 40
        for report in built:
            report.refuse_tampering()
            assert report.opens()

    def test_every_report_stands_under_the_tokens_that_filing_writes(self, built):
        for report in built[:10]:
            tokens = set(Token.objects.filter(report=report).values_list("token", flat=True))
            report.index()
            assert set(Token.objects.filter(report=report).values_list("token", flat=True)) == tokens

    def test_rules_of_spelling_are_put_back(self, db, today):
        rules = spelling.meanings, spelling.words_told
        building.build(3, today=today)
        assert (spelling.meanings, spelling.words_told) == rules

    def test_the_index_is_weighed(self, built):
        assert building.index_bytes() > 0


@pytest.mark.django_db
class TestYardsticks:
    def test_the_plain_column_finds_the_reports_that_ours_finds(self, built, heron, today):
        for known in built[:20]:
            for kept in known.identifiers:
                if kept.kind not in building.PLAIN_KINDS:
                    continue
                asked = spelling.ask(kept.value, default_country=COUNTRY)
                search = Search(asked, by=heron, today=today, near="", stop_at=monotonic() + 60)
                forms = {form for one in asked.of_kind(kept.kind) for form in spelling.wanted(one)}
                assert set(yardsticks.under(search, forms)) == set(search.under(forms)) != set()

    def test_no_form_finds_nothing(self, built, heron, today):
        search = Search(spelling.ask("", default_country=COUNTRY), by=heron, today=today, near="", stop_at=0)
        assert not yardsticks.under(search, set()).exists()

    @ON_POSTGRESQL
    def test_trigrams_find_the_likest_name_first(self, built):
        name = measuring.names_to_ask(1)[0][0]
        assert yardsticks.likest(name, most=3)[0][2:] == (name, 1.0)

    def test_a_site_on_plain_columns_does_not_start_outside_a_bench(self, monkeypatch):
        monkeypatch.delenv(INSIDE, raising=False)
        with pytest.raises(ImproperlyConfigured):
            importlib.import_module("alerts.benching.plain_site")


@pytest.mark.django_db
class TestWhatIsAsked:
    def test_one_number_in_four_was_reported_by_nobody(self, built):
        typed = measuring.numbers_to_ask(40)
        known = {one for report in built for kept in report.identifiers for one in numbers(kept.value)}
        assert [bool(known & {*numbers(text)}) for text in typed] == [True, True, True, False] * 10

    def test_a_name_is_asked_with_a_slip_in_each_word_and_with_two_in_one(self, built):
        for meant, each, one in measuring.names_to_ask(30):
            assert changed_words(meant, each) == 2
            assert changed_words(meant, one) <= 1  # two slips may undo each other


def numbers(value: str) -> tuple[str, ...]:
    return spelling.canonicals(spelling.Identifier("phone", value), default_country="FR")


def changed_words(meant: str, typed: str) -> int:
    return sum(one != other for one, other in zip(meant.split(), typed.split(), strict=True))
