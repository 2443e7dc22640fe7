"""Make the first admins and moderators of a new organisation, with their second steps. All is shown once."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from io import StringIO
from typing import Any

import segno
from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from accounts import codes, founding, passphrases, pseudonyms, recovery, second_step
from accounts.founding import Founder
from accounts.throttling import TooManyTries
from accounts.vocabulary import Role
from jasmine.commands import Command as JasmineCommand

REFUSED: dict[type[Exception], str] = {
    founding.ForPractice: "This is a practice site, and can never become a real one: name another JASMINE_VAR.",
    founding.Founded: "This organisation has an admin or a moderator already: they let others in on the site.",
    founding.Alike: "Two of these pseudonyms are the same, or somebody has one of them.",
    pseudonyms.WrongLength: "A pseudonym has 2 to 40 characters.",
    pseudonyms.LooksLikeContact: "A pseudonym is no e-mail address and no phone number.",
    passphrases.TooShort: "A passphrase of one's own has 12 characters or more.",
    passphrases.TooCommon: "That passphrase is a common one.",
    passphrases.Unusable: "That cannot be a passphrase.",
}
FEWEST = 3
TOO_FEW = (
    "What is grave takes two people, and one of them may be away or concerned: three or more admins and moderators are "
    "good. While nobody else can agree, it waits for 24 hours instead."
)
KEEP = (
    "This is shown once. Let each of them write down her passphrase and, apart from it, her spare key and recovery "
    "codes. Then clear this window."
)


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        several: dict[str, Any] = {"action": "append", "default": [], "metavar": "PSEUDONYM"}
        parser.add_argument("--admin", **several)
        parser.add_argument("--moderator", **several)
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, help="of the passphrases: en, fr, es, pt"
        )

    def handle(self, **options: Any) -> None:
        at_terminal = sys.stdin.isatty() and not options["json"]
        people = _people(options["admin"], options["moderator"]) or (_asked_for() if at_terminal else {})
        if Role.ADMIN not in people.values():
            raise CommandError("say who is admin: --admin PSEUDONYM", returncode=2)
        own = {name: _own_passphrase(name) for name in people} if at_terminal else {}
        try:
            founders = founding.found(
                people=people, now=timezone.now(), language=options["language"], own=own
            )
        except tuple(REFUSED) as refusal:
            raise CommandError(REFUSED[type(refusal)]) from None
        self._tell(founders, as_json=options["json"])
        if at_terminal:
            for founder in founders:
                self._make_sure(founder)

    def _tell(self, founders: list[Founder], *, as_json: bool) -> None:
        roles = [founder.account.role for founder in founders]
        counts = {"admins": roles.count(Role.ADMIN), "moderators": roles.count(Role.MODERATOR)}
        self.say({**counts, "members": [_said(founder) for founder in founders]}, as_json=as_json)
        if not as_json:
            for founder in founders:
                self._print(founder)
            self.stdout.write(KEEP)
        if len(founders) < FEWEST:
            self.stderr.write(TOO_FEW)

    def _print(self, founder: Founder) -> None:
        said = _said(founder)
        self.stdout.write(f"\n{said['pseudonym']} ({founder.account.role})")
        self.stdout.write(f"  passphrase      {said['passphrase']}")
        self.stdout.write(f"  spare key       {codes.grouped(founder.spare_key)}")
        grouped = [recovery.grouped(code) for code in founder.recovery_codes]
        self.stdout.write("  recovery codes  " + "\n                  ".join(grouped))
        self.stdout.write(f"  app for codes   {said['totp_uri']}")
        drawn = StringIO()
        segno.make(founder.totp_uri, error="l").terminal(out=drawn, compact=True)
        self.stdout.write(drawn.getvalue())

    def _make_sure(self, founder: Founder) -> None:
        """Ask for one code, so that nobody finds out later that her app does not have it."""
        name = founder.account.pseudonym
        while typed := input(f"{name}, a code of your app (Enter: later): "):
            try:
                second_step.pass_code(founder.account, typed, now=timezone.now())
                self.stdout.write("That is right.")
                return
            except second_step.WrongCode:
                self.stdout.write("That is not right. Is the clock of the phone right?")
            except TooManyTries:
                break
        self.stderr.write(
            f"{name} has not shown a code: a recovery code lets her in, and she can set up her app again."
        )


def _people(admins: list[str], moderators: list[str]) -> dict[str, Role]:
    if len({*admins, *moderators}) < len(admins) + len(moderators):
        raise CommandError(REFUSED[founding.Alike])
    return {**dict.fromkeys(admins, Role.ADMIN), **dict.fromkeys(moderators, Role.MODERATOR)}


def _asked_for() -> dict[str, Role]:
    """Pseudonyms typed on the terminal, one a line."""
    return _people(_lines("Pseudonym of an admin"), _lines("Pseudonym of a moderator"))


def _lines(prompt: str) -> list[str]:
    typed = []
    while line := input(f"{prompt} (Enter: no more): ").strip():
        typed.append(line)
    return typed


def _own_passphrase(pseudonym: str) -> str:
    """Her own, typed twice alike; "" for one that is made for her."""
    while own := getpass(f"Passphrase of {pseudonym} (Enter: five words are made for her): "):
        try:
            passphrases.refuse(own, pseudonym=pseudonym)
        except passphrases.PassphraseRefused as refusal:
            sys.stderr.write(f"{REFUSED[type(refusal)]}\n")
            continue
        if getpass("Once more: ") == own:
            return own
        sys.stderr.write("That was not the same twice.\n")
    return ""


def _said(founder: Founder) -> dict[str, Any]:
    return {
        "pseudonym": founder.account.pseudonym,
        "role": str(founder.account.role),
        "passphrase": founder.passphrase,
        "spare_key": founder.spare_key,
        "totp_uri": founder.totp_uri,
        "recovery_codes": founder.recovery_codes,
    }
