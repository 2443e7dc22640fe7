"""What was reported lately in her areas."""

from datetime import timedelta

import pytest

from alerts.latest import reported_lately
from tests.makers import a_report
from tests.people import sign_in

pytestmark = pytest.mark.django_db


def test_the_reports_of_seven_days_are_counted_by_level(heron, plover, now):
    a_report(heron)
    a_report(heron)
    a_report(heron, incidents=["theft"])
    assert reported_lately(["FR-75"], by=plover, today=now.date()) == {4: 2, 2: 1}


def test_what_is_older_or_elsewhere_is_not_counted(heron, plover, now):
    a_report(heron, now=now - timedelta(days=7))
    a_report(heron, area="FR-34")
    assert reported_lately(["FR-75"], by=plover, today=now.date()) == {}


def test_the_sixth_day_before_today_counts(heron, plover, now):
    a_report(heron, now=now - timedelta(days=6))
    assert reported_lately(["FR-75"], by=plover, today=now.date()) == {4: 1}


def test_what_she_may_not_see_yet_is_not_counted(heron, plover, now):
    a_report(heron, alert="in_3_days")
    assert reported_lately(["FR-75"], by=plover, today=now.date()) == {}
    assert reported_lately(["FR-75"], by=heron, today=now.date()) == {4: 1}


class TestHerAreas:
    def test_are_picked_by_name_number_or_postcode_and_kept_with_her_account(self, client, heron):
        sign_in(client, heron)
        answer = client.post("/check/areas/", {"areas": "75, Hérault, 69003"})
        assert (answer.status_code, answer["Location"]) == (303, "/check/")
        heron.refresh_from_db()
        assert heron.areas == ["FR-75", "FR-34", "FR-69"]

    def test_what_cannot_be_read_is_said_and_not_lost(self, client, heron):
        sign_in(client, heron)
        client.post("/check/areas/", {"areas": "75, Atlantis"})
        page = client.get("/check/areas/").content.decode()
        assert "75, Atlantis" in page
        assert "That area is not known" in page
        heron.refresh_from_db()
        assert heron.areas == []

    def test_six_are_too_many(self, client, heron):
        sign_in(client, heron)
        client.post("/check/areas/", {"areas": "01, 02, 03, 04, 05, 06"})
        assert "At most 5 areas" in client.get("/check/areas/").content.decode()

    def test_none_is_good_too(self, client, heron):
        heron.pick_areas(["FR-75"])
        sign_in(client, heron)
        client.post("/check/areas/", {"areas": ""})
        heron.refresh_from_db()
        assert heron.areas == []
