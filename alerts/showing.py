"""What a reader sees of a report: enough to warn, not enough to identify.

Never the author, never the day, never the story. Identifiers are masked, except the one that she typed. How fresh each
of them is, is told in months.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts import areas, spelling
from alerts.masking import masked
from alerts.models import Report, voices
from alerts.spelling import Identifier, Reading
from alerts.vocabulary import (
    AgeBand,
    Build,
    Colour,
    FacialHair,
    Hair,
    HeightBand,
    Helped,
    How,
    IdentifierKind,
    Incident,
    Peer,
    PersonKind,
    Setting,
    TimeSlot,
    VehicleType,
)

Told = list[tuple[str, str]]  # code or kind, what people read
OLD_NUMBER = 6  # months after which somebody else may have it


@dataclass(frozen=True)
class Shown:
    """A report as a page tells it, in the reader's language."""

    id: UUID
    level: int
    state: str
    is_mine: bool
    is_imported: bool
    is_read: bool
    person: str
    incidents: Told
    circumstances: list[str]
    how: Told
    helped: Told
    looks: list[str]
    car: str
    month: Any
    is_guess: bool
    area: str
    setting: str
    time_slot: str
    notice: str
    language: str
    identifiers: Told  # what it is, how it reads
    freshness: list[str]  # of each of them: "last seen 14 months ago", or ""

    @property
    def dated_identifiers(self) -> list[tuple[str, str, str]]:
        pairs = zip(self.identifiers, self.freshness, strict=True)
        return [(kind, value, seen) for (kind, value), seen in pairs]


@dataclass(frozen=True)
class Freshness:
    """When identifiers were last seen, as an answer knows it from all its reports about one person."""

    last_seen: Mapping[tuple[str, str], date]  # by kind and canonical spelling: the first of a month
    today: date

    def of(self, kept: Identifier) -> str:
        """ "last seen 14 months ago"; "" when it is not known."""
        read = spelling.meanings(kept, default_country=settings.COUNTRY)
        days = [self.last_seen[key] for one in read if (key := (one.kind, one.canonical)) in self.last_seen]
        return _seen(max(days), self.today, changes_hands=any(one.number for one in read)) if days else ""


def shown(
    report: Report, *, reader: Any, asked: Sequence[Reading] = (), freshness: Freshness | None = None
) -> Shown:
    """`asked`: what she typed, if this report answers it surely: she sees it as she knows it, and all else masked.

    Raises CannotOpen, ReportTampered.
    """
    report.refuse_tampering()
    said = report.facts
    mine = report.author in voices(reader)
    return Shown(
        id=report.pk,
        level=report.level,
        state=report.state,
        is_mine=mine,
        is_imported=report.is_imported,
        is_read=report.peer == Peer.READ,
        person=str(PersonKind(said["person"]).label) if said["person"] != PersonKind.CLIENT else "",
        incidents=_told(Incident, said["incidents"]),
        circumstances=list(_circumstances(said)),
        how=_told(How, said["how"]),
        helped=_told(Helped, said["helped"]),
        looks=list(_looks(said["appearance"])),
        car=_car(said["vehicle"]),
        month=report.last_seen_in if said["incident_on"] else None,
        is_guess=said["about"],
        area=areas.name(report.area),
        setting=str(Setting(said["setting"]).label) if said["setting"] != Setting.OTHER else "",
        time_slot=str(TimeSlot(said["time_slot"]).label)
        if mine and said["time_slot"] != TimeSlot.UNKNOWN
        else "",
        notice=report.notice,
        language=said["language"],
        identifiers=[_identifier(kept, mine=mine, asked=asked) for kept in report.identifiers],
        freshness=[freshness.of(kept) if freshness else "" for kept in report.identifiers],
    )


def _told(choices: Any, codes: Iterable[str]) -> Told:
    return [(code, str(choices(code).label)) for code in codes]


def _identifier(kept: Identifier, *, mine: bool, asked: Sequence[Reading]) -> tuple[str, str]:
    label = str(IdentifierKind(kept.kind).label)
    if mine:
        return label, kept.value
    # Not the box as it was typed: another number or a remark of the author may stand beside what was asked.
    for typed in asked:
        if spelling.match(typed, kept, default_country=settings.COUNTRY) == "sure":
            return label, typed.canonical
    return label, masked(kept, default_country=settings.COUNTRY)


def _seen(last: date, today: date, *, changes_hands: bool) -> str:
    """No finer than a month."""
    months = (today.year - last.year) * 12 + today.month - last.month
    if months < 1:
        return _("last seen this month")
    said = {"n": months}
    if changes_hands and months >= OLD_NUMBER:
        return (
            ngettext(
                "last seen %(n)d month ago; numbers change hands",
                "last seen %(n)d months ago; numbers change hands",
                months,
            )
            % said
        )
    return ngettext("last seen %(n)d month ago", "last seen %(n)d months ago", months) % said


def _circumstances(said: dict[str, Any]) -> Iterable[str]:
    if said["weapon"]:
        yield _("Weapon seen")
    if said["intoxicated"]:
        yield _("Drunk or drugged")
    if said["others_present"]:
        yield _("Others with him")


def _looks(looks: dict[str, Any]) -> Iterable[str]:
    for key, choices in (
        ("age_band", AgeBand),
        ("height_band", HeightBand),
        ("build", Build),
        ("hair", Hair),
        ("facial_hair", FacialHair),
    ):
        if looks[key] != "unknown":
            yield str(choices(looks[key]).label)
    if looks["glasses"] is not None:
        yield _("Glasses") if looks["glasses"] else _("No glasses")
    if looks["marks"]:
        yield looks["marks"]
    if looks["spoke"]:
        yield _("Spoke %(language)s") % {"language": looks["spoke"]}


def _car(car: dict[str, str] | None) -> str:
    if car is None:
        return ""
    colour = "" if car["colour"] == Colour.UNKNOWN else str(Colour(car["colour"]).label)
    return ", ".join(part for part in (str(VehicleType(car["type"]).label), colour, car["make"]) if part)
