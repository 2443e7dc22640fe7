import pytest

from alerts.spelling import Identifier, canonicals, forms, match, readings, same
from alerts.spelling.phone import numbers


def phone(value: str, country: str = "") -> Identifier:
    return Identifier("phone", value, country=country)


def asked(typed: str, kept: Identifier, default_country: str = "FR") -> set[str | None]:
    read = readings(typed, default_country=default_country)
    return {match(reading, kept, default_country=default_country) for reading in read}


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 41 72",
        "06.39.98.41.72",
        "06/39/98/41/72",
        "0 6 3 9 9 8 4 1 7 2",
        "639984172",
        "'639984172",
        "639984172.0",
        "+33 6 39 98 41 72",
        "+ 33 (0)6 39 98 41 72",
        "(+33) 6 39 98 41 72",
        "0033 6 39 98 41 72",
        "33 6 39 98 41 72",
        "O6 39 98 4l 72",
        "٠٦ ٣٩ ٩٨ ٤١ ٧٢",
        "０６ ３９ ９８ ４１ ７２",
        "06\u200b39\u200b98\u200b41\u200b72",
        "\u20600639984172\u200d",
        "tél 06 39 98 41 72",
        "tel0639984172",
        "Il répond au 06 39 98 41 72 le soir",
        "06 39 98 41 72 (le soir seulement)",
        "06 39 98 41 72 (2024)",
        "06 39 98 41 72 24h/24 7j/7",
        "06 39 98 41 72 p. 204",
        "06 39 98 41 72 ext. 7",
        "06 39 98 41 72x204",
        "06 39 98 41 72 ?",
        "06 39 98 41 72?",
        "... 06 39 98 41 72",
        "*06 39 98 41 72*",
        "https://wa.me/33639984172?text=bonjour",
        "https://api.whatsapp.com/send?phone=33639984172&text=bonjour",
        "viber://chat?number=%2B33639984172",
        "https://signal.me/#p/+33639984172",
    ],
)
def test_any_spelling_of_a_phone_number_gives_the_number(typed: str) -> None:
    assert canonicals(phone(typed), default_country="FR") == ("+33639984172",)
    assert asked(typed, phone("0639984172", "FR")) >= {"sure"}


@pytest.mark.parametrize(
    ("typed", "country", "meant"),
    [
        ("07700 900444", "GB", "+447700900444"),
        ("070.174.06.20", "SE", "+46701740620"),
        ("030 23125288", "DE", "+493023125288"),
        ("514 555 0158", "CA", "+15145550158"),
        ("8 (916) 123-45-67", "RU", "+79161234567"),
        ("0033 6 39 98 41 72", "DE", "+33639984172"),
        ("+44 7700 900444", "FR", "+447700900444"),
        ("+39 06 1234 5678", "", "+390612345678"),
    ],
)
def test_a_number_is_read_in_its_country(typed: str, country: str, meant: str) -> None:
    assert canonicals(phone(typed, country), default_country="FR") == (meant,)


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 43 65 / 0639980684",
        "06 39 98 43 65 ou 06 39 98 06 84",
        "0639984365 o 0639980684",
        "06 39 98 43 65 ; 06 39 98 06 84",
        "0639984365, 0639980684",
        "06 39 98 43 65 - 06 39 98 06 84",
        "0639984365 0639980684",
        "06 39 98 43 65 06 39 98 06 84",
        "+33639984365 +33639980684",
        "tél1: 06 39 98 43 65 tél2: 06 39 98 06 84",
        "06 39 98 43 65\n06 39 98 06 84",
        "٠٦٣٩٩٨٤٣٦٥، ٠٦٣٩٩٨٠٦٨٤",
    ],
)
def test_several_numbers_in_one_box_are_all_read(typed: str) -> None:
    assert canonicals(phone(typed), default_country="FR") == ("+33639984365", "+33639980684")


@pytest.mark.parametrize("country", ["", "FR", "DE"])
@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 __ 35",
        "06 39 98 45 xx",
        "06-39-98-XX-35",
        "06 39 98 .. 35",
        "06 39 98 4? 35",
        "06 39 98 (oublié) 35",
        "45 xx",
        "+33 6 xx xx xx 42",
        "…29 42",
        "*2565",
        "98 23 59",
        "zéro six 39 98 41 72",
        "030 2312 ??",
    ],
)
def test_a_number_with_a_gap_is_never_read_as_a_shorter_one(typed: str, country: str) -> None:
    assert canonicals(phone(typed, country), default_country="FR") == ()
    assert forms(phone(typed, country), default_country="FR") == frozenset()
    assert not [one for one in readings(typed, default_country=country or "FR") if one.kind == "phone"]


