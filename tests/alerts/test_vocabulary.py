from collections import Counter

import pytest
from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import override

from alerts import vocabulary
from alerts.vocabulary import (
    LEVEL_OF,
    AgeBand,
    Build,
    Colour,
    FacialHair,
    Hair,
    HeightBand,
    Incident,
    Language,
    Level,
    Platform,
    TimeSlot,
    YesNo,
)

LISTS = [
    thing
    for thing in vars(vocabulary).values()
    if isinstance(thing, type) and issubclass(thing, Choices) and len(thing)
]
# What words.md never says. Whole words: "dealership" is nobody's label, but "john" is.
NEVER = {
    "prostitute",
    "prostitution",
    "john",
    "punter",
    "trick",
    "offender",
    "criminal",
    "predator",
    "victim",
    "pimp",
}


def words_of(label) -> set[str]:
    return set(str(label).lower().replace(",", " ").replace(":", " ").split())


def test_every_incident_has_a_level():
    assert set(LEVEL_OF) == set(Incident)


def test_each_level_has_its_number_of_incidents():
    assert Counter(LEVEL_OF.values()) == {4: 7, 3: 8, 2: 5, 1: 4}


def test_incidents_stand_gravest_first():
    levels = [LEVEL_OF[incident] for incident in Incident]
    assert levels == sorted(levels, reverse=True)


def test_levels_compare_as_numbers():
    assert max(Level) is Level.VERY_DANGEROUS
    assert Level.NUISANCE < Level.RISKY


@pytest.mark.parametrize("choices", [TimeSlot, AgeBand, HeightBand, Build, Hair, FacialHair, Colour, YesNo])
def test_not_knowing_stands_first(choices):
    assert choices.values[0] == "unknown"


@pytest.mark.parametrize("choices", LISTS)
def test_no_list_says_the_same_thing_twice(choices):
    with override("en"):
        labels = [str(label) for label in choices.labels]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("choices", LISTS)
def test_labels_avoid_the_words_that_hurt(choices):
    with override("en"):
        assert not any(words_of(label) & NEVER for label in choices.labels)


@pytest.mark.parametrize("choices", [one for one in LISTS if one not in (Language, Platform)])
def test_labels_wait_for_the_readers_language(choices):
    assert all(isinstance(member._label_, Promise) for member in choices)


def test_languages_are_named_in_their_own_words():
    assert Language.BG.label == "Български"
    assert set(Language.values) == {"fr", "en", "es", "pt", "zh-hans", "ru", "bg", "ro", "ar", "sq"}


@pytest.mark.parametrize("known", [True, False, None])
def test_yes_no_and_not_known_come_back_as_they_went_in(known):
    assert YesNo.of(known).known is known
