"""Letting a newcomer in: two independent vouches and one yes, or two people who met her; or she goes again."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import transaction

from accounts import admitting, coming_back, deciding, leaving, suspending, vouching
from accounts.models import Account, Decision, Newcomer, Pair, RecordEntry, Vouch
from accounts.vocabulary import Door, Role, Standing
from jasmine import crypto
from jasmine.fields import Ciphertext
from tests.accounts.test_vouching import at_once, put_to
from tests.makers import a_newcomer, a_vouch, let_in
from tests.people import an_account, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def siskin(heron, plover) -> Newcomer:
    """A newcomer with two vouches."""
    newcomer = a_newcomer()
    a_vouch(newcomer, by=heron)
    a_vouch(newcomer, by=plover)
    return newcomer


def kinds() -> list[str]:
    return [entry.facts["kind"] for entry in RecordEntry.objects.order_by("number")]


class TestYes:
    def test_she_is_a_new_member_from_today(self, siskin, robin, now):
        account = let_in(siskin, by=robin)
        assert (account.standing, account.joined_on) == (Standing.MEMBER, now.date())
        assert account.may_enter()
        assert not Newcomer.objects.exists()
        assert kinds() == ["admitted"]

    def test_her_vouches_live_90_days_more_and_each_leaves_a_pair(self, siskin, robin, heron, plover, now):
        account = let_in(siskin, by=robin)
        day = crypto.last_sunday_until(now.date() + timedelta(days=90))
        assert {vouch.delete_after for vouch in Vouch.objects.all()} == {day}
        assert {vouch.by for vouch in Vouch.objects.all()} == {str(heron.pk), str(plover.pk)}
        assert vouching.vouchers_of(str(account.pk)) == {str(heron.pk), str(plover.pk)}
        assert vouching.words_left(heron, now=now) == 2

    def test_who_invited_her_is_of_her_circle_also_unconfirmed(self, stork, heron, plover, robin):
        newcomer = a_newcomer(invited_by=stork)
        a_vouch(newcomer, by=heron)
        a_vouch(newcomer, by=plover)
        account = let_in(newcomer, by=robin)
        assert str(stork.pk) in vouching.vouchers_of(str(account.pk))

    def test_a_row_that_does_not_open_keeps_nobody_else_waiting(self, siskin, robin, now):
        broken = a_newcomer("Dipper")
        Newcomer.objects.filter(pk=broken.pk).update(facts=Ciphertext(b"J1"))
        assert [row.pseudonym for row in admitting.queue(by=robin, now=now)] == ["Siskin"]

    def test_nor_does_a_word_that_does_not_open(self, siskin, robin, heron, now):
        a_vouch(a_newcomer("Dipper"), by=heron)
        last = max(Vouch.objects.all(), key=lambda vouch: vouch.facts["at"])
        Vouch.objects.filter(pk=last.pk).update(facts=Ciphertext(b"J1"))
        assert [row.pseudonym for row in admitting.queue(by=robin, now=now)] == ["Siskin"]

    def test_not_while_she_sleeps(self, siskin, robin, now):
        coming_back.put_to_sleep("Siskin", by=robin, now=now)
        assert admitting.queue(by=robin, now=now) == []
        with pytest.raises(admitting.NotWaiting):
            let_in(siskin, by=robin)
        assert Newcomer.objects.exists()

    def test_not_with_one_vouch(self, heron, robin):
        newcomer = a_newcomer()
        a_vouch(newcomer, by=heron)
        with pytest.raises(vouching.TooFewVouches):
            let_in(newcomer, by=robin)

    def test_not_with_two_of_one_circle(self, siskin, heron, plover, robin, now):
        Pair.keep((str(heron.pk), str(plover.pk)), today=now.date())
        with pytest.raises(vouching.NotIndependent):
            let_in(siskin, by=robin)

    def test_not_by_a_moderator_who_vouched_for_her(self, siskin, robin, magpie, now):
        a_vouch(siskin, by=robin)
        for decide in (let_in, admitting.turn_away, partial(admitting.ask, question="Who are you?")):
            with pytest.raises(admitting.VouchedYourself):
                decide(siskin, by=robin, now=now)
        assert let_in(siskin, by=magpie).standing == Standing.MEMBER

    @pytest.mark.parametrize("somebody", ["heron", "stork", "owl"])
    def test_by_nobody_but_a_moderator(self, siskin, now, somebody, request):
        by = request.getfixturevalue(somebody)
        for decide in (let_in, admitting.turn_away, partial(admitting.ask, question="Who are you?")):
            with pytest.raises(deciding.NotForHer):
                decide(siskin, by=by, now=now)

    def test_not_by_one_who_moderates_no_more(self, siskin, robin):
        with Account.held(robin.pk) as held:
            held.appoint(Role.MEMBER)
        with pytest.raises(deciding.NotForHer):
            let_in(siskin, by=robin)

    def test_not_twice(self, siskin, robin, magpie):
        let_in(siskin, by=robin)
        with pytest.raises(admitting.NotWaiting):
            let_in(siskin, by=magpie)

    def test_a_vouch_that_was_lost_a_moment_ago_does_not_count(self, siskin, robin, plover):
        put_to(plover, Standing.SUSPENDED)
        with pytest.raises(vouching.TooFewVouches):
            let_in(siskin, by=robin)

    def test_while_there_are_few_the_first_30_days_may_be_waived(self, siskin, robin, now):
        account = let_in(siskin, by=robin, waive=True)
        vouching.refuse_voucher(account, now=now)

    def test_with_15_members_they_are_not(self, siskin, robin):
        for number in range(12):
            an_account(f"Member {number}")  # and Heron, Plover and Robin
        with pytest.raises(admitting.NoLongerFounding):
            let_in(siskin, by=robin, waive=True)


class TestNo:
    def test_she_can_read_it_for_a_week_and_then_is_gone(self, siskin, robin, now):
        admitting.turn_away(siskin, by=robin, now=now)
        assert admitting.waiting_of(siskin.account, today=now.date()).is_refused
        assert admitting.lapse_due(now=now + timedelta(days=6)) == 0
        assert admitting.lapse_due(now=now + timedelta(days=7)) == 1
        assert not Account.objects.filter(pk=siskin.account_id).exists()
        assert kinds() == ["turned_away"]

    def test_her_code_is_dead_and_nobody_decides_again(self, siskin, robin, magpie, stork, now):
        code = siskin.facts["vouch_code"]
        admitting.turn_away(siskin, by=robin, now=now)
        with pytest.raises(vouching.WrongCode):
            vouching.vouch(code, by=stork, how="met", now=now)
        with pytest.raises(admitting.NotWaiting):
            let_in(siskin, by=magpie)
        assert admitting.queue(by=magpie, now=now) == []


class TestWaiting:
    def test_after_30_days_she_is_gone_with_her_account(self, now):
        newcomer = a_newcomer()
        assert admitting.lapse_due(now=now + timedelta(days=30)) == 0
        assert admitting.lapse_due(now=now + timedelta(days=31)) == 1
        assert not Account.objects.filter(pk=newcomer.account_id).exists()
        assert not Newcomer.objects.exists()

    def test_also_when_her_week_is_past_and_the_timetable_is_late(self, client, now):
        newcomer = a_newcomer()
        with time_machine.travel(now + timedelta(days=40)):
            sign_in(client, newcomer.account)
            assert client.get("/waiting/").status_code == 200
            assert admitting.lapse_due(now=now + timedelta(days=40)) == 1

    def test_also_if_she_sleeps(self, robin, now):
        newcomer = a_newcomer()
        coming_back.put_to_sleep("Siskin", by=robin, now=now)
        assert admitting.lapse_due(now=now + timedelta(days=31)) == 1
        assert not Account.objects.filter(pk=newcomer.account_id).exists()

    def test_a_member_who_sleeps_is_not(self, heron, robin, now):
        coming_back.put_to_sleep("Heron", by=robin, now=now)
        assert admitting.lapse_due(now=now + timedelta(days=31)) == 0

    def test_also_if_only_her_account_is_left(self, now):
        newcomer = a_newcomer()
        Newcomer.objects.all().delete()
        assert admitting.lapse_due(now=now + timedelta(days=31)) == 1
        assert not Account.objects.filter(pk=newcomer.account_id).exists()

    def test_a_member_whose_standing_was_written_into_the_table_is_not_deleted(self, heron, now):
        Account.objects.update(standing=Standing.WAITING)
        assert admitting.lapse_due(now=now) == 0
        assert Account.objects.filter(pk=heron.pk).exists()

    def test_a_question_and_its_answer(self, siskin, robin, now):
        admitting.ask(siskin, by=robin, question="Where did you meet?", now=now)
        admitting.answer(siskin.account, text="At the van.")
        facts = admitting.waiting_of(siskin.account, today=now.date()).facts
        assert (facts["question"], facts["answer"]) == ("Where did you meet?", "At the van.")

    def test_nothing_is_answered_that_was_not_asked(self, siskin):
        with pytest.raises(admitting.NotWaiting):
            admitting.answer(siskin.account, text="At the van.")


class TestTheQueue:
    def test_it_says_how_she_is_known_and_never_by_whom(self, siskin, robin, now):
        (row,) = admitting.queue(by=robin, now=now)
        assert (row.pseudonym, row.days, row.ways) == ("Siskin", 0, ["We met", "We met"])
        assert row.is_ready
        assert not row.is_own

    def test_48_hours_after_the_second_vouch_it_is_overdue(self, siskin, robin, now):
        assert not admitting.queue(by=robin, now=now + timedelta(hours=47))[0].is_overdue
        assert admitting.queue(by=robin, now=now + timedelta(hours=48, minutes=1))[0].is_overdue

    def test_not_while_a_question_waits_for_her(self, siskin, robin, now):
        admitting.ask(siskin, by=robin, question="Where did you meet?", now=now)
        later = now + timedelta(hours=49)
        assert not admitting.queue(by=robin, now=later)[0].is_overdue
        admitting.answer(siskin.account, text="At the van.")
        assert admitting.queue(by=robin, now=later)[0].is_overdue

    def test_those_who_wait_for_a_moderator_come_first(self, heron, plover, robin, now):
        a_newcomer("Early", now=now - timedelta(days=5))
        with_note = a_newcomer("Noted")
        admitting.write_note(with_note.account, note="I know nobody.", now=now)
        assert [row.pseudonym for row in admitting.queue(by=robin, now=now)] == ["Noted", "Early"]


@pytest.fixture
def dipper(now) -> Newcomer:
    """A newcomer whom nobody knows, with a note to the moderators."""
    newcomer = a_newcomer("Dipper")
    admitting.write_note(newcomer.account, note="I came last week and know nobody.", now=now)
    return newcomer


def asked(newcomer: Newcomer, by: Account, now) -> Decision:
    return deciding.ask(admitting.SECOND_DOOR, about=str(newcomer.account_id), by=by, now=now)


class TestTheSecondDoor:
    @pytest.mark.parametrize("second", ["magpie", "stork"])
    def test_two_moderators_or_one_and_an_outreach_worker(self, dipper, robin, now, second, request):
        agrees = request.getfixturevalue(second)
        deciding.agree(asked(dipper, robin, now), by=agrees, now=now)
        account = Account.objects.get(pk=dipper.account_id)
        assert (account.standing, account.joined_on) == (Standing.MEMBER, now.date())
        assert vouching.vouchers_of(str(account.pk)) == {str(robin.pk), str(agrees.pk)}

    @pytest.mark.parametrize("second", ["robin", "heron", "owl"])
    def test_nobody_else(self, dipper, robin, magpie, now, second, request):
        decision = asked(dipper, robin, now)
        with pytest.raises(deciding.DecisionRefused):
            deciding.agree(decision, by=request.getfixturevalue(second), now=now)
        assert Account.objects.get(pk=dipper.account_id).standing == Standing.WAITING

    @pytest.mark.parametrize("first", ["stork", "heron", "owl"])
    def test_only_a_moderator_asks(self, dipper, robin, now, first, request):
        with pytest.raises(deciding.NotForHer):
            asked(dipper, request.getfixturevalue(first), now)

    def test_not_without_a_note(self, robin, magpie, now):
        newcomer = a_newcomer()
        decision = asked(newcomer, robin, now)
        with pytest.raises(admitting.NoNote):
            deciding.agree(decision, by=magpie, now=now)

    def test_not_once_she_was_refused(self, dipper, robin, magpie, stork, now):
        decision = asked(dipper, robin, now)
        admitting.turn_away(dipper, by=magpie, now=now)
        with pytest.raises(deciding.DecisionRefused):
            deciding.agree(decision, by=stork, now=now)

    def test_not_by_somebody_who_vouched_for_her(self, dipper, robin, magpie, stork, now):
        a_vouch(dipper, by=stork)
        decision = asked(dipper, robin, now)
        with pytest.raises(deciding.NotForHer):
            deciding.agree(decision, by=stork, now=now)

    def test_her_note_is_her_door(self, dipper, now):
        assert admitting.waiting_of(dipper.account, today=now.date()).facts["door"] == Door.NOTE


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_two_moderators_let_her_in_once(self, siskin, robin, magpie):
        got = at_once(lambda number: let_in(siskin, by=[robin, magpie][number % 2]), 6)
        assert sum(isinstance(one, Account) for one in got) == 1
        assert {type(one) for one in got} == {Account, admitting.NotWaiting}
        assert kinds() == ["admitted"]

    def test_a_voucher_who_is_suspended_meanwhile_counts_or_is_reached_by_the_firebreak(
        self, siskin, robin, plover, now
    ):
        suspend = next(kind for kind in suspending.KINDS if kind.name == suspending.SUSPEND).act

        def work(number):
            if number:
                return let_in(siskin, by=robin)
            with transaction.atomic():
                return suspend(about=str(plover.pk), said={"why": "abuse"}, by=robin, agreed_by=None, now=now)

        at_once(work, 2)
        assert Account.objects.get(pk=siskin.account_id).standing in (Standing.WAITING, Standing.LIMITED)

    def test_she_goes_while_a_moderator_says_yes(self, siskin, robin, now):
        def work(number):
            if number:
                return let_in(siskin, by=robin)
            return leaving.close(siskin.account, keep_reports=False, now=now)

        got = at_once(work, 2)
        assert all(isinstance(one, Account | admitting.NotWaiting | None) for one in got)
        assert not Newcomer.objects.exists()
        assert not Account.objects.filter(pk=siskin.account_id).exists()
