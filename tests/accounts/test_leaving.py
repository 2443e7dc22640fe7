"""Leaving: at once and whole, or after 24 months without a visit."""

from datetime import datetime

import pytest
from django.core.management import call_command

from accounts import deciding, leaving, standings, suspending, vouching
from accounts.models import Account, Note, Pair, RecordEntry
from accounts.vocabulary import Role, Standing
from jasmine import crypto, restoring
from jasmine.fields import Ciphertext
from tests.accounts.test_vouching import at_once
from tests.makers import a_newcomer
from tests.people import an_account, sign_in

pytestmark = pytest.mark.django_db


def months_from(now: datetime, months: int) -> datetime:
    day = crypto.months_after(now.date(), months)
    return now.replace(year=day.year, month=day.month, day=day.day)


class TestClosing:
    def test_the_account_is_gone_and_nobody_is_signed_in(self, client, heron, now):
        sign_in(client, heron)
        leaving.close(heron, keep_reports=False, now=now)
        assert not Account.objects.filter(pk=heron.pk).exists()
        assert client.get("/check/").status_code == 302

    def test_no_backup_brings_it_back(self, heron, now):
        leaving.close(heron, keep_reports=True, now=now)
        heron.save(force_insert=True)  # as an older backup has it
        assert restoring._sift(Account) == {"gone": 1, "past": 0, "unreadable": 0}
        assert not Account.objects.exists()

    def test_her_note_to_the_moderators_goes_too_and_one_that_does_not_open_is_in_nobody_s_way(
        self, heron, kite, now
    ):
        suspending.write_note(heron, text="I go.", now=now)
        broken = suspending.write_note(kite, text="Why?", now=now)
        Note.objects.filter(pk=broken.pk).update(facts=Ciphertext(b"J1"))
        leaving.close(heron, keep_reports=False, now=now)
        assert list(Note.objects.all()) == [broken]

    def test_who_waits_is_not_asked_what_becomes_of_reports(self, client, wren):
        sign_in(client, wren)
        page = client.get("/account/close/").content.decode()
        assert 'value="keep"' not in page
        client.post("/account/close/", {"reports": "delete"})
        assert not Account.objects.exists()

    def test_who_waits_may_go_too(self, now):
        newcomer = a_newcomer()
        leaving.close(newcomer.account, keep_reports=False, now=now)
        assert not Account.objects.exists()

    def test_the_last_admin_stays(self, owl, now):
        an_account("Kestrel", role=Role.ADMIN, standing=Standing.SUSPENDED)
        with pytest.raises(leaving.LastAdmin):
            leaving.close(owl, keep_reports=False, now=now)
        an_account("Merlin", role=Role.ADMIN)
        leaving.close(owl, keep_reports=False, now=now)
        assert [entry.facts["kind"] for entry in RecordEntry.objects.all()] == ["left"]

    def test_a_members_leaving_is_on_no_record(self, heron, now):
        leaving.close(heron, keep_reports=False, now=now)
        assert not RecordEntry.objects.exists()


def vouched(voucher: Account, member: Account, now: datetime) -> None:
    Pair.keep((str(voucher.pk), str(member.pk)), today=now.date())


def put_in_doubt(account: Account, how: str, *, by: Account, now: datetime) -> None:
    if how == "paused":
        suspending.pause(account, by=by, now=now)
    else:
        deciding.ask(suspending.SUSPEND, about=str(account.pk), by=by, now=now, why="abuse")


class TestInDoubt:
    @pytest.mark.parametrize("how", ["paused", "asked"])
    def test_the_firebreak_is_as_after_misuse(self, heron, plover, finch, robin, magpie, now, how):
        vouched(heron, finch, now)
        vouched(plover, heron, now)
        put_in_doubt(heron, how, by=robin, now=now)
        leaving.close(heron, keep_reports=True, now=now)  # as her page had it, before the pause
        assert not Account.objects.filter(pk=heron.pk).exists()
        finch.refresh_from_db()
        finch.refuse_tampering()
        assert finch.standing == Standing.LIMITED
        with pytest.raises(vouching.WordRests):
            vouching.refuse_voucher(Account.objects.get(pk=plover.pk), now=now)

    @pytest.mark.parametrize("how", ["paused", "asked"])
    def test_it_is_on_the_record(self, heron, robin, magpie, now, how):
        put_in_doubt(heron, how, by=robin, now=now)
        leaving.close(heron, keep_reports=False, now=now)
        last = RecordEntry.objects.order_by("number").last()
        assert (last.facts["kind"], last.facts["about"]) == ("left_in_doubt", str(heron.pk))

    def test_once_it_is_over_leaving_reaches_nobody(self, heron, finch, robin, magpie, now):
        vouched(heron, finch, now)
        suspending.pause(heron, by=robin, now=now)
        suspending.lift_pause(heron, by=magpie, now=now)
        decision = deciding.ask(suspending.SUSPEND, about=str(heron.pk), by=robin, now=now, why="abuse")
        deciding.refuse(decision, by=magpie, now=now)
        leaving.close(heron, keep_reports=True, now=now)
        assert Account.objects.get(pk=finch.pk).standing == Standing.MEMBER

    def test_one_that_does_not_open_is_closed_all_the_same(self, heron, finch, now):
        vouched(heron, finch, now)
        Account.objects.filter(pk=heron.pk).update(standing=Standing.PAUSED)
        leaving.close(heron, keep_reports=False, now=now)
        assert list(Account.objects.all()) == [finch]
        assert Account.objects.get(pk=finch.pk).standing == Standing.LIMITED


class TestIdle:
    def test_a_visit_keeps_it_for_24_months_more_by_the_month(self, heron, now):
        month = heron.lapse_month
        standings.stay(heron, now=now)
        assert Account.objects.get(pk=heron.pk).lapse_month == month
        standings.stay(heron, now=months_from(now, 5))
        assert Account.objects.get(pk=heron.pk).lapse_month == month + 5
        standings.stay(heron, now=now)
        assert Account.objects.get(pk=heron.pk).lapse_month == month + 5

    def test_after_24_months_it_goes(self, heron, now):
        assert leaving.close_idle(now=months_from(now, 24)) == leaving.Closed(0, 0, 0)
        assert leaving.close_idle(now=months_from(now, 25)) == leaving.Closed(1, 1, 0)
        assert not Account.objects.exists()

    def test_but_for_the_last_admin(self, heron, owl, now):
        assert leaving.close_idle(now=months_from(now, 25)) == leaving.Closed(2, 1, 1)
        assert list(Account.objects.all()) == [owl]

    def test_a_dry_run_counts_alone(self, heron, capsys):
        Account.objects.update(lapse_month=1)
        call_command("close_idle_accounts", "--dry-run", "--json")
        assert capsys.readouterr().out.strip() == '{"idle": 1, "closed": 0, "kept": 0}'
        assert Account.objects.exists()
        call_command("close_idle_accounts", "--json")
        assert capsys.readouterr().out.strip() == '{"idle": 1, "closed": 1, "kept": 0}'
        assert not Account.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_leave_at_once_one_stays(owl, now):
    admins = [owl, an_account("Merlin", role=Role.ADMIN)]
    got = at_once(lambda number: leaving.close(admins[number], keep_reports=False, now=now), 2)
    assert {type(one) for one in got} == {type(None), leaving.LastAdmin}
    assert Account.objects.count() == 1
