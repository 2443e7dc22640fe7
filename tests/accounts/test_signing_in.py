"""Signing in: whoever is unknown, waiting, suspended or wrong gets the same answer after the same work."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, AccountTampered
from accounts.passphrases import PassphraseHasher
from accounts.second_step import provide_totp
from accounts.totp import code_at, step_at
from accounts.vocabulary import MAY_ENTER, Role, Standing
from jasmine.ledger import our_models
from jasmine.models import Session
from tests.people import PASSPHRASE, a_code, an_account

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
OWLS_SEED = "0123456789abcdef0123456789abcdef01234567"
WRONG = "reed lake stone moss fir"


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """One entry for every Argon2id that is computed."""
    made: list[str] = []

    def counting(name: str) -> Callable[..., object]:
        original = getattr(PassphraseHasher, name)

        def count(self, *args):
            made.append(name)
            return original(self, *args)

        return count

    for name in ("encode", "verify"):
        monkeypatch.setattr(PassphraseHasher, name, counting(name))
    return made


def sign_in(pseudonym: str = "Heron", passphrase: str = PASSPHRASE, browser: Client | None = None) -> Client:
    browser = browser or Client()
    answer = browser.post("/sign-in/", {"pseudonym": pseudonym, "passphrase": passphrase})
    assert answer.status_code == 303
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/reports/mine/").status_code == 200


def what_is_told(pseudonym: str, passphrase: str) -> tuple:
    """All that somebody who tries can see, without what she typed and the token, which differs each time."""
    browser = Client()
    answer = browser.post("/sign-in/", {"pseudonym": pseudonym, "passphrase": passphrase})
    page = browser.get(answer["Location"])
    text = page.content.decode().replace(f'value="{pseudonym}"', 'value="…"')
    return (
        answer.status_code,
        sorted((name, value) for name, value in answer.items()),
        answer.content,
        sorted(browser.cookies),
        page.status_code,
        re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", text),
    )


def raw_update(account: Account, **columns: str) -> None:
    """Write into the table, as somebody with the database could."""
    pk = account.pk.hex if connection.vendor == "sqlite" else str(account.pk)
    with connection.cursor() as cursor:
        for name, value in columns.items():
            cursor.execute(f"UPDATE accounts_account SET {name} = %s WHERE id = %s", [value, pk])  # noqa: S608


def stored(account: Account, column: str) -> bytes:
    """A cell of the table as it is there."""
    return bytes(Account.objects.values_list(column, flat=True).get(pk=account.pk).sealed)


class TestWhoComesIn:
    def test_a_member_with_her_passphrase(self, heron):
        assert is_in(sign_in())

    @pytest.mark.parametrize("typed", ["heron", "HERON", "  Heron ", "Ｈｅｒｏｎ", "ｈeron", "\tHERON\n"])
    def test_her_pseudonym_in_any_case_and_width(self, heron, typed):
        assert is_in(sign_in(typed))

    @pytest.mark.parametrize(
        ("pseudonym", "typed"),
        [
            ("Straße", "STRASSE"),
            ("Ёжик", "ёжик"),
            ("Zoë", "Zoe\u0308"),
            ("ﬁnch", "FINCH"),
            ("麻雀", "麻雀"),
            ("İpek", "i̇pek"),
        ],
    )
    def test_pseudonyms_of_every_script(self, pseudonym, typed):
        an_account(pseudonym)
        assert is_in(sign_in(typed))

    def test_her_passphrase_however_an_accent_is_typed(self, heron):
        heron.set_password("caf\u00e9 bleu du matin clair")
        heron.save()
        assert is_in(sign_in(passphrase="cafe\u0301 bleu du matin clair"))

    @pytest.mark.parametrize("standing", Standing.values)
    def test_only_those_in_good_standing(self, standing):
        an_account("Somebody", standing=standing)
        assert is_in(sign_in("Somebody")) == (standing in MAY_ENTER)

    @pytest.mark.parametrize("passphrase", [WRONG, PASSPHRASE.upper(), PASSPHRASE + " ", "", PASSPHRASE[:-1]])
    def test_no_other_passphrase(self, heron, passphrase):
        assert not is_in(sign_in(passphrase=passphrase))

    @pytest.mark.parametrize("pseudonym", ["Heron2", "Her on", "", "Hero", "' OR 1=1 --", "%", "Неron"])
    def test_no_other_pseudonym(self, heron, pseudonym):
        assert not is_in(sign_in(pseudonym))

    @pytest.mark.parametrize(
        "more", [{"role": "admin"}, {"standing": "member"}, {"next": "//elsewhere.example"}, {"id": "1"}]
    )
    def test_more_fields_change_nothing(self, heron, wren, more):
        browser = Client()
        browser.post("/sign-in/", {"pseudonym": "Wren", "passphrase": PASSPHRASE, **more})
        assert not is_in(browser)
        answer = browser.post("/sign-in/", {"pseudonym": "Heron", "passphrase": PASSPHRASE, **more})
        assert answer["Location"] == "/"
        assert Account.objects.get(pk=heron.pk).role == Role.MEMBER


class TestWhatIsTold:
    @pytest.fixture(autouse=True)
    def people(self, heron, wren, kite):
        """A member, one who waits, one who is suspended."""

    @pytest.mark.parametrize(
        ("pseudonym", "passphrase"),
        [
            ("Heron", WRONG),
            ("Wren", WRONG),
            ("Kite", WRONG),
            ("Nobody", PASSPHRASE),
            ("Heron", "x" * 1025),
            ("Heron", "é" * 2000),
            ("Nobody", "x" * 1025),
        ],
    )
    def test_wrong_waiting_suspended_and_unknown_are_alike(self, pseudonym, passphrase):
        assert what_is_told(pseudonym, passphrase) == what_is_told("Somebody", WRONG)

    @pytest.mark.parametrize("pseudonym", ["Heron", "Wren", "Kite", "Nobody"])
    @pytest.mark.parametrize("passphrase", [PASSPHRASE, WRONG, "x" * 1025, "x" * 60_000, "\ud7ff"])
    def test_the_work_is_one_hash(self, hashes, pseudonym, passphrase):
        sign_in(pseudonym, passphrase)
        assert len(hashes) == 1

    @pytest.mark.parametrize("pseudonym", ["Heron", "Wren", "Kite"])
    def test_the_database_is_asked_as_often(self, pseudonym):
        asked = []
        for name in (pseudonym, "Nobody"):
            with CaptureQueriesContext(connection) as queries:
                sign_in(name, WRONG)
            asked.append(len(queries))
        assert asked[0] == asked[1]

    @pytest.mark.parametrize("passphrase", ["\0", "reed\0lake", "x" * 1025])
    def test_what_cannot_be_a_passphrase_is_just_wrong(self, passphrase):
        assert not is_in(sign_in("Heron", passphrase))

    def test_a_passphrase_of_a_megabyte_is_refused_without_work(self, hashes):
        answer = Client().post("/sign-in/", {"pseudonym": "Heron", "passphrase": "x" * 1_000_000})
        assert (answer.status_code, answer["Location"]) == (303, "/not-sent/")
        assert hashes == []

    def test_her_pseudonym_stays_in_its_box_and_her_passphrase_does_not(self):
        page = sign_in("Heron", WRONG).get("/sign-in/").content.decode()
        assert 'value="Heron"' in page
        assert WRONG not in page

    def test_a_box_that_was_left_empty_is_told_without_work(self, hashes):
        for typed in (
            {},
            {"pseudonym": "Heron"},
            {"passphrase": PASSPHRASE},
            {"pseudonym": " ", "passphrase": "x"},
        ):
            browser = Client()
            assert browser.post("/sign-in/", typed)["Location"] == "/sign-in/"
            assert "Type your pseudonym and your passphrase." in browser.get("/sign-in/").content.decode()
        assert hashes == []


class TestWhatIsWrittenIntoTheTable:
    """Standing and role decide nothing unless the sealed column says the same."""

    @pytest.mark.parametrize(
        "columns",
        [{"role": "admin"}, {"role": "moderator"}, {"standing": "limited"}, {"standing": "suspended"}],
    )
    def test_an_open_session_is_over_at_the_next_request(self, heron, columns):
        browser = sign_in()
        assert is_in(browser)
        raw_update(heron, **columns)
        assert not is_in(browser)

    @pytest.mark.parametrize(
        ("who", "columns"),
        [("Wren", {"standing": "member"}), ("Kite", {"standing": "member"}), ("Heron", {"role": "admin"})],
    )
    def test_nobody_comes_in_by_it(self, heron, wren, kite, who, columns):
        account = {"Wren": wren, "Kite": kite, "Heron": heron}[who]
        raw_update(account, **columns)
        with pytest.raises(AccountTampered):
            Account.objects.get(pk=account.pk).may_enter()
        assert what_is_told(who, PASSPHRASE) == what_is_told("Somebody", WRONG)

    @pytest.mark.parametrize("column", ["facts", "password"])
    def test_another_accounts_sealed_column_opens_nothing(self, heron, owl, hashes, column):
        browser = sign_in()
        hers, owls = (stored(account, column) for account in (heron, owl))
        raw_update(heron, **{column: owls})
        raw_update(owl, **{column: hers})
        hashes.clear()
        nobodys = what_is_told("Somebody", WRONG)
        assert [what_is_told(name, PASSPHRASE) for name in ("Heron", "Owl")] == [nobodys, nobodys]
        assert len(hashes) == 3
        assert not is_in(browser)

    @pytest.mark.parametrize("column", ["facts", "password"])
    def test_what_is_no_sealed_value_opens_nothing(self, heron, column):
        browser = sign_in()
        raw_update(heron, **{column: b"J1 nonsense"})
        assert what_is_told("Heron", PASSPHRASE) == what_is_told("Somebody", WRONG)
        assert not is_in(browser)

    def test_a_standing_that_was_lost_ends_an_open_session(self, heron):
        browser = sign_in()
        heron.facts = {**heron.facts, "standing": str(Standing.PAUSED)}
        heron.standing = Standing.PAUSED
        heron.save()
        assert not is_in(browser)

    def test_a_deleted_account_ends_an_open_session(self, heron):
        browser = sign_in()
        heron.delete()
        assert not is_in(browser)

    @pytest.mark.parametrize("columns", [{"role": "queen"}, {"standing": "founder"}])
    def test_an_unknown_word_is_refused_by_the_database(self, heron, columns):
        with pytest.raises(IntegrityError, match=r"(?i)check"):
            Account.objects.filter(pk=heron.pk).update(**columns)


class TestForms:
    def test_signing_out_ends_the_session(self, heron):
        browser = sign_in()
        assert browser.post("/sign-out/")["Location"] == "/"
        assert not is_in(browser)

    def test_looking_at_sign_out_does_nothing(self, heron):
        browser = sign_in()
        assert browser.get("/sign-out/").status_code == 405
        assert is_in(browser)

    def test_somebody_elses_page_signs_nobody_in(self, heron):
        browser = Client(enforce_csrf_checks=True)
        browser.get("/sign-in/")
        typed = {"pseudonym": "Heron", "passphrase": PASSPHRASE}
        browser.post("/sign-in/", typed, headers={"origin": "https://elsewhere.example"})
        assert not is_in(browser)

    def test_who_is_in_needs_no_sign_in_page(self, heron):
        assert sign_in().get("/sign-in/")["Location"] == "/"

    def test_the_boxes_are_remembered_by_no_browser(self):
        page = Client().get("/sign-in/").content.decode()
        boxes = re.findall(r"<input[^>]*name=\"(pseudonym|passphrase)\"[^>]* autocomplete=\"([^\"]*)", page)
        # "off" is not heeded for passphrases: a browser offers to keep one, unless it is told that it is for once.
        assert boxes == [("pseudonym", "off"), ("passphrase", "one-time-code")]

    def test_a_gate_leads_strangers_to_the_sign_in_page(self):
        assert Client().get("/check/")["Location"] == "/sign-in/"
        assert Client().post("/check/", {"q": "x"})["Location"] == "/sign-in/"


def try_wrongly(many: int, pseudonym: str = "Heron") -> None:
    for number in range(many):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number // 20 + 1}")
        sign_in(pseudonym, WRONG, browser)


class TestManyWrongPassphrases:
    def test_20_a_day_change_nothing_for_her(self, heron):
        try_wrongly(19)
        assert is_in(sign_in())

    @pytest.mark.parametrize("typed", ["Heron", "HERON", " Ｈｅｒｏｎ "])
    def test_then_something_else_of_hers_is_asked_as_well(self, heron, typed):
        give_spare_key(heron)
        try_wrongly(20, typed)
        browser = Client()
        answer = browser.post("/sign-in/", {"pseudonym": "Heron", "passphrase": PASSPHRASE})
        assert answer["Location"] == "/sign-in/second-step/"
        assert not is_in(browser)
        browser.post("/sign-in/second-step/", {"code": "1234 5678-9012 3456"})
        assert is_in(browser)

    def test_the_next_day_her_passphrase_is_enough_again(self, heron):
        with time_machine.travel(NOON, tick=False) as clock:
            try_wrongly(20)
            clock.shift(timedelta(hours=12))
            assert is_in(sign_in())

    def test_tries_at_one_pseudonym_are_not_counted_for_another(self, heron, plover):
        try_wrongly(40, "Plover")
        assert is_in(sign_in())

    @pytest.mark.parametrize("pseudonym", ["Heron", "Nobody", "Kite", "Robin"])
    def test_wrong_ones_are_told_alike_however_many(self, heron, kite, robin, pseudonym):
        try_wrongly(25, pseudonym)
        assert what_is_told(pseudonym, WRONG) == what_is_told("Somebody", WRONG)


class TestANetworkThatTriesMuch:
    @pytest.fixture(autouse=True)
    def twenty(self, heron):
        with time_machine.travel(NOON, tick=False) as clock:
            for number in range(20):
                sign_in(f"Nobody {number}", WRONG)
            self.clock = clock
            yield

    def test_what_she_typed_is_kept_until_it_is_looked_at(self, hashes):
        sign_in("Nobody", WRONG)
        hashes.clear()
        browser = sign_in("Heron", PASSPHRASE)
        page = browser.get("/sign-in/").content.decode()
        assert "Wait ten seconds" in page
        assert 'value="Heron"' in page
        assert PASSPHRASE not in page
        assert hashes == []
        self.clock.shift(timedelta(seconds=10))
        assert is_in(sign_in("Heron", "", browser))

    def test_it_is_kept_for_that_pseudonym_and_for_a_minute(self, plover):
        sign_in("Nobody", WRONG)
        browser = sign_in("Heron", PASSPHRASE)
        self.clock.shift(timedelta(seconds=59))
        assert not is_in(sign_in("Plover", "", browser))
        browser = sign_in("Heron", WRONG) and sign_in("Heron", PASSPHRASE)
        self.clock.shift(timedelta(seconds=60))
        assert not is_in(sign_in("Heron", "", browser))

    def test_another_network_is_not_kept_waiting(self):
        sign_in("Nobody", WRONG)
        assert is_in(sign_in(browser=Client(REMOTE_ADDR="198.51.100.9")))


class TestHalfASignIn:
    @pytest.fixture
    def half(self, robin) -> Client:
        browser = sign_in("Robin")
        assert not is_in(browser)
        return browser

    @pytest.mark.parametrize(
        "path", ["/check/", "/reports/new/", "/account/", "/account/sessions/", "/moderation/"]
    )
    def test_it_opens_nothing(self, half, path):
        assert half.get(path).status_code in (302, 404)
        assert half.post(path).status_code in (303, 404)

    def test_it_lasts_five_minutes(self, robin):
        with time_machine.travel(NOON, tick=False) as clock:
            browser = sign_in("Robin")
            clock.shift(timedelta(minutes=5))
            browser.post("/sign-in/second-step/", {"code": a_code(robin)})
            assert not is_in(browser)

    def test_it_and_its_end_each_have_a_new_id(self, robin):
        browser = sign_in("Robin", WRONG)
        ids = [browser.cookies["session"].value]
        for path, typed in [
            ("/sign-in/", {"pseudonym": "Robin", "passphrase": PASSPHRASE}),
            ("/sign-in/second-step/", {"code": a_code(robin)}),
        ]:
            browser.post(path, typed)
            ids.append(browser.cookies["session"].value)
        assert len(set(ids)) == 3
        for old in ids[:2]:
            thief = Client()
            thief.cookies["session"] = old
            assert not is_in(thief)

    def test_a_new_passphrase_ends_it(self, half, robin):
        with Account.held(robin.pk) as held:
            held.set_password("moss fern reed lake stone")
        half.post("/sign-in/second-step/", {"code": a_code(robin)})
        assert not is_in(half)

    def test_who_was_signed_in_before_is_not_any_more(self, heron, robin):
        browser = sign_in()
        sign_in("Robin", PASSPHRASE, browser)
        assert not is_in(browser)

    def test_the_second_step_of_somebody_else_does_not_end_it(self, half, owl):
        provide_totp(owl, OWLS_SEED)
        half.post("/sign-in/second-step/", {"code": code_at(OWLS_SEED, step_at(timezone.now()))})
        assert not is_in(half)


def give_spare_key(account: Account) -> None:
    with Account.held(account.pk) as held:
        held.tell(spare_key=make_password("1234567890123456"))


def test_nothing_is_stored_about_when_she_signed_in(heron):
    def rows() -> list:
        return [
            list(model.objects.order_by("pk").values_list()) for model in our_models() if model is not Session
        ]

    before = repr(rows())
    sign_in()
    assert repr(rows()) == before
