"""The brake, suspension by two, and the firebreak behind it."""

from datetime import timedelta

import pytest

from accounts import coming_back, deciding, standings, suspending, vouching
from accounts.models import Account, Decision, Note, Pair, RecordEntry, Vouch
from accounts.vocabulary import Role, Standing
from tests.accounts.test_vouching import at_once
from tests.makers import a_newcomer, a_vouch, let_in
from tests.people import an_account

pytestmark = pytest.mark.django_db
HOURS_72 = timedelta(hours=72)


def standing_of(account: Account) -> str:
    again = Account.objects.get(pk=account.pk)
    again.refuse_tampering()
    return again.standing


def asked(account: Account, *, by: Account, now, why: str = "abuse") -> Decision:
    return deciding.ask(suspending.SUSPEND, about=str(account.pk), by=by, now=now, why=why)


@pytest.fixture
def suspended(heron, robin, magpie, now):
    """Suspend that account for misuse, by Robin and Magpie."""

    def suspend(account: Account = heron, why: str = "abuse") -> None:
        deciding.agree(asked(account, by=robin, now=now, why=why), by=magpie, now=now)

    return suspend


class TestTheBrake:
    def test_one_moderator_pauses_for_72_hours_and_it_lifts_itself(self, heron, robin, now):
        epoch = heron.epoch
        suspending.pause(heron, by=robin, now=now)
        assert standing_of(heron) == Standing.PAUSED
        assert Account.objects.get(pk=heron.pk).epoch != epoch
        assert suspending.lift_due(now=now + HOURS_72 - timedelta(minutes=1)) == 0
        assert suspending.lift_due(now=now + HOURS_72) == 1
        assert standing_of(heron) == Standing.MEMBER
        assert [entry.facts["kind"] for entry in RecordEntry.objects.all()] == ["paused"]

    @pytest.mark.parametrize("somebody", ["heron", "stork", "owl"])
    def test_nobody_else_pauses(self, plover, now, somebody, request):
        with pytest.raises(deciding.NotForHer):
            suspending.pause(plover, by=request.getfixturevalue(somebody), now=now)

    def test_a_moderator_behind_a_firebreak_does_not_decide(self, robin, heron, now):
        with Account.held(robin.pk) as held:
            held.put_to(Standing.LIMITED)
        for rule in (suspending.pause, suspending.clear):
            with pytest.raises(deciding.NotForHer):
                rule(heron, by=robin, now=now)

    def test_nor_about_herself(self, robin, now):
        with pytest.raises(deciding.AboutHerself):
            suspending.pause(robin, by=robin, now=now)

    def test_one_moderator_cannot_go_on_pausing(self, heron, robin, magpie, now):
        suspending.pause(heron, by=robin, now=now)
        later = now + HOURS_72
        suspending.lift_due(now=later)
        with pytest.raises(suspending.PausedBefore):
            suspending.pause(heron, by=robin, now=later)
        suspending.pause(heron, by=magpie, now=later)

    def test_a_limited_member_is_limited_again_afterwards(self, heron, robin, now):
        with Account.held(heron.pk) as held:
            held.put_to(Standing.LIMITED)
        suspending.pause(heron, by=robin, now=now)
        suspending.lift_due(now=now + HOURS_72)
        assert standing_of(heron) == Standing.LIMITED

    def test_a_moderator_lifts_it_earlier(self, heron, robin, magpie, now):
        suspending.pause(heron, by=robin, now=now)
        suspending.lift_pause(heron, by=magpie, now=now)
        assert standing_of(heron) == Standing.MEMBER
        with pytest.raises(suspending.NotAsItStands):
            suspending.lift_pause(heron, by=magpie, now=now)

    def test_two_suspend_who_is_paused_and_it_lifts_no_more(self, heron, robin, magpie, now):
        suspending.pause(heron, by=robin, now=now)
        deciding.agree(asked(heron, by=robin, now=now), by=magpie, now=now)
        assert suspending.lift_due(now=now + HOURS_72) == 0
        assert standing_of(heron) == Standing.SUSPENDED


