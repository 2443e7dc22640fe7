import re
from datetime import date

import pycountry
import pytest
from django.utils.translation import override
from phonenumbers import PhoneMetadata

from jasmine.emergency import FALLBACK, How, Number, Purpose, listings, numbers

COUNTRIES = sorted(listings())
WRITTEN = [(country, number) for country in COUNTRIES for number in numbers(country)]


def dialled(country: str) -> list[str]:
    return [number.number for number in numbers(country)]


def test_france_has_its_five_numbers():
    assert dialled("FR") == ["15", "17", "112", "114", "3919"]


def test_a_number_is_called_or_texted():
    assert Number("15", How.CALL, Purpose.MEDICAL).uri == "tel:15"
    assert Number("114", How.TEXT, Purpose.DEAF_TEXT).uri == "sms:114"


def test_a_country_that_is_not_listed_gets_112_and_it_is_marked():
    assert numbers("AQ") == FALLBACK
    assert dialled("AQ") == ["112"]
    assert FALLBACK[0].fallback
    assert not any(number.fallback for _, number in WRITTEN)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_is_real(country):
    assert country == "XK" or pycountry.countries.get(alpha_2=country)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_says_whose_numbers_and_when_they_were_reviewed(country):
    listing = listings()[country]
    assert listing.source
    assert listing.where.startswith(("https://", "http://"))
    assert date(2026, 1, 1) <= listing.reviewed


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_can_be_called_for_help_at_once(country):
    assert {Purpose.ALL, Purpose.MEDICAL} & {number.purpose for number in numbers(country)}


@pytest.mark.parametrize(("country", "number"), WRITTEN)
def test_numbers_are_digits_alone(country, number):
    assert number.number.isascii()
    assert number.number.isdigit()


@pytest.mark.parametrize("country", COUNTRIES)
def test_nothing_is_listed_twice(country):
    assert len(set(numbers(country))) == len(numbers(country))


@pytest.mark.parametrize(("country", "number"), [pair for pair in WRITTEN if len(pair[1].number) <= 3])
def test_short_numbers_are_what_the_country_gives_out(country, number):
    short = PhoneMetadata.short_metadata_for_region(country)
    assert re.fullmatch(short.general_desc.national_number_pattern, number.number)


def test_every_number_has_a_label_in_words():
    with override("en"):
        assert all(str(number.label) for _, number in WRITTEN)
        assert str(FALLBACK[0].label) != str(Purpose.ALL.label)
