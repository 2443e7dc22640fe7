"""What each page of a report gives to filing, and what it says kindly first."""

from functools import partial

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from alerts import facts
from alerts.forms import MoreForm, WhatForm, WhereForm, WhoForm
from alerts.spelling import Identifier, canonicals
from tests.makers import PHONE

UNKNOWN = {"weapon": None, "intoxicated": None, "others_present": None}


More = partial(MoreForm, waits=False)


def typed(**values: object) -> QueryDict:
    query = QueryDict(mutable=True)
    for key, value in values.items():
        query.setlist(key, value if isinstance(value, list) else [value])
    return query


def said(form_class, **values: object) -> dict:
    form = form_class(typed(**values))
    assert form.is_valid(), form.errors
    return form.said()


def wrong(form_class, **values: object) -> list[str]:
    form = form_class(typed(**values))
    assert not form.is_valid()
    return list(form.errors)


def kinds_and_values(**values: object) -> set[tuple[str, str]]:
    return {(kept["kind"], kept["value"]) for kept in said(WhoForm, **values)["identifiers"]}


class TestWhat:
    def test_what_happened_is_enough(self):
        assert said(WhatForm, incidents=["rape", "theft"]) == {"incidents": ["rape", "theft"], **UNKNOWN}

    @pytest.mark.parametrize(
        ("answer", "known"), [("yes", True), ("no", False), ("unknown", None), ("", None)]
    )
    def test_yes_no_and_not_known(self, answer, known):
        assert said(WhatForm, incidents=["rape"], weapon=answer)["weapon"] is known

    @pytest.mark.parametrize("incidents", [[], ["robbery"], ["rape", "robbery"]])
    def test_without_a_known_incident_it_says_so(self, incidents):
        assert wrong(WhatForm, incidents=incidents) == ["incidents"]

    def test_an_answer_that_is_not_in_the_list_is_refused(self):
        assert wrong(WhatForm, incidents=["rape"], weapon="maybe") == ["weapon"]


