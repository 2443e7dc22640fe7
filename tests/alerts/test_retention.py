"""Deleting what was promised: on its Monday a row is gone, its keys after it, and nothing else is touched."""

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts import filing, retention
from alerts.models import ORGANISATION, Draft, PurgeRun, Report, Token
from alerts.retention import expired_rows, models_with_a_day, purge_expired
from jasmine import clock, crypto, probing
from jasmine.crypto import keyring
from jasmine.ledger import our_models
from tests.makers import a_report

MONDAY = date(2026, 11, 23)
WEEK = crypto.week_of(MONDAY)


def days(many: float) -> timedelta:
    return timedelta(days=many)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@contextmanager
def on(day: date):
    with time_machine.travel(noon(day), tick=False):
        yield


@pytest.fixture(autouse=True)
def own_ring(tmp_path, settings, monkeypatch):
    """A ring that was made on MONDAY, and a purge that was finished on it."""
    settings.KEYRING = tmp_path
    monkeypatch.setattr("jasmine.crypto.weeks._rehearsed", None)
    with on(MONDAY):
        crypto.make_ring()
    clock.write(clock.State(last_run_on=MONDAY))
    return tmp_path / "ring.json"


@pytest.fixture
def believed(monkeypatch):
    """The proof is taken for granted: another process would cost each example a second."""
    monkeypatch.setattr(retention, "weeks_still_open", lambda weeks: [])


def a_row(sunday: date) -> Report:
    """A report that must be gone after that Sunday, with its tokens."""
    with on(MONDAY):
        report = a_report(ORGANISATION, now=noon(MONDAY))
        report.move_to(sunday)
    return report


def a_draft(sunday: date) -> Draft:
    with on(MONDAY):
        draft = Draft.of(str(uuid4()), today=MONDAY)
        draft.delete_after = sunday
        filing.keep_draft(draft, content={"typed": {}})
    return draft


def run_on(day: date, **more) -> PurgeRun:
    with on(day):
        return purge_expired(today=day, **more)


def last_run(day: date) -> None:
    clock.write(clock.State(last_run_on=day))


def counts(run: PurgeRun) -> tuple[int, int, int, int]:
    return run.expired, run.deleted, run.overdue, run.weeks_destroyed


def test_whatever_has_a_week_has_a_day_or_hangs_on_what_has():
    with_a_day = models_with_a_day()
    assert {Report, Draft} <= {*with_a_day}
    for model in our_models():
        if model.ledger.weekly and model not in with_a_day:
            held_by = [
                column.related_model
                for column in model._meta.concrete_fields
                if column.remote_field and column.remote_field.on_delete is models.CASCADE
            ]
            assert {*held_by} & {*with_a_day}, model