def test_where_numbers_may_be_longer_a_mark_behind_one_is_a_gap() -> None:
    assert canonicals(phone("030 2312528?", "DE"), default_country="FR") == ()
    assert canonicals(phone("06 39 98 41 72?", "FR"), default_country="DE") == ("+33639984172",)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900444", phone("+44 7700 900444")),
        ("7700900444", phone("07700 900444", "GB")),
        ("03023125288", phone("030 23125288", "DE")),
        ("447700900444", phone("07700 900444", "GB")),
        ("+44 7700 900444", phone("07700 900444")),
        ("8 916 123 45 67", phone("+7 916 123 45 67")),
        ("+36 20 123 4567", phone("06 20 123 4567")),
        ("07700 900444", phone("7700900444")),
        ("0639984172", phone("0639984172")),
    ],
)
def test_a_number_dialled_in_a_country_that_nobody_named_is_found(typed: str, kept: Identifier) -> None:
    assert asked(typed, kept) >= {"sure"}


def test_national_digits_that_agree_with_another_countrys_number_are_perhaps() -> None:
    assert asked("0639984172", phone("+49 639984172")) == {"perhaps"}
    assert asked("+49 639984172", phone("0639984172")) == {"perhaps"}
    assert asked("+33 6 39 98 41 72", phone("33 6 39 98 41 72"), default_country="DE") == {"perhaps"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+49 639984172", phone("+33 6 39 98 41 72")),
        ("+49 639984172", phone("06 39 98 41 72", "FR")),
        ("06 39 98 41 73", phone("06 39 98 41 72", "FR")),
        ("06 39 98 14 72", phone("06 39 98 41 72", "FR")),
        ("07700 900445", phone("+44 7700 900444")),
    ],
)
def test_another_number_does_not_match(typed: str, kept: Identifier) -> None:
    assert asked(typed, kept) <= {None}


def test_overseas_france_is_reached_with_the_same_ten_digits() -> None:
    kept = phone("0692 12 34 56", "FR")
    assert asked("+262 692 12 34 56", kept) == {"sure"}
    assert asked("0692123456", phone("+262692123456")) >= {"sure"}


def test_a_number_in_the_box_for_accounts_is_a_phone_number() -> None:
    kept = Identifier("handle", "wa.me/33639984172", platform="whatsapp")
    assert asked("06 39 98 41 72", kept) == {"sure"}
    assert asked("wa.me/33639984172", phone("0639984172")) == {"sure"}


def test_the_forms_of_a_phone_number_are_these() -> None:
    assert forms(phone("06 39 98 41 72", "FR"), default_country="FR") == {
        ("phone-national", "639984172"),
    }
    assert forms(phone("07700 900444"), default_country="FR") == {("phone-national", "7700900444")}
    assert forms(phone("0692 12 34 56"), default_country="FR") == {("phone-national", "692123456")}


def test_a_full_box_of_numbers_is_found_by_each() -> None:
    box = [f"06 39 98 41 {end}" for end in range(70, 78)]
    kept = phone(" / ".join(box))
    assert len(forms(kept, default_country="FR")) <= 8
    assert all(asked(number, kept) == {"sure"} for number in box)


def test_a_sheet_without_countries_holds_the_same_numbers() -> None:
    assert same(phone("07700 900444"), phone("07700 900444", "GB"), default_country="FR")
    assert same(phone("7700900444"), phone("07700 900444", "GB"), default_country="FR")
    assert same(phone("06 39 98 __ 35"), phone(" 06 39 98 __ 35", "FR"), default_country="FR")
    assert not same(phone("07700 900444"), phone("07700 900445", "GB"), default_country="FR")
    assert not same(phone("0639984172 / 0639984173"), phone("0639984172"), default_country="FR")


@pytest.mark.parametrize(
    "before", ["75 ", "le 12 ", "3 ", "75011 ", "1. ", "1) ", "12/03/2024 ", "100/150/200 ", "(2) "]
)
@pytest.mark.parametrize("typed", ["06 39 98 41 72", "06.39.98.41.72", "0639984172", "0033 6 39 98 41 72"])
def test_a_number_is_read_behind_a_smaller_one(before: str, typed: str) -> None:
    found = numbers(before + typed, default_country="FR")
    assert "+33639984172" in {number.canonical for number in found}


@pytest.mark.parametrize("typed", ["+10639984172", "+7 06 39 98 41 72", "1 06 39 98 41 72"])
def test_no_country_code_has_a_zero_behind_it(typed: str) -> None:
    found = numbers(typed, default_country="FR")
    assert not any(number.canonical.startswith(("+10", "+70")) for number in found)
