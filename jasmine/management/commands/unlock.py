"""Ask for the passphrase of the root key, and put the key into memory, so that a locked site opens."""

from typing import Any

from django.core.management.base import CommandError

from jasmine import crypto
from jasmine.commands import Command as JasmineCommand
from jasmine.commands import passphrase_asked

ON_DISK = (
    "JASMINE_ROOT_KEY_FILE names a file on a disk, where the root key would stay: name one in a memory file system, as "
    "/dev/shm/jasmine/root.key."
)


class Command(JasmineCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # whatever else is wrong, a site that is locked can be unlocked

    def handle(self, **options: Any) -> None:
        if not crypto.is_locked():
            raise CommandError("This site is not locked: its root key is there, or it has no key ring.")
        if not crypto.is_under_passphrase():
            raise CommandError("The root key of this site stands under no passphrase: bring its file back.")
        if not crypto.stands_in_memory():
            raise CommandError(ON_DISK)
        try:
            crypto.unlock(passphrase_asked("Passphrase of the root key: "))
        except crypto.WrongPassphrase:
            raise CommandError("This passphrase does not open the root key.") from None
        except OSError as error:
            raise CommandError(f"The root key's file cannot be written ({type(error).__name__}).") from None
        self.say({"unlocked": True}, as_json=options["json"])
        self.put_on_record("unlocked")
