"""Change the root key (no row is touched), the standing keys (accounts are re-sealed), or, asked for neither, both."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from django.core.management.base import CommandError

from jasmine import backups, crypto, resealing
from jasmine.commands import Command as JasmineCommand
from jasmine.commands import new_passphrase

AFTERWARDS = (
    "The root key is new. Keep a copy of it, or its passphrase, where the old one was. Copies of the ring from before "
    "open only with the old root key: destroy it when they are a week old."
)
ON_DISK = (
    "JASMINE_ROOT_KEY_FILE names a file on a disk: a passphrase helps only where the root key stands in memory alone. "
    "Name a file in a memory file system, as /dev/shm/jasmine/root.key, copy the root key there, and begin anew."
)


class Command(JasmineCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--root", action="store_true", help="a new root key")
        parser.add_argument("--standing", action="store_true", help="a new standing pair")
        parser.add_argument(
            "--passphrase",
            action="store_true",
            help="keep the new root key under a passphrase too, for `unlock`; it is asked for",
        )

    def handle(self, **options: Any) -> None:
        begun = monotonic()
        both = not options["root"] and not options["standing"]
        if options["passphrase"] and not (options["root"] or both):
            raise CommandError("--passphrase is for a new root key: say --root", returncode=2)
        standing = resealing.Resealed(0, 0)
        rewrapped = self._rotate_root(options["passphrase"]) if options["root"] or both else 0
        if options["standing"] or both:
            standing = resealing.rotate_standing(progress=self.progress)
            self.progress("")
        seconds = round(monotonic() - begun, 2)
        counts = {"rewrapped": rewrapped, "resealed": standing.resealed, "left": standing.left}
        self.say({**counts, "seconds": seconds}, as_json=options["json"])
        self.put_on_record("keys_rotated", **counts)
        if rewrapped:
            self._copy_ring()
            self.stderr.write(AFTERWARDS)
        if standing.left:
            raise CommandError("Some rows could not be moved: run it again, then look at the log.")

    def _copy_ring(self) -> None:
        """To its second place, if it has one: the copies that are there are wrapped under the old root key."""
        try:
            backups.copy_ring(now=datetime.now(UTC))
        except backups.BackupFailed as failure:
            self.stderr.write(str(failure))

    def _rotate_root(self, with_passphrase: bool) -> int:
        if with_passphrase and not crypto.stands_in_memory():
            raise CommandError(ON_DISK)
        passphrase = new_passphrase() if with_passphrase else None
        try:
            return crypto.rotate_root(passphrase)
        except OSError as error:
            raise CommandError(
                f"The root key's folder or the ring's cannot be written ({type(error).__name__}): the site has the "
                "root key that it had, or the new one whole."
            ) from None