class TestSuspension:
    def test_by_one_alone_nothing_happens(self, heron, robin, magpie, now):
        decision = asked(heron, by=robin, now=now)
        assert standing_of(heron) == Standing.MEMBER
        with pytest.raises(deciding.OwnDecision):
            deciding.agree(decision, by=robin, now=now)

    def test_a_sole_moderator_suspends_a_member_after_24_hours(self, heron, robin, now):
        asked(heron, by=robin, now=now)
        assert deciding.run_due(now + timedelta(hours=24)) == 1
        assert standing_of(heron) == Standing.SUSPENDED

    def test_one_moderator_puts_no_admin_out_by_pausing_her_first(self, owl, robin, now):
        asked(owl, by=robin, now=now)
        suspending.pause(owl, by=robin, now=now)
        assert deciding.run_due(now + timedelta(hours=24)) == 0
        suspending.lift_due(now=now + HOURS_72)
        assert standing_of(owl) == Standing.MEMBER

    def test_one_moderator_is_not_alone_because_she_keeps_the_others_out(
        self, heron, robin, magpie, owl, now
    ):
        suspending.pause(magpie, by=robin, now=now)
        coming_back.put_to_sleep("Owl", by=robin, now=now)
        asked(heron, by=robin, now=now)
        assert deciding.run_due(now + timedelta(hours=24)) == 0
        assert standing_of(heron) == Standing.MEMBER

    def test_by_somebody_behind_a_firebreak_neither(self, heron, robin, magpie, owl, now):
        decision = asked(heron, by=robin, now=now)
        with Account.held(magpie.pk) as held:
            held.put_to(Standing.LIMITED)
        with pytest.raises(deciding.NotForHer):
            deciding.agree(decision, by=magpie, now=now)

    @pytest.mark.parametrize("why", ["abuse", "conduct"])
    def test_the_last_admin_is_not_before_somebody_else_is(self, suspended, owl, why, robin, magpie, now):
        merlin = an_account("Merlin", role=Role.ADMIN)
        decision = asked(owl, by=robin, now=now, why=why)
        suspending.pause(merlin, by=magpie, now=now)
        with pytest.raises(suspending.LastAdmin):
            deciding.agree(decision, by=magpie, now=now)
        assert standing_of(owl) == Standing.MEMBER
        suspending.lift_pause(merlin, by=magpie, now=now)
        deciding.agree(decision, by=magpie, now=now)
        assert standing_of(owl) == Standing.SUSPENDED

    def test_an_admin_written_into_the_table_is_nobody_else(self, suspended, owl, heron):
        Account.objects.filter(pk=heron.pk).update(role=Role.ADMIN)
        with pytest.raises(suspending.LastAdmin):
            suspended(owl)

    def test_it_is_lifted_by_two(self, suspended, heron, robin, magpie, now):
        suspended()
        decision = deciding.ask(suspending.LIFT, about=str(heron.pk), by=magpie, now=now)
        deciding.agree(decision, by=robin, now=now)
        assert standing_of(heron) == Standing.MEMBER

    def test_a_newcomer_who_sleeps_is_not_made_a_member_by_it(self, wren, robin, magpie, now):
        coming_back.put_to_sleep("Wren", by=robin, now=now)
        with pytest.raises(suspending.NoSuchMember):
            suspending.named("Wren")
        with pytest.raises(suspending.NotAsItStands):
            deciding.agree(asked(wren, by=robin, now=now), by=magpie, now=now)

    def test_somebody_who_waits_is_not_named(self, wren):
        with pytest.raises(suspending.NoSuchMember):
            suspending.named("Wren")
        with pytest.raises(suspending.NoSuchMember):
            suspending.named("Nobody")


