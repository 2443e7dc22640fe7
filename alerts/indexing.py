"""Writing the index of every report anew, after a rule of `alerts.spelling` changed what is written or looked for.

A token carries the version of the rule that made it, so those of an older rule are not found by a question that goes
by the newer. Row by row, each in a transaction of its own: it can be stopped at any time, and run again does no harm.
Until all of them are written it stays due: health fails, and no check says "nothing found".
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, transaction

from alerts.models import Index, Report
from jasmine import crypto

log = logging.getLogger("jasmine.alerts")


@dataclass(frozen=True)
class Reindexed:
    """`left`: reports that do not open; they keep what they stand under."""

    reindexed: int
    left: int


def is_due() -> bool:
    return Index.is_due()


def reindex(*, today: date, progress: Callable[[int], None], even_unreadable: bool = False) -> Reindexed:
    """Index every report that is not past its day. Raises NoKey, RingDamaged, DatabaseError.

    It stays due while a report is left, unless `even_unreadable`: those are then found no more, and nobody is told.
    """
    done = left = 0
    keys = Report.objects.current(today).order_by("pk").values_list("pk", flat=True)
    for key in list(keys):
        if _index(key):
            done += 1
        else:
            left += 1
        progress(done + left)
    if not left or even_unreadable:
        Index.mark_written()
    return Reindexed(done, left)


@transaction.atomic
def _index(key: uuid.UUID) -> bool:
    """Whether the report stands under its new tokens, or is gone by now."""
    report = Report.objects.select_for_update().filter(pk=key).first()
    if report is None:
        return True
    try:
        report.refuse_tampering()
        with transaction.atomic():
            report.index()
    except (DatabaseError, crypto.NoKey, crypto.RingDamaged):
        raise
    except Exception as error:
        log.error("a report could not be indexed: %s", type(error).__name__)
        return False
    return True
