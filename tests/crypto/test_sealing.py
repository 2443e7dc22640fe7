"""Sealing: what is sealed to one column of one row opens there, and nowhere else."""

from uuid import UUID, uuid4

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as some

from jasmine import crypto
from jasmine.crypto import keyring, sealing

ROW = UUID("00112233-4455-4677-8899-aabbccddeeff")
LABEL = "report.story"
STORY = "Il m'a demandé de venir à une autre adresse.".encode()
SECRET = bytes(range(32))
HEADER = 35  # bytes
SMALLEST = HEADER + 64 + 16


def this_week() -> int:
    return crypto.week_of(crypto.today())


def sealed(content: bytes = STORY, *, week: int | None = None, **but) -> bytes:
    return crypto.seal(content, week=week, **{"label": LABEL, "row": ROW, **but})


def refused(value: bytes, **but) -> bool:
    """Whether it does not open, and nothing is said but that."""
    with pytest.raises(crypto.CannotOpen) as caught:
        crypto.unseal(value, **{"label": LABEL, "row": ROW, **but})
    return str(caught.value) == "cannot be opened" and type(caught.value) is crypto.CannotOpen


@pytest.fixture(scope="module")
def value(ring) -> bytes:
    return sealed()


class TestWhatIsSealed:
    @given(some.binary(max_size=8190))
    def test_any_bytes_up_to_the_limit_open_again(self, content):
        assert crypto.unseal(sealed(content), label=LABEL, row=ROW) == content

    @given(some.binary(max_size=8190))
    def test_any_bytes_open_again_for_the_holder_of_the_secret(self, content):
        value = crypto.seal_for_holder(content, label="session.data", secret=SECRET)
        assert crypto.unseal_for_holder(value, label="session.data", secret=SECRET) == content

    def test_a_week_opens_until_its_sunday_is_over(self):
        value = sealed(week=this_week())
        assert crypto.unseal(value, label=LABEL, row=ROW) == STORY

    @pytest.mark.parametrize(
        ("long", "filled"),
        [
            (0, 64),
            (62, 64),
            (63, 128),
            (126, 128),
            (127, 256),
            (254, 256),
            (255, 512),
            (510, 512),
            (511, 1024),
            (1022, 1024),
            (1023, 2048),
            (2046, 2048),
            (2047, 4096),
            (4094, 4096),
            (4095, 8192),
            (8190, 8192),
        ],
    )
    def test_its_size_tells_the_class_and_no_more(self, long, filled):
        assert len(sealed(b"x" * long)) == HEADER + filled + 16
        assert len(crypto.seal_for_holder(b"x" * long, label=LABEL, secret=SECRET)) == HEADER + filled + 16

    @pytest.mark.parametrize("long", [8191, 8192, 65_535, 65_536, 1_000_000])
    def test_more_than_the_largest_class_is_too_long(self, long):
        with pytest.raises(crypto.TooLong):
            sealed(b"x" * long)

    def test_equal_texts_give_different_bytes_of_equal_size(self):
        values = [sealed() for _ in range(100)]
        assert len(set(values)) == 100
        assert {len(value) for value in values} == {SMALLEST}

    def test_nothing_of_it_shows(self, value):
        assert not any(word in value for word in STORY.split())

    def test_a_text_that_ends_in_zeros_keeps_them(self):
        assert crypto.unseal(sealed(b"\0\0\0"), label=LABEL, row=ROW) == b"\0\0\0"


class TestWhatIsMoved:
    def test_to_another_row(self, value):
        assert refused(value, row=uuid4())

    @pytest.mark.parametrize("label", ["report.notice", "report.stor", "report.story ", "Report.story", ""])
    def test_to_another_column(self, value, label):
        assert refused(value, label=label)

    def test_to_another_schema(self, value):
        assert refused(value, schema=2)

    def test_between_label_and_row(self):
        # Each part stands behind its length: a label that swallows the first letter of a row is another label.
        row = UUID(bytes=b"xyz0123456789abc")
        assert refused(sealed(label="report.", row=row), label="report.x", row=row)

    def test_a_nonce_that_never_changes_lets_nothing_move(self, monkeypatch):
        monkeypatch.setattr("secrets.token_bytes", bytes)
        assert sealed(b"one")[HEADER:] != sealed(b"other")[HEADER:]
        assert refused(sealed(), label="report.notice")


