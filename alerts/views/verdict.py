"""One line about somebody, for whoever has no time to read: what, how often, how lately."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import ngettext, pgettext_lazy

from alerts.checking import Person
from alerts.models import Report
from alerts.vocabulary import Incident
from jasmine.templatetags.shown import LEVELS, month

MOST_INCIDENTS = 3

# As short as they can be said; the report below says each in full.
BRIEFLY: dict[Incident, Promise] = {
    Incident.MURDER_ATTEMPT: pgettext_lazy("in a verdict", "attempt to kill"),
    Incident.WEAPON: pgettext_lazy("in a verdict", "weapon"),
    Incident.RAPE: pgettext_lazy("in a verdict", "rape or attempt"),
    Incident.DRUGGING: pgettext_lazy("in a verdict", "drugging"),
    Incident.CONFINEMENT: pgettext_lazy("in a verdict", "locked in"),
    Incident.ARMED_ROBBERY: pgettext_lazy("in a verdict", "robbery with force"),
    Incident.AMBUSH: pgettext_lazy("in a verdict", "ambush"),
    Incident.ASSAULT: pgettext_lazy("in a verdict", "assault"),
    Incident.CONDOM_REMOVAL: pgettext_lazy("in a verdict", "condom removed"),
    Incident.BOUNDARIES: pgettext_lazy("in a verdict", "did what was refused"),
    Incident.STALKING: pgettext_lazy("in a verdict", "stalking"),
    Incident.BLACKMAIL: pgettext_lazy("in a verdict", "blackmail"),
    Incident.OUTING: pgettext_lazy("in a verdict", "tells of the work"),
    Incident.FILMING: pgettext_lazy("in a verdict", "filming without consent"),
    Incident.FAKE_POLICE: pgettext_lazy("in a verdict", "fake police"),
    Incident.THREATS: pgettext_lazy("in a verdict", "threats"),
    Incident.HATE: pgettext_lazy("in a verdict", "insults out of hate"),
    Incident.THEFT: pgettext_lazy("in a verdict", "theft"),
    Incident.NONPAYMENT: pgettext_lazy("in a verdict", "did not pay"),
    Incident.POLICE_DECOY: pgettext_lazy("in a verdict", "police trap"),
    Incident.NO_SHOW: pgettext_lazy("in a verdict", "did not come"),
    Incident.HAGGLING: pgettext_lazy("in a verdict", "haggling"),
    Incident.ENDLESS_MESSAGES: pgettext_lazy("in a verdict", "endless messages"),
    Incident.FAKE_BOOKING: pgettext_lazy("in a verdict", "false booking"),
}


def verdict(person: Person) -> str:
    """ "Very dangerous: 3 reports by 2 people, last in October 2026: rape or attempt · drugging"."""
    reports, people = len(person.surely), person.independent
    said = ngettext(
        "%(level)s: %(n)d report %(by_people)s, last in %(month)s: %(what)s",
        "%(level)s: %(n)d reports %(by_people)s, last in %(month)s: %(what)s",
        reports,
    )
    # Translators: stands in "Very dangerous: 3 reports by 2 people, last in October 2026: …"
    by_people = ngettext("by %(n)d person", "by %(n)d people", people)
    return said % {
        "level": LEVELS[person.level],
        "n": reports,
        "by_people": by_people % {"n": people},
        "month": month(person.last_seen_in),
        "what": " · ".join(_gravest(person.surely)),
    }


def _gravest(reports: Iterable[Report]) -> list[str]:
    said = {code for report in reports for code in report.facts["incidents"]}
    return [str(BRIEFLY[incident]) for incident in Incident if incident in said][:MOST_INCIDENTS]
