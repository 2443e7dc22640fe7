"""Which words tell something, and by which stems they are kept and asked.

JASMINE_FUZZ: how many texts each property is tried on.
"""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.spelling.endings import albanian, bulgarian, without_arabic_article
from alerts.spelling.words import (
    LANGUAGES_OF,
    asked_stems,
    by_rarity,
    folded,
    stored_stems,
    typed_words,
)

MANY = min(int(os.environ.get("JASMINE_FUZZ", "200")), 100_000)
CODES = ("fr", "en", "es", "pt", "zh-hans", "ru", "bg", "ro", "ar", "sq", "")

# Two forms of one word; each is asked where the other is kept.
BENT = {
    "fr": "rideau rideaux, hôpital hôpitaux, grogner grognait, menottée menotter, parking parkings, giflée gifler",
    "en": "bruise bruises, drag dragged, choke choking, stairs stair, limping limp, whispered whisper",
    "es": "lunar lunares, empujar empujaba, cruz cruces, escalera escaleras, mordió morder, cinturón cinturones",
    "pt": "corrente correntes, cordão cordões, garagem garagens, mancar mancava, papel papéis, sinal sinais",
    "ro": "pătură pături, perdea perdele, ascuns ascunsă, balcon balconul, sertar sertare, scară scara",
    "sq": "byzylyk byzylykun, dritare dritaren, ballkon ballkoni, xhaketë xhaketën, spital spitalit, shkallë shkallët",
    "ru": "родинка родинкой, подвал подвалом, цепь цепью, занавеска занавески, балкон балконе, ёлка елкой",
    "bg": "гривна гривните, балкон балконът, завеса завесата, стълба стълбите, синджир синджира, белезник белезници",
    "ar": "سلسلة السلسلة, ساعة ساعات, درج الدرج, نافذة بالنافذة, معطف معطفه, حزام حزاما",
}


def forms(language: str) -> list[tuple[str, str, str]]:
    pairs = [pair.split() for pair in BENT[language].split(", ")]
    return [(language, one, other) for one, other in pairs] + [(language, other, one) for one, other in pairs]


def told_in(text: str) -> tuple[str, ...]:
    """The telling words, folded, once each."""
    return tuple(dict.fromkeys(map(folded, typed_words(text))))


# --- which words tell something -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Il a fermé la porte avec sa clé", ("ferme", "porte", "cle")),
        ("He had a scar on his left cheek", ("scar", "left", "cheek")),
        ("Llevaba un anillo de plata", ("llevaba", "anillo", "plata")),
        ("Tinha um dente de ouro", ("dente", "ouro")),
        ("Avea un lanț și o șapcă", ("lant", "sapca")),
        ("Kishte një unazë në gisht", ("unaze", "gisht")),
        ("У него был шрам на щеке", ("шрам", "щеке")),
        ("Имаше белег на бузата", ("белег", "бузата")),
        ("كان معه خاتم في يده", ("خاتم", "يده")),
        ("他的左手有纹身", ("左", "手", "纹", "身")),
    ],
)
def test_small_words_are_left_out(text: str, told: tuple[str, ...]) -> None:
    assert told_in(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("l'épaule d'acier", ("epaule", "acier")),
        ("jusqu'au rez-de-chaussée", ("rez", "chaussee")),
        ("Mazda 3, Peugeot 508", ("mazda", "peugeot", "508")),
        ("clé clé CLÉ cle", ("cle",)),
        ("Её ёж", ("еж",)),
        ("المَدْرَسَة", ("المدرسه",)),
        ("mot" * 20, ()),
    ],
)
def test_words_are_parted_folded_and_given_once(text: str, told: tuple[str, ...]) -> None:
    assert told_in(text) == told


def test_words_as_typed_keep_their_accents() -> None:
    assert typed_words("Lèvre FENDUE") == ("lèvre", "fendue")


@pytest.mark.parametrize("telling", ["car", "main", "pain", "sang", "bar", "mare"])
def test_no_small_word_of_one_language_hides_a_telling_word_of_another(telling: str) -> None:
    assert told_in(telling) == (telling,)


