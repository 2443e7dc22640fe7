"""The ledger: a column that is not accounted for is found, whatever is wrong with it."""

import uuid

import pytest
from django.db import models
from django.test.utils import isolate_apps

from jasmine.fields import SealedText
from jasmine.ledger import Ledger, our_models, unaccounted

ALL_RIGHT = Ledger(sealed=["story"], blind=["token"], plain={"id": "a random number"})


def a_model(kept: Ledger | None, **more: models.Field) -> type[models.Model]:
    """A model with an id, a sealed story and a blind token."""
    columns = {
        "id": models.UUIDField(primary_key=True, default=uuid.uuid4),
        "story": SealedText(label="note.story"),
        "token": models.BigIntegerField(),
        **more,
    }
    meta = type("Meta", (), {"app_label": "alerts"})
    kept_as = {} if kept is None else {"ledger": kept}
    return type("Note", (models.Model,), {"__module__": __name__, "Meta": meta, **columns, **kept_as})


@isolate_apps("alerts")
def wrong_with(kept: Ledger | None, **more: models.Field) -> list[str]:
    return unaccounted(a_model(kept, **more))


def test_every_model_of_ours_accounts_for_every_column():
    assert {model.__name__ for model in our_models()} >= {
        "Account",
        "Report",
        "Token",
        "Draft",
        "Session",
        "Site",
    }
    assert [sentence for model in our_models() for sentence in unaccounted(model)] == []


def test_a_model_that_accounts_for_every_column_is_right():
    assert wrong_with(ALL_RIGHT) == []


def test_a_model_without_a_ledger():
    assert wrong_with(None) == ["alerts.Note has no ledger"]


def test_a_column_that_is_not_named():
    assert wrong_with(ALL_RIGHT, created_at=models.DateTimeField()) == [
        "alerts.Note: created_at is not in the ledger"
    ]


def test_a_foreign_key_that_is_not_named():
    other = models.ForeignKey("accounts.Account", on_delete=models.CASCADE)
    assert wrong_with(ALL_RIGHT, by=other) == ["alerts.Note: by is not in the ledger"]


@pytest.mark.parametrize("reason", ["", None])
def test_a_plain_column_without_a_reason(reason):
    kept = Ledger(sealed=["story"], blind=["token"], plain={"id": reason})
    assert wrong_with(kept) == ["alerts.Note: id is plain without a reason"]


def test_a_column_that_is_named_twice():
    kept = Ledger(sealed=["story"], blind=["token", "id"], plain={"id": "a random number"})
    assert wrong_with(kept) == ["alerts.Note: id is in the ledger 2 times"]


def test_a_name_that_is_no_column():
    kept = Ledger(sealed=["story"], blind=["token", "email"], plain={"id": "a random number"})
    assert wrong_with(kept) == ["alerts.Note: email is in the ledger and not in the table"]


def test_a_plain_column_that_is_said_to_be_sealed():
    kept = Ledger(sealed=["story", "text"], blind=["token"], plain={"id": "a random number"})
    assert wrong_with(kept, text=models.TextField()) == [
        "alerts.Note: text is not what the ledger says: sealed"
    ]


def test_a_sealed_column_that_is_said_to_be_plain():
    kept = Ledger(blind=["token"], plain={"id": "a random number", "story": "to read it"})
    assert wrong_with(kept) == ["alerts.Note: story is not what the ledger says: sealed"]


def test_everything_that_is_wrong_is_said_at_once():
    kept = Ledger(sealed=["story"], plain={"id": ""})
    assert len(wrong_with(kept, email=models.TextField())) == 3


def test_no_model_of_ours_keeps_when_somebody_came():
    told = {
        "created_at",
        "updated_at",
        "last_login",
        "date_joined",
        "last_seen",
        "ip",
        "user_agent",
        "email",
        "phone",
    }
    assert not told & {column.name for model in our_models() for column in model._meta.concrete_fields}