@pytest.mark.django_db
class TestRows:
    def test_on_its_sunday_a_row_is_there_and_on_monday_it_is_gone(self, believed):
        sunday = crypto.last_day_of(WEEK)
        a_row(sunday)
        last_run(sunday)
        assert counts(run_on(sunday))[:3] == (0, 0, 0)
        assert Report.objects.exists()
        assert counts(run_on(sunday + days(1))) == (1, 1, 0, 1)
        assert not Report.objects.exists()

    def test_its_tokens_go_with_it_and_those_of_others_stay(self, believed):
        a_row(crypto.last_day_of(WEEK))
        live = a_row(crypto.last_day_of(WEEK + 1))
        run_on(MONDAY + days(7), clock_is_right=True)
        assert {*Token.objects.values_list("report_id", flat=True)} == {live.pk}

    def test_drafts_go_too(self, believed):
        a_draft(crypto.last_day_of(WEEK))
        live = a_draft(crypto.last_day_of(WEEK + 1))
        assert run_on(MONDAY + days(7), clock_is_right=True).deleted == 1
        assert Draft.objects.get().pk == live.pk

    def test_a_list_hides_it_before_it_is_deleted(self):
        a_row(crypto.last_day_of(WEEK))
        assert not Report.objects.current(MONDAY + days(7)).exists()

    @pytest.mark.parametrize("batch_rows", [1, 2, 3, 500])
    def test_any_size_of_batch_deletes_all(self, believed, batch_rows):
        for _ in range(3):
            a_row(crypto.last_day_of(WEEK))
        assert run_on(MONDAY + days(7), clock_is_right=True, batch_rows=batch_rows).deleted == 3

    def test_40_days_late_all_of_it_is_deleted(self, believed):
        for weeks in range(8):
            a_row(crypto.last_day_of(WEEK + weeks))
        assert run_on(MONDAY + days(40)).deleted == 5
        assert Report.objects.count() == 3

    @pytest.mark.parametrize("day", [date(2027, 1, 4), date(2028, 2, 29), date(2028, 3, 1), date(2033, 1, 3)])
    def test_leap_days_and_ends_of_years_are_days_like_others(self, believed, day):
        with on(day):
            crypto.top_up()
        before = a_row(crypto.last_sunday_until(day - days(1)))
        live = a_row(crypto.last_sunday_until(day - days(1)) + days(7))
        assert before.delete_after < day <= live.delete_after
        last_run(day - days(1))
        assert run_on(day).deleted == 1
        assert Report.objects.get().pk == live.pk

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        weeks=st.lists(st.integers(0, 8), max_size=6),
        drafts=st.lists(st.integers(0, 8), max_size=3),
        after=st.integers(0, 45),
        batch_rows=st.integers(1, 4),
    )
    def test_whatever_was_kept_nothing_past_remains_and_nothing_live_is_touched(
        self, believed, weeks, drafts, after, batch_rows
    ):
        Report.objects.all().delete()
        Draft.objects.all().delete()
        last_run(MONDAY)
        rows = [a_row(crypto.last_day_of(WEEK + week)) for week in weeks]
        rows += [a_draft(crypto.last_day_of(WEEK + week)) for week in drafts]
        today = MONDAY + days(after)
        live = {row.pk for row in rows if row.delete_after >= today}
        run = run_on(today, batch_rows=batch_rows)
        assert (run.deleted, run.overdue) == (len(rows) - len(live), 0)
        left = [*Report.objects.all(), *Draft.objects.all()]
        assert {row.pk for row in left} == live
        assert {*Token.objects.values_list("report_id", flat=True)} <= live
        with on(today):
            for report in Report.objects.all():
                report.refuse_tampering()

    def test_what_cannot_be_deleted_is_overdue_and_keeps_its_keys_and_others_go(self, monkeypatch, believed):
        a_row(crypto.last_day_of(WEEK))
        a_draft(crypto.last_day_of(WEEK))
        whole = retention._delete_batch

        def refuses(model, *rest):
            if model is Report:
                raise DatabaseError
            return whole(model, *rest)

        monkeypatch.setattr(retention, "_delete_batch", refuses)
        assert counts(run_on(MONDAY + days(7), clock_is_right=True)) == (2, 1, 1, 0)
        assert WEEK in crypto.weeks_held()
        assert clock.alarms(today=MONDAY + days(7)) == []
        run_on(MONDAY + days(7))
        assert clock.alarms(today=MONDAY + days(7)) == ["overdue"]

    def test_old_runs_are_forgotten(self, believed):
        for ago in (366, 365):
            PurgeRun.objects.create(
                run_on=MONDAY - days(ago), expired=0, deleted=0, overdue=0, weeks_destroyed=0
            )
        run_on(MONDAY)
        assert PurgeRun.objects.count() == 2