@pytest.fixture
def siskin(heron, plover, robin) -> Account:
    """A member for whom Heron and Plover vouched."""
    newcomer = a_newcomer()
    a_vouch(newcomer, by=heron)
    a_vouch(newcomer, by=plover)
    return let_in(newcomer, by=robin)


class TestTheFirebreak:
    def test_whom_it_vouched_for_is_limited_until_a_moderator_has_looked(
        self, suspended, siskin, plover, robin, now
    ):
        suspended()
        assert standing_of(siskin) == Standing.LIMITED
        assert standing_of(plover) == Standing.MEMBER
        assert suspending.limited() == [siskin]
        suspending.clear(siskin, by=robin, now=now)
        assert standing_of(siskin) == Standing.MEMBER

    def test_a_moderator_who_vouched_for_her_does_not_look(
        self, suspended, siskin, heron, robin, magpie, now
    ):
        Pair.keep((str(robin.pk), str(siskin.pk)), today=now.date())
        suspended()
        with pytest.raises(suspending.VouchedYourself):
            suspending.clear(siskin, by=robin, now=now)
        assert standing_of(siskin) == Standing.LIMITED
        suspending.clear(siskin, by=magpie, now=now)
        assert standing_of(siskin) == Standing.MEMBER

    def test_one_whose_row_was_written_into_the_table_is_left_out(self, suspended, siskin, plover):
        suspended()
        Account.objects.filter(pk=plover.pk).update(standing=Standing.LIMITED)
        assert suspending.limited() == [siskin]

    def test_its_vouchers_vouch_for_nobody_for_90_days(self, suspended, siskin, heron, now):
        suspended(siskin)
        newcomer = a_newcomer("Dipper")
        with pytest.raises(vouching.NotInGoodStanding):
            a_vouch(newcomer, by=heron)
        assert standing_of(heron) == Standing.MEMBER
        vouching.refuse_voucher(Account.objects.get(pk=heron.pk), now=now + timedelta(days=90))

    def test_they_are_told_why_and_for_how_long(self, suspended, siskin, heron, now):
        suspended(siskin)
        again = Account.objects.get(pk=heron.pk)
        assert "90 days" in str(vouching.why_not(again, now=now))
        assert vouching.why_not(again, now=now + timedelta(days=90)) == ""

    def test_they_may_again_when_the_suspension_is_lifted(self, suspended, siskin, heron, robin, magpie, now):
        suspended(siskin)
        lift = deciding.ask(suspending.LIFT, about=str(siskin.pk), by=robin, now=now)
        deciding.agree(lift, by=magpie, now=now)
        vouching.refuse_voucher(Account.objects.get(pk=heron.pk), now=now)

    def test_they_may_not_while_another_of_theirs_is_suspended(
        self, suspended, siskin, heron, plover, robin, magpie, now
    ):
        other = a_newcomer("Dipper")
        a_vouch(other, by=heron)
        a_vouch(other, by=plover)
        dipper = let_in(other, by=robin)
        suspended(dipper)
        suspended(siskin)
        lift = deciding.ask(suspending.LIFT, about=str(siskin.pk), by=robin, now=now)
        deciding.agree(lift, by=magpie, now=now)
        with pytest.raises(vouching.NotInGoodStanding):
            vouching.refuse_voucher(Account.objects.get(pk=heron.pk), now=now)

    def test_a_voucher_whose_row_was_written_into_the_table_keeps_nobody_out(
        self, suspended, siskin, heron, robin, magpie, now
    ):
        suspended(siskin)
        Account.objects.filter(pk=heron.pk).update(role=Role.MODERATOR)
        lift = deciding.ask(suspending.LIFT, about=str(siskin.pk), by=robin, now=now)
        deciding.agree(lift, by=magpie, now=now)
        assert standing_of(siskin) == Standing.MEMBER

    def test_its_word_for_those_who_wait_counts_no_more(self, suspended, heron, plover, robin):
        newcomer = a_newcomer("Dipper")
        a_vouch(newcomer, by=heron)
        a_vouch(newcomer, by=plover)
        suspended()
        with pytest.raises(vouching.TooFewVouches):
            let_in(newcomer, by=robin)

    def test_without_misuse_nobody_else_is_touched(self, suspended, siskin):
        suspended(why="conduct")
        assert standing_of(siskin) == Standing.MEMBER

    def test_who_is_paused_meanwhile_comes_back_limited(self, suspended, siskin, robin, now):
        suspending.pause(siskin, by=robin, now=now)
        suspended()
        suspending.lift_due(now=now + HOURS_72)
        assert standing_of(siskin) == Standing.LIMITED

    def test_who_is_suspended_for_something_else_comes_back_limited(
        self, suspended, siskin, robin, magpie, now
    ):
        suspended(siskin, why="conduct")
        suspended()
        lift = deciding.ask(suspending.LIFT, about=str(siskin.pk), by=robin, now=now)
        deciding.agree(lift, by=magpie, now=now)
        assert standing_of(siskin) == Standing.LIMITED

    def test_who_sleeps_meanwhile_wakes_limited(self, suspended, siskin, robin, now):
        coming_back.put_to_sleep("Siskin", by=robin, now=now)
        suspended()
        coming_back.wake(siskin, now=now)
        assert standing_of(siskin) == Standing.LIMITED

    def test_lifting_a_suspension_does_not_lift_another_firebreak(
        self, suspended, siskin, robin, magpie, now
    ):
        suspended()
        suspended(siskin)
        lift = deciding.ask(suspending.LIFT, about=str(siskin.pk), by=robin, now=now)
        deciding.agree(lift, by=magpie, now=now)
        assert standing_of(siskin) == Standing.LIMITED

    def test_when_the_vouches_themselves_are_gone_the_pairs_still_tell(self, suspended, siskin):
        Vouch.objects.all().delete()
        suspended()
        assert standing_of(siskin) == Standing.LIMITED

    def test_after_24_months_it_reaches_nobody(self, suspended, siskin):
        Pair.objects.all().delete()  # as the purge does
        suspended()
        assert standing_of(siskin) == Standing.MEMBER

    def test_what_stands_on_this_app_is_told_in_the_same_transaction(self, suspended, heron, monkeypatch):
        told = []
        follow = [lambda account, before, now: told.append((account.pk, before, account.standing))]
        monkeypatch.setattr(standings, "_following", follow)
        suspended()
        assert told == [(heron.pk, Standing.MEMBER, Standing.SUSPENDED)]


