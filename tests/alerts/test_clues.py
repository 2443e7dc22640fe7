"""What only resembles: shown apart as perhaps, and only where enough speaks for it."""

import pytest

from alerts import finding
from alerts.checking import MOST_BY_A_PART, Outcome, check
from tests.alerts.test_checking import with_facts_of
from tests.makers import a_report, an_identifier

pytestmark = pytest.mark.django_db

TORVALD = an_identifier("Torvald", "name")


def perhaps(answer):
    assert answer.sure == []
    return {report.pk: person.clues for person in answer.perhaps for report in person.reports}


class TestParts:
    @pytest.mark.parametrize("typed", ["1234", "…12 34", "*981234", "ends in 1234", "termine par 12 34"])
    def test_the_end_of_a_number_is_a_perhaps(self, heron, plover, now, typed):
        report = a_report(heron)
        assert perhaps(check(typed, by=plover, now=now)) == {report.pk: ("tail",)}

    @pytest.mark.parametrize("typed", ["ZX-471", "zx471", "471 KG", "ZX-47?-KG"])
    def test_a_piece_of_a_plate_is_a_perhaps(self, heron, plover, now, typed):
        report = a_report(heron, identifiers=[an_identifier("ZX-471-KG", "plate")])
        assert report.pk in perhaps(check(typed, by=plover, now=now))

    def test_an_end_that_nobody_reported_is_answered_with_none(self, heron, plover, now):
        a_report(heron)
        assert check("…5678", by=plover, now=now).outcome == Outcome.NONE

    def test_the_end_of_a_number_shows_five_people_and_says_that_there_are_more(self, heron, plover, now):
        for seat in range(MOST_BY_A_PART + 2):
            a_report(heron, identifiers=[an_identifier(f"06 39 98{seat} 1234".replace("98", "9", 1))])
        answer = check("…1234", by=plover, now=now)
        assert len(answer.perhaps) == MOST_BY_A_PART
        assert answer.too_common

    def test_a_name_beside_an_end_puts_the_one_who_has_both_first(self, heron, plover, now):
        a_report(heron, identifiers=[an_identifier("06 39 98 77 41"), an_identifier("Anselm", "name")])
        both = a_report(heron, identifiers=[an_identifier("06 39 95 77 41"), TORVALD], incidents=["theft"])
        answer = check("Torvald 7741", by=plover, now=now)
        assert answer.perhaps[0].reports[0].pk == both.pk
        assert set(answer.perhaps[0].clues) == {"tail", "name"}

    def test_the_worst_are_among_the_five_wherever_she_works(self, heron, plover, now):
        for seat in range(MOST_BY_A_PART + 1):
            said = {"incidents": ["theft"], "area": "FR-75"}
            a_report(heron, identifiers=[an_identifier(f"06 39 9{seat} 41 30")], **said)
        worst = a_report(heron, identifiers=[an_identifier("06 39 95 41 30")], area="FR-13")
        answer = check("…4130", by=plover, now=now, near=["FR-75"])
        assert answer.perhaps[0].reports[0].pk == worst.pk

    def test_who_has_the_end_of_the_number_is_not_lost_among_many_of_the_name(self, heron, plover, now):
        for seat in range(25):
            a_report(heron, identifiers=[an_identifier(f"04 65 71 00 {seat:02}"), TORVALD])
        one = a_report(heron, identifiers=[an_identifier("06 39 98 41 30")])
        answer = check("Torvald *4130", by=plover, now=now)
        assert one.pk in {report.pk for person in answer.perhaps for report in person.reports}
        assert answer.too_common


class TestNames:
    def test_a_name_in_the_middle_of_a_sentence_is_found(self, heron, plover, now):
        report = a_report(heron, identifiers=[TORVALD])
        assert report.pk in perhaps(check("il dit s'appeler Torvald", by=plover, now=now))

    @pytest.mark.parametrize("typed", ["torvald", "Torvlad", "Thorvald", "Торвальд"])
    def test_a_name_as_it_sounds_or_is_misspelt_is_a_perhaps(self, heron, plover, now, typed):
        report = a_report(heron, identifiers=[TORVALD])
        assert perhaps(check(typed, by=plover, now=now)) == {report.pk: ("name",)}

    def test_another_name_is_not_found(self, heron, plover, now):
        a_report(heron, identifiers=[TORVALD])
        assert check("Anselm", by=plover, now=now).outcome == Outcome.NONE

    def test_the_same_name_from_her_area_comes_first(self, heron, plover, now):
        a_report(heron, identifiers=[TORVALD], area="FR-33")
        near = a_report(heron, identifiers=[TORVALD], incidents=["theft"], area="FR-34")
        answer = check("Torvald", by=plover, now=now, near=["FR-34"])
        assert answer.perhaps[0].reports[0].pk == near.pk

    def test_a_number_one_digit_off_is_asked_about_where_a_name_speaks_too(self, heron, plover, now):
        report = a_report(heron, identifiers=[an_identifier("06 39 98 77 41"), TORVALD])
        found = perhaps(check("Torvald 06 39 98 77 14", by=plover, now=now))
        assert set(found[report.pk]) == {"near_phone", "name"}
        assert check("06 39 98 77 14", by=plover, now=now).outcome == Outcome.NONE