class TestWho:
    def test_what_she_says_it_is_counts(self):
        got = said(WhoForm, identifier=[PHONE, "Karim"], identifier_kind=["phone", "name"])
        assert got == {
            "identifiers": [{"kind": "phone", "value": PHONE}, {"kind": "name", "value": "Karim"}],
            "person": "client",
            "appearance": {},
            "vehicle": None,
        }

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            (PHONE, "phone"),
            ("m.karsten@example.org", "email"),
            ("@qxzorro", "handle"),
            ("AB-123-CD", "plate"),
            ("Karim", "name"),
        ],
    )
    def test_else_its_spelling_says(self, value, kind):
        (kept, *_other) = said(WhoForm, identifier=[value])["identifiers"]
        assert kept == {"kind": kind, "value": value}

    @pytest.mark.parametrize("kind", ["fax", ""])
    def test_a_kind_that_is_none_is_as_good_as_not_known(self, kind):
        assert said(WhoForm, identifier=[PHONE], identifier_kind=[kind])["identifiers"][0]["kind"] == "phone"

    def test_empty_boxes_are_no_identifiers_and_each_value_keeps_its_kind(self):
        got = said(
            WhoForm,
            identifier=["", f" {PHONE} ", " ", "Karim"],
            identifier_kind=["plate", "phone", "", "name"],
        )
        assert got["identifiers"] == [{"kind": "phone", "value": PHONE}, {"kind": "name", "value": "Karim"}]

    @pytest.mark.parametrize("kind", ["", "name", "phone", "email"])
    def test_what_nobody_can_read_is_told_whatever_she_says_it_is(self, kind):
        assert wrong(WhoForm, identifier=["…", PHONE], identifier_kind=[kind, ""]) == ["identifier"]

    @pytest.mark.parametrize(
        ("box", "kept"),
        [
            ("0639980202, marc202@example.org", {("phone", "0639980202"), ("email", "marc202@example.org")}),
            (
                "06 39 98 02 02 ZZ-555-ZZ",
                {("phone", "06 39 98 02 02"), ("plate", "ZZ-555-ZZ"), ("handle", "ZZ-555-ZZ")},
            ),
            ("0639980202 / 07 00 00 00 01", {("phone", "0639980202"), ("phone", "07 00 00 00 01")}),
            ("@zorro z@example.org", {("handle", "zorro"), ("email", "z@example.org")}),
            ("06 39 98 02 02 (le soir)", {("phone", "06 39 98 02 02 (le soir)")}),
            ("le zz-555-zz", {("plate", "zz-555-zz"), ("handle", "zz-555-zz")}),
            ("marc202", {("plate", "marc202"), ("handle", "marc202")}),
            ("1234567890", {("phone", "1234567890")}),
            ("Karimou", {("name", "Karimou")}),
        ],
    )
    def test_every_kind_that_a_box_holds_is_kept(self, box, kept):
        assert kinds_and_values(identifier=[box]) == kept

    @pytest.mark.parametrize(
        ("box", "kept"),
        [
            ("Bruno 7306", {("phone", "7306"), ("name", "Bruno")}),
            ("Bruno, 7306", {("phone", "7306"), ("name", "Bruno")}),
            ("Lucie 1979", {("phone", "1979"), ("name", "Lucie")}),
            ("Bruno ends in 7306", {("phone", "ends in 7306"), ("name", "Bruno")}),
            ("bruno *7306", {("phone", "*7306"), ("name", "bruno")}),
            ("Bruno, 06 39 98 __ 12", {("phone", "Bruno, 06 39 98 __ 12"), ("name", "Bruno")}),
            ("Bruno HK-73?-LM", {("plate", "HK-73?-LM"), ("name", "Bruno")}),
        ],
    )
    def test_a_part_is_kept_as_a_part_and_the_name_beside_it_as_a_name(self, box, kept):
        assert kinds_and_values(identifier=[box]) == kept

    @pytest.mark.parametrize("part", ["06 39 98", "06 39 98 xx 12", "7306", "HK-73?-LM", "plaque 731"])
    def test_a_part_is_nothing_whole_and_stays_beside_something_that_is(self, part):
        assert wrong(WhoForm, identifier=[part]) == ["identifier"]
        both = kinds_and_values(identifier=[part, "Bruno"], identifier_kind=["", "name"])
        ((kind, value),) = both - {("name", "Bruno")}
        assert (kind in ("phone", "plate"), value) == (True, part)
        assert canonicals(Identifier(kind, value), default_country="FR") == ()

    @pytest.mark.parametrize(
        "box", ["HK-731", "hk731", "zx 47", "bcd47", "BOB77", "Bruno HK-731", "0639980202 HK-731"]
    )
    def test_a_piece_that_would_pass_for_a_whole_plate_is_refused_until_she_says_what_it_is(self, box):
        assert wrong(WhoForm, identifier=[box]) == ["identifier"]
        assert said(WhoForm, identifier=["HK-731"], identifier_kind=["plate"])

    def test_what_may_be_several_things_is_named_and_what_to_do_said(self):
        (told,) = WhoForm(typed(identifier=[" HK-731"])).errors["identifier"]
        assert told == "“HK-731” may be several things. Choose beside it what it is."

    @pytest.mark.parametrize("box", ["bob77", "Bob7", "zoe2000", "саша77", "karim92"])
    def test_a_word_with_digits_behind_it_is_an_account(self, box):
        assert ("handle", box) in kinds_and_values(identifier=[box])

    @pytest.mark.parametrize("kind", ["handle", "plate"])
    @pytest.mark.parametrize("box", ["bob77", "b77", "HK-731", "td310"])
    def test_with_its_kind_it_is_kept_beside_a_number(self, box, kind):
        assert len(kinds_and_values(identifier=[box, PHONE], identifier_kind=[kind, ""])) == 2

    def test_a_part_alone_is_said_to_be_one_and_what_to_do(self):
        (told,) = WhoForm(typed(identifier=["b77"], identifier_kind=["plate"])).errors["identifier"]
        assert "only a part" in told

    @pytest.mark.parametrize(
        ("box", "kept"),
        [
            ("heron_31 Bruno", {("handle", "heron_31"), ("name", "Bruno")}),
            (
                "HK-731-LM Bruno",
                {("plate", "HK-731-LM"), ("handle", "HK-731-LM"), ("name", "Bruno")},
            ),
            ("Lucie 0639980202", {("phone", "Lucie 0639980202"), ("name", "Lucie")}),
            ("c'est lucie 0639980202", {("phone", "c'est lucie 0639980202"), ("name", "lucie")}),
            ("0639980202 (Bruno)", {("phone", "0639980202 (Bruno)"), ("name", "Bruno")}),
            ("王伟 0639980202", {("phone", "王伟 0639980202"), ("name", "王伟")}),
            ("b@example.org Jean Roux", {("email", "b@example.org Jean Roux"), ("name", "Jean Roux")}),
            ("lucie, roux202", {("plate", "lucie, roux202"), ("handle", "roux202"), ("name", "lucie")}),
        ],
    )
    def test_a_name_beside_something_else_is_kept_as_a_name(self, box, kept):
        assert kinds_and_values(identifier=[box]) == kept

    @pytest.mark.parametrize(
        "remark", ["le soir", "Le Soir", "ne pas rappeler", "rappeler", "18h30", "بعد العشاء", "вечером"]
    )
    def test_a_remark_stays_with_the_number_and_is_no_name(self, remark):
        assert kinds_and_values(identifier=[f"0639980202 {remark}"]) == {("phone", f"0639980202 {remark}")}

    @given(box=st.text(min_size=1, max_size=40))
    def test_any_box_is_kept_or_refused(self, box):
        form = WhoForm(typed(identifier=[box]))
        kept = form.is_valid() and form.said()["identifiers"]
        assert all(one["value"] for one in kept or [])

    @pytest.mark.parametrize(
        ("box", "kind", "kept"),
        [
            ("m@example.org", "phone", {("email", "m@example.org")}),
            (PHONE, "plate", {("phone", PHONE)}),
            (PHONE, "name", {("phone", PHONE)}),
            (f"Karim {PHONE}", "name", {("name", f"Karim {PHONE}"), ("phone", f"Karim {PHONE}")}),
            (
                f"{PHONE}, m@example.org",
                "phone",
                {("phone", f"{PHONE}, m@example.org"), ("email", "m@example.org")},
            ),
            ("Durand, Marc", "name", {("name", "Durand, Marc")}),
            ("@bob m@example.org", "handle", {("handle", "@bob m@example.org"), ("email", "m@example.org")}),
        ],
    )
    def test_what_her_choice_would_lose_is_kept_as_it_is_spelled(self, box, kind, kept):
        assert kinds_and_values(identifier=[box], identifier_kind=[kind]) == kept

    @pytest.mark.parametrize("part", ["06 39 98 __ 35", "06 39 98 45 xx", "*2565"])
    def test_part_of_a_phone_number_is_kept_beside_something_that_can_be_found(self, part):
        both = kinds_and_values(identifier=[part, "Karim"], identifier_kind=["phone", "name"])
        assert both == {("phone", part), ("name", "Karim")}
        assert wrong(WhoForm, identifier=[part], identifier_kind=["phone"]) == ["identifier"]

    def test_a_box_that_holds_too_much_is_told(self):
        boxes = [f"06 39 98 12 {seat} m{seat}@example.org" for seat in range(10, 17)]
        assert wrong(WhoForm, identifier=boxes) == ["identifier"]

    def test_too_long_and_too_many_are_told(self):
        assert wrong(WhoForm, identifier=["9" * (facts.LONGEST_IDENTIFIER + 1)]) == ["identifier"]
        most = [f"06 39 98 12 {seat}" for seat in range(10, 10 + facts.MOST_IDENTIFIERS + 1)]
        assert wrong(WhoForm, identifier=most) == ["identifier"]
        assert len(said(WhoForm, identifier=most[1:])["identifiers"]) == facts.MOST_IDENTIFIERS

    def test_two_facts_do_instead_of_an_identifier(self):
        got = said(WhoForm, hair="red", vehicle_type="van")
        assert got["appearance"] == {"hair": "red"}
        assert got["vehicle"] == {"type": "van", "colour": "unknown", "make": ""}

    @pytest.mark.parametrize(
        "described", [{}, {"hair": "red"}, {"hair": "red", "build": "unknown"}, {"glasses": "unknown"}]
    )
    def test_less_is_not_enough(self, described):
        assert wrong(WhoForm, **described) == ["identifier"]

    @pytest.mark.parametrize(
        ("boxes", "car"),
        [
            ({}, None),
            ({"vehicle_colour": "unknown"}, None),
            ({"vehicle_colour": "red"}, {"type": "car", "colour": "red", "make": ""}),
            ({"vehicle_make": "Dacia"}, {"type": "car", "colour": "unknown", "make": "Dacia"}),
        ],
    )
    def test_a_car_is_what_was_said_of_it(self, boxes, car):
        assert said(WhoForm, identifier=[PHONE], **boxes)["vehicle"] == car


