"""Recovery codes, each good once."""

from hypothesis import given
from hypothesis import strategies as st

from accounts import recovery

CODES = st.lists(st.integers(0, 10**25 - 1).map(lambda n: f"{n:025}"), min_size=1, max_size=10, unique=True)


def test_ten_of_80_bits_or_more():
    codes = recovery.new_codes()
    assert len(set(codes)) == 10
    assert all(len(code) == 25 and code.isdigit() for code in codes)
    assert 10**recovery.DIGITS >= 2**80


def test_shown_in_groups_that_hold_all_of_it():
    assert recovery.grouped("0123401234012340123401234") == "01234 01234 01234 01234 01234"


def test_what_is_kept_is_sha_256():
    # printf 0123401234012340123401234 | sha256sum
    known = "5622120e315c87ee6e3f5b3fa4da357b2add4d87068b8595e63f5771928055f1"
    assert recovery.hashed("0123401234012340123401234") == known


@given(CODES, st.data())
def test_each_opens_once_and_takes_itself_alone_away(codes, data):
    hashes = [recovery.hashed(code) for code in codes]
    used = data.draw(st.sampled_from(codes))
    left = recovery.left_after(used, hashes)
    assert left == [recovery.hashed(code) for code in codes if code != used]
    assert recovery.left_after(used, left) is None


@given(CODES, st.text())
def test_nothing_else_opens(codes, typed):
    hashes = [recovery.hashed(code) for code in codes]
    assert typed in codes or recovery.left_after(typed.encode(errors="ignore").decode(), hashes) is None
