"""Sessions: only their holder can name or open them, and they end when they must."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as site
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import caches
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from accounts.signing_in import PassphraseBackend
from accounts.vocabulary import Role
from alerts.checking import LONGEST_QUESTION
from jasmine import sessions, tasks
from jasmine.models import Session
from jasmine.sessions import DatabaseSessions, RedisSessions
from tests import people
from tests.makers import a_report
from tests.people import PASSPHRASE, an_account

pytestmark = pytest.mark.django_db

STORES = [DatabaseSessions, *([RedisSessions] if site.REDIS_URL else [])]
START = datetime(2026, 11, 18, 22, 5, tzinfo=UTC)
GOES_ON, IS_OUT = 200, 302


@pytest.fixture(params=STORES)
def store(request, monkeypatch):
    """The site runs on this store."""
    monkeypatch.setattr(sessions, "SessionStore", request.param)
    return request.param


@pytest.fixture
def browser(store) -> Client:
    return Client()


def sign_in(browser: Client, pseudonym: str = "Heron") -> str:
    """Give the session's cookie."""
    answer = browser.post("/sign-in/", {"pseudonym": pseudonym, "passphrase": PASSPHRASE})
    assert answer["Location"] == "/"
    return browser.cookies["session"].value


def with_cookie(cookie: str) -> Client:
    browser = Client()
    browser.cookies["session"] = cookie
    return browser


def asks(browser: Client) -> int:
    return browser.get("/check/").status_code


def raw_role(account, role: Role) -> None:
    """Give her a role without ending her sessions, as no rule does."""
    with type(account).held(account.pk) as held:
        held.role = role
        held.tell(role=str(role))


def everything_in(store) -> str:
    """All that the store keeps, names and contents."""
    if store is DatabaseSessions:
        return repr(list(Session.objects.values_list()))
    redis = caches["default"]._cache.get_client(None, write=True)
    return repr([(key, redis.get(key)) for key in redis.scan_iter("*session:*")])


class TestWhatIsStored:
    def test_the_name_is_not_the_cookie(self, browser, store, heron):
        cookie = sign_in(browser)
        kept = everything_in(store)
        assert cookie not in kept
        assert store.name_of(cookie) in kept

    def test_the_cookie_is_256_random_bits(self, browser, heron):
        cookies = {sign_in(Client()) for _ in range(5)}
        assert len(cookies) == 5
        assert {len(cookie) for cookie in cookies} == {43}

    def test_nothing_of_what_it_holds_can_be_read(self, browser, store, heron):
        sign_in(browser)
        browser.post("/check/", {"q": "06 39 98 12 34"})
        kept = everything_in(store)
        assert not any(word in kept for word in (str(heron.pk), "Passphrase", "06 39", "seen_at", "check"))

    def test_another_cookie_does_not_open_it(self, store):
        one, other = store("a" * 43), store("b" * 43)
        sealed = one.encode({"seen_at": 1})
        assert one.decode(sealed) == {"seen_at": 1}
        assert other.decode(sealed) == {}

    def test_the_name_in_the_store_is_no_cookie(self, browser, store, heron):
        cookie = sign_in(browser)
        assert asks(with_cookie(store.name_of(cookie))) == IS_OUT

    @given(
        some.dictionaries(
            some.text(), some.one_of(some.text(max_size=9000), some.integers(), some.none()), max_size=4
        )
    )
    def test_anything_that_can_be_typed_is_kept(self, said):
        holder = DatabaseSessions("a" * 43)
        kept = json.loads(json.dumps(said, ensure_ascii=False).encode(errors="replace"))
        assert holder.decode(holder.encode(said)) == kept

    @pytest.mark.parametrize("spoil", ["", "x", "=", "é", "AAAA", ".", "AAAA.AAAA"])
    def test_what_was_changed_is_an_empty_session(self, store, spoil):
        assert store("a" * 43).decode(spoil) == {}

    def test_parts_of_a_long_session_keep_their_number_and_place(self, store):
        holder = store("a" * 43)
        parts = holder.encode({"typed": "x" * 20_000}).split(".")
        assert len(parts) == 3
        assert holder.decode(".".join(parts)) == {"typed": "x" * 20_000}
        for wrong in (parts[:2], parts[::-1], [parts[0], parts[0], parts[2]], [*parts, parts[2]], parts[1:]):
            assert holder.decode(".".join(wrong)) == {}

    def test_when_it_was_used_is_rounded_to_the_day(self, heron, monkeypatch):
        monkeypatch.setattr(sessions, "SessionStore", DatabaseSessions)
        with time_machine.travel(START, tick=False):
            sign_in(Client())
        row = Session.objects.get()
        assert row.expire_date == datetime(2026, 11, 20, tzinfo=UTC)  # eight hours on is the 19th; its end

    def test_those_whose_day_is_over_are_forgotten_and_no_others(self, heron, monkeypatch):
        monkeypatch.setattr(sessions, "SessionStore", DatabaseSessions)
        with time_machine.travel(START, tick=False) as clock:
            sign_in(Client())
            clock.shift(timedelta(hours=25))
            sign_in(Client())
            clock.move_to(datetime(2026, 11, 19, 23, 59, tzinfo=UTC))
            tasks.forget_sessions()
            assert Session.objects.count() == 2
            clock.move_to(datetime(2026, 11, 20, 0, 1, tzinfo=UTC))
            tasks.forget_sessions()
            assert Session.objects.count() == 1