class TestNamesOfTwoWords:
    WHOLE = an_identifier("Lisbeth Quibrac", "name")

    @pytest.mark.parametrize(
        "typed", ["Lisbeth Quibrac", "quibrac LISBETH", "Lisbht Quirbac", "Lisbeth Qubrca", "Lisbeth Xuibrax"]
    )
    def test_who_has_the_whole_name_is_found_however_it_is_misspelt(self, heron, plover, now, typed):
        report = a_report(heron, identifiers=[self.WHOLE])
        assert perhaps(check(typed, by=plover, now=now)) == {report.pk: ("name",)}

    def test_where_nobody_has_it_who_has_one_of_the_words_is_shown(self, heron, plover, now):
        report = a_report(heron, identifiers=[an_identifier("Lisbeth", "name")])
        other = a_report(heron, identifiers=[an_identifier("Lisbeth Torvald", "name")])
        found = perhaps(check("Lisbeth Quibrac", by=plover, now=now))
        assert found == {report.pk: ("name",), other.pk: ("name",)}

    def test_where_somebody_has_it_who_has_but_one_of_the_words_is_not(self, heron, plover, now):
        report = a_report(heron, identifiers=[self.WHOLE])
        a_report(heron, identifiers=[an_identifier("Lisbeth Torvald", "name")])
        assert perhaps(check("Lisbeth Quibrak", by=plover, now=now)).keys() == {report.pk}

    def test_two_words_of_three_are_enough(self, heron, plover, now):
        report = a_report(heron, identifiers=[an_identifier("Lisbeth Torvald Quibrac", "name")])
        assert report.pk in perhaps(check("Lisbteh Qiubrac", by=plover, now=now))

    def test_a_row_of_that_name_that_does_not_open_is_told(self, heron, plover, now):
        a_report(heron, identifiers=[self.WHOLE])
        broken, other = a_report(plover, identifiers=[self.WHOLE]), a_report(heron)
        with_facts_of(broken, other)
        answer = check("Lisbeth Quibrac", by=plover, now=now)
        assert (answer.outcome, answer.whole) == (Outcome.PERHAPS, False)

    def test_more_of_one_name_than_are_opened_are_told_as_too_common(self, heron, plover, now, monkeypatch):
        monkeypatch.setattr(finding, "OPENED_FIRST", finding.OPENED_AT_ONCE)
        for seat in range(finding.OPENED_AT_ONCE + 1):
            a_report(heron, identifiers=[an_identifier(f"04 65 71 00 {seat:02}"), self.WHOLE])
        assert check("Lisbeth Quibrac", by=plover, now=now).too_common


class TestWords:
    CAR = {"type": "van", "colour": "green", "make": "Talbot Express"}

    def test_words_of_the_notice_in_another_form_are_a_perhaps(self, heron, plover, now):
        report = a_report(heron, notice="Il a cassé deux lanternes dans la cour.", language="fr")
        assert perhaps(check("lanterne cassée cour", by=plover, now=now)) == {report.pk: ("words",)}

    def test_a_mark_in_chinese_is_found_though_nothing_parts_its_words(self, heron, plover, now):
        report = a_report(heron, appearance={"marks": "右手缺小指"}, language="zh-hans")
        assert perhaps(check("右手缺小指", by=plover, now=now)) == {report.pk: ("words",)}
        assert check("右脚", by=plover, now=now).outcome == Outcome.NONE

    def test_one_word_of_a_notice_is_not_enough(self, heron, plover, now):
        a_report(heron, notice="Il a cassé deux lanternes dans la cour.", language="fr")
        assert check("lanternes", by=plover, now=now).outcome == Outcome.NONE

    def test_the_story_is_never_searched(self, heron, plover, now):
        a_report(heron, story="Il a cassé deux lanternes dans la cour.")
        assert check("lanternes cassées cour", by=plover, now=now).outcome == Outcome.NONE

    @pytest.mark.parametrize("typed", ["Talbot vert", "зелёный Talbot", "绿色 Talbot", "Talbot أخضر"])
    def test_a_car_is_found_by_make_and_colour_in_any_language(self, heron, plover, now, typed):
        report = a_report(heron, vehicle=self.CAR)
        assert perhaps(check(typed, by=plover, now=now)) == {report.pk: ("car",)}

    def test_who_left_nothing_to_recognise_him_by_is_found_by_what_he_looks_like(self, heron, plover, now):
        looks = {"hair": "red", "facial_hair": "goatee", "build": "slim"}
        report = a_report(heron, identifiers=[], appearance=looks)
        assert perhaps(check("roux, bouc", by=plover, now=now)) == {report.pk: ("looks",)}


class TestAPastedMessage:
    def test_its_number_is_asked_and_its_words_are_not(self, heron, plover, now):
        report = a_report(heron)
        a_report(heron, identifiers=[an_identifier("Bonsoir", "name")])
        answer = check("Bonsoir, vous êtes libre demain vers 18h ? 06 39 98 12 34 merci", by=plover, now=now)
        assert [one.pk for person in answer.people for one in person.reports] == [report.pk]
