"""Fill an empty site with a practice community; on a practice site, say again who is in it."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from alerts import practising
from jasmine.commands import Command as JasmineCommand


class Command(JasmineCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        try:
            people = practising.open_practice(now=timezone.now())
        except practising.NotForPractice:
            raise CommandError(
                "this site is for real, or holds real people or reports: practise on another one"
            ) from None
        members = [_said(person) for person in people]
        self.say({"members": members}, as_json=options["json"])
        if not options["json"]:
            self.stdout.write("Practice community: nothing here is real. To sign in:")
            for member in members:
                words = f"{member['passphrase']}  spare key {member['spare_key']}"
                self.stdout.write(f"  {member['role']:<10} {member['pseudonym']:<18} {words}")
                if "totp_uri" in member:
                    self.stdout.write(f"{'':<13}for an app that makes codes: {member['totp_uri']}")


def _said(person: practising.Person) -> dict[str, str]:
    said = {
        "pseudonym": person.pseudonym,
        "passphrase": person.passphrase,
        "spare_key": person.spare_key,
        "role": str(person.role),
    }
    return {**said, "totp_uri": person.totp_uri} if person.totp_uri else said
