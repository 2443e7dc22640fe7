"""Six digits every 30 seconds, as RFC 6238 has them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import totp

SEED = b"12345678901234567890".hex()
# RFC 6238, appendix B, the rows of SHA-1: seconds since 1970 and eight digits. Six digits are the last six of them.
RFC_6238 = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
SEEDS = st.binary(min_size=20, max_size=20).map(bytes.hex)
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "digits"), RFC_6238.items())
def test_the_vectors_of_rfc_6238(seconds, digits):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SEED, totp.step_at(moment)) == digits[-6:]
    assert totp.step_of(SEED, digits[-6:], now=moment) == totp.step_at(moment)


@given(SEEDS, MOMENTS, st.integers(-1, 1))
def test_a_code_is_good_one_step_either_side(seed, now, aside):
    step = totp.step_at(now) + aside
    found = totp.step_of(seed, totp.code_at(seed, step), now=now)
    assert found is not None
    assert totp.code_at(seed, found) == totp.code_at(seed, step)


@pytest.mark.parametrize("aside", [-3, -2, 2, 3])
def test_a_code_is_not_good_further_away(aside):
    code = totp.code_at(SEED, totp.step_at(NOW) + aside)
    assert totp.step_of(SEED, code, now=NOW) is None


@given(SEEDS, MOMENTS, st.integers(-1, 1), st.integers(-1, 1))
def test_no_code_of_a_spent_step_or_of_one_before_it_is_good(seed, now, spent, aside):
    step = totp.step_at(now)
    found = totp.step_of(seed, totp.code_at(seed, step + aside), now=now, spent=step + spent)
    assert found is None or found > step + spent


@given(SEEDS)
def test_what_an_app_reads_is_the_seed(seed):
    said = urlsplit(totp.uri(seed, label="Jasmine 3f2a", issuer="Jasmine"))
    assert (said.scheme, said.netloc, unquote(said.path)) == ("otpauth", "totp", "/Jasmine:Jasmine 3f2a")
    assert parse_qs(said.query) == {"secret": [totp.spelt(seed, between="")], "issuer": ["Jasmine"]}
    assert totp.spelt(seed).replace(" ", "") == totp.spelt(seed, between="")


def test_a_new_seed_is_another_each_time():
    assert len({totp.new_seed() for _ in range(50)}) == 50
    assert all(len(totp.new_seed()) == 40 for _ in range(50))


def test_a_code_of_the_same_half_minute_is_the_same():
    early = NOW.replace(second=0)
    assert totp.step_at(early) == totp.step_at(early + timedelta(seconds=29))
    assert totp.step_at(early) + 1 == totp.step_at(early + timedelta(seconds=30))
