"""What of the reports must hold while the site runs. Each check has a stable id."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register

from alerts.models import Index
from jasmine.checks import HEALTH


@register(HEALTH, Tags.database, deploy=True)
def every_report_is_found(databases: Iterable[str] | None = None, **_kwargs: Any) -> Iterable[CheckMessage]:
    if not databases or not Index.is_due():
        return []
    # It starts all the same: what is found is shown, and "nothing found" is not said.
    hint = "run `manage.py reindex`"
    return [Warning("an upgrade changed how reports are found", hint=hint, id="alerts.W001")]
