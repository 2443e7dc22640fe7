"""Account rows: a dump of them names nobody."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from accounts.models import Account, folded, pseudonym_token
from accounts.vocabulary import Role, Standing
from tests.people import PASSPHRASE, an_account


@pytest.mark.django_db
class TestRows:
    def test_a_dump_has_no_pseudonym_passphrase_or_group(self, heron, stork):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_account")
            rows = cursor.fetchall()
        dump = b"".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
            for row in rows
            for cell in row
        )
        assert len(rows) == 2
        for word in ("heron", "stork", "night-van", "argon2", *PASSPHRASE.split(), "joined"):
            for said in (word, word.title(), word.encode().hex(), word.encode("utf-16-le").decode("latin-1")):
                assert said.encode("latin-1") not in dump

    def test_two_rows_differ_in_nothing_that_tells(self, heron, plover):
        sizes = {len(bytes(row[0])) for row in _cells("facts")} | {
            len(bytes(row[0])) for row in _cells("password")
        }
        assert len(sizes) <= 2

    def test_a_pseudonym_is_taken_once_in_any_spelling(self, heron):
        with pytest.raises(IntegrityError), transaction.atomic():
            an_account("ＨＥＲＯＮ")

    def test_it_is_found_by_any_spelling(self, heron):
        assert Account.objects.named(" hERON ") == heron
        assert Account.objects.named("heron2") is None

    def test_a_token_that_points_at_another_row_is_not_believed(self, heron):
        Account.objects.filter(pk=heron.pk).update(pseudonym_token=pseudonym_token("Owl"))
        assert Account.objects.named("Owl") is None

    def test_the_month_of_its_lapse_and_nothing_finer_is_plain(self, heron, now):
        assert heron.lapse_month == now.year * 12 + now.month - 1 + 24

    def test_it_prints_without_a_pseudonym(self, heron):
        assert str(heron) == f"account {heron.id}"
        assert "eron" not in repr(heron)

    def test_what_it_says_of_itself(self, stork, heron):
        assert (stork.pseudonym, stork.group, stork.role) == ("Stork", "night-van", Role.OUTREACH)
        assert (heron.group, heron.standing) == ("", Standing.MEMBER)

    def test_ids_are_random(self):
        ids = {an_account(f"Somebody {number}").pk for number in range(5)}
        assert {one.version for one in ids} == {4}
        assert len(ids) == 5


def _cells(column: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM accounts_account")  # noqa: S608
        return cursor.fetchall()


class TestFolding:
    @given(some.text(alphabet=some.characters(exclude_categories=[])))
    def test_any_text_folds_once_for_all(self, text):
        once = folded(text)
        once.encode()
        assert folded(once) == once

    @given(some.text(alphabet=some.characters(categories=["L", "N", "P", "S"])))
    def test_any_letters_fold_alike_in_upper_and_lower_case(self, text):
        assert folded(text.casefold()) == folded(text)

    @pytest.mark.parametrize(
        ("typed", "form"),
        [
            ("  Heron ", "heron"),
            ("ＨＥＲＯＮ", "heron"),
            ("Straße", "strasse"),
            ("Zoe\u0308", "zoë"),
            ("①", "1"),
            ("", ""),
        ],
    )
    def test_forms(self, typed, form):
        assert folded(typed) == form
