"""Short forms of names."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.spelling import diminutives, name

LANGUAGES = {"fr", "en", "es", "pt", "ru", "bg", "ro", "ar", "sq", "others"}


def families(typed: str) -> tuple[str, ...]:
    return diminutives.families(name.words(typed)[0])


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Nacho", "ignacio"),
        ("Quique", "enrique"),
        ("Zé", "jose"),
        ("Tião", "sebastiao"),
        ("Вова", "vladimir"),
        ("Vova", "vladimir"),
        ("Серёга", "serghey"),
        ("Митко", "dimitar"),
        ("Ицо", "khristo"),
        ("Fane", "stefan"),
        ("Nelu", "ion"),
        ("Zizou", "zinedine"),
        ("Kader", "abdelkader"),
        ("عبدو", "abdelkader"),
        ("Gégé", "gerard"),
        ("Manu", "emmanuel"),
        ("Bill", "william"),
        ("Jusuf", "youssef"),
        ("Skeni", "skender"),
    ],
)
def test_a_short_form_belongs_to_its_full_name(short: str, full: str) -> None:
    """The ids are on disk: if one fails, raise the form's version and re-index."""
    assert full in families(short)


@pytest.mark.parametrize("full", ["Ignacio", "Владимир", "Abdelkader", "Gérard", "Христо", "Skënder"])
def test_a_full_name_belongs_to_its_own_family(full: str) -> None:
    assert name.words(full)[0] in families(full)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Rubencito", "Rubén"),
        ("Ramirito", "Ramiro"),
        ("Dominguito", "Domingo"),
        ("Blanquita", "Blanca"),
        ("Osmarinho", "Osmar"),
        ("Renanzinho", "Renan"),
        ("Tarasushka", "Taras"),
        ("Зоечка", "Зоя"),
        ("Альбертик", "Альберт"),
        ("Асенчо", "Асен"),
        ("Marinelică", "Marinela"),
        ("Robbie", "Rob"),
        ("Karim", "Abdelkarim"),
        ("Nasser", "Abdennasser"),
        ("ناصر", "عبد الناصر"),
    ],
)
def test_a_regular_short_form_is_not_in_the_list_and_is_known(short: str, full: str) -> None:
    assert diminutives.are_related(kin(short), kin(full))


@pytest.mark.parametrize("typed", ["Rita", "Benito", "Tito", "Никита"])
def test_a_name_of_its_own_is_no_short_form(typed: str) -> None:
    assert not diminutives.bases(name.words(typed)[0])


@pytest.mark.parametrize(("one", "other"), [("Jean", "Juan"), ("Martin", "Marin"), ("Саша", "Маша")])
def test_two_names_that_exist_are_two(one: str, other: str) -> None:
    assert diminutives.are_two_names(kin(one), kin(other))


def test_each_language_has_its_families() -> None:
    data = tomllib.loads(diminutives.DATA.read_text("utf-8"))
    assert set(data) == LANGUAGES
    assert all(len(data[language]) >= 30 for language in LANGUAGES - {"others"})


def test_every_name_of_the_data_is_found_as_it_is_typed() -> None:
    data = tomllib.loads(diminutives.DATA.read_text("utf-8"))
    typed = {word for language in data.values() for row in language.items() for word in " ".join(row).split()}
    lost = {word for word in typed if not any(map(diminutives.families, name.words(word)))}
    assert not lost


@given(st.text(max_size=60))
def test_any_text_has_few_bases_shorter_than_itself(text: str) -> None:
    found = diminutives.bases(text)
    assert len(found) <= diminutives.MOST_BASES
    assert all(diminutives.SHORTEST_BASE <= len(base) <= len(text) for base in found)


@given(st.text(max_size=20), st.text(max_size=20))
def test_being_related_goes_both_ways(one: str, other: str) -> None:
    pair = diminutives.kin(one), diminutives.kin(other)
    assert diminutives.are_related(*pair) == diminutives.are_related(*reversed(pair))


def kin(typed: str) -> diminutives.Kin:
    return diminutives.kin(name.words(typed)[0])
