"""What a report says in closed words: taken from anywhere, refused with a sentence or given whole."""

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import facts
from alerts.facts import FactsRefused, validated
from tests.makers import an_identifier, what_is_said

REPORTED_ON = date(2026, 11, 16)
BIDI = "\u202e\u2066\u200f\u061c"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
SURROGATES = st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lo"]), max_size=12)
# Objects that look like a report, some of their parts as they should be.
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        key: st.just(what_is_said().get(key, empty)) | JSON | SURROGATES for key, empty in facts.EMPTY.items()
    },
)


def said(**but: object) -> dict:
    return what_is_said(**but)


def wrong(**but: object) -> list[str]:
    """The keys of what is refused; each with a sentence."""
    with pytest.raises(FactsRefused) as refused:
        validated(said(**but), reported_on=REPORTED_ON)
    assert all(sentence for _key, sentence in refused.value.problems)
    return [key for key, _sentence in refused.value.problems]


def test_what_was_left_out_gets_its_default():
    whole = validated(said(), reported_on=REPORTED_ON)
    assert whole.keys() == facts.EMPTY.keys()
    assert (whole["setting"], whole["weapon"], whole["vehicle"], whole["person"]) == (
        "other",
        None,
        None,
        "client",
    )


def test_parts_are_filled_up_too():
    whole = validated(
        said(appearance={"hair": "red"}, vehicle={"make": "Dacia"}, shares={"police": "ask"}),
        reported_on=REPORTED_ON,
    )
    assert whole["appearance"] == {**facts.EMPTY_APPEARANCE, "hair": "red"}
    assert whole["vehicle"] == {"type": "car", "colour": "unknown", "make": "Dacia"}
    assert whole["shares"] == {**facts.EMPTY_SHARES, "police": "ask"}


def test_codes_stand_once_and_in_the_order_of_the_list():
    whole = validated(said(incidents=["theft", "rape", "theft"]), reported_on=REPORTED_ON)
    assert whole["incidents"] == ["rape", "theft"]


@pytest.mark.parametrize(("typed", "kept"), [("FR-75", "FR-75"), ("FR-75C", "FR-75"), ("FR-69M", "FR-69")])
def test_an_area_has_one_code(typed, kept):
    assert validated(said(area=typed), reported_on=REPORTED_ON)["area"] == kept


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("incidents", value) for value in ([], ["robbery"], "rape", None, [["rape"]], {"rape": 1})],
        *[
            ("identifiers", value)
            for value in ("06", [7], [{}], [an_identifier("")], [an_identifier(" \u200b ")])
        ],
        *[
            ("identifiers", [{**an_identifier(), **but}])
            for but in ({"kind": "mail"}, {"country": "ZZ"}, {"x": 1})
        ],
        *[("identifiers", [{**an_identifier(), **but}]) for but in ({"value": 7}, {"platform": "fax"})],
        ("identifiers", [an_identifier("9" * (facts.LONGEST_IDENTIFIER + 1))]),
        ("identifiers", [an_identifier()] * (facts.MOST_IDENTIFIERS + 1)),
        *[("person", value) for value in ("john", None, 1)],
        *[
            ("incident_on", value)
            for value in ("2026-02-30", "12/05/2026", "2026-13", "2026", 20260512, [], "2026-5")
        ],
        *[("incident_on", value) for value in ("2026-11-17", "2026-12", "20260512", "2026-W01")],
        *[("about", value) for value in ("yes", None, 1)],
        *[("area", value) for value in ("Paris", "fr-75", "FR-99", "", None, 75)],
        *[("setting", value) for value in ("sea", "", None)],
        *[("time_slot", value) for value in ("dawn", "", None)],
        *[(key, "yes") for key in ("weapon", "intoxicated", "others_present")],
        *[(key, 1) for key in ("weapon", "intoxicated", "others_present")],
        *[("how", value) for value in (["flew"], "changed_place", None)],
        *[("helped", value) for value in (["prayed"], None)],
        *[("appearance", value) for value in ([], {"skin": "x"}, {"hair": "pink"}, {"glasses": "no"})],
        *[("appearance", {"marks": "x" * (facts.LONGEST_MARKS + 1)}), ("appearance", {"spoke": None})],
        *[
            ("vehicle", value)
            for value in ([], {"wheels": 4}, {"colour": "pink"}, {"type": "boat"}, {"make": 7})
        ],
        *[("language", value) for value in ("de", "", None)],
        *[("on_behalf", value) for value in ("oui", None, 0)],
        *[("shares", value) for value in ([], {"alert": "yes"}, {"police": "maybe"}, {"radio": True}, None)],
    ],
)
def test_every_bad_field_has_its_sentence(key, value):
    assert wrong(**{key: value}) == [key]


def test_everything_that_is_wrong_is_told_at_once():
    told = wrong(incidents=[], area="Paris", weapon="yes", skin="x", appearance={"hair": "pink"})
    assert sorted(told) == ["appearance", "area", "incidents", "skin", "weapon"]


@pytest.mark.parametrize("value", [None, 7, "text", [], ["incidents"], True])
def test_what_is_no_object_is_refused(value):
    with pytest.raises(FactsRefused):
        validated(value, reported_on=REPORTED_ON)


