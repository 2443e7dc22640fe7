"""The end of a number: how it is typed, what it is looked for by, and what is no end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.spelling import question
from alerts.spelling.phone import (
    Number,
    differ_by_one,
    ends_with,
    is_one_off,
    loose_forms,
    near_forms,
    numbers,
    tail_forms,
)

digits = st.text("0123456789", min_size=8, max_size=12)


def number(typed: str, country: str = "") -> Number:
    (found,) = numbers(typed, country=country, default_country="FR")
    return found


def found(typed: str, kind: str = "tail") -> list[str]:
    read = question.read(typed, default_country="FR")
    return [reading.canonical for reading in read.readings if reading.kind == kind]


def is_whole(typed: str) -> bool:
    return question.read(typed, default_country="FR").whole


@pytest.mark.parametrize(
    "typed",
    [
        "7531",
        "75 31",
        "75.31",
        "7531 ?",
        "*7531",
        "*7531*",
        "**** 7531",
        "…75 31",
        "... 7531",
        "xx 75 31",
        "06 xx xx 75 31",
        "06 39 __ 75 31",
        "+33 6 ?? ?? 75 31",
        "06 39 (effacé) 75 31",
        "٧٥٣١",
        "tél: 75 31",
        "finit par 75 31",
        "son numéro se termine par 7531",
        "les derniers chiffres : 7531",
        "ends in 7531",
        "Number ending with 75 31",
        "last four digits are 7531",
        "termina en 7531",
        "acabado en 75 31",
        "últimos dígitos 7531",
        "termina em 7531",
        "final 7531",
        "mbaron me 7531",
        "shifrat e fundit 7531",
        "заканчивается на 75 31",
        "оканчивается на 7531",
        "последние цифры 7531",
        "завършва на 7531",
        "последните цифри 7531",
        "se termină în 7531",
        "ultimele cifre: 7531",
        "尾号7531",
        "后四位是 7531",
        "以7531结尾",
        "ينتهي ب 7531",
        "ينتهي بـ7531",
        "آخر أرقام 7531",
    ],
)
def test_the_end_of_a_number_is_read_however_it_is_marked(typed: str) -> None:
    assert found(typed) == ["7531"]
    assert is_whole(typed)


@pytest.mark.parametrize("typed", ["864 213", "864213", "86 42 13", "…86 42 13", "ends in 86-42-13"])
def test_six_digits_are_read_as_an_end(typed: str) -> None:
    assert found(typed) == ["864213"]


@pytest.mark.parametrize(
    "typed", ["Wanda 7531", "wanda, 75 31", "Wanda finit par 7531", "Wanda *7531", "7531 Wanda"]
)
def test_a_name_beside_an_end_is_a_second_clue(typed: str) -> None:
    assert found(typed) == ["7531"]
    assert "wanda" in found(typed, "name")


@pytest.mark.parametrize("typed", ["Zoé 7531", "ZOÉ 7531"])
def test_a_short_name_and_an_end_may_be_a_plate_as_well(typed: str) -> None:
    assert found(typed) == ["7531"]
    assert found(typed, "plate") == ["ZOÉ7531"]
    assert found(typed, "name") == ["zoe"]


@pytest.mark.parametrize("typed", ["Зоя 7531", "علي 7531", "王芳 7531"])
def test_a_short_name_in_any_script_hides_no_end(typed: str) -> None:
    assert found(typed) == ["7531"]


@pytest.mark.parametrize("typed", ["0612", "0639 98", "06 39 98 4"])
def test_what_may_be_a_beginning_is_asked_as_an_end_and_not_whole(typed: str) -> None:
    assert found(typed) == [typed.replace(" ", "")]
    assert is_whole(typed) == (len(typed) == 4)


@pytest.mark.parametrize("typed", ["06 39 98 41 72 le soir", "Wanda 06 39 98 41 72, 7531"])
def test_beside_a_whole_number_bare_digits_are_no_end(typed: str) -> None:
    assert found(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        "753",
        "Wanda 18h30",
        "Wanda 1500 €",
        "Wanda, 45 ans",
        "wanda_7531",
        "wanda#7531",
        "@wanda 1999",
        "06 39 98 __ 35",
        "06 39 98 xx",
        "063998xx",
        "12/05/2019",
        "le jour où il est venu chez nous il y avait 7531 personnes",
    ],
)
def test_other_digits_are_no_end(typed: str) -> None:
    assert found(typed) == []


@pytest.mark.parametrize("typed", ["finit par 75", "ends in 753", "尾号 31"])
def test_an_end_of_too_few_digits_is_not_read_whole(typed: str) -> None:
    assert found(typed) == []
    assert not is_whole(typed)


@pytest.mark.parametrize("typed", ["7531, 8642", "7531 / 8642", "…7531 ou 8642", "*7531, *8642"])
def test_several_ends_are_each_asked(typed: str) -> None:
    assert found(typed) == ["7531", "8642"]


def test_an_end_beside_an_account_is_asked_too() -> None:
    assert found("@wanda 7531") == ["7531"]
    assert is_whole("@wanda 7531")


def test_the_loose_forms_of_a_number_are_these() -> None:
    assert loose_forms(number("06 39 98 41 72")) == (
        ("phone-tail", "984172"),
        ("phone-tail", "4172"),
        ("phone-head", "63998"),
    )
    assert loose_forms(number("+44 7700 900444")) == loose_forms(number("07700 900444"))


def test_an_end_is_looked_for_by_six_digits_or_four() -> None:
    assert tail_forms("4172") == (("phone-tail", "4172"),)
    assert tail_forms("84172") == (("phone-tail", "4172"),)
    assert tail_forms("39984172") == (("phone-tail", "984172"),)
    assert tail_forms("172") == ()


def test_a_number_ends_with_its_last_digits_alone() -> None:
    kept = number("06 39 98 41 72")
    assert all(ends_with(kept, end) for end in ("4172", "984172", "39984172", "0639984172"))
    assert not any(ends_with(kept, end) for end in ("4127", "172", ""))


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 41 73",
        "07 39 98 41 72",
        "06 39 98 14 72",
        "06 93 98 41 72",
        "06 39 98 41 7",
        "06 39 98 41 722",
    ],
)
def test_a_number_one_digit_off_is_near_and_is_found_by_its_loose_forms(typed: str) -> None:
    asked, kept = number(typed), number("+33639984172")
    assert is_one_off(asked, kept)
    assert is_one_off(kept, asked)
    assert set(near_forms(asked)) & set(loose_forms(kept))


@pytest.mark.parametrize("typed", ["06 39 98 41 72", "06 39 98 42 73", "06 39 98 27 41", "+49 639984173"])
def test_the_same_number_two_digits_and_another_country_are_not_near(typed: str) -> None:
    assert not is_one_off(number(typed), number("+33639984172"))


@given(
    national=digits, place=st.integers(0, 11), sign=st.sampled_from("0123456789"), how=st.sampled_from("csma")
)
def test_whatever_differs_by_one_is_found(national: str, place: int, sign: str, how: str) -> None:
    place %= len(national)
    changes = {
        "c": national[:place] + sign + national[place + 1 :],
        "s": national[:place] + national[place : place + 2][::-1] + national[place + 2 :],
        "m": national[:place] + national[place + 1 :],
        "a": national[:place] + sign + national[place:],
    }
    asked, kept = (Number((), one, (one,), country_known=False) for one in (changes[how], national))
    assert differ_by_one(changes[how], national) == (changes[how] != national)
    assert set(near_forms(asked)) & set(loose_forms(kept))
