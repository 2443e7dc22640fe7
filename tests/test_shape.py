"""The shape of the house: floors, file names, and shells that write no rows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
APPS = ["jasmine", "accounts", "alerts"]
WRITES = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
NAMELESS = {"utils", "helpers", "services", "managers", "misc", "common"}


def our_files() -> list[Path]:
    return sorted(
        path for app in APPS for path in (HOUSE / app).rglob("*.py") if "migrations" not in path.parts
    )


def shells() -> list[Path]:
    return [path for path in our_files() if is_a_shell(path)]


def is_a_shell(path: Path) -> bool:
    return path.stem in {"views", "tasks"} or bool({"views", "commands"} & set(path.parts))


def writes_in(source: str) -> list[str]:
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in WRITES]


@pytest.mark.parametrize("path", shells(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_pages_tasks_and_commands_write_no_rows(path: Path) -> None:
    assert writes_in(path.read_text()) == []


def test_a_write_in_a_shell_is_seen() -> None:
    assert writes_in("def page(request):\n    Report.objects.filter(id=1).delete()") == ["delete"]


def test_every_file_stands_on_its_floor() -> None:
    # In a process of its own: it sets up logging anew, and silences ours.
    linter = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([linter, "--no-cache"], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_every_file_is_named_for_what_it_does() -> None:
    assert [path for path in our_files() if path.stem in NAMELESS] == []


def test_locale_is_no_package() -> None:
    assert list((HOUSE / "locale").rglob("*.py")) == []  # it would hide Python's own `locale`
