"""Bring the catalogues in locale/ up to date with the code and the pages; or compile them; or check them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from jasmine import catalogues
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument(
            "--compile", action="store_true", help="make what the site reads from what people write"
        )
        instead.add_argument(
            "--check", action="store_true", help="say what is missing; exit 1 if anything is"
        )

    def handle(self, **options: Any) -> None:
        if options["check"]:
            self._check(as_json=options["json"])
        elif options["compile"]:
            compiled = sum(catalogues.compile_catalogue(language) for language in catalogues.languages())
            self.say({"compiled": compiled}, as_json=options["json"])
        else:
            found = catalogues.extract()
            untranslated = sum(
                catalogues.bring_up_to_date(language, catalogues.due(language, found))
                for language in catalogues.languages()
            )
            self.say({"strings": len(found), "untranslated": untranslated}, as_json=options["json"])

    def _check(self, *, as_json: bool) -> None:
        found = catalogues.extract()
        wrong = list(catalogues.faults_of_the_source(found))
        for language in catalogues.languages():
            wrong += catalogues.faults(language, catalogues.due(language, found))
        for sentence in wrong:
            self.stderr.write(sentence)
        self.say({"strings": len(found), "wrong": len(wrong)}, as_json=as_json)
        if wrong:
            raise CommandError(f"{len(wrong)} faults in the catalogues")
