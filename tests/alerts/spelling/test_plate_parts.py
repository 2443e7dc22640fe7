"""A piece of a plate: how it is typed, what it is looked for by, and which plates it fits."""

import pytest

from alerts.spelling import plate, question


def found(typed: str, kind: str = "plate_part") -> list[str]:
    read = question.read(typed, default_country="FR")
    return [reading.canonical for reading in read.readings if reading.kind == kind]


def is_whole(typed: str) -> bool:
    return question.read(typed, default_country="FR").whole


def is_found(typed: str, kept: str) -> bool:
    """Would this plate come out of the index, and stand the comparison?"""
    looked_for = {form for pattern in found(typed) for form in plate.part_forms(pattern)}
    is_fitting = any(plate.fits(pattern, kept) for pattern in found(typed))
    return is_fitting and bool(looked_for & set(plate.loose_forms(kept)))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("qb742", "QB742WK"),
        ("QB-742", "QB742WK"),
        ("742 wk", "QB742WK"),
        ("742", "QB742WK"),
        ("B-742-W", "QB742WK"),
        ("QB-74?-WK", "QB742WK"),
        ("QB-7?2-WK", "QB742WK"),
        ("?B-742-WK", "QB742WK"),
        ("QB-742-??", "QB742WK"),
        ("QB-742-W?", "QB742WK"),
        ("QB-7__-WKX", "QB742WKX"),
        ("QB 742…", "QB742WK"),
        ("ＱＢ７４２", "QB742WK"),
        ("ВС 742", "BC742WK"),
        ("plaque QB 742", "QB742WK"),
        ("sa plaque finit par 385", "9KDW385"),
        ("his plate ends in 7421", "WK7421"),
        ("9 KDW", "9KDW385"),
        ("Lada Niva 9 KDW", "9KDW385"),
        ("Clio 4 9 KDW grise", "9KDW385"),
        ("Lada qb-742 blanche", "QB742WK"),
        ("Lada QB-74?-WK blanche", "QB742WK"),
    ],
)
def test_a_piece_finds_the_plate(typed: str, kept: str) -> None:
    assert is_found(typed, kept)
    assert is_whole(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("qb742", "QD742WK"),
        ("742 wk", "QB742KW"),
        ("QB-74?-WK", "QB842WK"),
        ("742", "QB7421K"),
        ("9 KDW", "9KDV385"),
    ],
)
def test_a_piece_does_not_fit_another_plate(typed: str, kept: str) -> None:
    assert not is_found(typed, kept)


@pytest.mark.parametrize(
    "typed",
    [
        "QB-742-WK",
        "8176 wcs",
        "Wanda",
        "Wanda 30 ans",
        "18h30",
        "150 €",
        "wanda_7",
        "wanda#1234",
        "bob_7",
        "06 39 98 __ 35",
        "06399841xx",
        "O6 39",
        "tél 063",
        "le 7 mai 06 39 98 41 72",
        "BMW 320 noire",
        "A1",
        "??",
    ],
)
def test_what_is_no_piece_of_a_plate(typed: str) -> None:
    assert found(typed) == []


def test_a_piece_that_may_be_a_short_plate_is_read_as_both_plate_first() -> None:
    kinds = [one.kind for one in question.read("qb742", default_country="FR").readings]
    assert kinds[:2] == ["plate", "plate_part"]


def test_a_name_beside_a_piece_is_a_second_clue() -> None:
    assert found("Wanda qb-742", "name") == ["wanda"]


@pytest.mark.parametrize(("typed", "pattern"), [("QB-7 (effacé) 2-WK", "QB7?2WK"), ("QB-7…-WKX", "QB7?WKX")])
def test_where_nobody_knows_how_much_is_missing_nothing_is_said_to_be_whole(typed: str, pattern: str) -> None:
    assert found(typed) == [pattern]
    assert not is_whole(typed)


@pytest.mark.parametrize("typed", ["?B-7?2-?K", "74?-WK", "Q?7?2"])
def test_what_no_form_could_find_is_not_read_whole(typed: str) -> None:
    assert found(typed) == []
    assert not is_whole(typed)


def test_the_loose_forms_of_a_plate_are_these() -> None:
    assert plate.loose_forms("QB742WK") == (
        ("plate-head", "QB7"),
        ("plate-tail", "2WK"),
        ("plate-middle", "742"),
        ("plate-alike", "08742WK"),
    )
    assert plate.loose_forms("9KDW385") == (
        ("plate-head", "9KD"),
        ("plate-tail", "385"),
        ("plate-alike", "9KDW385".replace("D", "0")),
    )
    assert plate.loose_forms("A1") == ()


def test_the_forms_that_a_piece_is_looked_for_by_are_these() -> None:
    assert plate.part_forms("QB742") == (
        ("plate-head", "QB7"),
        ("plate-tail", "742"),
        ("plate-middle", "742"),
    )
    assert plate.part_forms("QB7?2WK") == (("plate-head", "QB7"), ("plate-tail", "2WK"))
    assert plate.part_forms("?B") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("QB742WK", "OB742WK"),
        ("QB742WK", "Q8742WK"),
        ("SZ105GI", "5Z1O56I"),
        ("QB742WK", "QB743WK"),
        ("QB742WK", "QB742W"),
    ],
)
def test_plates_that_look_alike_or_differ_by_one_sign_are_alike(one: str, other: str) -> None:
    assert plate.is_alike(one, other)
    assert plate.is_alike(other, one)


@pytest.mark.parametrize(("one", "other"), [("QB742WK", "QB753WK"), ("AB12", "AB13"), ("QB742WK", "KW247BQ")])
def test_other_plates_are_not_alike(one: str, other: str) -> None:
    assert not plate.is_alike(one, other)
