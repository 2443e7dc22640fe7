"""System checks: what must hold before anything starts. Each has a stable id."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks

from jasmine import crypto
from jasmine.fields import SealedField
from jasmine.ledger import our_models, unaccounted
from jasmine.models import Site

# The tag of what health asks besides; with `deploy=True`, so that `migrate` does not ask before its table is there.
HEALTH = "health"


def ailments() -> list[CheckMessage]:
    """What health finds wrong beside ring, database and purge. Raises DatabaseError."""
    return run_checks(tags=[HEALTH], databases=["default"], include_deployment_checks=True)


@register(Tags.models)
def every_column_is_accounted_for(**_kwargs: Any) -> Iterable[CheckMessage]:
    return [Error(sentence, id="jasmine.E001") for model in our_models() for sentence in unaccounted(model)]


@register(Tags.models)
def labels_are_there_and_unlike(**_kwargs: Any) -> Iterable[CheckMessage]:
    labels = [
        column.label
        for model in our_models()
        for column in model._meta.concrete_fields
        if isinstance(column, SealedField)
    ]
    wrong = {label for label in labels if not label or labels.count(label) > 1}
    return [
        Error(f"the label {label!r} must stand on one sealed column alone", id="jasmine.E002")
        for label in wrong
    ]


@register(Tags.security)
def the_ring_holds_every_key(**_kwargs: Any) -> Iterable[CheckMessage]:
    if crypto.is_open():
        return []
    if crypto.is_locked():
        # It starts all the same: a page that says so, with emergency numbers, is better than none.
        hint = "`manage.py unlock` asks for its passphrase; if it has none, bring the root key's file back."
        return [Warning("the site is locked: its root key is not there", hint=hint, id="jasmine.W001")]
    hint = (
        "`manage.py set_up` makes a ring; if there was one, bring it back from its copy before anything else."
    )
    return [Error("the key ring is missing, damaged, or lacks a key", hint=hint, id="jasmine.E003")]


@register(Tags.security)
def production_is_not_insecure(**_kwargs: Any) -> Iterable[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    wrong = {
        "jasmine.E010": settings.DEBUG and "DEBUG is on",
        "jasmine.E011": not settings.SESSION_COOKIE_SECURE and "the session cookie would travel in plain",
        "jasmine.E012": not settings.NAMED_HOSTS and "JASMINE_HOSTS must name the site's hosts",
        "jasmine.E013": not settings.NAMED_ROOT_KEY and "JASMINE_ROOT_KEY_FILE must name the root key's file",
        "jasmine.E014": not settings.NAMED_SECRET_KEY
        and "JASMINE_SECRET_KEY_FILE must name the secret's file",
        "jasmine.E015": not settings.NAMED_RP_ID
        and "JASMINE_RP_ID must name the site's domain, for passkeys",
    }
    return [Error(sentence, id=number) for number, sentence in wrong.items() if sentence]


@register(Tags.database)
def production_is_not_practice(
    databases: Iterable[str] | None = None, **_kwargs: Any
) -> Iterable[CheckMessage]:
    if databases and settings.PRODUCTION and Site.is_practice():
        return [Error("this site is marked as practice: start an unmarked one for real", id="jasmine.E016")]
    return []
