"""What becomes of reports when their author goes."""

import pytest

from accounts import leaving, suspending
from alerts.checking import check
from alerts.filing import keep_draft
from alerts.models import Draft, Report
from jasmine import crypto
from tests.makers import PHONE, a_report

pytestmark = pytest.mark.django_db


def test_they_go_at_once_if_she_wants_and_no_backup_brings_them_back(heron, plover, now):
    report, other = a_report(heron), a_report(plover)
    leaving.close(heron, keep_reports=False, now=now)
    assert list(Report.objects.all()) == [other]
    assert crypto.gone_among([("row", str(report.pk))])


def test_or_stay_to_their_day_without_her(heron, plover, now):
    reports = [a_report(heron), a_report(heron)]
    day, own = reports[0].delete_after, str(heron.pk)
    leaving.close(heron, keep_reports=True, now=now)
    kept = list(Report.objects.all())
    assert {report.delete_after for report in kept} == {day}
    assert own not in {report.author for report in kept}
    assert check(PHONE, by=plover, now=now).independent == 1  # still one voice
    heron.pk = own
    assert Report.objects.by(heron, today=now.date()) == []


def test_of_who_goes_while_she_is_paused_they_stay_and_are_shown_to_nobody(heron, plover, robin, now):
    report = a_report(heron)
    suspending.pause(heron, by=robin, now=now)
    leaving.close(heron, keep_reports=True, now=now)
    kept = Report.objects.get()
    kept.refuse_tampering()
    assert (kept.delete_after, kept.author != str(heron.pk)) == (report.delete_after, True)
    assert not check(PHONE, by=plover, now=now).people
    assert not kept.is_let_go(kept.delete_after)


def test_of_two_who_go_the_reports_are_not_taken_for_ones(heron, plover, robin, now):
    for member in (heron, plover):
        a_report(member)
        leaving.close(member, keep_reports=True, now=now)
    assert check(PHONE, by=robin, now=now).independent == 2


def test_what_was_filed_for_the_group_stays_with_it(stork, now):
    report = a_report(stork, on_behalf=True)
    leaving.close(stork, keep_reports=False, now=now)
    assert Report.objects.get(pk=report.pk).author == "group:night-van"


def test_what_she_was_tapping_goes(heron, now):
    keep_draft(Draft.of(str(heron.pk), today=now.date()), content={"typed": {}})
    leaving.close(heron, keep_reports=True, now=now)
    assert not Draft.objects.exists()


def test_all_stands_or_falls_together(heron, now, monkeypatch):
    a_report(heron)

    def fails(*_args: object, **_more: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(type(heron), "delete", fails)
    with pytest.raises(OSError, match="full"):
        leaving.close(heron, keep_reports=False, now=now)
    assert Report.objects.exists()