# --- kept and asked -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "kept", "asked"), [pair for language in BENT for pair in forms(language)]
)
def test_a_word_is_found_by_its_other_forms(language: str, kept: str, asked: str) -> None:
    assert set(stored_stems(kept, language)) & asked_stems(asked)


@pytest.mark.parametrize(
    ("language", "kept", "asked"), [pair for language in BENT for pair in forms(language)]
)
def test_a_word_is_found_by_its_other_forms_typed_without_accents(
    language: str, kept: str, asked: str
) -> None:
    assert set(stored_stems(kept, language)) & asked_stems(folded(asked))


@pytest.mark.parametrize(
    ("language", "word"),
    [
        *(
            ("fr", word)
            for word in ("égratignée", "collègue", "volé", "boîte", "dénoncés", "légèrement", "forêt")
        ),
        *(
            ("es", word)
            for word in ("mordió", "corría", "cinturón", "quizás", "escapó", "autobús", "callejón")
        ),
        *(
            ("pt", word)
            for word in ("coração", "violência", "agressões", "notícia", "sábado", "horrível", "mãe")
        ),
        *(
            ("ro", word)
            for word in ("fugă", "loviți", "stația", "plângând", "șosea", "strigătele", "părăsește")
        ),
        *(("sq", word) for word in ("mbërtheu", "çantën", "dhëmbë", "përdhunë")),
    ],
)
def test_accents_left_out_make_no_difference(language: str, word: str) -> None:
    kept, plain = stored_stems(word, language), stored_stems(folded(word), language)
    assert set(kept) & asked_stems(folded(word))
    assert set(plain) & asked_stems(word)


@settings(max_examples=MANY, deadline=None)
@given(st.text(max_size=60), st.sampled_from(CODES))
def test_whatever_a_report_keeps_is_found_by_the_same_word(text: str, language: str) -> None:
    for word in typed_words(text):
        assert set(stored_stems(word, language)) <= asked_stems(word)


@settings(max_examples=MANY, deadline=None)
@given(st.text(alphabet="abcdeéèêëçñãõăâîșțüöоаеиятъслнёйوالسةنيبها", max_size=12), st.sampled_from(CODES))
def test_so_is_any_word_in_the_letters_of_the_ten_languages(word: str, language: str) -> None:
    for typed in typed_words(word):
        assert set(stored_stems(typed, language)) <= asked_stems(typed)


def test_a_romanian_plural_in_uri_finds_the_singular() -> None:
    assert set(stored_stems("gard", "ro")) & asked_stems("garduri")


def test_every_language_has_letters() -> None:
    stemmed = {code for codes in LANGUAGES_OF.values() for code in codes}
    assert stemmed == set(CODES) - {"zh-hans", ""}


def test_a_word_in_other_letters_is_kept_as_it_is() -> None:
    assert stored_stems("Tesla Model", "ru") == ("tesla", "model")


def test_scripts_stay_apart() -> None:
    assert not asked_stems("нос") & asked_stems("hoc")


def test_chinese_is_kept_and_asked_by_the_character() -> None:
    assert stored_stems("左臂龙", "zh-hans") == ("左", "臂", "龙")
    assert all(asked_stems(word) == {word} for word in typed_words("左臂龙"))


def test_digits_then_long_words_are_the_rarest() -> None:
    assert by_rarity(["sac", "a38", "parapluie", "bar"]) == ("a38", "parapluie", "sac", "bar")


