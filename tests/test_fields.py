"""Sealed columns: plain in memory, never in a row, a file or a query."""

import json
from io import StringIO
from uuid import uuid4

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Lower

from accounts.models import Account
from alerts.models import Draft, Report, Token
from jasmine import crypto
from jasmine.crypto import keyring
from jasmine.fields import Ciphertext
from tests.makers import PHONE, a_report, an_identifier

pytestmark = pytest.mark.django_db

STORY = "He asked me to come to a second address."
SEALED = [
    (model, field.name)
    for model in (Account, Report, Draft)
    for field in model._meta.concrete_fields
    if hasattr(field, "label")
]


@pytest.fixture
def report(heron) -> Report:
    return Report.objects.get(pk=a_report(heron, story=STORY).pk)


def row_of(report: Report) -> dict[str, object]:
    """The row as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM alerts_report WHERE id = %s", [in_table(report.pk)])
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))


def in_table(pk) -> str:
    return pk.hex if connection.vendor == "sqlite" else str(pk)


@pytest.fixture
def openings(monkeypatch) -> list[str]:
    """The labels of the columns that were opened."""
    opened, unseal = [], crypto.unseal

    def counting(sealed: bytes, *, label: str, **more) -> bytes:
        opened.append(label)
        return unseal(sealed, label=label, **more)

    monkeypatch.setattr(crypto, "unseal", counting)
    return opened


class TestWriting:
    def test_a_saved_row_says_it_again(self, report):
        assert report.story == STORY
        assert report.facts["identifiers"][0]["value"] == PHONE

    def test_create_seals(self, heron):
        account = Account.objects.create(
            pseudonym_token=5, facts={"pseudonym": "a"}, password="x", standing="member", lapse_month=1
        )
        assert Account.objects.get(pk=account.pk).facts == {"pseudonym": "a"}

    def test_bulk_create_seals(self, heron):
        tokens = (7, 8)
        rows = [
            Account(pseudonym_token=token, facts={"n": token}, password="p", standing="member", lapse_month=1)
            for token in tokens
        ]
        Account.objects.bulk_create(rows)
        assert [Account.objects.get(pseudonym_token=token).facts for token in tokens] == [{"n": 7}, {"n": 8}]
        assert all(bytes(value) != b"p" for value in raw("SELECT password FROM accounts_account"))

    def test_an_empty_text_is_sealed_like_any_other(self, report):
        assert report.notice == ""
        assert len(bytes(row_of(report)["notice"])) == len(bytes(row_of(report)["story"]))

    def test_every_save_of_an_opened_column_gives_other_bytes(self, report):
        before = bytes(row_of(report)["story"])
        assert report.story == STORY
        report.save()
        assert bytes(row_of(report)["story"]) != before
        assert Report.objects.get(pk=report.pk).story == STORY

    def test_a_column_that_was_not_opened_is_not_sealed_again(self, report):
        before = bytes(row_of(report)["story"])
        report.save()
        assert bytes(row_of(report)["story"]) == before

    def test_a_deferred_column_that_is_saved_by_name_keeps_what_it_says(self, report):
        partly = Report.objects.defer("story").get(pk=report.pk)
        partly.save(update_fields=["story"])
        assert Report.objects.get(pk=report.pk).story == STORY

    def test_a_row_is_sealed_to_its_own_week(self, report):
        value = bytes(row_of(report)["story"])
        assert crypto.unseal(value, label="report.story", row=report.pk) == STORY.encode()
        week_of_number = {pair.number: pair.week for pair in keyring._ring().pairs}
        assert week_of_number[crypto.key_number(value)] == crypto.week_of(report.delete_after)

    def test_an_account_is_sealed_under_the_standing_key(self, heron):
        (value,) = raw("SELECT facts FROM accounts_account")
        assert crypto.key_number(bytes(value)) == 1

    def test_more_than_fits_is_refused_and_nothing_is_stored(self, heron):
        count = Account.objects.count()
        with pytest.raises(crypto.TooLong), transaction.atomic():
            Account.objects.create(
                pseudonym_token=5, facts={"pseudonym": "x" * 8190}, standing="member", lapse_month=1
            )
        assert Account.objects.count() == count


class TestWhatIsRefused:
    @pytest.mark.parametrize(("model", "name"), SEALED)
    @pytest.mark.parametrize(
        "value", ["plain", b"plain", {}, None, 5, F("id"), Value("plain"), Value(b"x"), Lower(Value("A"))]
    )
    def test_update(self, model, name, value):
        with pytest.raises(FieldError):
            model.objects.update(**{name: value})

    @pytest.mark.parametrize(("model", "name"), SEALED)
    def test_update_with_the_column_itself(self, model, name):
        with pytest.raises(FieldError):
            model.objects.update(**{name: F(name)})

    @pytest.mark.parametrize("name", ["story", "facts"])
    def test_bulk_update(self, report, name):
        setattr(report, name, {} if name == "facts" else "plain")
        with pytest.raises(FieldError), transaction.atomic():
            Report.objects.bulk_update([report], [name])
        assert Report.objects.get(pk=report.pk).story == STORY

    @pytest.mark.parametrize(("model", "name"), SEALED)
    @pytest.mark.parametrize(
        "lookup",
        ["", "__exact", "__iexact", "__contains", "__in", "__gt", "__startswith", "__regex", "__x", "__len"],
    )
    def test_asking_by_value(self, model, name, lookup):
        with pytest.raises(FieldError):
            list(model.objects.filter(**{name + lookup: ["plain"]}))

    def test_excluding_by_value(self):
        with pytest.raises(FieldError):
            list(Report.objects.exclude(story="plain"))

    def test_whether_there_is_anything_may_be_asked(self, report):
        assert Report.objects.filter(story__isnull=False).get() == report
        assert not Report.objects.filter(story__isnull=True).exists()

    def test_get_or_create_by_value(self):
        with pytest.raises(FieldError):
            Report.objects.get_or_create(story="plain")

    @pytest.mark.parametrize("column", ["level", "area", "filed_week", "delete_after", "state"])
    def test_update_of_what_the_facts_repeat(self, report, column):
        with pytest.raises(FieldError):
            Report.objects.filter(pk=report.pk).update(**{column: getattr(report, column)})

    @pytest.mark.parametrize("column", ["level", "delete_after"])
    def test_bulk_update_of_what_the_facts_repeat(self, report, column):
        with pytest.raises(FieldError):
            Report.objects.bulk_update([report], [column])


class TestReadingPast:
    """Whatever does not go through a row gets bytes that tell nothing."""

    def test_values(self, report):
        (found,) = Report.objects.values("story", "facts")
        assert repr(found) == "{'story': <sealed>, 'facts': <sealed>}"

    def test_values_list(self, report):
        (found,) = Report.objects.values_list("story", flat=True)
        assert isinstance(found, Ciphertext)
        assert f"{found} {found!r} {found!s}" == "<sealed> <sealed> <sealed>"

    def test_annotations(self, report):
        found = Report.objects.annotate(copy=F("story")).get()
        assert str(found.copy) == "<sealed>"

    def test_an_opaque_value_shows_nothing_of_what_it_holds(self, report):
        (found,) = Report.objects.values_list("story", flat=True)
        assert not hasattr(found, "__dict__")
        with pytest.raises(TypeError):
            json.dumps(found)

    def test_raw_sql(self, report):
        row = row_of(report)
        assert not any(STORY.encode() in bytes(row[name]) for name in ("facts", "story", "notice", "author"))
        assert PHONE not in repr(row)

    def test_the_row_itself_shows_no_word(self, report):
        assert report.story == STORY
        assert STORY not in repr(report) + str(report) + repr([report])

    @pytest.mark.parametrize("opened", [True, False])
    @pytest.mark.parametrize("form", ["json", "jsonl", "xml", "python"])
    def test_serializing(self, report, opened, form):
        if opened:
            assert report.story == STORY
            assert report.facts
        written = str(serializers.serialize(form, [report]))
        assert written.count("sealed") == 5
        assert not {STORY, PHONE} & set(json.dumps(written).split('"'))
        assert STORY not in written
        assert "99812" not in written.replace(" ", "")

    def test_dumpdata(self, report, heron):
        out = StringIO()
        call_command("dumpdata", "accounts", "alerts", stdout=out)
        rows = json.loads(out.getvalue())
        assert {row["model"] for row in rows} >= {"accounts.account", "alerts.report", "alerts.token"}
        for row in rows:
            assert {
                row["fields"].get(name, "<sealed>") for name in ("facts", "story", "author", "password")
            } == {"<sealed>"}
        assert not any(
            word in out.getvalue().casefold()
            for word in ("heron", "argon2", "second address", "0639981234", "06 39 98 12 34")
        )

    def test_loaddata(self, report, tmp_path):
        file, out = tmp_path / "rows.json", StringIO()
        call_command("dumpdata", "alerts.report", stdout=out)
        file.write_text(out.getvalue())
        with pytest.raises(DeserializationError):
            call_command("loaddata", str(file), verbosity=0)
        assert Report.objects.get().story == STORY


class TestMoving:
    def test_a_row_copied_under_a_new_id_does_not_open(self, report):
        old = row_of(report)
        copied = uuid4()
        columns = [name for name in old if name != "id"]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO alerts_report (id, {', '.join(columns)}) "  # noqa: S608
                f"SELECT %s, {', '.join(columns)} FROM alerts_report WHERE id = %s",
                [in_table(copied), in_table(report.pk)],
            )
        other = Report.objects.get(pk=copied)
        for name in ("facts", "story", "notice", "author"):
            with pytest.raises(crypto.CannotOpen):
                getattr(other, name)

    def test_saving_an_unopened_row_under_a_new_id_gives_a_row_that_does_not_open(self, report):
        report.pk = uuid4()
        report.save(force_insert=True)
        with pytest.raises(crypto.CannotOpen):
            _ = Report.objects.get(pk=report.pk).story

    @pytest.mark.parametrize(("one", "other"), [("notice", "story"), ("author", "story"), ("story", "facts")])
    def test_a_column_copied_over_another_does_not_open(self, report, one, other):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE alerts_report SET {one} = {other}")  # noqa: S608
        with pytest.raises(crypto.CannotOpen):
            getattr(Report.objects.get(pk=report.pk), one)

    def test_a_story_put_into_another_row_does_not_open(self, report, plover):
        other = a_report(plover, story="Another.")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE alerts_report SET story = %s", [row_of(report)["story"]])
        assert Report.objects.get(pk=report.pk).story == STORY
        with pytest.raises(crypto.CannotOpen):
            _ = Report.objects.get(pk=other.pk).story

    def test_a_story_put_into_another_table_does_not_open(self, report, heron, now):
        draft = Draft.of(str(heron.pk), today=now.date())
        draft.pk = report.pk  # even under the same id
        draft.save()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE alerts_draft SET content = %s", [row_of(report)["story"]])
        with pytest.raises(crypto.CannotOpen):
            _ = Draft.objects.get(pk=draft.pk).content

    def test_a_password_put_into_another_account_does_not_open(self, heron, plover):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_account SET password = (SELECT password FROM accounts_account WHERE id = %s)",
                [in_table(heron.pk)],
            )
        with pytest.raises(crypto.CannotOpen):
            _ = Account.objects.get(pk=plover.pk).password


class TestOpening:
    def test_a_list_that_shows_no_story_opens_none(self, report, openings):
        assert [found.level for found in Report.objects.all()] == [4]
        assert openings == []
        assert [found.facts["area"] for found in Report.objects.all()] == ["FR-75"]
        assert openings == ["report.facts"]

    def test_it_happens_once(self, report, openings):
        assert report.story == report.story == STORY
        assert openings == ["report.story"]

    def test_only_and_defer(self, report, openings):
        assert Report.objects.only("level").get().story == STORY
        assert Report.objects.defer("story").get().story == STORY
        assert openings == ["report.story"] * 2

    def test_refresh_from_db(self, report):
        report.story = "not saved"
        report.refresh_from_db()
        assert report.story == STORY

    def test_refreshing_one_column_leaves_the_others(self, report):
        report.story = report.notice = "not saved"
        report.refresh_from_db(fields=["story"])
        assert (report.story, report.notice) == (STORY, "not saved")

    def test_raw_rows_open(self, report):
        (found,) = Report.objects.raw("SELECT * FROM alerts_report")
        assert found.story == STORY

    def test_rows_of_a_related_query_open(self, report):
        token = Token.objects.select_related("report").first()
        assert token.report.story == STORY

    def test_a_new_row_says_what_it_was_given(self):
        assert Report(story=STORY).story == STORY


class TestMovingToAnotherWeek:
    @pytest.fixture
    def earlier(self, report):
        return crypto.last_day_of(crypto.week_of(report.delete_after) - 10)

    def test_everything_is_sealed_to_the_new_week_and_says_the_same(self, report, earlier):
        said = [dict(report.facts), report.story, report.notice, report.author]
        Report.objects.get(pk=report.pk).move_to(earlier)
        moved = Report.objects.get(pk=report.pk)
        assert moved.delete_after == earlier
        assert {week_of_key(row_of(moved)[name]) for name in ("facts", "story", "notice", "author")} == {
            crypto.week_of(earlier)
        }
        said[0]["delete_after"] = earlier.isoformat()
        assert [moved.facts, moved.story, moved.notice, moved.author] == said
        moved.refuse_tampering()

    def test_it_is_found_under_the_tokens_of_the_new_week_alone(self, report, earlier):
        before = set(Token.objects.values_list("token", flat=True))
        report.move_to(earlier)
        after = set(Token.objects.values_list("token", flat=True))
        assert not before & after
        assert len(before) == len(after)

    def test_if_it_fails_all_is_as_before(self, report, earlier, monkeypatch):
        before = row_of(report)

        def failing(*_args, **_more):
            raise crypto.NoKey

        monkeypatch.setattr(crypto, "blind_tokens", failing)
        with pytest.raises(crypto.NoKey):
            report.move_to(earlier)
        assert row_of(report) == before

    @pytest.mark.parametrize("columns", [None, ["delete_after"], ["delete_after", "facts"], ["facts"]])
    def test_save_does_not_move_it(self, report, earlier, columns):
        report.delete_after = earlier
        with pytest.raises(FieldError):
            report.save(update_fields=columns)

    @pytest.mark.parametrize("how", ["defer", "only"])
    def test_save_of_a_row_read_without_its_day_does_not_move_it(self, report, earlier, how):
        found = Report.objects.defer("delete_after") if how == "defer" else Report.objects.only("facts")
        partly = found.get(pk=report.pk)
        partly.delete_after = earlier
        with pytest.raises(FieldError):
            partly.save()

    def test_a_row_that_was_just_filed_is_not_moved_by_save(self, heron, earlier):
        filed = a_report(heron, identifiers=[an_identifier("06 39 98 00 00")])
        filed.delete_after = earlier
        with pytest.raises(FieldError):
            filed.save()


def week_of_key(value) -> int | None:
    number = crypto.key_number(bytes(value))
    return keyring._ring().by_number[number].week


def raw(query: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
