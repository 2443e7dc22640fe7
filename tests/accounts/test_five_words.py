"""Five words: proposed so that they can be read again, however they are typed."""

import math
import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accounts import five_words, wordlists
from accounts.passphrases import prepared

LANGUAGES = list(wordlists.LISTS)
BETWEEN = some.sampled_from([" ", "  ", "-", " - ", ", ", ".", "\u00a0", "_", "\n", " – "])


@some.composite
def phrases(draw):
    language = draw(some.sampled_from(LANGUAGES))
    return draw(some.lists(some.sampled_from(wordlists.words(language)), min_size=5, max_size=5))


def _canonical(phrase):
    return "-".join(word[:4] for word in phrase)


class TestLists:
    @pytest.mark.parametrize(
        ("language", "fingerprint"),
        [
            ("en", "187db04a869dd9bc"),
            ("fr", "b590d1fce0c31212"),
            ("es", "b42d784c3972308c"),
            ("pt", "882265ece9ce1178"),
        ],
    )
    def test_a_list_never_changes_or_nobody_could_sign_in(self, language, fingerprint):
        assert sha256("\n".join(wordlists.words(language)).encode()).hexdigest()[:16] == fingerprint

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_word_is_in_a_to_z_and_known_by_its_first_four_letters(self, language):
        words = wordlists.words(language)
        assert len(words) == len(wordlists.heads(language)) == 2048
        assert all(word.isascii() and word.isalpha() and word.islower() for word in words)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_is_proposed_is_hard_to_guess_and_unkind_to_nobody(self, language):
        assert 5 * math.log2(len(wordlists.proposed(language))) > 54.7
        assert not {"abuse", "race", "honteux", "victima", "mulata"} & {*wordlists.proposed(language)}

    @pytest.mark.parametrize(
        ("reads", "offered"),
        [("fr", ["fr"]), ("pt-br", ["pt"]), ("EN", ["en"]), ("ar", ["en", "fr"]), ("zh-hans", ["en", "fr"])],
    )
    def test_a_language_without_a_list_is_offered_english_and_french(self, reads, offered):
        assert wordlists.languages_for(reads) == offered


@pytest.mark.parametrize("language", [*LANGUAGES, "ar", "sq"])
def test_a_proposal_is_five_words_of_the_list(language):
    words = five_words.propose(language).split()
    assert len(words) == 5
    assert {*words} <= {*wordlists.proposed(wordlists.languages_for(language)[0])}


@pytest.mark.parametrize("language", LANGUAGES)
@given(mixture=some.lists(some.booleans(), min_size=5, max_size=5))
def test_a_proposal_is_read_with_nothing_between_its_words_whole_or_shortened(language, mixture):
    words = five_words.propose(language).split()
    glued = "".join(word[:4] if short else word for word, short in zip(words, mixture, strict=True))
    assert five_words.read(glued) == _canonical(words)


@given(phrases(), some.lists(BETWEEN, min_size=5, max_size=5), some.data())
def test_case_gaps_and_the_ends_of_words_do_not_matter(phrase, gaps, data):
    cut = [word[: data.draw(some.integers(4, 9))] for word in phrase]
    typed = "".join(
        (word.upper() if data.draw(some.booleans()) else word.title()) + gap
        for word, gap in zip(cut, gaps, strict=True)
    )
    assert prepared(typed) == _canonical(phrase)


@pytest.mark.parametrize(
    "typed",
    ["abeille météore éclairer ruban zèbre", "ABEILLE METEORE ECLAIRER RUBAN ZEBRE", "abei mete ecla ruba zebr",
     "abeillemétéoreéclairerrubanzèbre", "abeille-meteore éclairerruban zebre",
     " abeille, meteore. eclairer\truban zebre "],
)  # fmt: skip
def test_accents_do_not_matter(typed):
    assert prepared(typed) == prepared(unicodedata.normalize("NFD", typed)) == "abei-mete-ecla-ruba-zebr"


@pytest.mark.parametrize(
    "typed",
    ["reed lake stone moss fern", "abandon ability able about", "abandon ability able about above absent",
     "abandon ability able about 1above", "abandon abeille able about above", "абандон ability able about above"],
)  # fmt: skip
def test_what_is_not_five_words_of_one_list_stays_as_it_is(typed):
    assert five_words.read(typed) is None
    assert prepared(typed) == typed


def test_the_order_of_the_words_matters():
    assert five_words.read("abandon ability able about above") != five_words.read(
        "ability abandon able about above"
    )


def test_what_can_be_read_in_two_ways_is_read_in_none():
    assert five_words.read("easy renew inner fame junk") == "easy-rene-inne-fame-junk"
    assert five_words.read("easyrenewinnerfamejunk") is None  # or "easy rene winner fame junk"


def test_what_can_be_read_in_two_ways_is_not_proposed(monkeypatch):
    twice, once = "easy renew inner fame junk", "abandon ability able about above"
    chosen = iter(f"{twice} {once}".split())
    monkeypatch.setattr(five_words.secrets, "choice", lambda _words: next(chosen))
    assert five_words.propose("en") == once


@given(phrases())
def test_glued_words_are_read_rightly_or_not_at_all(phrase):
    assert five_words.read("".join(phrase)) in (_canonical(phrase), None)


@given(phrases())
def test_reading_twice_is_reading_once(phrase):
    once = five_words.read(" ".join(phrase))
    assert five_words.read(once) == once


@given(some.text(alphabet=some.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_text_breaks_the_reading(text):
    assert five_words.read(text) == five_words.read(unicodedata.normalize("NFD", text))
