"""How dangerous: computed from the closed words, on both sides of each limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.danger import level_of
from alerts.vocabulary import LEVEL_OF, Incident, Level

CODES = st.lists(st.sampled_from(Incident.values), min_size=1, max_size=4)
KNOWN_OR_NOT = st.sampled_from([True, False, None])


@pytest.mark.parametrize(
    ("incidents", "level"),
    [
        (["rape"], 4),
        (["assault"], 3),
        (["theft"], 2),
        (["no_show"], 1),
        (["no_show", "theft"], 2),
        (["theft", "assault", "no_show"], 3),
        (["haggling", "ambush"], 4),
    ],
)
def test_the_level_is_that_of_the_gravest_incident(incidents, level):
    assert level_of(incidents, weapon=None, others_present=None) == level


@pytest.mark.parametrize(
    ("weapon", "others"), [(True, False), (False, True), (True, True), (None, True), (True, None)]
)
@pytest.mark.parametrize(("incident", "level"), [("no_show", 1), ("theft", 3), ("assault", 4), ("rape", 4)])
def test_a_weapon_or_company_raises_two_and_three_by_one_and_nothing_else(incident, level, weapon, others):
    assert level_of([incident], weapon=weapon, others_present=others) == level


@pytest.mark.parametrize("incident", ["no_show", "theft", "assault", "rape"])
@pytest.mark.parametrize("not_so", [False, None])
def test_not_knowing_raises_nothing(incident, not_so):
    assert level_of([incident], weapon=not_so, others_present=not_so) == LEVEL_OF[Incident(incident)]


@given(CODES, KNOWN_OR_NOT, KNOWN_OR_NOT, st.sampled_from(Incident.values))
def test_one_more_incident_never_lowers_the_level(codes, weapon, others, one_more):
    before = level_of(codes, weapon=weapon, others_present=others)
    after = level_of([*codes, one_more], weapon=weapon, others_present=others)
    assert before <= after
    assert after in Level
