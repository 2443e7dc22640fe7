import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.masking import masked
from alerts.spelling import Identifier


@pytest.mark.parametrize(
    ("kind", "value", "mask"),
    [
        ("phone", "+33 6 39 98 41 42", "+33 6 •• •• •• 42"),
        ("phone", "wa.me/40721234567", "+40 7 •• •• •• 67"),
        ("phone", "+39 06 1234 5678", "+39 6 •• •• •• 78"),
        ("phone", "07700 900444", "•• •• •• 44"),
        ("phone", "06 39 98 __ 35", "•••"),
        ("phone", "+33639984172 / +33639980684", "+33 6 •• •• •• 72 / +33 6 •• •• •• 84"),
        ("email", "martin@example.org", "m•••@e•••.org"),
        ("email", "al@example.org", "•••@e•••.org"),
        ("handle", "@horloger84", "ho•••84"),
        ("handle", "bobby", "b•••y"),
        ("handle", "bob", "•••"),
        ("handle", "viber +33639984142", "+33 6 •• •• •• 42"),
        ("plate", "AB-123-CD (59)", "AB-•••-CD"),
        ("plate", "AB123", "A-•••-3"),
        ("plate", "1234", "•••"),
        ("name", "Mehdi", "M•••"),
        ("name", "Jean-François Ashquill (déjà signalé)", "J••• A•••"),
        ("name", "王伟", "•••"),
        ("name", "", "•••"),
        ("colour", "red", "•••"),
    ],
)
def test_a_mask_shows_the_ends_and_no_more(kind: str, value: str, mask: str) -> None:
    assert masked(Identifier(kind, value)) == mask


def test_a_country_given_or_supposed_shows_in_the_mask() -> None:
    assert masked(Identifier("phone", "07700 900444", country="GB")) == "+44 7 •• •• •• 44"
    assert masked(Identifier("phone", "06 39 98 41 42"), default_country="FR") == "+33 6 •• •• •• 42"


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["phone", "email", "handle", "name", "plate", "colour"]),
    value=st.text(st.characters()),
)
def test_any_text_has_a_mask(kind: str, value: str) -> None:
    assert "••" in masked(Identifier(kind, value))