class TestWhere:
    def test_an_area_is_enough(self):
        assert said(WhereForm, area="75") == {
            "area": "FR-75",
            "setting": "other",
            "incident_on": "",
            "about": False,
            "time_slot": "unknown",
            "alert": "now",
        }

    @pytest.mark.parametrize(
        ("text", "area"),
        [("FR-34", "FR-34"), ("fr-75", "FR-75"), ("Hérault", "FR-34"), ("herault", "FR-34"), ("34", "FR-34")],
    )
    def test_by_code_name_and_number(self, text, area):
        assert said(WhereForm, area=text)["area"] == area

    @pytest.mark.parametrize(
        ("text", "area"), [("34000", "FR-34"), ("75011", "FR-75"), ("20200", "FR-2B"), ("97400", "FR-974")]
    )
    def test_by_postcode(self, text, area):
        assert said(WhereForm, area=text)["area"] == area

    def test_a_name_of_several_areas_asks_which_and_names_their_codes(self):
        form = WhereForm(typed(area="Seine"))
        assert not form.is_valid()
        (told,) = form.errors["area"]
        assert "FR-76" in told
        assert "FR-93" in told

    @pytest.mark.parametrize("text", ["", "  ", "Atlantis", "FR-99", "x" * 61])
    def test_what_is_no_area_is_told(self, text):
        assert wrong(WhereForm, area=text) == ["area"]

    @pytest.mark.parametrize(
        ("day", "month_only", "kept"),
        [
            ("2026-03-27", "", "2026-03-27"),
            ("2026-03-27", "on", "2026-03"),
            ("2026-03", "", "2026-03"),
            ("", "on", ""),
        ],
    )
    def test_the_day_or_only_its_month(self, day, month_only, kept):
        assert said(WhereForm, area="75", incident_on=day, month_only=month_only)["incident_on"] == kept

    @pytest.mark.parametrize("day", ["2026-02-30", "27/03/2026", "2026", "soon"])
    def test_what_is_no_day_is_told(self, day):
        assert wrong(WhereForm, area="75", incident_on=day) == ["incident_on"]

    def test_all_else_is_kept_as_tapped(self):
        got = said(WhereForm, area="75", setting="hotel", about="on", time_slot="night", alert="in_14_days")
        assert (got["setting"], got["about"], got["time_slot"], got["alert"]) == (
            "hotel",
            True,
            "night",
            "in_14_days",
        )

    @pytest.mark.parametrize("key", ["setting", "time_slot", "alert"])
    def test_what_is_not_in_the_list_is_refused(self, key):
        assert wrong(WhereForm, area="75", **{key: "sea"}) == [key]


