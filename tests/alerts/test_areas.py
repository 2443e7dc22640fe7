import time

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from alerts import areas

SOME_COUNTRIES = st.sampled_from(["FR", "BE", "DE", "ES", "GB", "RE", "XK", "TR", "DZ", "PT", "QQ", ""])


@pytest.mark.parametrize(
    "code", ["FR-75", "FR-69", "FR-2A", "FR-971", "FR-974", "FR-976", "FR-IDF", "BE-VBR", "ES-M"]
)
def test_a_code_of_iso_or_as_people_write_it_is_known(code):
    assert areas.known(code)


@pytest.mark.parametrize("code", ["FR-99", "FR-977", "Paris", "75", "FR", "fr-75", "", None, 75, ["FR-75"]])
def test_anything_else_is_not_an_area(code):
    assert not areas.known(code)


@pytest.mark.parametrize(("iso", "ours"), [("FR-75C", "FR-75"), ("FR-69M", "FR-69"), ("FR-13", "FR-13")])
def test_one_place_has_one_code(iso, ours):
    assert areas.known(iso)
    assert areas.canonical(iso) == ours


def test_no_code_is_made_up():
    with pytest.raises(KeyError):
        areas.canonical("FR-99")


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("FR-75", "en", "Paris (75), France"),
        ("FR-75C", "es", "Paris (75), Francia"),
        ("FR-974", "ru", "La Réunion (974), Франция"),
        ("FR-IDF", "fr", "Île-de-France, France"),
        ("ES-C", "fr", "A Coruña, Espagne"),
        ("ES-MC", "fr", "Región de Murcia, Espagne"),
        ("BE-BRU", "zh-hans", "Bruxelles – Brussel, 比利时"),
        ("RS-KM", "sq", "Kosovë"),
    ],
)
def test_an_area_keeps_its_own_name_and_its_country_is_translated(code, language, name):
    with override(language):
        assert areas.name(code) == name


def test_a_code_that_iso_dropped_can_still_be_shown():
    assert areas.name("FR-99") == "FR-99"


@pytest.mark.parametrize(
    "typed",
    [
        "FR-75",
        "fr 75",
        "FR-75C",
        "75",
        "75011",
        "750",
        "paris",
        "PARIS",
        " Pàris ",
        "75011 Paris",
        "Paris 11e",
        "Paris (75)",
    ],
)
def test_paris_is_found_however_it_is_typed(typed):
    assert areas.find(typed, country="FR")[0] == "FR-75"


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("be-vbr", "FR", "BE-VBR"),
        ("Île de France", "FR", "FR-IDF"),
        ("2a", "FR", "FR-2A"),
        ("20200", "FR", "FR-2B"),
        ("97400", "FR", "FR-974"),
        ("6", "FR", "FR-06"),
        ("١٣", "FR", "FR-13"),
        ("69003", "FR", "FR-69"),
        ("lyon", "FR", "FR-69"),
        ("97400", "RE", "FR-974"),
        ("1000", "BE", "BE-BRU"),
        ("Brussel", "BE", "BE-BRU"),
        ("10115", "DE", "DE-BE"),
        ("28013", "ES", "ES-M"),
        ("la coruna", "ES", "ES-C"),
        ("1201", "CH", "CH-GE"),
        ("1100-148", "PT", "PT-11"),
        ("20121", "IT", "IT-MI"),
        ("400001", "RO", "RO-CJ"),
        ("9000", "BG", "BG-03"),
        ("Варна", "BG", "BG-03"),
        ("34", "TR", "TR-34"),
        ("16000", "DZ", "DZ-16"),
        ("kosova", "XK", "RS-KM"),
    ],
)
def test_an_area_is_found_by_code_number_postcode_or_name(typed, country, code):
    assert areas.find(typed, country=country)[0] == code


def test_the_whole_name_comes_before_longer_ones():
    assert areas.find("loire", country="FR")[0] == "FR-42"
    assert "FR-44" in areas.find("loire", country="FR")


def test_a_postcode_that_crosses_a_border_names_both_sides():
    assert set(areas.find("20", country="FR")) == {"FR-2A", "FR-2B"}
    assert areas.find("48527", country="DE") == ["DE-NW", "DE-NI"]


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("", "FR"),
        ("99", "FR"),
        ("98000", "FR"),
        ("750111", "FR"),
        ("e", "FR"),
        ("75", "RE"),
        ("1", "BE"),
        ("12345", "SE"),
    ],
)
def test_what_cannot_be_known_finds_nothing(typed, country):
    assert areas.find(typed, country=country) == []


