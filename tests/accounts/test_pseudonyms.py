"""Pseudonyms: proposed, or her own."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accounts import pseudonyms, wordlists
from accounts.models import folded


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt-br", "ru"])
def test_a_proposal_is_two_words_that_may_be_taken_as_they_are(language):
    proposal = pseudonyms.propose(language)
    assert pseudonyms.tidied(proposal) == proposal
    assert {*proposal.lower().split()} <= {*wordlists.proposed(wordlists.languages_for(language)[0])}


@pytest.mark.parametrize("typed", ["Ibis", "Ночь", "小鸟", "ليلى", "Zoé 75", "Lou-Anne", "x_x", "O'Hara"])
def test_a_name_in_any_script_stays_as_it_is(typed):
    assert pseudonyms.tidied(typed) == typed


def test_what_cannot_be_seen_is_taken_off():
    assert pseudonyms.tidied("  Ib\u202eis\u200b \t of\0 night ") == "Ibis of night"


@pytest.mark.parametrize("typed", ["", " ", "x", "\u200b\u200b\u200b", "--", "x" * 41, "\ud800"])
def test_too_short_or_too_long(typed):
    with pytest.raises(pseudonyms.WrongLength):
        pseudonyms.tidied(typed)


@pytest.mark.parametrize("typed", ["ibis@example.org", "06 12 34 56 78", "+33612345678", "ibis ٠٦١٢٣٤٥٦٧٨"])
def test_an_address_or_a_number_would_say_who_she_is(typed):
    with pytest.raises(pseudonyms.LooksLikeContact):
        pseudonyms.tidied(typed)


@given(some.text(alphabet=some.characters(exclude_categories=[])))
def test_whatever_is_typed_is_refused_or_can_be_kept_and_found(text):
    try:
        kept = pseudonyms.tidied(text)
    except pseudonyms.PseudonymRefused:
        return
    assert pseudonyms.tidied(kept) == kept
    assert 2 <= len(kept) <= 40
    assert folded(kept)
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in kept)
