"""Sections of the moderators' desk that belong to apps above: they register them in `ready`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from accounts.models import Account


@dataclass(frozen=True)
class Section:
    """`template` prints what `told`, a dotted name of `told(account, *, now) -> dict`, gives to it."""

    template: str
    told: str


_sections: list[Section] = []


def register(template: str, told: str) -> None:
    """The name is imported when the desk is opened: views may not be imported in `ready`."""
    section = Section(template, told)
    if section not in _sections:
        _sections.append(section)


def sections(account: Account, *, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """Of each its template and what it tells this moderator."""
    return [(one.template, import_string(one.told)(account, now=now)) for one in _sections]
