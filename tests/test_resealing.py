"""Moving rows to newer keys: every one, none lost, found as before, and older keys gone when their time is over."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, connection, connections

from accounts.models import Account, pseudonym_token
from alerts import spelling
from alerts.models import ORGANISATION, Draft, Report, Token
from jasmine import clock, crypto, resealing
from jasmine.crypto import keyring
from jasmine.tasks import destroy_retired_keys
from tests.makers import PHONE, a_report
from tests.people import PASSPHRASE, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_ring(tmp_path: Path, settings) -> Path:
    settings.KEYRING = tmp_path / "ring"
    settings.ROOT_KEY_FILE = tmp_path / "root.key"
    crypto.make_ring()
    return settings.KEYRING / "ring.json"


def quietly(_text: str) -> None:
    pass


def numbers(row: object) -> set[int]:
    return resealing._numbers(type(row)._base_manager.get(pk=row.pk))


def found(value: str = PHONE) -> list[Report]:
    written = spelling.forms(spelling.Identifier("phone", "+33639981234"), default_country="FR")
    forms = [(kind, spelling.FORM_VERSION[kind], form) for kind, form in written]
    return list(Report.objects.with_token(crypto.blind_tokens(forms, weeks=crypto.live_weeks())))


def a_right_clock() -> None:
    """As after a purge of the same day."""
    crypto.top_up()
    clock.write(clock.State(last_run_on=crypto.today()))


def serials(week: int | None) -> list[int]:
    return [pair.number for pair in keyring._ring().by_week[week]]


class TestStandingKeys:
    def test_every_account_moves_and_opens_and_is_found_as_before(self, heron, robin):
        old = pseudonym_token("Heron")
        robins_app_too = resealing.Resealed(3, 0)
        assert resealing.rotate_standing(progress=quietly) == robins_app_too
        newest = crypto.writing_number(crypto.STANDING)
        assert newest != 1
        assert numbers(heron) == numbers(robin) == {newest}
        again = Account.objects.named("hERON")
        assert again == heron
        assert again.check_password(PASSPHRASE)
        assert again.pseudonym_token == pseudonym_token("Heron") != old
        assert again.may_enter()

    def test_reports_are_not_touched(self, heron):
        report = a_report(heron)
        before = numbers(report)
        resealing.rotate_standing(progress=quietly)
        assert numbers(report) == before
        assert Report.objects.by(heron, today=crypto.today()) == [report]

    def test_again_gives_another_pair(self, heron):
        resealing.rotate_standing(progress=quietly)
        resealing.rotate_standing(progress=quietly)
        assert len(serials(crypto.STANDING)) == 3
        assert numbers(heron) == {crypto.writing_number(crypto.STANDING)}

    def test_one_that_was_cut_off_is_finished_first(self, heron):
        crypto.renew([crypto.STANDING])
        assert numbers(heron) == {1}
        assert Account.objects.named("Heron") == heron
        assert resealing.rotate_standing(progress=quietly).resealed == 1
        assert len(serials(crypto.STANDING)) == 2

    def test_a_row_that_does_not_open_is_left_and_keeps_its_key(self, heron, robin):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_account SET facts = password WHERE id = %s",
                [heron.pk.hex if connection.vendor == "sqlite" else heron.pk],
            )
        assert resealing.rotate_standing(progress=quietly) == resealing.Resealed(2, 1)
        assert crypto.older_numbers() == {1: None}

    def test_a_row_that_was_read_before_brings_no_old_token_back(self, heron):
        before = Account.objects.get(pk=heron.pk)
        assert before.pseudonym == "Heron"
        resealing.rotate_standing(progress=quietly)
        before.lapse_month += 1
        before.save()
        assert Account.objects.get(pk=heron.pk).pseudonym_token == pseudonym_token("Heron")
        # The passphrase was not opened, so it went back as it was; the key is kept, and the next run moves it.
        assert numbers(heron) == {1, crypto.writing_number(crypto.STANDING)}
        assert Account.objects.get(pk=heron.pk).check_password(PASSPHRASE)
        assert resealing.reseal(progress=quietly) == resealing.Resealed(1, 0)

    def test_a_pseudonym_is_taken_once_while_accounts_stand_under_two_keys(self, heron):
        crypto.renew([crypto.STANDING])
        with pytest.raises(IntegrityError):
            an_account("heron")

    def test_a_second_one_at_the_same_time_is_refused(self, heron):
        with crypto.one_at_a_time(), pytest.raises(crypto.AtWork):
            resealing.rotate_standing(progress=quietly)
        assert serials(crypto.STANDING) == [1]


class TestRows:
    def test_nothing_is_done_while_nothing_is_older(self, heron):
        a_report(heron)
        assert resealing.reseal(progress=quietly) == resealing.Resealed(0, 0)

    def test_a_week_in_doubt_gets_new_keys_and_its_reports_move(self, heron):
        report, other = a_report(heron, story="He shouted."), a_report(heron, incidents=["no_show"])
        old = serials(report.key_week)
        tokens = {*Token.objects.filter(report=report).values_list("token", flat=True)}
        assert resealing.reseal(doubted=[report.key_week], progress=quietly).left == 0
        assert numbers(report) == {crypto.writing_number(report.key_week)} != {*old}
        assert numbers(other) == {crypto.writing_number(other.key_week)}
        again = Report.objects.get(pk=report.pk)
        assert again.story == "He shouted."
        again.refuse_tampering()
        assert {report, other} <= {*found()}
        moved = {*Token.objects.filter(report=report).values_list("token", flat=True)}
        assert len(moved) == len(tokens)
        assert not moved & tokens

    def test_all_weeks_and_the_standing_keys(self, heron):
        report = a_report(ORGANISATION)
        draft = Draft.of(str(heron.pk), today=crypto.today())
        draft.save()
        every = [*crypto.live_weeks(), crypto.STANDING]
        assert resealing.reseal(doubted=every, progress=quietly) == resealing.Resealed(3, 0)
        assert found() == [report]
        assert Draft.of(str(heron.pk), today=crypto.today()) == draft
        assert Account.objects.named("Heron").check_password(PASSPHRASE)
        assert {len(serials(week)) for week in every} == {2}

    def test_what_is_filed_in_the_meantime_is_under_the_newest(self, heron):
        report = a_report(heron)
        crypto.renew([report.key_week])
        later = a_report(heron)
        assert numbers(later) == {crypto.writing_number(report.key_week)} != numbers(report)
        assert {*found()} == {report, later}

    def test_a_row_of_a_week_gone_by_is_nothing_to_move(self, heron):
        report = a_report(heron, incidents=["no_show"])
        crypto.renew([report.key_week])
        with time_machine.travel(report.delete_after + timedelta(days=1)):
            crypto.top_up()
            assert resealing.reseal(progress=quietly).left == 0
        assert len(numbers(report)) == 1

    def test_it_compares_before_it_writes(self, heron, monkeypatch):
        report = a_report(heron)
        crypto.renew([report.key_week])
        before = numbers(report)
        monkeypatch.setattr(resealing.SealedField, "opened", lambda *_args: object())
        assert resealing.reseal(progress=quietly) == resealing.Resealed(0, 1)
        monkeypatch.undo()
        assert numbers(report) == before

    def test_more_rows_than_one_chunk(self, heron, monkeypatch):
        monkeypatch.setattr(resealing, "CHUNK_ROWS", 3)
        reports = [a_report(heron) for _ in range(7)]
        done = resealing.reseal(doubted=[reports[0].key_week], progress=quietly)
        assert done == resealing.Resealed(7, 0)
        assert {*found()} == {*reports}

    def test_a_week_that_is_over_gets_no_new_keys(self):
        with pytest.raises(crypto.WeekIsPast):
            crypto.renew([crypto.live_weeks()[0] - 1])
        with pytest.raises(crypto.NoKey):
            crypto.renew([crypto.live_weeks()[-1] + 1])


class TestRetiredKeys:
    def later(self, days: int) -> datetime:
        return datetime.now(UTC) + timedelta(days=days)

    def test_they_go_on_the_36th_day_and_not_before(self, heron):
        resealing.rotate_standing(progress=quietly)
        assert crypto.older_numbers() == {1: crypto.today()}
        with time_machine.travel(self.later(35)):
            a_right_clock()
            destroy_retired_keys()
            assert serials(crypto.STANDING)[0] == 1
        with time_machine.travel(self.later(36)):
            a_right_clock()
            destroy_retired_keys()
            assert 1 not in serials(crypto.STANDING)
            assert Account.objects.named("Heron").check_password(PASSPHRASE)

    def test_what_a_restored_backup_brought_back_moves_first_and_its_key_stays_35_days_more(self, heron):
        backup = _cells(heron)
        resealing.rotate_standing(progress=quietly)
        _put_back(heron, backup)
        with time_machine.travel(self.later(36)):
            a_right_clock()
            destroy_retired_keys()
            assert serials(crypto.STANDING)[0] == 1
            assert numbers(heron) == {crypto.writing_number(crypto.STANDING)}
            assert crypto.older_numbers() == {1: crypto.today()}
        with time_machine.travel(self.later(72)):
            a_right_clock()
            destroy_retired_keys()
            assert 1 not in serials(crypto.STANDING)
            assert Account.objects.named("Heron").check_password(PASSPHRASE)

    @pytest.mark.parametrize("days", [40, 400])
    def test_a_clock_that_jumped_destroys_none(self, heron, days):
        resealing.rotate_standing(progress=quietly)
        a_right_clock()
        with time_machine.travel(self.later(days)):
            destroy_retired_keys()
        assert serials(crypto.STANDING)[0] == 1

    def test_older_pairs_of_weeks_stay_until_their_week_is_over(self, heron):
        week = a_report(heron).key_week
        resealing.reseal(doubted=[week], progress=quietly)
        with time_machine.travel(self.later(36)):
            a_right_clock()
            destroy_retired_keys()
            assert len(serials(week)) == 2

    def test_while_the_site_is_locked_they_wait(self, heron, settings):
        resealing.rotate_standing(progress=quietly)
        settings.ROOT_KEY_FILE.rename(settings.ROOT_KEY_FILE.with_name("elsewhere"))
        with time_machine.travel(self.later(36)):
            destroy_retired_keys()

    def test_while_keys_are_rotated_they_wait(self, heron):
        resealing.rotate_standing(progress=quietly)
        with time_machine.travel(self.later(36)), crypto.one_at_a_time():
            a_right_clock()
            destroy_retired_keys()
        assert serials(crypto.STANDING)[0] == 1


def _cells(account: Account) -> tuple:
    row = Account.objects.get(pk=account.pk)
    return row.__dict__["facts"], row.__dict__["password"], row.pseudonym_token


def _put_back(account: Account, cells: tuple) -> None:
    facts, password, token = cells
    Account.objects.filter(pk=account.pk).update(facts=facts, password=password, pseudonym_token=token)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_reports_are_filed_and_accounts_saved_while_all_is_moved(self, heron):
        for _ in range(5):
            a_report(heron)
        stop, failures, filed = threading.Event(), [], []

        def work() -> None:
            try:
                while not stop.is_set():
                    filed.append(a_report(heron).pk)
                    account = Account.objects.named("Heron")
                    account.lapse_month += 1
                    account.save()
            except Exception as failure:
                failures.append(failure)
            finally:
                connections.close_all()

        member = threading.Thread(target=work)
        member.start()
        try:
            for _ in range(3):
                resealing.reseal(doubted=[*crypto.live_weeks(), crypto.STANDING], progress=quietly)
        finally:
            stop.set()
            member.join()
        assert failures == []
        assert resealing.reseal(progress=quietly).left == 0
        assert {report.pk for report in found()} >= {*filed}
        assert Account.objects.named("Heron").check_password(PASSPHRASE)
        for report in Report.objects.all():
            report.refuse_tampering()