# --- endings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forms", "stem"),
    [
        ("маса масата маси масите", "мас"),  # articles and plural, feminine
        ("зъб зъбът зъба", "зъб"),  # articles, masculine
        ("приятел приятелят приятеля приятели приятелите", "приятел"),
        ("стол столът столове столовете", "стол"),  # plural in -ове
        ("писмо писмото писма писмата", "писм"),  # neuter
        ("крадливия крадливият крадлива крадливата крадливо крадливите", "крадлив"),
        ("тъмен тъмна тъмни тъмният", "тъмн"),  # the vowel that flees
        ("ловец ловци ловецът", "ловц"),
        ("мокър мокра мокрите", "мокр"),
        ("чиновник чиновници чиновникът чиновниците", "чиновниц"),
        ("случай случаят случаи", "случ"),
        ("младост младостта", "младост"),  # feminine that ends in a consonant
        ("врата вратата", "врат"),  # no article in the word itself
    ],
)
def test_bulgarian_loses_article_plural_and_last_vowel(forms: str, stem: str) -> None:
    assert {bulgarian(form) for form in forms.split()} == {stem}


@pytest.mark.parametrize(
    ("forms", "stem"),
    [
        ("valixhe valixhen valixhes valixhet", "valixh"),
        ("kunate kunata kunaten kunates", "kunat"),
        ("hundë hunda hundën hundës hundët", "hund"),
        ("hotel hoteli hotelin hotelit hotelet", "hotel"),
        ("kopsht kopshti kopshtin kopshtit kopshtet", "kopsht"),
        ("shokë shoku", "shok"),
        ("tregti tregtia tregtinë tregtisë", "tregt"),
    ],
)
def test_albanian_loses_article_case_and_plural(forms: str, stem: str) -> None:
    assert {albanian(folded(form)) for form in forms.split()} == {stem}


@pytest.mark.parametrize("typed", ["القط", "والقطة", "بالقطة", "كالقلم", "للقلم", "فالقلم"])
def test_the_arabic_article_goes_with_what_is_written_before_it(typed: str) -> None:
    assert without_arabic_article(typed).startswith("ق")


@pytest.mark.parametrize("typed", ["الم", "باب", "لون", "والد"])
def test_a_word_that_only_begins_like_the_article_is_left(typed: str) -> None:
    assert without_arabic_article(typed) == typed


# --- what is on disk ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "stems"),
    [
        ("fr", "égratignures menottée rideaux hôpitaux", "egratignur menott rideau hopital"),
        ("en", "bruises dragged choking stairs", "bruis drag choke stair"),
        ("es", "mordió lunares cinturón escaleras", "mord lunar cinturon escaler"),
        ("pt", "correntes cordão garagem mancava", "corrent corda garag manc"),
        ("ro", "brățări perdele strigat balconul", "bratar perd strigat balcon"),
        ("sq", "dritaren ballkoni spitalit byzylyk", "dritar ballkon spital byzylyk"),
        ("ru", "родинкой подвалом цепью ёлка", "родинк подвал цеп елк"),
        ("bg", "гривните балконът белезници тъмен", "гривн балкон белезниц тъмн"),
        ("ar", "السلسلة ساعات بالنافذة معطفه", "سلسل ساع نافذ معطف"),
        ("zh-hans", "黑色的包", "黑 色 包"),
        ("", "Égratignures 508", "egratignures 508"),
    ],
)
def test_the_stems_that_reports_keep_are_these(language: str, text: str, stems: str) -> None:
    assert stored_stems(text, language) == tuple(stems.split())


# --- any text -----------------------------------------------------------------------------------------------


@settings(max_examples=MANY, deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@settings(max_examples=MANY, deadline=None)
@given(st.text(), st.text(max_size=3))
def test_whatever_is_typed_is_read(text: str, language: str) -> None:
    assert len(stored_stems(text, language)) <= len(typed_words(text))
    assert "" not in asked_stems(text)


@pytest.mark.parametrize(
    "piece", ["remboursements ", "ab cd ", "ъ" * 40 + " ", "والسيارات ", "纹", "é'", "\ud800"]
)
def test_hostile_texts_are_quick(piece: str) -> None:
    text = piece * (65_536 // len(piece))
    stored_stems(piece, "fr")
    for act in (typed_words, asked_stems, lambda long: stored_stems(long, "ar"), bulgarian, albanian):
        start = time.process_time()
        act(text)
        assert time.process_time() - start < 0.05
