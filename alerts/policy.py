"""The promise that each report carries from its birth.

A report is gone after the last Sunday that is not after (day of filing + keeping time): kept at most the keeping time,
up to six days less. The keeping times are the organisation's, 60 months at most.
"""

from datetime import date

from alerts.models import Policy
from alerts.vocabulary import Level
from jasmine import crypto


def delete_after(
    policy: Policy, *, level: Level, private: bool, has_identifier: bool, filed_on: date
) -> date:
    """The Sunday after which a report filed on that day must be gone."""
    months = policy.months_for(level, private=private, has_identifier=has_identifier)
    return crypto.last_sunday_until(crypto.months_after(filed_on, months))


def is_private(policy: Policy, *, level: Level, alert: bool) -> bool:
    """Whether only her own checks find it: she warns nobody, or the organisation does not share nuisance."""
    return not alert or (level == Level.NUISANCE and not policy.share_nuisance)
