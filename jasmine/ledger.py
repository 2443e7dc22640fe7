"""The ledger: every column of every model is sealed, blind, or plain for a stated reason.

A model carries it as an attribute; a system check refuses to start while a column is missing from it, and the public
page "what we keep" is made from it.

    ledger = Ledger(sealed=["facts"], blind=["token"], plain={"level": _("to list the most dangerous first")})
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.apps import apps
from django.conf import settings
from django.db import models

from jasmine.fields import SealedField


@dataclass(frozen=True)
class Ledger:
    """`by_holder`: sealed under a secret that only its holder has. `weekly`: its rows carry a day of deletion, and
    the keys of a week are destroyed only when all such models are empty of it."""

    sealed: Iterable[str] = ()
    by_holder: Iterable[str] = ()
    blind: Iterable[str] = ()
    plain: Mapping[str, object] = field(default_factory=dict)
    weekly: bool = False


def our_models() -> Iterator[type[models.Model]]:
    """The models of Jasmine's own apps; Django's own tables hold no word of anybody."""
    for label in settings.OUR_APPS:
        yield from apps.get_app_config(label.split(".")[0]).get_models()


def rows_until() -> date | None:
    """The last day of deletion of any row of any model that has one."""
    models_with_a_day = (model for model in our_models() if getattr(model, "ledger", Ledger()).weekly)
    days = (
        model._default_manager.aggregate(last=models.Max("delete_after"))["last"]
        for model in models_with_a_day
        if any(column.name == "delete_after" for column in model._meta.concrete_fields)
    )
    return max((day for day in days if day), default=None)


def unaccounted(model: type[models.Model]) -> list[str]:
    """What is wrong with the ledger of that model, a sentence each; none when every column is accounted for."""
    ledger: Ledger | None = getattr(model, "ledger", None)
    if ledger is None:
        return [f"{model._meta.label} has no ledger"]
    columns = {column.name: column for column in model._meta.concrete_fields if column.column}
    named = [*ledger.sealed, *ledger.by_holder, *ledger.blind, *ledger.plain]
    wrong = [f"{name} is not in the ledger" for name in columns if name not in named]
    wrong += [
        f"{name} is in the ledger {named.count(name)} times" for name in {*named} if named.count(name) > 1
    ]
    wrong += [f"{name} is in the ledger and not in the table" for name in named if name not in columns]
    wrong += [f"{name} is plain without a reason" for name, reason in ledger.plain.items() if not reason]
    for name, column in columns.items():
        if isinstance(column, SealedField) != (name in ledger.sealed):
            wrong.append(f"{name} is not what the ledger says: sealed")
    return [f"{model._meta.label}: {sentence}" for sentence in wrong]
