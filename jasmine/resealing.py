"""Re-sealing: moving rows from older keys to the newest, while people use the site.

A new pair writes from the moment it stands in the ring; what was written before still opens and is still found under
the older one. Row by row, everything is opened, sealed anew, opened again and compared, and only then written, with its
tokens, in one transaction. Whatever stops this leaves rows under either key and loses none: run again, it goes on with
those that are left. An older pair under which nothing stands any more is retired. A standing one is destroyed 35 days
later, as soon as no backup of the rows holds anything of it; just before, the rows are looked through once more.

A model with a column `key_number` has tokens that cannot be made anew: the key with that number stays until such rows
are gone.

Rows without a day of deletion (accounts) move all in one transaction. A model whose rows stand in the blind index has a
method `index`, or brings its token along when it is saved.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, IntegrityError, models, transaction

from jasmine import crypto
from jasmine.fields import Ciphertext, SealedField
from jasmine.ledger import our_models

log = logging.getLogger("jasmine")

CHUNK_ROWS = 100  # in one transaction: others wait for it

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Resealed:
    """`left`: rows that still stand under an older key, because they do not open or could not be written."""

    resealed: int
    left: int


def rotate_standing(*, progress: Progress) -> Resealed:
    """Give the standing keys a new pair and move what stands under the older one. Raises AtWork."""
    with crypto.one_at_a_time():
        crypto.renew([crypto.STANDING])
        return _reseal(_standing_models(), progress)


def reseal(*, doubted: Iterable[int | None] = (), progress: Progress) -> Resealed:
    """Move every row to the newest keys of its week, after giving new ones to the weeks in doubt. Raises AtWork."""
    with crypto.one_at_a_time():
        crypto.renew(doubted)
        return _reseal(_sealed_models(), progress)


def destroy_retired() -> int:
    """Destroy the standing pairs under which nothing has stood for 35 days. Gives how many. Raises AtWork."""
    if not crypto.are_due():
        return 0
    with crypto.one_at_a_time():
        _reseal(_standing_models(), lambda _text: None)  # a restored backup brings rows back under older keys
        return crypto.destroy_retired()


def _reseal(wanted: list[type[models.Model]], progress: Progress) -> Resealed:
    resealed, seen = 0, _kept_numbers()
    standing_only = not any(_is_weekly(model) for model in wanted)
    for model in wanted:
        with nullcontext() if _is_weekly(model) else transaction.atomic():
            for rows in _chunks(model):
                seen |= {number for row in rows for number in _numbers(row)}
                resealed += _reseal_rows(model, [row.pk for row in rows if _is_old(row)])
                progress(f"{model._meta.verbose_name}: {resealed} re-sealed")
    crypto.retire(still_used=seen, standing_only=standing_only)
    rows = [row for model in wanted for chunk in _chunks(model) for row in chunk if _is_old(row)]
    used = _kept_numbers().union(*map(_numbers, rows))
    crypto.retire(still_used=used, standing_only=standing_only)
    return Resealed(resealed, len(rows))


def _reseal_rows(model: type[models.Model], keys: list[Any]) -> int:
    """Move these rows, in one transaction. Gives how many; one that fails is left as it is."""
    if not keys:
        return 0
    done = 0
    with transaction.atomic():
        for row in model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk"):
            try:
                with transaction.atomic():
                    done += _reseal_row(row)
            except IntegrityError:
                log.error("a row of %s could not be re-sealed: its token is taken", model._meta.label)
            except (DatabaseError, crypto.NoKey, crypto.RingDamaged):
                raise
            except Exception as error:
                log.error("a row of %s could not be re-sealed: %s", model._meta.label, type(error).__name__)
    return done


def _reseal_row(row: Any) -> bool:
    if not _is_old(row):
        return False  # somebody has saved it since
    for field in _sealed_fields(type(row)):
        value = getattr(row, field.attname)
        fresh = field.pre_save(row, add=False)
        if field.opened(row, fresh) != value:
            raise crypto.CannotOpen
        setattr(row, field.attname, fresh)
    row.save(force_update=True)
    if hasattr(row, "index"):
        row.index()
    return True


def _is_old(row: Any) -> bool:
    """Whether a column of it stands under another key than the one that writes now; never of a week gone by."""
    try:
        newest = crypto.writing_number(row.key_week)
    except crypto.WeekIsPast:
        return False
    return _numbers(row) != {newest}


def _numbers(row: Any) -> set[int]:
    """The numbers of the keys under which its columns stand; 0 for what is no sealed value."""
    cells = [row.__dict__[field.attname] for field in _sealed_fields(type(row))]
    return {_number(cell) for cell in cells if cell is not None}


def _number(cell: Ciphertext) -> int:
    try:
        return crypto.key_number(cell.sealed)
    except crypto.CannotOpen:
        return 0


def _kept_numbers() -> set[int]:
    """The numbers of the keys under which tokens stand that cannot be moved."""
    kept = [model for model in our_models() if hasattr(model, "key_number")]
    return {number for model in kept for number in model._base_manager.values_list("key_number", flat=True)}


def _chunks(model: type[models.Model]) -> Iterator[list[Any]]:
    """All rows, so many at a time, by their key: those that come meanwhile are under the newest keys anyway."""
    rows = model._base_manager.order_by("pk")
    chunk = list(rows[:CHUNK_ROWS])
    while chunk:
        yield chunk
        chunk = list(rows.filter(pk__gt=chunk[-1].pk)[:CHUNK_ROWS])


def _sealed_models() -> list[type[models.Model]]:
    """Those whose rows may be sealed anew: not the record's, whose chain runs over the sealed bytes."""
    sealed = [model for model in our_models() if model.ledger.sealed]  # type: ignore[attr-defined]
    return [model for model in sealed if not getattr(model, "sealed_once", False)]


def _standing_models() -> list[type[models.Model]]:
    return [model for model in _sealed_models() if not _is_weekly(model)]


def _sealed_fields(model: type[models.Model]) -> list[SealedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def _is_weekly(model: type[models.Model]) -> bool:
    return bool(model.ledger.weekly)  # type: ignore[attr-defined]
