"""Vouching: who may, how often, for whom; and what it counts."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from hypothesis import given
from hypothesis import strategies as some

from accounts import vouching
from accounts.models import Account, Pair, Vouch
from accounts.models import vouching as vouching_rows
from accounts.vocabulary import Knows, Role, Standing
from jasmine import crypto, resealing
from tests.makers import a_newcomer, a_vouch
from tests.people import an_account

pytestmark = pytest.mark.django_db
IDS = some.sampled_from("abcdefgh")


def put_to(account: Account, standing: Standing) -> None:
    with Account.held(account.pk) as held:
        held.put_to(standing)


class TestACode:
    def test_it_is_twelve_digits_and_finds_her_however_it_is_typed(self, heron, now):
        newcomer = a_newcomer()
        code = newcomer.facts["vouch_code"]
        arabic = code.translate({ord(digit): 0x660 + int(digit) for digit in "0123456789"})
        assert len(code) == 12
        for typed in (code, f"{code[:4]} {code[4:8]}-{code[8:]}", arabic):
            assert vouching.find(typed, by=heron, now=now) == newcomer

    @pytest.mark.parametrize("typed", ["", "12", "000000000000", "abcdefghijkl", "1" * 40])
    def test_any_other_is_wrong(self, heron, now, typed):
        a_newcomer()
        with pytest.raises(vouching.WrongCode):
            vouching.find(typed, by=heron, now=now)

    def test_when_she_waits_no_more_it_is_wrong(self, heron, now):
        newcomer = a_newcomer()
        with time_machine.travel(now + timedelta(days=37)), pytest.raises(vouching.WrongCode):
            a_vouch(newcomer, by=heron)


class TestWhoMayVouch:
    def test_a_member_of_30_days_and_nobody_newer(self):
        newcomer = a_newcomer()
        with pytest.raises(vouching.TooNewToVouch):
            a_vouch(newcomer, by=an_account("Wagtail", days_here=29))
        assert a_vouch(newcomer, by=an_account("Dunnock", days_here=30)).facts["how"] == Knows.MET

    def test_nobody_for_herself(self, now):
        newcomer = a_newcomer()
        with pytest.raises(vouching.OwnAccount):
            vouching.find(newcomer.facts["vouch_code"], by=newcomer.account, now=now)

    def test_nobody_twice_for_one(self, heron):
        newcomer = a_newcomer()
        a_vouch(newcomer, by=heron)
        with pytest.raises(vouching.AlreadyVouched):
            a_vouch(newcomer, by=heron)
        assert len(Vouch.objects.for_newcomer(newcomer)) == 1

    @pytest.mark.parametrize("standing", [Standing.LIMITED, Standing.SUSPENDED, Standing.ASLEEP])
    def test_nobody_who_is_not_in_good_standing_as_the_row_says_now(self, heron, standing):
        newcomer = a_newcomer()
        put_to(heron, standing)
        with pytest.raises(vouching.NotInGoodStanding):
            a_vouch(newcomer, by=heron)  # as she was when her page was opened

    @pytest.mark.parametrize(("role", "quota"), [(Role.MEMBER, 3), (Role.OUTREACH, 10)])
    def test_a_quota_for_30_days(self, role, quota, now):
        somebody = an_account("Wagtail", role=role)
        for number in range(quota):
            a_vouch(a_newcomer(f"Siskin {number}"), by=somebody)
        last = a_newcomer("Last")
        with pytest.raises(vouching.QuotaUsed):
            a_vouch(last, by=somebody)
        a_vouch(last, by=somebody, now=now + timedelta(days=30, minutes=1))

    def test_an_invitation_that_is_confirmed_counts_as_one(self, heron, now):
        newcomer = a_newcomer(invited_by=heron)
        vouching.confirm(newcomer, by=heron, now=now)
        assert vouching.words_left(heron, now=now) == 2
        assert newcomer.__class__.objects.get().facts["confirmed"] is True


class TestTheInviter:
    def test_her_invitation_counts_only_when_she_has_confirmed_the_pseudonym(self, heron, now):
        newcomer = a_newcomer(invited_by=heron)
        assert vouching.counted(newcomer, now=now) == []
        vouching.confirm(newcomer, by=heron, now=now)
        assert [vouch.facts["how"] for vouch in vouching.counted(newcomer, now=now)] == [Knows.INVITED]

    def test_nobody_else_confirms(self, heron, plover, now):
        newcomer = a_newcomer(invited_by=heron)
        with pytest.raises(vouching.NotInvitedByYou):
            vouching.confirm(newcomer, by=plover, now=now)

    def test_she_does_not_vouch_a_second_time_by_the_code(self, heron, now):
        newcomer = a_newcomer(invited_by=heron)
        vouching.confirm(newcomer, by=heron, now=now)
        with pytest.raises(vouching.AlreadyVouched):
            a_vouch(newcomer, by=heron)


def ready(newcomer, now) -> bool:
    try:
        vouching.refuse_unready(vouching.counted(newcomer, now=now))
    except (vouching.TooFewVouches, vouching.NotIndependent):
        return False
    return True


class TestWhatCounts:
    def test_two_of_members_who_did_not_vouch_for_each_other(self, heron, plover, now):
        newcomer = a_newcomer()
        a_vouch(newcomer, by=heron)
        assert not ready(newcomer, now)
        a_vouch(newcomer, by=plover)
        assert ready(newcomer, now)

    @pytest.mark.parametrize("turned", [False, True])
    def test_not_of_two_of_whom_one_vouched_for_the_other(self, heron, plover, now, turned):
        couple = (str(plover.pk), str(heron.pk)) if turned else (str(heron.pk), str(plover.pk))
        Pair.keep(couple, today=now.date())
        newcomer = a_newcomer()
        a_vouch(newcomer, by=heron)
        a_vouch(newcomer, by=plover)
        assert not ready(newcomer, now)
        a_vouch(newcomer, by=an_account("Dunnock"))
        assert ready(newcomer, now)

    def test_not_of_two_whom_the_same_two_let_in(self, heron, plover, robin, magpie, owl, now):
        for voucher, member in [(robin, heron), (magpie, heron), (robin, plover)]:
            Pair.keep((str(voucher.pk), str(member.pk)), today=now.date())
        newcomer = a_newcomer()
        a_vouch(newcomer, by=heron)
        a_vouch(newcomer, by=plover)
        assert ready(newcomer, now)
        Pair.keep((str(magpie.pk), str(plover.pk)), today=now.date())
        assert not ready(newcomer, now)

    def test_not_of_somebody_who_lost_her_standing_since(self, heron, plover, now):
        newcomer = a_newcomer()
        a_vouch(newcomer, by=heron)
        a_vouch(newcomer, by=plover)
        put_to(plover, Standing.PAUSED)
        assert not ready(newcomer, now)
        put_to(plover, Standing.MEMBER)
        assert ready(newcomer, now)

    def test_not_of_somebody_whose_standing_was_written_into_the_table(self, heron, plover, now):
        newcomer = a_newcomer()
        a_vouch(newcomer, by=heron)
        a_vouch(newcomer, by=plover)
        put_to(plover, Standing.SUSPENDED)
        Account.objects.filter(pk=plover.pk).update(standing=Standing.MEMBER)
        assert not ready(newcomer, now)


class TestPairs:
    def test_it_answers_for_two_who_are_named_in_one_direction(self, now):
        Pair.keep(("a", "b"), today=now.date())
        assert Pair.objects.among([("a", "b"), ("b", "a"), ("a", "c")]) == [("a", "b")]

    def test_a_few_among_thousands_are_found(self, now):
        kept = [("a", str(number)) for number in (0, 617, 618, 1999)]
        for couple in kept:
            Pair.keep(couple, today=now.date())
        assert Pair.objects.among(("a", str(number)) for number in range(2000)) == kept

    @given(some.sets(some.tuples(IDS, IDS)), some.sets(some.tuples(IDS, IDS)))
    def test_of_any_couples_those_that_are_kept_are_found_and_no_others(self, kept, asked):
        tokens = vouching_rows._pair_tokens([*kept])
        assert {*vouching_rows._those_with([*asked], tokens)} == kept & asked

    def test_it_lives_for_24_months_and_no_longer(self, now):
        Pair.keep(("a", "b"), today=now.date())
        last = crypto.months_after(now.date(), 24)
        assert last - timedelta(days=7) < Pair.objects.get().delete_after <= last

    def test_a_rotation_leaves_its_key_until_the_last_one_is_gone(self, now, tmp_path, settings):
        settings.KEYRING, settings.ROOT_KEY_FILE = tmp_path / "ring", tmp_path / "root.key"
        crypto.make_ring()
        Pair.keep(("a", "b"), today=now.date())
        resealing.rotate_standing(progress=lambda _text: None)
        assert crypto.older_numbers() == {Pair.objects.get().key_number: None}
        assert Pair.objects.among([("a", "b")]) == [("a", "b")]
        Pair.keep(("c", "d"), today=now.date())
        assert len({pair.key_number for pair in Pair.objects.all()}) == 2
        Pair.objects.all().delete()
        resealing.reseal(progress=lambda _text: None)
        assert [*crypto.older_numbers().values()] == [now.date()]

    def test_twice_is_once(self, now):
        Pair.keep(("a", "b"), today=now.date())
        Pair.keep(("a", "b"), today=now.date() + timedelta(days=70))
        assert Pair.objects.count() == 1


def at_once(work, count: int) -> list[object]:
    """What so many threads get from `work(number)`, begun together: a result or the error."""
    begin, got = threading.Barrier(count), []

    def run(number: int) -> None:
        begin.wait()
        try:
            got.append(work(number))
        except Exception as error:
            got.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_one_voucher_gives_one_vouch_for_one_newcomer(self, heron):
        newcomer = a_newcomer()
        got = at_once(lambda _number: a_vouch(newcomer, by=heron), 10)
        assert sum(isinstance(one, Vouch) for one in got) == 1
        assert {type(one) for one in got} == {Vouch, vouching.AlreadyVouched}
        assert Vouch.objects.count() == 1

    def test_a_quota_is_exact(self, heron):
        newcomers = [a_newcomer(f"Siskin {number}") for number in range(8)]
        got = at_once(lambda number: a_vouch(newcomers[number], by=heron), 8)
        assert sorted(type(one).__name__ for one in got) == ["QuotaUsed"] * 5 + ["Vouch"] * 3
