"""The field cases: reports and searches made by hand, which live beside the repository and not in it."""

import json
import os
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("JASMINE_FIELDCASES") or Path(__file__).resolve().parents[2] / "shared" / "fieldcases"
)


def load(name: str) -> list[dict]:
    """The lines of one `.jsonl` file. Without the folder the test is left out; under CI it fails."""
    path = FOLDER / name
    if not path.is_file():
        told = f"The field cases are not there ({name}). Set JASMINE_FIELDCASES to their folder."
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
