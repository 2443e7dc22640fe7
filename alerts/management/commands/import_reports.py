"""Bring in an organisation's earlier list, as JSON lines or CSV."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from alerts import importing, sheets
from jasmine.commands import Command as JasmineCommand
from jasmine.commands import add_as_of, now_or_as_of


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=["jsonl", "csv"], help="else by the file's ending")
        parser.add_argument(
            "--texts", choices=["story", "notice"], default="story", help="who reads the texts"
        )
        parser.add_argument("--map", type=Path, metavar="FILE", help="how your sheet is read, in JSON")
        parser.add_argument("--template", action="store_true", help="print an empty sheet and stop")
        parser.add_argument("--refused-to", type=Path, metavar="FILE", help="write the refused lines there")
        parser.add_argument("--dry-run", action="store_true", help="everything but keeping it")
        add_as_of(parser)

    def handle(self, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(sheets.template(), ending="")
            return
        if options["file"] is None:
            raise CommandError("say which file", returncode=2)
        wish = importing.Wish(now_or_as_of(options["as_of"]), options["texts"], options["dry_run"])
        result = self._imported(wish, options)
        self._tell(result, options)
        if result.filed and not options["dry_run"]:
            self.put_on_record("imported", read=result.read, filed=result.filed)
        if result.errors:
            sys.exit(1)

    def _imported(self, wish: importing.Wish, options: dict[str, Any]) -> importing.Result:
        with ExitStack() as opened:
            try:
                lines = self._lines(opened, options)
                refused = self._keeper(opened, options)
                return importing.import_lines(lines, wish, refused=refused, progress=self._count)
            except OSError as error:
                raise CommandError(f"the file cannot be read: {error.strerror}") from None
            except sheets.SheetRefused as refusal:
                raise CommandError(str(refusal)) from None

    def _lines(self, opened: ExitStack, options: dict[str, Any]) -> Iterable[importing.Line]:
        path = options["file"]
        if _is_csv(options):
            return sheets.sheet_lines(path.read_bytes(), sheets.layout(options["map"] or sheets.DEFAULT))
        return importing.json_lines(opened.enter_context(open(path, "rb")))

    def _keeper(self, opened: ExitStack, options: dict[str, Any]) -> Callable[[importing.Line], Any]:
        """What is done with a refused line: nothing, or kept in a file that its owner alone can read."""
        path, source = options["refused_to"], options["file"]
        if not path:
            return lambda _line: None
        if path.exists() and path.samefile(source):
            raise CommandError("--refused-to names the file itself: choose another", returncode=2)
        path.touch(mode=0o600)
        kept = opened.enter_context(open(path, "wb"))  # noqa: SIM115 - the caller closes what it opened
        if _is_csv(options):
            rules = sheets.layout(options["map"] or sheets.DEFAULT)
            kept.write(sheets.headings_line(source.read_bytes(), rules) + b"\n")
        return lambda line: kept.write(line.raw + b"\n")

    def _count(self, read: int) -> None:
        self.progress(f"{read} lines read")

    def _tell(self, result: importing.Result, options: dict[str, Any]) -> None:
        self.progress("")
        counts = asdict(result) | {"refused": len(result.errors)}
        self.say(counts, as_json=options["json"])
        if options["json"]:
            return
        for error in result.errors:
            self.stdout.write(f"line {error['line']}: {error['why']}")
        if result.not_shared:
            self.stdout.write(
                "Not shared, so not filed: nuisance, where the policy does not share it (JASMINE_SHARE_NUISANCE), and "
                "lines that say that nobody is to be warned."
            )
        if options["dry_run"]:
            self.stdout.write("This was a rehearsal: nothing was kept.")
        self.stdout.write("This file still holds everything in plain: destroy it and its copies.")


def _is_csv(options: dict[str, Any]) -> bool:
    ending: str = options["format"] or options["file"].suffix.lstrip(".").lower()
    return ending == "csv"