class TestBeginningAndEnding:
    def test_signing_in_gives_a_new_id_and_the_old_one_is_dead(self, browser, store, heron):
        browser.post("/sign-in/", {"pseudonym": "Heron", "passphrase": "wrong"})
        before = browser.cookies["session"].value
        after = sign_in(browser)
        assert before != after
        assert asks(browser) == GOES_ON
        assert asks(with_cookie(before)) == IS_OUT
        assert not store().exists(before)

    @pytest.mark.parametrize(
        "cookie", ["A" * 43, "A" * 400, "short", "", "../../etc/passwd", "é" * 43, "A" * 42 + "\x7f"]
    )
    def test_nobody_chooses_the_id(self, browser, store, heron, cookie):
        browser.cookies["session"] = cookie
        browser.post("/sign-in/", {"pseudonym": "Heron", "passphrase": "wrong"})
        assert browser.cookies["session"].value != cookie
        browser.cookies["session"] = cookie
        assert sign_in(browser) != cookie
        assert asks(with_cookie(cookie)) == IS_OUT

    def test_a_stolen_cookie_is_worth_nothing_after_sign_out(self, browser, heron):
        cookie = sign_in(browser)
        assert asks(with_cookie(cookie)) == GOES_ON
        browser.post("/sign-out/")
        assert asks(with_cookie(cookie)) == IS_OUT
        assert asks(browser) == IS_OUT

    def test_signing_out_leaves_nothing_in_the_store(self, browser, store, heron):
        cookie = sign_in(browser)
        browser.post("/sign-out/")
        assert store.name_of(cookie) not in everything_in(store)

    def test_a_new_passphrase_ends_every_session(self, browser, heron):
        sign_in(browser)
        heron.set_password("another one of five words")
        heron.save()
        assert asks(browser) == IS_OUT

    def test_signing_in_as_somebody_else_keeps_nothing_of_the_first(self, browser, store, heron, plover):
        first = sign_in(browser)
        browser.post("/check/", {"q": "06 39 98 12 34"})
        sign_in(browser, "Plover")
        assert "06 39" not in browser.get("/check/").content.decode()
        assert asks(with_cookie(first)) == IS_OUT

    def test_one_that_ended_elsewhere_while_a_request_ran_stays_ended(self, store, heron):
        key = store()
        key["a"] = 1
        key.save()
        running = store(key.session_key)
        assert running["a"] == 1
        store(key.session_key).delete()
        running["b"] = 2
        with pytest.raises(UpdateError):
            running.save()
        assert not store().exists(key.session_key)

    def test_a_request_that_is_overtaken_by_sign_out_brings_nothing_back(
        self, browser, store, heron, monkeypatch
    ):
        cookie, get_user = sign_in(browser), PassphraseBackend.get_user

        def meanwhile_she_signs_out(self, user_id):
            store(cookie).delete()
            return get_user(self, user_id)

        monkeypatch.setattr(PassphraseBackend, "get_user", meanwhile_she_signs_out)
        answer = browser.post("/check/", {"q": "06 39 98 12 34"})
        assert (answer.status_code, answer["Location"]) == (303, "/not-sent/")
        assert answer["Cache-Control"] == "no-store"
        monkeypatch.setattr(PassphraseBackend, "get_user", get_user)
        assert asks(with_cookie(cookie)) == IS_OUT
        assert not store().exists(cookie)


