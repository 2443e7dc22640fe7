"""Somebody has the database, and nothing else, and asks who brought whom in."""

from collections import Counter
from uuid import UUID

import pytest

from accounts import inviting, vouching
from accounts.codes import grouped
from accounts.models import Account, Newcomer, Pair, Vouch
from tests.attacks.test_dump import as_bytes, cells, hits
from tests.makers import a_newcomer, a_vouch, let_in
from tests.people import an_account

pytestmark = pytest.mark.django_db(transaction=True)
EDGES = ("accounts_vouch", "accounts_pair", "accounts_invitation")
NOT_TELLING = ("delete_after", "key_number")  # the same for everybody of a week, of a year


@pytest.fixture
def codes(heron, plover, stork, robin, now) -> list[str]:
    """A member and two who wait, several words of one voucher, and codes that are good today."""
    for name in ("Siskin", "Dipper"):
        newcomer = a_newcomer(name, invited_by=stork)
        for voucher in (heron, plover):
            a_vouch(newcomer, by=voucher)
    invitation = inviting.invite(by=stork, now=now)
    with Account.held(heron.pk) as held:
        spare_key = held.give_spare_key()
    waiting = a_newcomer("Wren of the moor", invited_by=heron)
    a_vouch(waiting, by=plover)
    vouching.confirm(waiting, by=heron, now=now)
    return [newcomer.facts["vouch_code"], waiting.facts["vouch_code"], invitation, spare_key]


def edge_cells() -> list[tuple[str, str, bytes]]:
    return [
        (table, column, as_bytes(value))
        for table, column, value in cells()
        if table in EDGES and column not in NOT_TELLING
    ]


def test_no_code_that_brings_somebody_in(codes):
    for code in codes:
        assert hits(code) == []
        assert hits(grouped(code)) == []


def test_no_two_rows_about_vouching_have_anything_in_common(codes, robin):
    let_in(a_ready(), by=robin)
    counted = Counter(cell for _table, _column, cell in edge_cells() if cell not in (b"0", b"1", b"None"))
    assert Vouch.objects.count() == 8
    assert Pair.objects.exists()
    assert [cell for cell, count in counted.items() if count > 1] == []


def a_ready() -> Newcomer:
    newcomer = a_newcomer("Ready")
    for voucher in (an_account("Dunnock"), Account.objects.named("Stork")):
        a_vouch(newcomer, by=voucher)
    return newcomer


def test_no_row_about_vouching_names_an_account(codes, robin):
    let_in(a_ready(), by=robin)
    names = {form for account in Account.objects.all() for form in spelt(account.pk)}
    told = b"\n".join(cell for _table, _column, cell in edge_cells())
    assert [name for name in names if name in told] == []


def spelt(pk: UUID) -> list[bytes]:
    return [str(pk).encode(), pk.hex.encode(), pk.bytes, str(pk.int).encode()]


def test_no_number_of_an_edge_stands_in_another_table(codes, robin):
    let_in(a_ready(), by=robin)
    edges = {cell for _table, column, cell in edge_cells() if column.endswith("token")}
    others = {as_bytes(value) for table, _column, value in cells() if table not in EDGES}
    assert edges
    assert not edges & others