class TestWithoutAnIdentifier:
    @pytest.mark.parametrize(
        "described",
        [
            {"appearance": {"hair": "red", "build": "slim"}},
            {"appearance": {"glasses": False, "marks": "a scar"}},
            {"vehicle": {"type": "van", "colour": "white"}},
            {"appearance": {"hair": "red"}, "vehicle": {"type": "van"}},
        ],
    )
    def test_two_facts_about_him_or_his_car_are_enough(self, described):
        assert validated(said(identifiers=[], **described), reported_on=REPORTED_ON)["identifiers"] == []

    @pytest.mark.parametrize(
        "described",
        [{}, {"appearance": {"hair": "red", "build": "unknown"}}, {"vehicle": {"type": "van", "make": " "}}],
    )
    def test_fewer_are_not(self, described):
        assert wrong(identifiers=[], **described) == ["identifiers"]


class TestDays:
    @pytest.mark.parametrize("on", ["2026-11-16", "2026-11", "2026-10-31", "1999-01-01", ""])
    def test_the_day_of_the_report_and_before_are_kept(self, on):
        assert validated(said(incident_on=on), reported_on=REPORTED_ON)["incident_on"] == on

    def test_not_known_is_kept_as_nothing(self):
        assert validated(said(incident_on=None), reported_on=REPORTED_ON)["incident_on"] == ""

    def test_a_typed_day_is_checked_alone(self):
        assert facts.checked_day("2026-05") == "2026-05"
        with pytest.raises(FactsRefused):
            facts.checked_day("2026-05-32")


class TestTexts:
    @pytest.mark.parametrize("char", [*BIDI, "\x1b", "\x07", "\x7f", "\x85", "\r"])
    def test_what_hides_or_turns_a_text_is_taken_out(self, char):
        whole = validated(
            said(appearance={"marks": f"a{char}b"}, identifiers=[an_identifier(f"06 39{char} 98 12 34")]),
            reported_on=REPORTED_ON,
        )
        assert whole["appearance"]["marks"] == "ab"
        assert whole["identifiers"][0]["value"] == "06 39 98 12 34"
        assert facts.checked_story(f"a{char}b") == "ab"

    def test_lines_of_a_story_stay(self):
        assert facts.checked_story(" one\r\ntwo\n") == "one\ntwo"

    def test_letters_of_any_script_stay(self):
        story = "می‌خواهم · Ștefan · Ъ · 老周 · 👩🏽‍⚕️"
        assert facts.checked_story(story) == story

    @pytest.mark.parametrize("broken", ["a\0b", "a\ud800b", "\udfff"])
    def test_broken_characters_are_refused(self, broken):
        assert wrong(appearance={"marks": broken}) == ["appearance"]
        assert wrong(vehicle={"make": broken}) == ["vehicle"]
        assert wrong(identifiers=[an_identifier(broken)]) == ["identifiers"]
        with pytest.raises(FactsRefused):
            facts.checked_story(broken)

    def test_the_longest_story_is_kept_and_one_character_more_is_not(self):
        assert len(facts.checked_story("x" * facts.LONGEST_STORY)) == facts.LONGEST_STORY
        with pytest.raises(FactsRefused):
            facts.checked_story("x" * (facts.LONGEST_STORY + 1))

    def test_what_is_said_back_can_be_written_and_steers_no_terminal(self):
        with pytest.raises(FactsRefused) as refused:
            validated(
                {"\x1b[2J\ud800key": 1, **said(setting="\x1b[2J\udfff\u202esea")}, reported_on=REPORTED_ON
            )
        told = " ".join(sentence for _key, sentence in refused.value.problems)
        assert told.isprintable()
        assert "[2Jkey" in told
        assert "[2Jsea" in told


class TestSize:
    def test_more_than_a_report_can_hold_is_refused(self):
        boxes = [
            an_identifier("🌸" * facts.LONGEST_IDENTIFIER, "name") for _ in range(facts.MOST_IDENTIFIERS)
        ]
        assert wrong(identifiers=boxes) == ["identifiers"]

    def test_what_is_kept_is_below_the_limit(self):
        boxes = [an_identifier("🌸" * facts.LONGEST_IDENTIFIER, "name") for _ in range(8)]
        whole = validated(said(identifiers=boxes), reported_on=REPORTED_ON)
        assert len(json.dumps(whole, ensure_ascii=False).encode()) <= facts.LONGEST_FACTS


@given(JSON)
def test_any_value_at_all_is_refused_or_taken(value):
    taken_or_refused(value)


@given(NEARLY)
def test_any_value_in_any_place_is_refused_or_taken(value):
    taken_or_refused(value)


@given(JSON | SURROGATES)
def test_any_text_is_refused_or_taken(value):
    for check in (facts.checked_story, facts.checked_day):
        with suppress(FactsRefused):
            assert isinstance(check(value), str)


@given(
    st.lists(st.sampled_from(["rape", "theft"]), min_size=1),
    st.text(max_size=30),
    st.sampled_from(["2026-03", ""]),
)
def test_what_was_taken_once_is_taken_again_as_it_is(incidents, marks, on):
    report = said(incidents=incidents, appearance={"marks": marks}, incident_on=on)
    try:
        once = validated(report, reported_on=REPORTED_ON)
    except FactsRefused:
        assert "\0" in marks
        return
    assert validated(once, reported_on=REPORTED_ON) == once


def taken_or_refused(value) -> None:
    whole, problems = None, []
    try:
        whole = validated(value, reported_on=REPORTED_ON)
    except FactsRefused as refused:
        problems = refused.problems
    assert bool(whole) != bool(problems)
    assert all(sentence for _key, sentence in problems)
    json.dumps([whole, [sentence for _key, sentence in problems]], ensure_ascii=False).encode()