class TestWhatIsChanged:
    def test_at_every_length_it_is_cut_to(self, value):
        assert all(refused(value[:long]) for long in range(len(value)))

    def test_at_every_single_bit(self, value):
        for at in range(len(value) * 8):
            flipped = bytearray(value)
            flipped[at // 8] ^= 1 << at % 8
            assert refused(bytes(flipped))

    @given(some.data())
    def test_at_any_bit_of_a_longer_one(self, data):
        value = bytearray(sealed(b"x" * data.draw(some.integers(63, 8190))))
        at = data.draw(some.integers(0, len(value) * 8 - 1))
        value[at // 8] ^= 1 << at % 8
        assert refused(bytes(value))

    @given(some.binary(min_size=1, max_size=20_000))
    def test_by_more_behind_it(self, more):
        assert refused(sealed() + more)

    @given(some.binary(max_size=20_000))
    def test_bytes_that_were_never_ours(self, content):
        assert refused(content)
        assert refused(b"J1\x01\0\0\0\x01" + content)

    @pytest.mark.parametrize("magic", [b"J2", b"j1", b"\0\0"])
    def test_an_unknown_beginning(self, value, magic):
        assert refused(magic + value[2:])

    @pytest.mark.parametrize("suite", [0, 2, 255])
    def test_an_unknown_suite(self, value, suite):
        assert refused(value[:2] + bytes([suite]) + value[3:])

    @pytest.mark.parametrize("number", [0, 2, 5_000, 2**32 - 1])
    def test_another_key_number(self, value, number):
        assert refused(value[:3] + number.to_bytes(4, "big") + value[7:])

    def test_the_commitment_of_another_key(self, value):
        other = sealed(row=uuid4())
        assert refused(value[:19] + other[19:35] + value[35:])

    @pytest.mark.parametrize(
        "filled",
        [
            b"\0\x05abc" + bytes(58) + b"!",
            b"\0\0" + b"X" * 62,
            b"\xff\xff" + bytes(62),
            b"\0\0" + b"!" * 62,
            bytes(65),
            bytes(63),
        ],
    )
    def test_a_filling_that_we_never_make(self, monkeypatch, filled):
        monkeypatch.setattr(sealing, "_filled", lambda content: filled)
        assert refused(sealed())


class TestKeysThatAreGone:
    def test_a_destroyed_week(self, own_ring):
        week = this_week() + 3
        value = sealed(week=week)
        assert crypto.unseal(value, label=LABEL, row=ROW) == STORY
        crypto.destroy_week(week)
        assert refused(value)

    def test_a_past_week_although_the_ring_still_has_it(self, own_ring):
        week = this_week()
        value = sealed(week=week)
        with time_machine.travel(crypto.last_day_of(week)):
            assert crypto.unseal(value, label=LABEL, row=ROW) == STORY
        with time_machine.travel(crypto.last_day_of(week + 1)):
            assert any(pair.week == week for pair in keyring._ring().pairs)
            assert refused(value)

    def test_an_old_ring_put_back_opens_nothing_that_has_passed(self, own_ring):
        week, kept = this_week(), own_ring.read_bytes()
        value = sealed(week=week)
        crypto.destroy_week(week)
        own_ring.write_bytes(kept)
        with time_machine.travel(crypto.last_day_of(week + 1)):
            assert refused(value)

    def test_another_site(self, value, own_ring):
        assert refused(value)

    def test_a_past_week_seals_nothing(self):
        with pytest.raises(crypto.WeekIsPast):
            sealed(week=this_week() - 1)

    def test_a_week_beyond_the_ring_seals_nothing(self):
        with pytest.raises(crypto.NoKey):
            sealed(week=this_week() + 500)


class TestHolders:
    def refused(self, value: bytes, **but) -> bool:
        with pytest.raises(crypto.CannotOpen, match=r"^cannot be opened$"):
            crypto.unseal_for_holder(value, **{"label": LABEL, "secret": SECRET, **but})
        return True

    def test_what_the_ring_sealed_is_no_holders(self, value):
        assert self.refused(value)

    def test_what_a_holder_sealed_is_not_the_rings(self):
        assert refused(crypto.seal_for_holder(STORY, label=LABEL, secret=SECRET))

    def test_a_number_of_the_ring_written_over_a_holders_zero(self):
        value = crypto.seal_for_holder(STORY, label=LABEL, secret=SECRET)
        assert refused(value[:3] + (1).to_bytes(4, "big") + value[7:])

    def test_another_secret(self):
        value = crypto.seal_for_holder(STORY, label=LABEL, secret=SECRET)
        assert self.refused(value, secret=SECRET[::-1])

    def test_another_label(self):
        value = crypto.seal_for_holder(STORY, label=LABEL, secret=SECRET)
        assert self.refused(value, label="session.other")

    def test_cut_short(self):
        value = crypto.seal_for_holder(STORY, label=LABEL, secret=SECRET)
        assert all(self.refused(value[:long]) for long in range(len(value)))


class TestKeyNumber:
    def test_it_is_read_without_opening(self, value):
        assert crypto.key_number(value) == keyring.writing_pair(crypto.STANDING).number

    def test_the_largest_value_has_one_and_what_is_longer_has_none(self):
        largest = sealed(b"x" * crypto.LONGEST)
        assert crypto.key_number(largest) == keyring.writing_pair(crypto.STANDING).number
        with pytest.raises(crypto.CannotOpen):
            crypto.key_number(largest + b"\0")

    @given(some.binary(max_size=60))
    def test_what_is_no_sealed_value_has_none(self, content):
        with pytest.raises(crypto.CannotOpen):
            crypto.key_number(content)