@pytest.mark.django_db
class TestKeys:
    def test_a_week_that_is_over_and_empty_is_destroyed_and_a_fresh_process_proves_it(self, own_ring):
        row = uuid4()
        with on(MONDAY):
            value = crypto.seal(b"him", label="report.story", row=row, week=WEEK)
        last_run(MONDAY + days(6))
        assert run_on(MONDAY + days(7)).weeks_destroyed == 1
        with on(MONDAY):  # as if it were still that week
            with pytest.raises(crypto.CannotOpen):
                crypto.unseal(value, label="report.story", row=row)
            with pytest.raises(crypto.NoKey):
                keyring.writing_pair(WEEK)
        assert clock.read().to_prove == ()

    def test_the_running_week_and_all_after_it_stay(self, believed):
        last_run(MONDAY + days(13))
        run_on(MONDAY + days(14))
        assert crypto.weeks_held()[0] == WEEK + 2

    def test_a_week_is_destroyed_once(self, believed):
        last_run(MONDAY + days(6))
        assert [run_on(MONDAY + days(7)).weeks_destroyed for _ in range(2)] == [1, 0]

    def test_two_pairs_of_one_week_go_together(self):
        with keyring._changing() as entries:
            entries.add(WEEK)
        last_run(MONDAY + days(6))
        assert run_on(MONDAY + days(7)).weeks_destroyed == 1
        assert WEEK not in crypto.weeks_held()

    def test_late_rows_go_and_keys_wait_for_a_run_24_hours_later(self, believed):
        a_row(crypto.last_day_of(WEEK))
        day = MONDAY + days(15)
        assert counts(run_on(day)) == (1, 1, 0, 0)
        assert clock.alarms(today=day) == ["clock_late"]
        assert run_on(day, now=noon(day) + days(0.5)).weeks_destroyed == 0
        assert run_on(day + days(1)).weeks_destroyed == 2
        assert clock.alarms(today=day + days(1)) == []

    @pytest.mark.parametrize("off", [-1, -366 * 5, 46, 366 * 5])
    def test_a_wrong_clock_destroys_nothing_until_somebody_answers(self, believed, own_ring, off):
        a_row(crypto.last_day_of(WEEK))
        last_run(MONDAY + days(6))
        before = own_ring.read_bytes()
        wrong = MONDAY + days(6 + off)
        run = run_on(wrong)
        assert (run.deleted, run.weeks_destroyed) == (0, 0)
        assert run.overdue == run.expired == (1 if off > 0 else 0)
        assert own_ring.read_bytes() == before
        assert Report.objects.count() == 1
        assert clock.alarms(today=wrong) == ["clock_wrong"]
        right = MONDAY + days(7)
        assert run_on(right).deleted == 0  # set right, and nobody has looked yet
        assert clock.alarms(today=right) == ["clock_wrong"]
        assert counts(run_on(right, clock_is_right=True)) == (1, 1, 0, 1)
        assert clock.alarms(today=right) == []

    def test_before_the_first_purge_a_wrong_clock_destroys_nothing_either(self, own_ring):
        (own_ring.parent / clock.FILE).unlink()
        a_row(crypto.last_day_of(WEEK))
        for off in (-366 * 5, 366 * 5):
            assert run_on(MONDAY + days(off)).deleted == 0
        assert WEEK in crypto.weeks_held()

    def test_a_locked_site_deletes_rows_and_destroys_once_it_is_open(self, settings, tmp_path, believed):
        a_row(crypto.last_day_of(WEEK))
        last_run(MONDAY + days(6))
        key, settings.ROOT_KEY_FILE = settings.ROOT_KEY_FILE, tmp_path / "elsewhere"
        (tmp_path / "ring.json").touch()  # else this process still has what it read
        day = MONDAY + days(7)
        assert counts(run_on(day)) == (1, 1, 0, 0)
        settings.ROOT_KEY_FILE = key
        assert counts(run_on(day)) == (0, 0, 0, 1)

    def test_a_destruction_that_is_not_proved_is_an_alarm_and_is_tried_again(self, monkeypatch):
        last_run(MONDAY + days(6))
        day = MONDAY + days(7)
        monkeypatch.setattr(retention, "weeks_still_open", lambda weeks: weeks)
        assert run_on(day).weeks_destroyed == 0
        assert clock.alarms(today=day) == ["keys_not_destroyed"]
        monkeypatch.undo()
        assert run_on(day).weeks_destroyed == 1
        assert clock.alarms(today=day) == []

    def test_who_was_killed_before_the_proof_leaves_it_to_the_next(self, monkeypatch):
        last_run(MONDAY + days(6))

        def killed(weeks):
            raise KeyboardInterrupt

        monkeypatch.setattr(retention, "weeks_still_open", killed)
        with pytest.raises(KeyboardInterrupt):
            run_on(MONDAY + days(7))
        assert clock.read().to_prove == (WEEK,)
        asked = []
        monkeypatch.setattr(retention, "weeks_still_open", lambda weeks: asked.extend(weeks) or [])
        assert run_on(MONDAY + days(7)).weeks_destroyed == 1
        assert asked == [WEEK]


