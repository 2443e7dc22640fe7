"""Passphrases: which are taken, and how they are kept."""

import unicodedata

import pytest
from django.contrib.auth.hashers import check_password, make_password
from hypothesis import given
from hypothesis import strategies as some

from accounts.passphrases import PassphraseHasher, prepared
from jasmine import settings as real_settings

REAL = "accounts.passphrases.PassphraseHasher"


class TestTheRealHasher:
    @pytest.fixture(scope="module")
    @staticmethod
    def kept() -> str:
        return PassphraseHasher().encode("reed lake stone moss fern", "c2FsdHNhbHRzYWx0")

    def test_it_is_argon2id_with_64_mib_3_passes_and_1_lane(self):
        assert make_password("reed", hasher=PassphraseHasher()).startswith(
            "argon2$argon2id$v=19$m=65536,t=3,p=1$"
        )

    def test_a_known_answer(self, kept):
        # Argon2id(salt=b"c2FsdHNhbHRzYWx0", length=32, iterations=3, lanes=1, memory_cost=65536).derive(…), which is
        # OpenSSL's and not the hasher's own. If this fails, nobody can sign in any more.
        salt, digest = "YzJGc2RITmhiSFJ6WVd4MA", "rTFgPa060Y7roRatoG2J2Jmgiu3QIFnIEnrCSPLFhmY"
        assert kept == f"argon2$argon2id$v=19$m=65536,t=3,p=1${salt}${digest}"

    def test_it_opens_to_its_passphrase_alone(self, kept, settings):
        settings.PASSWORD_HASHERS = [REAL]
        assert check_password("reed lake stone moss fern", kept)
        assert not check_password("reed lake stone moss fir", kept)

    def test_the_site_uses_it_and_no_other(self):
        assert real_settings.PASSWORD_HASHERS == [REAL]


def test_every_hash_has_a_salt_of_its_own():
    one, other = make_password("reed"), make_password("reed")
    assert one != other
    assert check_password("reed", one)
    assert check_password("reed", other)


class TestPreparing:
    @pytest.mark.parametrize("spelled", ["café", unicodedata.normalize("NFD", "café"), "cafe\u0301"])
    def test_every_way_to_type_an_accent_is_one_passphrase(self, spelled):
        assert prepared(spelled) == "café"

    @pytest.mark.parametrize("kept", ["  spaces  ", "ＡＢ", "Ab", "ﬁ", "①", "a\tb", "😀", "ß"])
    def test_nothing_else_is_changed(self, kept):
        assert prepared(kept) == kept

    @pytest.mark.parametrize("letter", ["a", "é", "好", "😀"])
    def test_at_most_1024_bytes(self, letter):
        fits = 1024 // len(letter.encode())
        assert prepared(letter * fits) == letter * fits
        assert prepared(letter * (fits + 1)) is None

    @pytest.mark.parametrize("nobodys", ["", "\0", "reed\0lake", "\ud800", "reed \udfff", "x" * 1_000_000])
    def test_what_nobody_has(self, nobodys):
        assert prepared(nobodys) is None

    @given(some.text(alphabet=some.characters(exclude_categories=[])))
    def test_any_text_is_prepared_once_for_all_or_is_nobodys(self, text):
        ready = prepared(text)
        if ready is None:
            assert not text or "\0" in text or any(0xD800 <= ord(letter) < 0xE000 for letter in text)
        else:
            assert prepared(ready) == ready
            assert prepared(unicodedata.normalize("NFD", text)) == ready