class TestLimits:
    @pytest.fixture
    def clock(self):
        with time_machine.travel(START, tick=False) as clock:
            yield clock

    @pytest.mark.parametrize(
        ("idle", "then"), [(timedelta(minutes=14, seconds=59), GOES_ON), (timedelta(minutes=15), IS_OUT)]
    )
    def test_idle_for_15_minutes_is_the_end(self, clock, browser, store, heron, idle, then):
        cookie = sign_in(browser)
        clock.shift(idle)
        assert asks(browser) == then
        assert store().exists(cookie) == (then == GOES_ON)

    def test_every_visit_gives_15_minutes_more(self, clock, browser, heron):
        sign_in(browser)
        for _ in range(10):
            clock.shift(timedelta(minutes=14))
            assert asks(browser) == GOES_ON
        clock.shift(timedelta(minutes=15))
        assert asks(browser) == IS_OUT

    @pytest.mark.parametrize(
        ("role", "longest"),
        [(Role.MEMBER, 8), (Role.OUTREACH, 8), (Role.MODERATOR, 2), (Role.ADMIN, 2)],
    )
    def test_a_session_ends_although_it_is_used(self, clock, browser, role, longest):
        people.sign_in(browser, an_account("Somebody", role=role))
        for _ in range(longest * 6 - 1):
            clock.shift(timedelta(minutes=10))
            assert asks(browser) == GOES_ON
        clock.shift(timedelta(minutes=9, seconds=59))
        assert asks(browser) == GOES_ON
        clock.shift(timedelta(seconds=1))
        assert asks(browser) == IS_OUT

    def test_a_visit_is_written_at_most_once_a_minute(self, clock, browser, store, heron, monkeypatch):
        saved, save = [], store.save
        sign_in(browser)
        monkeypatch.setattr(store, "save", lambda self, **more: saved.append(1) or save(self, **more))
        for _ in range(12):
            clock.shift(timedelta(seconds=10))
            asks(browser)
        assert len(saved) == 2

    def test_a_clock_set_back_ends_no_session_and_prolongs_none(self, clock, browser, heron):
        sign_in(browser)
        clock.shift(timedelta(hours=-1))
        assert asks(browser) == GOES_ON
        clock.move_to(START + timedelta(minutes=15))
        assert asks(browser) == IS_OUT

    def test_a_role_that_was_given_since_shortens_it(self, clock, browser, heron):
        sign_in(browser)
        for _ in range(12):
            clock.shift(timedelta(minutes=10))
            assert asks(browser) == GOES_ON
        raw_role(heron, Role.MODERATOR)
        assert asks(browser) == IS_OUT

    def test_one_of_before_there_were_beginnings_is_over(self, clock, browser, heron):
        cookie = sign_in(browser)
        session = with_cookie(cookie).session
        del session["began_at"]
        session.save()
        assert asks(browser) == IS_OUT


class TestEndingTheOthers:
    def test_all_end_but_this_one_which_goes_on_under_a_new_id(self, browser, heron):
        others = [Client() for _ in range(3)]
        for other in others:
            sign_in(other)
        before = sign_in(browser)
        answer = browser.post("/account/sessions/")
        assert (answer.status_code, answer["Location"]) == (303, "/account/")
        assert [asks(other) for other in others] == [IS_OUT] * 3
        assert asks(browser) == GOES_ON
        assert asks(with_cookie(before)) == IS_OUT

    def test_half_a_sign_in_ends_too(self, browser, robin):
        half, other = Client(), Client()
        typed = {"pseudonym": "Robin", "passphrase": PASSPHRASE}
        assert half.post("/sign-in/", typed)["Location"] == "/sign-in/second-step/"
        people.sign_in(other, robin)
        other.post("/account/sessions/")
        half.post("/sign-in/second-step/", {"code": people.a_code(robin)})
        assert asks(half) == IS_OUT

    def test_looking_at_the_page_ends_nothing_and_lists_nothing(self, browser, heron):
        other = Client()
        sign_in(other)
        sign_in(browser)
        assert browser.get("/account/sessions/").status_code == 200
        assert asks(other) == GOES_ON

    def test_it_touches_nobody_else(self, browser, heron, plover):
        hers = Client()
        sign_in(hers, "Plover")
        sign_in(browser)
        browser.post("/account/sessions/")
        assert asks(hers) == GOES_ON


class TestMuchThatWasTyped:
    @pytest.mark.parametrize("letter", ["好", "😀", "\0", '"', "\\", "é", "\u202e", "﷽"])
    @pytest.mark.parametrize("many", [LONGEST_QUESTION, LONGEST_QUESTION + 1, 60_000 // 12])
    def test_a_check_answers_whatever_the_letters(self, browser, heron, letter, many):
        sign_in(browser)
        assert browser.post("/check/", {"q": letter * many}).status_code == 303
        answer = browser.get("/check/")
        assert answer.status_code == 200
        told = "too_many" if many > LONGEST_QUESTION else ""
        assert f'data-answer="{told}' in answer.content.decode()

    def test_a_story_that_was_refused_waits_as_it_was_typed(self, browser, heron):
        sign_in(browser)
        report = a_report(heron)
        story = "長い話。" * 1000
        answer = browser.post(f"/reports/{report.pk}/correct/", {"story": story})
        assert answer.status_code == 303
        assert story in browser.get(answer["Location"]).content.decode()