class TestProbing:
    def test_a_key_that_is_there_is_found_although_its_week_is_over(self):
        with on(MONDAY):
            crypto.destroy_week(WEEK + 1)
        assert probing.weeks_still_open([WEEK, WEEK + 1, WEEK + 2]) == [WEEK, WEEK + 2]

    def test_none_are_asked_without_another_process(self, monkeypatch):
        monkeypatch.setattr("subprocess.run", None)
        assert probing.weeks_still_open([]) == []

    @pytest.mark.parametrize("content", [b"", b"{", b"[]"])
    def test_a_ring_that_does_not_open_proves_nothing(self, own_ring, content):
        own_ring.write_bytes(content)
        assert probing.weeks_still_open([WEEK]) == [WEEK]

    def test_nor_does_a_process_that_does_not_answer(self, monkeypatch):
        monkeypatch.setattr(probing, "SECONDS", 0.001)
        assert probing.weeks_still_open([WEEK]) == [WEEK]


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def at_once(self, act, many: int = 2) -> list:
        ready, outcomes = Barrier(many), []

        def run() -> None:
            try:
                ready.wait()
                outcomes.append(act())
            except Exception as error:
                outcomes.append(error)
            finally:
                connections.close_all()

        threads = [Thread(target=run) for _ in range(many)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def test_each_row_is_deleted_once_and_each_week_destroyed_once(self, believed):
        for _ in range(12):
            a_row(crypto.last_day_of(WEEK))
        last_run(MONDAY + days(6))
        day = MONDAY + days(7)
        with on(day):
            runs = self.at_once(lambda: purge_expired(today=day, batch_rows=2))
        assert sorted(run.deleted for run in runs) == [0, 12]
        assert sorted(run.weeks_destroyed for run in runs) == [0, 1]
        assert PurgeRun.objects.count() == 2

    def test_even_without_the_lock_between_processes(self):
        for _ in range(12):
            a_row(crypto.last_day_of(WEEK))
        outcomes = self.at_once(lambda: retention._delete_expired(Report, MONDAY + days(7), 2), many=3)
        assert sum(outcomes) == 12
        assert not Report.objects.exists()
        assert not Token.objects.exists()

    def test_sqlite_keeps_no_page_of_them_in_its_log(self, believed):
        a_row(crypto.last_day_of(WEEK))
        run_on(MONDAY + days(7), clock_is_right=True)
        if connection.vendor == "sqlite":  # PostgreSQL has no such file
            with connection.cursor() as cursor:
                (path,) = [row[2] for row in cursor.execute("PRAGMA database_list") if row[1] == "main"]
            assert Path(f"{path}-wal").stat().st_size == 0


@pytest.mark.django_db
class TestCommand:
    def said(self, capsys, day: date, **options) -> tuple[dict, int]:
        """The JSON object that it prints, and its exit code."""
        code = 0
        with on(day):
            try:
                call_command("purge", json=True, **options)
            except SystemExit as ended:
                code = ended.code
        return json.loads(capsys.readouterr().out), code

    def refused(self, day: date, **options) -> CommandError:
        with on(day), pytest.raises(CommandError) as refusal:
            call_command("purge", json=True, **options)
        return refusal.value

    def test_it_counts(self, capsys, believed):
        a_row(crypto.last_day_of(WEEK))
        last_run(MONDAY + days(6))
        told, code = self.said(capsys, MONDAY + days(7))
        assert code == 0
        assert (told["expired"], told["deleted"], told["overdue"], told["weeks_destroyed"]) == (1, 1, 0, 1)
        assert told["weeks_live"] == len(crypto.weeks_held())
        assert told["seconds"] >= 0
        assert told["alarms"] == []

    def test_a_dry_run_counts_and_changes_nothing(self, capsys, own_ring):
        a_row(crypto.last_day_of(WEEK))
        last_run(MONDAY + days(6))
        before = own_ring.read_bytes(), clock.read()
        told, code = self.said(capsys, MONDAY + days(7), dry_run=True)
        assert (code, told["expired"], told["deleted"], told["weeks_destroyed"]) == (0, 1, 0, 0)
        assert (own_ring.read_bytes(), clock.read()) == before
        assert Report.objects.count() == 1
        assert not PurgeRun.objects.exists()

    def test_a_rehearsal_obeys_the_clock_rule(self, capsys, believed):
        a_row(crypto.last_day_of(WEEK))
        told, code = self.said(capsys, MONDAY, as_of="2031-11-24")
        assert (code, told["deleted"], told["weeks_destroyed"], told["alarms"]) == (1, 0, 0, ["clock_wrong"])

    def test_a_rehearsal_within_the_rule_deletes(self, capsys, believed):
        a_row(crypto.last_day_of(WEEK))
        told, _code = self.said(capsys, MONDAY, as_of=str(MONDAY + days(8)))
        assert (told["deleted"], told["weeks_destroyed"], told["alarms"]) == (1, 0, ["clock_late"])
        told, _code = self.said(capsys, MONDAY, as_of=str(MONDAY + days(9)))
        assert (told["deleted"], told["weeks_destroyed"], told["alarms"]) == (0, 1, [])

    def test_a_rehearsal_is_refused_in_production(self, settings):
        settings.PRODUCTION = True
        assert self.refused(MONDAY, as_of="2026-11-24").returncode == 2

    def test_the_way_out_of_an_alarm(self, capsys, believed):
        a_row(crypto.last_day_of(WEEK))
        day = MONDAY + days(100)
        _told, code = self.said(capsys, day)
        assert code == 1
        told, code = self.said(capsys, day, today=str(day))
        assert (code, told["deleted"], told["alarms"]) == (0, 1, [])
        assert told["weeks_destroyed"] == 14

    def test_it_may_be_another_day_already_where_it_is_typed(self, capsys, believed):
        day = MONDAY + days(100)
        _told, code = self.said(capsys, day, today=str(day + days(1)))
        assert code == 0
        assert clock.read().last_run_on == day

    def test_a_clock_that_is_still_wrong_is_not_answered(self):
        a_row(crypto.last_day_of(WEEK))
        assert "Set it first" in str(self.refused(MONDAY + days(1000), today="2026-11-23"))
        assert Report.objects.count() == 1

    @pytest.mark.parametrize("said", ["2026-11-23", "yesterday", ""])
    def test_without_an_alarm_there_is_nothing_to_answer(self, said):
        assert self.refused(MONDAY, today=said).returncode == 2

    def test_people_are_told_what_to_do(self, capsys):
        with on(MONDAY + days(100)), pytest.raises(SystemExit):
            call_command("purge")
        printed = capsys.readouterr()
        assert "deleted: 0" in printed.out
        assert "--today" in printed.err

    def test_a_locked_site_deletes(self, capsys, settings, tmp_path, own_ring):
        a_row(crypto.last_day_of(WEEK))
        last_run(MONDAY + days(6))
        settings.ROOT_KEY_FILE = tmp_path / "elsewhere"
        own_ring.touch()
        told, code = self.said(capsys, MONDAY + days(7))
        assert (code, told["deleted"], told["weeks_live"]) == (0, 1, None)


@pytest.mark.django_db
class TestHealth:
    @pytest.mark.parametrize(
        ("state", "status"),
        [
            (clock.State(last_run_on=MONDAY), 200),
            (clock.State(), 200),
            (clock.State(last_run_on=MONDAY - days(46)), 503),
            (clock.State(last_run_on=MONDAY + days(1)), 503),
            (clock.State(last_run_on=MONDAY, doubted=True), 503),
            (clock.State(last_run_on=MONDAY, overdue_runs=1), 200),
            (clock.State(last_run_on=MONDAY, overdue_runs=2), 503),
            (clock.State(last_run_on=MONDAY, proof_failed=True), 503),
        ],
    )
    def test_it_fails_while_an_alarm_shows(self, client, state, status):
        clock.write(state)
        with on(MONDAY):
            answer = client.get("/healthz")
        assert (answer.status_code, answer.content) == (status, b"ok" if status == 200 else b"failing")


@pytest.mark.django_db
def test_nothing_past_is_left_uncounted():
    a_row(crypto.last_day_of(WEEK))
    a_draft(crypto.last_day_of(WEEK))
    assert (expired_rows(MONDAY + days(6)), expired_rows(MONDAY + days(7))) == (0, 2)
