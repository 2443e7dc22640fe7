"""Codes of digits, however they are typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accounts.codes import grouped, new_code, read_code

DIGITS_OF_ALL = [chr(point) for point in range(0x110000) if unicodedata.category(chr(point)) == "Nd"]
NOTHING = ["", " ", "-", "\u00a0", "\u200f", "\u202e", "–", "\u2066", "\t"]


@given(some.integers(1, 20))
def test_a_new_code_has_its_digits_and_is_read_as_it_is(digits):
    code = new_code(digits)
    assert len(code) == digits
    assert read_code(code, digits=digits) == code


@given(some.lists(some.tuples(some.sampled_from(DIGITS_OF_ALL), some.sampled_from(NOTHING)), min_size=1))
def test_digits_of_any_script_with_anything_unseen_between_are_the_same_code(typed):
    code = "".join(str(unicodedata.decimal(digit)) for digit, _gap in typed)
    assert read_code("".join(digit + gap for digit, gap in typed), digits=len(typed)) == code


@pytest.mark.parametrize(
    "typed", ["١٢٣٤ ٥٦٧٨ ٩٠١٢", "１２３４-５６７８-９０１２", "  1234\u200f5678 9012\n", "१२३४५६७८९०१२"]
)
def test_a_code_in_other_digits(typed):
    assert read_code(typed, digits=12) == "123456789012"


@pytest.mark.parametrize(
    "typed", ["", "12345678901", "1234567890123", "12345678901a", "12345678901²", "½" * 12, "\0" * 12]
)
def test_what_is_no_code(typed):
    assert read_code(typed, digits=12) is None


@given(some.text(alphabet=some.characters(exclude_categories=[])))
def test_no_text_breaks_the_reading(text):
    code = read_code(text, digits=6)
    assert code is None or (len(code) == 6 and code.isascii() and code.isdecimal())


@pytest.mark.parametrize(
    ("code", "shown"), [("123456789012", "1234 5678 9012"), ("123456", "1234 56"), ("", "")]
)
def test_a_code_is_shown_in_groups(code, shown):
    assert grouped(code) == shown


@given(some.integers(1, 20))
def test_what_is_shown_is_read_again(digits):
    code = new_code(digits)
    assert read_code(grouped(code), digits=digits) == code
