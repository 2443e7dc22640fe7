import pytest

from alerts.spelling import Identifier, canonicals, forms, match, readings


def plate(value: str, country: str = "") -> Identifier:
    return Identifier("plate", value, country=country)


@pytest.mark.parametrize(
    "typed",
    [
        "AB-123-CE",
        "ab 123 ce",
        "AB123CE",
        "AB–123–CE",
        "АВ-123-СЕ",
        "ＡＢ１２３ＣＥ",
        "AB-123-CE (59)",
        "AB-123-CE 59",
        "F AB-123-CE",
        "AB-123-CE ?",
        "AB-123-CE (à vérifier)",
        "plaque : AB-123-CE",
    ],
)
def test_any_spelling_of_a_plate_gives_the_plate(typed: str) -> None:
    assert canonicals(plate(typed, "FR"), default_country="FR") == ("AB123CE",)
    assert readings(typed, default_country="FR")[0].canonical == "AB123CE"


@pytest.mark.parametrize(
    ("typed", "country", "meant"),
    [
        ("5017 MR 69", "FR", "5017MR69"),
        ("1-ABC-234", "BE", "1ABC234"),
        ("8176 wcs", "ES", "8176WCS"),
        ("JU 937083", "CH", "JU937083"),
        ("Е777КХ 77", "RU", "E777KX77"),
        ("MÜ AB 123", "DE", "MÜAB123"),
        ("京A·12345", "CN", "京A12345"),
        ("12345-A-6", "MA", "12345A6"),
    ],
)
def test_plates_of_other_countries_are_read(typed: str, country: str, meant: str) -> None:
    assert canonicals(plate(typed, country), default_country="FR") == (meant,)


@pytest.mark.parametrize(
    "typed",
    [
        "AB-12?-CE",
        "AB-123-__",
        "*-123-CE",
        "AB-12…-CE",
        "ABCD",
        "A1",
        "0000",
        "AB-1 (illisible) 3-CE",
        "a=12",
    ],
)
def test_a_plate_with_a_gap_is_no_plate(typed: str) -> None:
    assert canonicals(plate(typed), default_country="FR") == ()


@pytest.mark.parametrize("typed", ["AB-124-CE", "AB-123-C", "AC-123-BE", "A8-123-CE"])
def test_one_sign_off_does_not_match(typed: str) -> None:
    read = readings(typed, default_country="FR")
    assert not any(match(one, plate("AB-123-CE", "FR"), default_country="FR") for one in read)


def test_a_text_that_may_be_several_things_is_read_as_each() -> None:
    kinds = [reading.kind for reading in readings("8176 wcs", default_country="FR")]
    assert kinds == ["plate", "handle", "name"]


def test_the_forms_of_a_plate_are_these() -> None:
    assert forms(plate("AB-123-CE (59)", "FR"), default_country="FR") == {("plate", "AB123CE")}
