"""How dangerous: computed, never picked."""

from collections.abc import Iterable

from alerts.vocabulary import LEVEL_OF, Incident, Level

RAISED_BY_COMPANY = (Level.RISKY, Level.DANGEROUS)


def level_of(incidents: Iterable[str], *, weapon: bool | None, others_present: bool | None) -> Level:
    """The highest level of the incidents (at least one); others present, or a weapon seen, raise a 2 or 3 by one."""
    highest = max(LEVEL_OF[Incident(code)] for code in incidents)
    if highest in RAISED_BY_COMPANY and (weapon or others_present):
        return Level(highest + 1)
    return highest
