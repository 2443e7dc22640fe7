"""The threat model names tests that are there."""

import re
from pathlib import Path

from django.conf import settings

DOCS = settings.BASE_DIR / "docs"
NAMED = re.compile(r"`((?:[a-z_]+/)?test_\w+\.py)(?:::(\w+))?`")


def named() -> list[tuple[Path, str]]:
    text = (DOCS / "threat-model.md").read_text()
    return [(settings.BASE_DIR / "tests" / file, name) for file, name in NAMED.findall(text)]


def test_it_names_many():
    assert len(named()) > 60


def test_each_is_there():
    missing = [
        f"{file}::{name}"
        for file, name in named()
        if not file.exists()
        or not re.search(rf"^ *(def|class) {name}\b" if name else "", file.read_text(), re.M)
    ]
    assert missing == []


def test_every_adversary_has_a_part():
    text = (DOCS / "threat-model.md").read_text()
    assert re.findall(r"^## A(\d+) ", text, re.M) == [str(number) for number in range(1, 13)]