@given(text=st.text(max_size=120), country=SOME_COUNTRIES)
def test_whatever_is_typed_only_real_areas_are_found_and_none_twice(text, country):
    found = areas.find(text, country=country)
    assert all(areas.known(code) for code in found)
    assert len(set(found)) == len(found)


@given(st.sampled_from(areas.of_country("FR") + areas.of_country("BE") + areas.of_country("PT")))
def test_whatever_is_offered_is_found_by_its_code_and_by_its_name(offered):
    code, name = offered
    assert areas.find(code.lower(), country=code[:2]) == [code]
    assert areas.find(name, country=code[:2])[0] == code


def test_france_offers_its_departements_each_once():
    codes = [code for code, _ in areas.of_country("FR")]
    assert {"FR-01", "FR-2A", "FR-69", "FR-75", "FR-95", "FR-971", "FR-976"} <= set(codes)
    assert not {"FR-IDF", "FR-20R", "FR-6AE", "FR-75C", "FR-69M"} & set(codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("country", "how_many"), [("DE", 16), ("ES", 52), ("CH", 26), ("BE", 13), ("RE", 1), ("QQ", 0)]
)
def test_each_country_offers_the_level_that_people_speak_of(country, how_many):
    assert len(areas.of_country(country)) == how_many


def test_areas_to_choose_from_are_sorted_without_regard_to_accents():
    names = [name for _, name in areas.of_country("ES")]
    assert names.index("Albacete") > names.index("Álava") > names.index("A Coruña")


def test_the_table_of_postcodes_names_only_areas_that_can_be_chosen():
    for country, table in areas._postcodes().items():
        offered = {code for code, _ in areas.of_country(country)}
        named = {
            area
            for areas_of_one in table.values()
            if isinstance(areas_of_one, str)
            for area in areas_of_one.split()
        }
        assert {f"{country}-{area}" for area in named} <= offered


@pytest.mark.parametrize(
    ("text", "code", "typed"),
    [
        ("vu à Guéret hier", "FR-23", "Guéret"),
        ("MONT DE MARSAN", "FR-40", "MONT DE MARSAN"),
        ("Chalon-sur-Saône, gare", "FR-71", "Chalon-sur-Saône"),
        ("Haute-Garonne", "FR-31", "Haute-Garonne"),
        ("Kevin de Bourges", "FR-18", "Bourges"),
        ("он был в Гренобле", "FR-38", "Гренобле"),
        ("رجل من تولوز", "FR-31", "تولوز"),
        ("بتولوز", "FR-31", "بتولوز"),
        ("他在波尔多", "FR-33", "波尔多"),
        ("hombre de Gijón", "ES-O", "Gijón"),
        ("un tip din Timisoara", "RO-TM", "Timisoara"),
        ("мъж от Стара Загора", "BG-24", "Стара Загора"),
        ("burrë nga Prizren", "RS-KM", "Prizren"),
        ("seen in Norwich", "GB-NFK", "Norwich"),
        ("Köln", "DE-NW", "Köln"),
    ],
)
def test_a_town_or_an_area_is_read_in_a_sentence(text, code, typed):
    assert areas.in_words(text) == ((code, typed),)


def test_a_name_that_two_places_share_gives_both():
    assert areas.in_words("Saint-Denis") == (("FR-93", "Saint-Denis"), ("FR-974", "Saint-Denis"))


def test_the_longest_name_counts():
    assert areas.in_words("Aix-les-Bains") == (("FR-73", "Aix-les-Bains"),)
    assert areas.in_words("Aix") == (("FR-13", "Aix"),)


@pytest.mark.parametrize(
    "text",
    ["", "trop cher", "Limogeages", "Lyonnais", "he was reading", "para", "orange", "06 39 98 41 72", "马"],
)
def test_no_place_is_read_into_other_words(text):
    assert areas.in_words(text) == ()


def test_every_place_read_in_sentences_lies_in_a_known_area():
    assert all(
        areas.known(code) and areas.canonical(code) == code
        for codes in areas._places().values()
        for code in codes
    )


def test_every_departement_has_its_chief_town():
    named = {code for code, _town in areas._called_by_towns()}
    assert {code for code, _name in areas.of_country("FR") if areas.DEPARTEMENT.fullmatch(code)} <= named


@given(st.text())
def test_whatever_is_typed_names_only_known_areas(text):
    assert all(areas.known(code) and typed in text for code, typed in areas.in_words(text))


@pytest.mark.parametrize("piece", ["Aix-", "波尔", "ب", "Le Puy en ", "\ud800 "])
def test_hostile_sentences_are_quick(piece):
    text = piece * (65_536 // len(piece))
    areas.in_words(piece)
    start = time.process_time()
    areas.in_words(text)
    assert time.process_time() - start < 0.05