class TestMore:
    def test_an_empty_page_takes_the_consents_back(self):
        assert said(More) == {
            "story": "",
            "show_now": False,
            "how": [],
            "helped": [],
            "shares": {"alert": False, "statistics": False, "contact": False, "police": "no"},
            "appearance": {},
            "vehicle": None,
        }

    def test_each_consent_is_apart(self):
        assert said(More, warn="on", police="ask")["shares"] == {
            "alert": True,
            "statistics": False,
            "contact": False,
            "police": "ask",
        }

    def test_what_helped_and_how_are_kept(self):
        got = said(More, how=["changed_place"], helped=["said_no", "left_at_once"], marks=" a scar ")
        assert (got["how"], got["helped"]) == (["changed_place"], ["said_no", "left_at_once"])
        assert got["appearance"] == {"marks": "a scar"}

    def test_a_story_that_is_too_long_is_told(self):
        assert wrong(More, story="x" * (facts.LONGEST_STORY + 1)) == ["story"]

    def test_it_shows_what_is_there_and_gives_it_back_unchanged(self):
        there = {
            **facts.EMPTY,
            "how": ["changed_place"],
            "helped": ["said_no"],
            "appearance": {**facts.EMPTY_APPEARANCE, "hair": "red", "glasses": False, "marks": "a scar"},
            "vehicle": {"type": "van", "colour": "white", "make": "Dacia"},
            "shares": {"alert": True, "statistics": True, "police": "ask", "contact": False},
        }
        boxes = {key: value for key, value in MoreForm.typed(there, "Words.").items() if value is not False}
        form = More(typed(**boxes))
        assert form.is_valid(), form.errors
        given = form.said()
        assert (given.pop("story"), given.pop("show_now")) == ("Words.", False)
        assert {**facts.EMPTY_APPEARANCE, **given.pop("appearance")} == there["appearance"]
        assert given == {key: there[key] for key in ("how", "helped", "shares", "vehicle")}

    def test_a_report_that_waits_can_be_shown_and_another_is_not_asked(self):
        assert said(partial(MoreForm, waits=True), show_now="on")["show_now"] is True
        assert said(More, show_now="on")["show_now"] is False
