"""What a reader sees of a report: enough to warn, not enough to identify."""

from dataclasses import asdict, fields
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from alerts import spelling
from alerts.models import ORGANISATION, Report, ReportTampered
from alerts.showing import Shown, shown
from jasmine import crypto
from tests.makers import PHONE, a_report, an_identifier
from tests.people import sign_in

pytestmark = pytest.mark.django_db

STORY = "She told a peer about it."
NOTICE = "Asks for the back door."
SAID = {
    "incident_on": "2026-03-27",
    "identifiers": [
        an_identifier(),
        an_identifier("m.karsten@example.org", "email"),
        an_identifier("AB-123-CD", "plate"),
    ],
    "story": STORY,
    "notice": NOTICE,
}


@pytest.fixture
def report(heron, now):
    return a_report(heron, now=now, **SAID)


def told(one: Shown) -> str:
    return repr(asdict(one))


def test_a_reader_gets_what_happened_and_nothing_of_the_author(report, heron, plover):
    seen = shown(report, reader=plover)
    assert [code for code, _label in seen.incidents] == ["rape"]
    assert (seen.level, seen.area, seen.notice, seen.is_mine) == (4, "Paris (75), France", NOTICE, False)
    assert str(heron.pk) not in told(seen)
    assert heron.pseudonym not in told(seen)


def test_a_reader_never_gets_the_story(report, plover):
    assert STORY not in told(shown(report, reader=plover))


def test_a_reader_never_gets_a_day(report, plover, now):
    seen = shown(report, reader=plover)
    assert seen.month == date(2026, 3, 1)
    for day in (date(2026, 3, 27), now.date(), report.delete_after):
        assert day.isoformat() not in told(seen)
        assert repr(day) not in told(seen)


def test_without_a_day_of_what_happened_no_month_is_told(heron, plover, now):
    assert shown(a_report(heron, now=now), reader=plover).month is None


def test_identifiers_are_masked(report, plover):
    seen = [value for _kind, value in shown(report, reader=plover).identifiers]
    assert seen == ["+33 6 •• •• •• 34", "m•••@e•••.org", "AB-•••-CD"]


def test_the_one_that_she_typed_is_plain_and_only_that(report, plover):
    asked = spelling.readings(PHONE, default_country="FR")
    seen = shown(report, reader=plover, asked=asked)
    assert [value for _kind, value in seen.identifiers] == ["+33639981234", "m•••@e•••.org", "AB-•••-CD"]


def test_of_several_that_she_typed_each_is_plain(report, plover):
    asked = spelling.readings(f"{PHONE}, m.karsten@example.org", default_country="FR")
    seen = shown(report, reader=plover, asked=asked)
    assert [value for _kind, value in seen.identifiers] == [
        "+33639981234",
        "m.karsten@example.org",
        "AB-•••-CD",
    ]


def test_what_stands_beside_it_in_the_box_stays_masked(heron, plover, now):
    box = an_identifier("06 39 98 12 34 / 06 39 98 55 66 (mon voisin)")
    asked = spelling.readings(PHONE, default_country="FR")
    seen = shown(a_report(heron, now=now, identifiers=[box]), reader=plover, asked=asked)
    assert [value for _kind, value in seen.identifiers] == ["+33639981234"]


def test_her_own_report_is_plain(report, heron):
    seen = shown(report, reader=heron)
    assert seen.is_mine
    assert [value for _kind, value in seen.identifiers] == [PHONE, "m.karsten@example.org", "AB-123-CD"]


def test_that_of_her_group_is_her_own(stork, heron, now):
    report = a_report(stork, now=now, on_behalf=True)
    assert shown(report, reader=stork).is_mine
    assert not shown(report, reader=heron).is_mine


def test_an_earlier_list_is_told_as_such(heron, now):
    seen = shown(a_report(ORGANISATION, now=now, ref="L-1"), reader=heron)
    assert (seen.is_imported, seen.is_mine, seen.is_read) == (True, False, False)
    assert "L-1" not in told(seen)


def test_what_is_not_known_is_not_told(heron, plover, now):
    seen = shown(a_report(heron, now=now), reader=plover)
    assert (seen.looks, seen.car, seen.setting, seen.time_slot, seen.person, seen.circumstances) == (
        [],
        "",
        "",
        "",
        "",
        [],
    )


def test_what_is_known_is_told_in_words(heron, plover, now):
    said = {
        "weapon": True,
        "intoxicated": True,
        "others_present": True,
        "setting": "hotel",
        "time_slot": "night",
        "person": "police",
        "how": ["changed_place"],
        "helped": ["said_no"],
        "appearance": {"hair": "red", "glasses": False, "marks": "a scar", "spoke": "Bulgarian"},
        "vehicle": {"type": "van", "colour": "white", "make": "Dacia"},
    }
    seen = shown(a_report(heron, now=now, **said), reader=plover)
    assert seen.circumstances == ["Weapon seen", "Drunk or drugged", "Others with him"]
    assert seen.looks == ["Red hair", "No glasses", "a scar", "Spoke Bulgarian"]
    assert (seen.car, seen.person) == ("Van, White, Dacia", "Police")
    assert seen.setting
    assert not seen.time_slot  # readers see the month only
    assert [code for code, _label in seen.how + seen.helped] == ["changed_place", "said_no"]


def test_a_car_of_unknown_colour_is_a_car(heron, plover, now):
    assert shown(a_report(heron, now=now, vehicle={"type": "van"}), reader=plover).car == "Van"


def test_nothing_is_shown_of_a_report_that_was_written_into(report, plover):
    Report.objects.filter(pk=report.pk)._update([(Report._meta.get_field("area"), None, "FR-69")])
    with pytest.raises(ReportTampered):
        shown(Report.objects.get(pk=report.pk), reader=plover)


def test_nothing_is_shown_of_a_report_that_does_not_open(report, plover, settings, tmp_path):
    kept = Report.objects.get(pk=report.pk)
    settings.KEYRING = tmp_path / "ring"
    crypto.make_ring()
    with pytest.raises(crypto.CannotOpen):
        shown(kept, reader=plover)


def test_what_is_shown_has_no_place_for_more():
    assert {"author", "story", "reported_on", "ref"}.isdisjoint(field.name for field in fields(Shown))


def test_the_page_of_an_answer_tells_a_reader_no_more(report, plover, heron, client):
    sign_in(client, plover)
    client.post("/check/", {"q": PHONE})
    page = client.get("/check/").content.decode()
    assert str(report.pk) in page
    for secret in (
        STORY,
        str(heron.pk),
        heron.pseudonym,
        "m.karsten",
        "AB-123-CD",
        "2026-03-27",
        "27 March",
        "March 27",
    ):
        assert secret not in page


def test_a_perhaps_stays_masked_also_where_it_was_typed(heron, plover, client):
    a_report(heron, identifiers=[an_identifier("Quentinou", "name")])
    sign_in(client, plover)
    client.post("/check/", {"q": "Quentinou"})
    page = client.get("/check/").content.decode()
    assert 'data-answer="perhaps"' in page
    assert "Q•••" in page


def test_what_was_asked_leaves_the_session_after_two_minutes(plover, client):
    sign_in(client, plover)
    client.post("/check/", {"q": PHONE})
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=121)):
        client.get("/check/")
        assert PHONE not in str(dict(client.session))
