import pytest

from alerts.spelling import Identifier, canonicals, forms, match, readings


def name(value: str) -> Identifier:
    return Identifier("name", value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Álvaro", "alvaro"),
        ("ALVARO", "alvaro"),
        ("A\u0301lvaro", "alvaro"),
        ("Ashquill Ousmane", "ashquill ousmane"),
        ("ousmane  ASHQUILL", "ashquill ousmane"),
        ("Jean-François", "francois jean"),
        ("O’Brien", "brien o"),
        ("Ștefan", "stefan"),
        ("Søren Łukasz", "lukasz soren"),
        ("İbrahim", "ibrahim"),
        ("Straße", "strasse"),
        ("Алёна", "алена"),
        ("Андрей", "андрей"),
        ("مُحَمَّد", "محمد"),
        ("نـــادر", "نادر"),
        ("小刘（自称）", "小刘"),
        ("让·雅克", "让 雅克"),
        ("नीरज", "नीरज"),
        ("Kévin (déjà signalé)", "kevin"),
    ],
)
def test_case_accents_and_order_make_no_difference(typed: str, meant: str) -> None:
    assert canonicals(name(typed), default_country="FR") == (meant,)


@pytest.mark.parametrize("typed", ["", "J", "王", "1234", "?!", "🔪🔪", "mot " * 9])
def test_what_is_no_name_has_no_canonical(typed: str) -> None:
    assert canonicals(name(typed), default_country="FR") == ()


@pytest.mark.parametrize(
    ("one", "other"), [("Андрей", "Андреи"), ("नीरज", "नारज"), ("かき", "がき"), ("Marc", "Marcel")]
)
def test_other_letters_are_another_name(one: str, other: str) -> None:
    read = readings(one, default_country="FR")
    assert not any(match(reading, name(other), default_country="FR") for reading in read)


def test_letters_alone_are_first_of_all_a_name() -> None:
    assert [reading.kind for reading in readings("Álvaro", default_country="FR")] == ["name", "handle"]


def test_the_forms_of_a_name_are_these() -> None:
    assert forms(name("Álvaro QUIBRAC"), default_country="FR") == {("name", "alvaro quibrac")}
