"""Deleting what we promised to delete.

A row carries the Sunday after which it must be gone. Lists hide it at once; on Monday the first hourly run deletes it
and, when no row of its week is left, destroys the keys of the week: every copy is unreadable at most a day later. When
the clock is late the keys wait for 24 hours more; when it is wrong nothing is done: see `jasmine.clock`. Deleting needs
no key, so a locked site deletes too; the keys are destroyed once it is open again.
"""

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from alerts.models import PurgeRun
from jasmine import clock, crypto
from jasmine.clock import Reading
from jasmine.ledger import our_models
from jasmine.probing import weeks_still_open

PURGE_BATCH_ROWS = 500
RUNS_KEPT = timedelta(days=365)

log = logging.getLogger("jasmine.alerts")


def purge_expired(
    *,
    today: date,
    batch_rows: int = PURGE_BATCH_ROWS,
    now: datetime | None = None,
    clock_is_right: bool = False,
) -> PurgeRun:
    """Delete every row whose Sunday was before `today`, in transactions of `batch_rows`, then destroy the keys due.

    Gives the counts, stored unless the clock is wrong: then nothing was done but counting, and `overdue` says how many
    wait. `now`: the moment, noon of `today` if not said. `clock_is_right`: somebody has looked, and answers an alarm.
    """
    now = now or datetime.combine(today, time(12), tzinfo=UTC)
    with clock.one_at_a_time():
        state = clock.read()
        if clock_is_right:
            state = clock.answered(state, today=today)
        seen = clock.reading(state, today=today)
        run = PurgeRun(run_on=today, expired=expired_rows(today), deleted=0, weeks_destroyed=0)
        if seen in (Reading.WRONG, Reading.UNKNOWN):
            return _refused(run, state, seen)
        run.deleted = sum(_delete_expired(model, today, batch_rows) for model in models_with_a_day())
        destroyed, not_proved = _destroy_keys(state, today=today, now=now)
        run.weeks_destroyed = len(destroyed)
        run.overdue = expired_rows(today)
        _keep(run)
        _empty_the_log()
        clock.write(
            clock.finished(state, today=today, now=now, overdue=run.overdue, not_proved=tuple(not_proved))
        )
    return run


def expired_rows(today: date) -> int:
    """How many rows are there whose Sunday was before `today`."""
    return sum(_expired(model, today).count() for model in models_with_a_day())


def models_with_a_day() -> list[type[models.Model]]:
    """The models whose rows have a day of deletion of their own. What hangs on such a row goes with it."""
    weekly = [model for model in our_models() if model.ledger.weekly]  # type: ignore[attr-defined]
    return [model for model in weekly if "delete_after" in {column.name for column in model._meta.fields}]


def _refused(run: PurgeRun, state: clock.State, seen: Reading) -> PurgeRun:
    run.overdue = run.expired
    if seen is Reading.WRONG:
        # It stays in doubt, even if the clock is set right meanwhile, until somebody has looked.
        clock.write(clock.doubted(state))
    return run


def _delete_expired(model: type[models.Model], today: date, batch_rows: int) -> int:
    deleted = 0
    try:
        # Until none is there, and not until a batch is short: it is when another purge took its rows meanwhile.
        while _expired(model, today).exists():
            deleted += _delete_batch(model, today, batch_rows)
    except DatabaseError as fault:
        # The other models' rows must go all the same. What is left is counted as overdue.
        log.error("could not delete expired rows: %s", type(fault).__name__)
    return deleted


@transaction.atomic
def _delete_batch(model: type[models.Model], today: date, batch_rows: int) -> int:
    # Locked in one order, so that two purges wait for each other, and never both.
    rows = _expired(model, today).select_for_update().order_by("pk")
    due = list(rows.values_list("pk", flat=True)[:batch_rows])
    _deleted, by_model = _rows(model).filter(pk__in=due).delete()
    return by_model.get(model._meta.label, 0)


def _expired(model: type[models.Model], today: date) -> models.QuerySet[Any]:
    return _rows(model).filter(delete_after__lt=today)


def _rows(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._base_manager.all()


def _destroy_keys(state: clock.State, *, today: date, now: datetime) -> tuple[list[int], list[int]]:
    """Destroy the keys that are due. Gives the weeks proved to be gone, and those not proved, to be tried again."""
    before = clock.keys_may_go_before(state, today=today, now=now)
    begun = [week for week in state.to_prove if week < crypto.week_of(today)]
    if before is None:
        return [], begun
    try:
        over = [week for week in crypto.weeks_held() if week < crypto.week_of(before)]
        due = sorted({*begun, *(week for week in over if _is_empty(week))})
        if not due:
            return [], []
        # Before the first: whoever is killed between a destruction and its proof leaves the proof to the next run.
        clock.write(clock.proving(state, due))
        begun = due
        for week in due:
            crypto.destroy_week(week)
            crypto.forget_gone(week)
        not_proved = weeks_still_open(due)
    except (crypto.CryptoError, OSError) as fault:
        log.warning("keys of past weeks wait: %s", type(fault).__name__)
        return [], begun
    if not_proved:
        log.error("%d weeks were destroyed, and could not be proved to be gone", len(not_proved))
    return [week for week in due if week not in not_proved], not_proved


def _is_empty(week: int) -> bool:
    """Whether no row of that week is left, whatever its model."""
    sunday = crypto.last_day_of(week)
    days = (sunday - timedelta(days=6), sunday)
    return not any(_rows(model).filter(delete_after__range=days).exists() for model in models_with_a_day())


def _keep(run: PurgeRun) -> None:
    run.save()
    PurgeRun.objects.filter(run_on__lt=run.run_on - RUNS_KEPT).delete()


def _empty_the_log() -> None:
    """SQLite's write-ahead log still holds pages of deleted rows until it is written back and cut."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
