"""The blind index: a row is found by what it says, in a table that does not say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jasmine import crypto
from jasmine.crypto.packing import packed
from tests.crypto import by_hand

PHONE = ("phone", 1, "+33639981234")

forms = some.tuples(some.text(max_size=10), some.integers(0, 99), some.text(max_size=40))


def this_week() -> int:
    return crypto.week_of(crypto.today())


@given(forms)
def test_one_form_in_one_week_has_one_token(form):
    week = this_week() + 1
    first = crypto.blind_tokens([form], weeks=[week])
    assert first == crypto.blind_tokens([form], weeks=[week], writing=True)
    assert len(first) == 1


def test_one_form_in_every_live_week_has_unrelated_tokens():
    weeks = crypto.live_weeks()
    tokens = crypto.blind_tokens([PHONE], weeks=weeks)
    assert len(tokens) == len(weeks)
    # Nothing is shared but chance: of 64 bits two tokens have 32 in common, more or less.
    alike = [bin((one ^ other) & (2**64 - 1)).count("1") for one in tokens for other in tokens if one < other]
    assert abs(sum(alike) / len(alike) - 32) < 1


@given(some.lists(forms, min_size=1, max_size=5, unique=True))
def test_it_is_told_of_which_form_each_token_is(several):
    weeks = [this_week() + 1, this_week() + 2]
    of_each = crypto.tokens_of_each(several, weeks=weeks)
    assert of_each.keys() == crypto.blind_tokens(several, weeks=weeks)
    for form in several:
        tokens = {token for token, one in of_each.items() if one == form}
        assert tokens == crypto.blind_tokens([form], weeks=weeks)


@given(forms)
def test_a_token_fits_a_column_of_64_bits(form):
    (token,) = crypto.blind_tokens([form], weeks=[crypto.STANDING])
    assert -(2**63) <= token < 2**63


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("phone", 1, "1"), ("plate", 1, "1")),
        (("phone", 1, "1"), ("phone", 2, "1")),
        (("phone", 1, "1"), ("phone", 1, "11")),
        (("ab", 1, "c"), ("a", 1, "bc")),
        (("author", 1, "x"), ("draft", 1, "x")),
    ],
)
def test_another_kind_version_or_form_is_another_token(one, other):
    assert len(crypto.blind_tokens([one, other], weeks=[crypto.STANDING])) == 2


def test_the_standing_key_and_a_week_give_unrelated_tokens():
    assert len(crypto.blind_tokens([PHONE], weeks=[crypto.STANDING, this_week()])) == 2


@pytest.mark.usefixtures("known_ring")
class TestAWeekInDoubt:
    def test_all_its_keys_are_asked(self):
        assert len(crypto.blind_tokens([PHONE], weeks=[by_hand.WEEK])) == 2

    def test_the_newest_alone_writes(self):
        (written,) = crypto.blind_tokens([PHONE], weeks=[by_hand.WEEK], writing=True)
        assert written == by_hand.token(3, *PHONE)
        assert written in crypto.blind_tokens([PHONE], weeks=[by_hand.WEEK])


class TestWhatIsRefused:
    @pytest.mark.parametrize("writing", [True, False])
    def test_a_past_week(self, writing):
        with pytest.raises(crypto.WeekIsPast):
            crypto.blind_tokens([PHONE], weeks=[this_week(), this_week() - 1], writing=writing)

    def test_a_destroyed_week(self, own_ring):
        crypto.destroy_week(this_week() + 2)
        with pytest.raises(crypto.NoKey):
            crypto.blind_tokens([PHONE], weeks=[this_week() + 2])

    def test_a_week_beyond_the_ring(self):
        with pytest.raises(crypto.NoKey):
            crypto.blind_tokens([PHONE], weeks=[this_week() + 500])


def test_no_forms_and_no_weeks_are_no_tokens():
    assert crypto.blind_tokens([], weeks=crypto.live_weeks()) == set()
    assert crypto.blind_tokens([PHONE], weeks=[]) == set()


parts = some.lists(some.one_of(some.binary(max_size=9), some.text(max_size=9)), max_size=5)


@given(parts, parts)
def test_no_two_lists_are_packed_alike(one, other):
    def raw(part):
        return part.encode() if isinstance(part, str) else part

    assert (packed(*one) == packed(*other)) == ([raw(part) for part in one] == [raw(part) for part in other])
