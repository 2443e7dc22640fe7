"""Several byte strings as one: what is bound by these bytes is bound to every part of them."""

from hypothesis import given
from hypothesis import strategies as some

from jasmine.crypto.packing import packed

parts = some.lists(some.binary(max_size=20), max_size=6)


@given(parts, parts)
def test_no_two_lists_give_the_same_bytes(one, other):
    assert (packed(*one) == packed(*other)) is (one == other)


def test_a_number_is_eight_bytes_with_its_sign():
    assert packed(1) == b"\0\0\0\x08" + bytes(7) + b"\x01"
    assert packed(-1) == b"\0\0\0\x08" + b"\xff" * 8
    assert packed(2**63 - 1) == b"\0\0\0\x08\x7f" + b"\xff" * 7


def test_a_text_is_its_bytes_behind_their_length():
    assert packed("é", b"") == b"\0\0\0\x02\xc3\xa9" + bytes(4)
