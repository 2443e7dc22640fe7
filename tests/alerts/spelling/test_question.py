"""What one box may hold: everything in it is asked, and what could not be read is told."""

import pytest

from alerts.spelling import Identifier, match, question, readings


def found(typed: str) -> list[tuple[str, str]]:
    return [(one.kind, one.canonical) for one in readings(typed, default_country="FR")]


def pieces(typed: str) -> int:
    return len({one.text for one in readings(typed, default_country="FR")})


def is_whole(typed: str) -> bool:
    return question.read(typed, default_country="FR").whole


@pytest.mark.parametrize("between", [" ", ", ", " ; ", " / ", "\n"])
@pytest.mark.parametrize(
    ("kind", "typed", "canonical"),
    [
        ("phone", "06 39 98 41 7{}", "+3363998417{}"),
        ("email", "z{}@example.org", "z{}@example.org"),
        ("handle", "@zorro_{}", "zorro_{}"),
        ("handle", "t.me/zorro_{}", "zorro_{}"),
        ("plate", "ZZ-55{}-ZZ", "ZZ55{}ZZ"),
    ],
)
def test_eight_of_a_kind_are_all_read_and_counted(
    kind: str, typed: str, canonical: str, between: str
) -> None:
    text = between.join(typed.format(seat) for seat in range(8))
    assert {(kind, canonical.format(seat)) for seat in range(8)} <= set(found(text))
    assert pieces(text) == 8


@pytest.mark.parametrize("typed", ["8176 wcs", "12345678", "AB-123-CE (59)", "Álvaro", "snap bob_7", "@bob"])
def test_one_piece_of_text_counts_once_whatever_it_may_be(typed: str) -> None:
    assert pieces(typed) == 1


@pytest.mark.parametrize("beside", ["zz@example.org", "06 39 98 00 11", "@bob", "t.me/bob"])
@pytest.mark.parametrize(
    ("rest", "reading"),
    [
        ("ZZ-555-ZZ", ("plate", "ZZ555ZZ")),
        ("zz 555 zz", ("plate", "ZZ555ZZ")),
        ("plaque ZZ 5555", ("plate", "ZZ5555")),
        ("(ZZ-555-ZZ)", ("plate", "ZZ555ZZ")),
        ("@zorro", ("handle", "zorro")),
        ("zorro_7", ("handle", "zorro_7")),
        ("insta zorro", ("handle", "zorro")),
        ("instagram.com/zorro", ("handle", "zorro")),
        ("wa.me/33639984172", ("phone", "+33639984172")),
        ("+33 6 39 98 41 72", ("phone", "+33639984172")),
        ("z@example.org", ("email", "z@example.org")),
    ],
)
def test_what_stands_beside_is_read_too(beside: str, rest: str, reading: tuple[str, str]) -> None:
    for typed in (f"{beside} {rest}", f"{rest}, {beside}"):
        assert reading in found(typed)
        assert is_whole(typed)
        assert pieces(typed) == 2


@pytest.mark.parametrize(
    "rest",
    ["le soir", "(whatsapp)", "24h/24 7j/7", "p. 204", "ext. 7", "x204", "(2024)", "150 €", "à 18h30", "?"],
)
def test_plain_words_and_remarks_beside_a_number_ask_nothing(rest: str) -> None:
    typed = f"tél 06 39 98 41 72 {rest}"
    assert found(typed) == [("phone", "+33639984172")]
    assert is_whole(typed)


@pytest.mark.parametrize("beside", ["zz@example.org", "06 39 98 00 11", "t.me/bob"])
@pytest.mark.parametrize(
    "rest", ["; 06 39 98", "/ 73", "Z-5?5-ZZ", "le 98 1", "2019", "tel 063998", "…41 7", "bob@exam"]
)
def test_what_could_not_be_read_beside_something_is_told(beside: str, rest: str) -> None:
    assert not is_whole(f"{beside} {rest}")


@pytest.mark.parametrize(
    "typed",
    [
        "06399841xx",
        "06 39 98 41 xx",
        "06-39-98-XX-35",
        "06 39 98 __ 35",
        "06 39 98",
        "tél: 1 72",
        "*565",
        "39-?9-?1",
        "93?-CD",
        "AB-1 (illisible) 3-CD",
        "AB-1…-CD",
        "+3363998",
        "+33 6 39 98 41",
        "0033 6 39 98 41",
        "tel 063998",
        "whatsapp 063998",
        "063998417",
        "06399841722",
        "06 39 98 41 72 73",
        "O6 39 98 41 7",
        "(030) 23125288",
        "Karim 06 39 98",
        "marc@gmail",
    ],
)
def test_a_piece_of_an_identifier_is_not_read_whole(typed: str) -> None:
    assert not is_whole(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 41 72",
        "+44 7700 900444",
        "514 555 0158",
        "qq: 1234567",
        "bob12345678",
        "marc-1985",
        "bob#1234",
        "plaque: 1234567",
        "XX-123-XX",
        "京A·12345",
        "JU 937083",
        "AB-123-CD ?",
        "Karim",
        "Karim (75)",
        "Karim, 30 ans",
        "Peugeot 3008 noire",
        "j.x@example.org",
    ],
)
def test_what_says_it_all_is_read_whole(typed: str) -> None:
    assert is_whole(typed)


@pytest.mark.parametrize("typed", ["karimou", "KARIMOU", "karimou (le grand)", "Karimou !"])
def test_letters_alone_are_no_surer_than_a_name(typed: str) -> None:
    assert asked(typed) == {"perhaps"}


@pytest.mark.parametrize("typed", ["@karimou", "telegram: karimou", "telegram karimou", "t.me/karimou"])
def test_letters_that_the_text_calls_an_account_are_sure(typed: str) -> None:
    assert "sure" in asked(typed)


def test_a_first_name_that_is_also_a_platform_makes_no_account() -> None:
    assert asked("Line Karimou") == {"perhaps"}


@pytest.mark.parametrize(
    "typed",
    [
        "bob.7, 06 39 98 41 72",
        "bob_7, 06 39 98 41 72",
        "150 € 06 39 98 41 72",
        "Karim (06 39 98 41 72)",
        "7 / 06 39 98 41 72",
    ],
)
def test_digits_before_a_number_are_not_taken_for_its_beginning(typed: str) -> None:
    assert ("phone", "+33639984172") in found(typed)


def test_the_digits_of_a_car_are_no_end_of_a_number() -> None:
    assert "tail" not in {kind for kind, _ in found("Peugeot 5008 grise")}


def test_a_plate_in_a_sentence_is_read() -> None:
    assert ("plate", "AB123CD") in found("Mercedes grise AB 123 CD le soir")


def test_a_name_with_a_comma_is_still_one_name() -> None:
    assert ("name", "durand marc") in found("Durand, Marc")


def asked(typed: str) -> set[str]:
    kept = Identifier("handle", "Karimou")
    matches = (match(one, kept, default_country="FR") for one in readings(typed, default_country="FR"))
    return {one for one in matches if one}
