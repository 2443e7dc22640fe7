"""An organisation's own spreadsheet, as CSV: how its headings, words and days are read.

A layout is a JSON object: {"delimiter", "day", "month" (strptime formats), "columns": {heading: key}, "words":
{key: {cell: code}}, "split": {key: separator}, "prefix": {key: text}}. Keys are those of a report, with a dot for what
lies within: "appearance.hair", "vehicle.make", "shares.alert"; for identifiers "phone", "email", "handle", "name",
"plate" (several columns may be one key), with "platform" and "plate_country" beside them. The layout in
`data/sheet_fr.json` is the default.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from alerts import facts
from alerts.importing import Line

DEFAULT = Path(__file__).parent / "data" / "sheet_fr.json"
IDENTIFIERS = ("phone", "email", "handle", "name", "plate")
PARTS = ("appearance", "vehicle", "shares")
PLAIN = {"ref", "reported_on", "text", *facts.EMPTY} - {"identifiers", *PARTS}
PARTS_OF_DAY = ("reported_on", "incident_on")


class SheetRefused(Exception):
    """The sheet or its layout cannot be read; the message says what to mend."""


def layout(path: Path = DEFAULT) -> dict[str, Any]:
    """The layout in that file, over the default one. Raises SheetRefused."""
    own = json.loads(DEFAULT.read_bytes())
    if path == DEFAULT:
        return own
    try:
        given = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise SheetRefused("the map cannot be read as JSON") from None
    if not _is_layout(given, own):
        raise SheetRefused(f"the map must be a JSON object laid out as the default, with: {', '.join(own)}")
    wrong = [key for key in given.get("columns", {}).values() if not _is_key(key)]
    if wrong:
        raise SheetRefused(f"the map sends a column to {wrong[0]!r}, which is no key of a report")
    words = {
        key: {cell.casefold(): code for cell, code in cells.items()}
        for key, cells in given.get("words", {}).items()
    }
    return {**own, **given, "words": {**own["words"], **words}}


def template() -> str:
    """An empty sheet in the default layout: its headings, in one line."""
    rules = layout()
    return str(rules["delimiter"].join(rules["columns"])) + "\n"


def sheet_lines(content: bytes, rules: dict[str, Any]) -> Iterator[Line]:
    """The rows of a CSV file. UTF-8, or Windows-1252 as older spreadsheets save. Raises SheetRefused."""
    text = _decoded(content)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=rules["delimiter"], strict=True)
    try:
        headings = [heading.strip() for heading in next(rows, [])]
        unknown = [heading for heading in headings if heading not in rules["columns"]]
        if unknown or not headings:
            raise SheetRefused(
                f"unknown heading: {', '.join(unknown) or 'none'}. A map (--map) can tell what it is."
            )
        first = rows.line_num + 1
        for row in rows:
            raw = _as_csv(row, rules)
            if any(cell.strip() for cell in row):
                yield _line(first, raw, headings, row, rules)
            first = rows.line_num + 1
    except csv.Error as error:
        yield Line(rows.line_num, b"", why=f"{error}: from here on the sheet could not be read")


def headings_line(content: bytes, rules: dict[str, Any]) -> bytes:
    """The first line of a CSV file, to stand above the rows that are refused."""
    first = next(csv.reader(io.StringIO(_decoded(content), newline=""), delimiter=rules["delimiter"]), [])
    return _as_csv(first, rules)


def _as_csv(row: list[str], rules: dict[str, Any]) -> bytes:
    """The row again, so that it can be mended and imported: its cells may hold separators and line breaks."""
    written = io.StringIO()
    csv.writer(written, delimiter=rules["delimiter"], lineterminator="").writerow(row)
    return written.getvalue().encode()


def _is_layout(given: Any, own: dict[str, Any]) -> bool:
    """Whether it has the keys of the default layout, and under each what stands there in the default."""
    if not isinstance(given, dict):
        return False
    if not all(key in own and isinstance(value, type(own[key])) for key, value in given.items()):
        return False
    texts = [*given.get("columns", {}).values(), *given.get("prefix", {}).values()]
    separators = [*given.get("split", {}).values(), given.get("delimiter", ";")]
    cells = given.get("words", {}).values()
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(text, str) and len(text) == 1 for text in separators)
        and all(isinstance(words, dict) for words in cells)
    )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _line(number: int, raw: bytes, headings: list[str], row: list[str], rules: dict[str, Any]) -> Line:
    if len(row) != len(headings):
        return Line(number, raw, why=f"{len(row)} cells under {len(headings)} headings")
    try:
        cells = [
            (rules["columns"][heading], cell.strip()) for heading, cell in zip(headings, row, strict=True)
        ]
        return Line(number, raw, _said(cells, rules))
    except SheetRefused as refusal:
        return Line(number, raw, why=str(refusal))


def _said(cells: list[tuple[str, str]], rules: dict[str, Any]) -> dict[str, Any]:
    """One row as a report's object."""
    said: dict[str, Any] = {"identifiers": []}
    beside = dict(cells)
    for key, cell in cells:
        if not cell:
            continue
        part, _dot, name = key.partition(".")
        if key in IDENTIFIERS:
            said["identifiers"].append(_identifier(key, cell, beside, rules))
        elif part in PARTS:
            said.setdefault(part, {})[name] = _value(key, cell, rules)
        elif key not in ("platform", "plate_country"):
            said[key] = _value(key, cell, rules)
    return said


def _identifier(kind: str, cell: str, beside: dict[str, str], rules: dict[str, Any]) -> dict[str, str]:
    # A leading apostrophe is how a spreadsheet is told that a number is text.
    kept = {"kind": kind, "value": cell.removeprefix("'")}
    if kind == "handle" and beside.get("platform"):
        kept["platform"] = _value("platform", beside["platform"], rules)
    if kind == "plate" and beside.get("plate_country"):
        kept["country"] = beside["plate_country"]
    return kept


def _value(key: str, cell: str, rules: dict[str, Any]) -> Any:
    if key in PARTS_OF_DAY:
        return _day(cell, rules)
    if key in rules["split"]:
        return [_word(key, piece.strip(), rules) for piece in cell.split(rules["split"][key])]
    if key in rules["prefix"] and cell.isalnum() and "-" not in cell:
        return rules["prefix"][key] + cell
    return _word(key, cell, rules)


def _word(key: str, cell: str, rules: dict[str, Any]) -> Any:
    """The code that a cell's word stands for; a cell of free text is itself."""
    words = rules["words"].get(key)
    if words is None:
        return cell
    if cell.casefold() in words:
        return words[cell.casefold()]
    if cell in words.values():
        return cell
    raise SheetRefused(f"{key}: the word in this cell is not in the list")


def _day(cell: str, rules: dict[str, Any]) -> str:
    for pattern, length in ((rules["day"], 10), (rules["month"], 7), ("%Y-%m-%d", 10), ("%Y-%m", 7)):
        try:
            return datetime.strptime(cell, pattern).date().isoformat()[:length]
        except ValueError:
            continue
    raise SheetRefused(f"a day is not written as {rules['day']}")


def _is_key(key: Any) -> bool:
    part, _dot, name = str(key).partition(".")
    return key in {*PLAIN, *IDENTIFIERS, "platform", "plate_country"} or (part in PARTS and bool(name))
