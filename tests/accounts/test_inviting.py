"""Invitations: who may make one, how many, and what a dump tells of them."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection

from accounts import inviting, vouching
from accounts.codes import grouped
from accounts.models import Account, Invitation, Newcomer, Vouch
from accounts.vocabulary import Role, Standing
from jasmine import crypto, resealing
from tests.makers import a_newcomer
from tests.people import an_account
from tests.threads import let_go

pytestmark = pytest.mark.django_db


def used_by(code: str, newcomer: Newcomer, *, now) -> Invitation:
    invitation = inviting.hold(code, now=now)
    inviting.spend(invitation, used_by=str(newcomer.account_id))
    return invitation


class TestWhoMayInvite:
    def test_a_member_of_30_days_and_nobody_newer(self, now):
        assert inviting.invite(by=an_account("Dunnock", days_here=30), now=now)
        with pytest.raises(vouching.TooNewToVouch):
            inviting.invite(by=an_account("Wagtail", days_here=29), now=now)

    @pytest.mark.parametrize("standing", [s for s in Standing if s != Standing.MEMBER])
    def test_nobody_who_is_not_in_good_standing_as_the_row_says_now(self, heron, standing, now):
        with Account.held(heron.pk) as held:
            held.put_to(standing)
        with pytest.raises(vouching.NotInGoodStanding):
            inviting.invite(by=heron, now=now)

    @pytest.mark.parametrize(("role", "quota"), [(Role.MEMBER, 3), (Role.OUTREACH, 10)])
    def test_a_quota_for_30_days(self, role, quota, now):
        somebody = an_account("Wagtail", role=role)
        for left in range(quota, 0, -1):
            assert inviting.invitations_left(somebody, now=now) == left
            inviting.invite(by=somebody, now=now)
        with pytest.raises(inviting.QuotaUsed):
            inviting.invite(by=somebody, now=now + timedelta(days=30, minutes=-1))
        assert inviting.invite(by=somebody, now=now + timedelta(days=30, minutes=1))

    def test_what_was_taken_back_counts(self, heron, now):
        for _ in range(3):
            inviting.invite(by=heron, now=now)
        for invitation in Invitation.objects.of(heron, today=now.date()):
            inviting.take_back(invitation.pk, by=heron, now=now)
        with pytest.raises(inviting.QuotaUsed):
            inviting.invite(by=heron, now=now)

    def test_the_database_holds_no_place_twice(self, heron, now):
        Invitation.made("123456789012", by=heron, place=0, now=now).save(force_insert=True)
        with pytest.raises(IntegrityError):
            Invitation.made("123456789013", by=heron, place=0, now=now).save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_invitations_made_at_once_do_not_pass_the_quota(heron, now):
    made, start = [], threading.Barrier(8)

    def invite() -> None:
        start.wait()
        try:
            made.append(inviting.invite(by=heron, now=now))
        except inviting.QuotaUsed:
            pass
        finally:
            let_go()

    threads = [threading.Thread(target=invite) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == Invitation.objects.count() == 3


class TestACode:
    def test_it_is_read_however_it_is_typed_and_nothing_is_spent(self, heron, now):
        code = inviting.invite(by=heron, now=now)
        for typed in (code, grouped(code), code.translate({ord(d): 0x660 + int(d) for d in "0123456789"})):
            assert inviting.read(typed, now=now).by == str(heron.pk)

    @pytest.mark.parametrize("typed", ["", "12", "000000000000", "x" * 12, "1" * 4000])
    def test_any_other_is_wrong(self, heron, now, typed):
        inviting.invite(by=heron, now=now)
        with pytest.raises(inviting.WrongCode):
            inviting.read(typed, now=now)

    def test_it_is_good_for_14_days(self, heron, now):
        code = inviting.invite(by=heron, now=now)
        assert inviting.read(code, now=now + timedelta(days=14, seconds=-1))
        with pytest.raises(inviting.WrongCode):
            inviting.read(code, now=now + timedelta(days=14))

    def test_used_or_taken_back_it_is_wrong(self, heron, now):
        used, taken_back = (inviting.invite(by=heron, now=now) for _ in range(2))
        used_by(used, a_newcomer(), now=now)
        inviting.take_back(inviting.read(taken_back, now=now).pk, by=heron, now=now)
        for code in (used, taken_back):
            with pytest.raises(inviting.WrongCode):
                inviting.read(code, now=now)

    def test_of_a_member_who_was_suspended_meanwhile_it_is_wrong(self, heron, now):
        code = inviting.invite(by=heron, now=now)
        with Account.held(heron.pk) as held:
            held.put_to(Standing.SUSPENDED)
        with pytest.raises(inviting.WrongCode):
            inviting.read(code, now=now)

    def test_of_a_member_who_has_left_it_is_wrong(self, heron, now):
        code = inviting.invite(by=heron, now=now)
        heron.delete()
        with pytest.raises(inviting.WrongCode):
            inviting.read(code, now=now)

    def test_a_backup_brings_back_no_spent_one(self, heron, now, django_capture_on_commit_callbacks):
        code = inviting.invite(by=heron, now=now)
        before = Invitation.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            inviting.take_back(before.pk, by=heron, now=now)
        before.facts = {**before.facts}
        before.save()
        with pytest.raises(inviting.WrongCode):
            inviting.read(code, now=now)

    def test_a_row_that_bears_the_token_of_another_is_not_believed(self, heron, plover, now):
        code = inviting.invite(by=heron, now=now)
        other = inviting.read(inviting.invite(by=plover, now=now), now=now)
        token = inviting.read(code, now=now).code_token
        Invitation.objects.exclude(pk=other.pk).delete()
        Invitation.objects.filter(pk=other.pk).update(code_token=token)
        with pytest.raises(inviting.WrongCode):
            inviting.read(code, now=now)


class TestHerOwn:
    def test_she_sees_hers_alone_the_newest_first(self, heron, plover, now):
        for by, minutes in ((heron, 0), (plover, 1), (heron, 2)):
            inviting.invite(by=by, now=now + timedelta(minutes=minutes))
        own = Invitation.objects.of(heron, today=now.date())
        assert [one.made_at - now for one in own] == [timedelta(minutes=2), timedelta(0)]

    def test_nobody_takes_back_or_confirms_anothers(self, heron, plover, now):
        code = inviting.invite(by=heron, now=now)
        invitation = used_by(code, a_newcomer(invited_by=heron), now=now)
        for pk in (invitation.pk, uuid4()):
            with pytest.raises(inviting.NotHers):
                inviting.take_back(pk, by=plover, now=now)
            with pytest.raises(inviting.NotHers):
                inviting.confirm(pk, by=plover, now=now)

    def test_a_used_one_is_not_taken_back(self, heron, now):
        invitation = used_by(inviting.invite(by=heron, now=now), a_newcomer(), now=now)
        with pytest.raises(inviting.UsedAlready):
            inviting.take_back(invitation.pk, by=heron, now=now)

    def test_confirmed_it_is_her_vouch(self, heron, now):
        newcomer = a_newcomer(invited_by=heron)
        invitation = used_by(inviting.invite(by=heron, now=now), newcomer, now=now)
        assert not Vouch.objects.exists()
        inviting.confirm(invitation.pk, by=heron, now=now)
        assert [vouch.by for vouch in Vouch.objects.for_newcomer(newcomer)] == [str(heron.pk)]
        assert Invitation.objects.get().facts["confirmed"] is True

    def test_nothing_is_confirmed_before_somebody_has_joined_or_after_she_has_gone(self, heron, now):
        code = inviting.invite(by=heron, now=now)
        with pytest.raises(inviting.NotUsed):
            inviting.confirm(inviting.read(code, now=now).pk, by=heron, now=now)
        newcomer = a_newcomer(invited_by=heron)
        invitation = used_by(code, newcomer, now=now)
        newcomer.account.delete()
        with pytest.raises(inviting.NotUsed):
            inviting.confirm(invitation.pk, by=heron, now=now)


class TestWhatIsKept:
    def test_a_dump_has_no_code_and_no_inviter(self, heron, plover, now):
        codes = [inviting.invite(by=by, now=now) for by in (heron, heron, plover)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_invitation")
            rows = cursor.fetchall()
        dump = b" ".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
            for row in rows
            for cell in row
        )
        for said in (*codes, heron.pk.hex, str(heron.pk), str(plover.pk), now.isoformat()[:10]):
            assert said.encode() not in dump
        tokens = [row[1:3] for row in rows]
        assert (
            len({token for pair in tokens for token in pair}) == 6
        )  # nothing says that two are of one member

    def test_even_opened_it_does_not_say_its_code(self, heron, now):
        code = inviting.invite(by=heron, now=now)
        assert code not in str(Invitation.objects.get().facts)

    @pytest.mark.parametrize("day", range(7))
    def test_it_goes_on_the_first_sunday_when_it_no_longer_counts(self, heron, now, day):
        made = now + timedelta(days=day)
        inviting.invite(by=heron, now=made)
        goes = Invitation.objects.get().delete_after
        assert goes.weekday() == 6
        assert timedelta(days=30) <= goes - made.date() <= timedelta(days=36)

    def test_past_its_day_it_is_found_by_nobody(self, heron, now):
        code = inviting.invite(by=heron, now=now)
        later = now + timedelta(days=37)
        crypto.top_up()
        with time_machine.travel(later):
            assert Invitation.objects.of(heron, today=later.date()) == []
            with pytest.raises(inviting.WrongCode):
                inviting.read(code, now=later)


@pytest.mark.django_db(transaction=True)
def test_under_new_keys_of_its_week_a_code_is_still_good_and_she_still_sees_it(own_ring, heron, now):
    code = inviting.invite(by=heron, now=now)
    week = Invitation.objects.get().key_week
    assert resealing.reseal(doubted=[week], progress=lambda _text: None).left == 0
    assert inviting.read(code, now=now) in Invitation.objects.of(heron, today=now.date())