class TestNotes:
    def test_the_last_one_stands_and_moderators_put_it_away(self, kite, now):
        suspending.write_note(kite, text="Why?", now=now)
        suspending.write_note(kite, text="What can I do?", now=now)
        ((note, writer),) = suspending.notes(now=now)
        assert (note.facts["text"], writer) == ("What can I do?", kite)
        suspending.put_away(note)
        assert not Note.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_two_who_vouched_for_each_other_are_suspended_at_once(self, heron, plover, robin, magpie, now):
        for couple in [(heron, plover), (plover, heron)]:
            Pair.keep((str(couple[0].pk), str(couple[1].pk)), today=now.date())
        decisions = [asked(account, by=robin, now=now) for account in (heron, plover)]
        got = at_once(lambda number: deciding.agree(decisions[number], by=magpie, now=now), 2)
        assert [type(one) for one in got] == [Decision, Decision]
        assert {standing_of(heron), standing_of(plover)} == {Standing.SUSPENDED}

    def test_of_two_admins_who_are_suspended_at_once_one_stays(self, owl, robin, magpie, now):
        admins = [owl, an_account("Merlin", role=Role.ADMIN)]
        decisions = [asked(account, by=robin, now=now) for account in admins]
        got = at_once(lambda number: deciding.agree(decisions[number], by=magpie, now=now), 2)
        assert {type(one) for one in got} == {Decision, suspending.LastAdmin}
