"""The root key's file: for its owner alone, in memory where it is said to be, and under a passphrase that costs."""

import json
import os
from base64 import b64decode
from pathlib import Path

import pytest

from jasmine import crypto
from jasmine.crypto import rootkey
from tests.crypto.conftest import write_root_key
from tests.crypto.test_keyring import rewrite
from tests.crypto.test_rotation import CHEAP, PASSPHRASE

ROOT, OTHER = bytes(range(32)), bytes(range(32, 64))
IN_BASE64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "root.key"


class TestTheFile:
    def test_its_folder_is_made_for_its_owner_alone(self, tmp_path):
        file = tmp_path / "of" / "jasmine" / "root.key"
        rootkey.write(file, ROOT)
        assert rootkey.read(file) == ROOT
        assert file.parent.stat().st_mode & 0o777 == 0o700

    def test_a_folder_that_is_there_stays_as_it_is(self, file):
        file.parent.chmod(0o750)
        rootkey.write(file, ROOT)
        assert file.parent.stat().st_mode & 0o777 == 0o750

    @pytest.mark.parametrize("text", [IN_BASE64, f"{IN_BASE64}\n", f" \t{IN_BASE64}\r\n"])
    def test_the_white_space_of_a_copy_does_no_harm(self, file, text):
        write_root_key(file, text)
        assert rootkey.read(file) == ROOT

    @pytest.mark.parametrize("sign", ["-", " ", "\n", "_"])
    def test_a_sign_that_base64_does_not_have_is_damage(self, file, sign):
        write_root_key(file, IN_BASE64[:7] + sign + IN_BASE64[7:])
        with pytest.raises(crypto.RingDamaged):
            rootkey.read(file)

    def test_a_new_one_is_32_bytes_of_chance(self):
        made = {rootkey.new() for _ in range(50)}
        assert len(made) == 50
        assert {len(root) for root in made} == {32}


class TestTwoOfThem:
    """While the root key is changed: the second stands under ".next"."""

    def test_one_that_took_its_place_while_we_looked_is_found_there(self, file, monkeypatch):
        coming = rootkey.next_of(file)
        rootkey.write(coming, ROOT)
        real = rootkey.read

        def read(path: Path) -> bytes:
            if coming.exists():
                os.replace(coming, file)  # another process, at this very moment
            return real(path)

        monkeypatch.setattr(rootkey, "read", read)
        assert rootkey.named(file, rootkey.fingerprint(ROOT)) == ROOT

    def test_the_one_that_the_ring_names_takes_its_place(self, file):
        rootkey.write(file, OTHER)
        rootkey.write(rootkey.next_of(file), ROOT)
        self.settle(file, rootkey.fingerprint(ROOT))
        assert rootkey.read(file) == ROOT
        assert list(file.parent.iterdir()) == [file]

    def test_one_that_the_ring_does_not_name_goes(self, file):
        rootkey.write(file, OTHER)
        rootkey.write(rootkey.next_of(file), ROOT)
        self.settle(file, rootkey.fingerprint(OTHER))
        assert rootkey.read(file) == OTHER
        assert list(file.parent.iterdir()) == [file]

    def test_where_the_ring_names_none_a_file_without_a_name_goes_too(self, file):
        rootkey.write(file, OTHER)
        rootkey.next_of(file).write_text("torn")
        rootkey.settle(file, None, name_of=rootkey.locked_name)
        assert rootkey.read(file) == OTHER
        assert list(file.parent.iterdir()) == [file]

    def test_what_somebody_else_has_tidied_up_already_is_no_fault(self, file, monkeypatch):
        monkeypatch.setattr(Path, "glob", lambda _folder, _names: [file.with_name("root.key.next.1.ab.tmp")])
        self.settle(file, None)

    def settle(self, file: Path, name: str | None) -> None:
        rootkey.settle(file, name, name_of=lambda path: rootkey.fingerprint(rootkey.read(path)))


class TestUnderAPassphrase:
    @pytest.fixture
    def locked(self, tmp_path, monkeypatch) -> Path:
        monkeypatch.setattr(rootkey, "ARGON2", CHEAP)
        rootkey.write_locked(tmp_path / "root.locked", ROOT, PASSPHRASE)
        return tmp_path / "root.locked"

    @pytest.mark.parametrize("layout", [0, 2, "1", None])
    def test_another_layout_is_not_tried(self, locked, layout):
        rewrite(locked, lambda said: said.update(layout=layout))
        with pytest.raises(crypto.RingDamaged):
            rootkey.unlocked(locked, PASSPHRASE)

    @pytest.mark.parametrize("cost", CHEAP)
    def test_costs_up_to_the_limit_are_paid_and_no_more(self, locked, monkeypatch, cost):
        monkeypatch.setattr(rootkey, "MOST_ARGON2", CHEAP)
        assert rootkey.unlocked(locked, PASSPHRASE) == ROOT
        rewrite(locked, lambda said: said["argon2id"].update({cost: CHEAP[cost] + 1}))
        with pytest.raises(crypto.RingDamaged):
            rootkey.unlocked(locked, PASSPHRASE)

    def test_the_limit_is_a_gibibyte_sixteen_lanes_and_64_turns(self):
        assert rootkey.MOST_ARGON2 == {"iterations": 64, "memory_cost": 1024 * 1024, "lanes": 16}
        assert all(rootkey.ARGON2[cost] <= most for cost, most in rootkey.MOST_ARGON2.items())

    @pytest.mark.parametrize("what", ["salt", "wrapped"])
    @pytest.mark.parametrize("sign", ["-", "\n"])
    def test_a_sign_that_base64_does_not_have_is_damage(self, locked, what, sign):
        rewrite(locked, lambda said: said.update({what: said[what][:4] + sign + said[what][4:]}))
        with pytest.raises(crypto.RingDamaged):
            rootkey.unlocked(locked, PASSPHRASE)

    @pytest.mark.parametrize("passphrase", ["", "\ud800 half a sign", "é" * 500])
    def test_any_text_is_a_passphrase(self, tmp_path, locked, passphrase):
        rootkey.write_locked(locked, ROOT, passphrase)
        assert rootkey.unlocked(locked, passphrase) == ROOT
        with pytest.raises(crypto.WrongPassphrase):
            rootkey.unlocked(locked, passphrase + " ")

    def test_two_ways_to_write_one_letter_are_one_passphrase(self, locked):
        rootkey.write_locked(locked, ROOT, "e\u0301te\u0301")
        assert rootkey.unlocked(locked, "\u00e9t\u00e9") == ROOT

    def test_each_has_a_salt_of_its_own(self, locked):
        one = json.loads(locked.read_text())["salt"]
        assert len(b64decode(one)) == 16  # bytes, as RFC 9106 recommends
        rootkey.write_locked(locked, ROOT, PASSPHRASE)
        assert json.loads(locked.read_text())["salt"] != one


class TestMemory:
    """Whether a file is in memory alone, by what this system says of its mounts."""

    @pytest.fixture
    def mounted(self, monkeypatch):
        """Say what is mounted: source, place and kind in each line."""

        def say(*lines: bytes) -> None:
            table = b"".join(line + b" rw,nosuid 0 0\n" for line in lines)
            monkeypatch.setattr(Path, "read_bytes", lambda path: table)

        return say

    def test_the_innermost_mount_decides(self, mounted, tmp_path):
        mounted(
            b"zpool / zfs",
            b"/dev/sda1 %s ext4" % os.fsencode(tmp_path),
            b"none %s/keys tmpfs" % os.fsencode(tmp_path),
            b"/dev/sdb1 %s/keys/disk ext4" % os.fsencode(tmp_path),
        )
        assert rootkey.stands_in_memory(tmp_path / "keys/root.key")
        assert rootkey.stands_in_memory(tmp_path / "keys/a/root.key")
        assert not rootkey.stands_in_memory(tmp_path / "keys/disk/root.key")
        assert not rootkey.stands_in_memory(tmp_path / "keys-of-others/root.key")

    def test_the_order_of_the_lines_does_not(self, mounted):
        mounted(b"none /keys tmpfs", b"zpool / zfs", b"/dev/sda1 /keys/disk ext4", b"none /k tmpfs")
        assert rootkey.stands_in_memory(Path("/keys/root.key"))
        assert not rootkey.stands_in_memory(Path("/keys/disk/root.key"))

    def test_of_two_at_one_place_the_later_lies_on_top(self, mounted):
        mounted(b"none /keys tmpfs", b"/dev/sda1 /keys ext4")
        assert not rootkey.stands_in_memory(Path("/keys/root.key"))
        mounted(b"/dev/sda1 /keys ext4", b"none /keys tmpfs")
        assert rootkey.stands_in_memory(Path("/keys/root.key"))

    def test_a_place_may_have_a_space_in_its_name(self, mounted):
        mounted(b"/dev/sda1 / ext4", b"none /our\\040own\\040keys ramfs")
        assert rootkey.stands_in_memory(Path("/our own keys/root.key"))

    def test_and_any_bytes(self, mounted):
        mounted(b"/dev/sda1 / ext4", b"/dev/sdb1 /media/cl\xe9\x0c\x85\xa0 vfat", b"none /keys tmpfs")
        assert rootkey.stands_in_memory(Path("/keys/root.key"))
        assert not rootkey.stands_in_memory(Path("/media/root.key"))

    @pytest.mark.parametrize("name", ["nos\u00a0clés", "our\u2028keys", "our\u3000keys", "our\x0ckeys"])
    def test_and_spaces_that_the_system_does_not_take_for_one(self, mounted, name):
        mounted(b"/dev/sda1 / ext4", b"none /%s tmpfs" % name.encode())
        assert rootkey.stands_in_memory(Path("/", name, "root.key"))

    def test_one_file_may_be_a_mount(self, mounted):
        mounted(b"/dev/sda1 / ext4", b"none /run/secrets/root.key tmpfs")
        assert rootkey.stands_in_memory(Path("/run/secrets/root.key"))
        assert not rootkey.stands_in_memory(Path("/run/secrets/root.key.next"))

    def test_a_link_in_memory_that_leads_to_a_disk_is_a_disk(self, mounted, tmp_path):
        (tmp_path / "memory").mkdir()
        (tmp_path / "disk").mkdir()
        (tmp_path / "memory" / "link").symlink_to(tmp_path / "disk")
        mounted(b"/dev/sda1 / ext4", b"none %s/memory tmpfs" % os.fsencode(tmp_path))
        assert rootkey.stands_in_memory(tmp_path / "memory/root.key")
        assert not rootkey.stands_in_memory(tmp_path / "memory/link/root.key")

    def test_what_nothing_is_known_of_is_a_disk(self, mounted):
        mounted()
        assert not rootkey.stands_in_memory(Path("/keys/root.key"))

    def test_where_the_system_does_not_tell_it_is_a_disk(self, monkeypatch):
        def refuse(path: Path) -> bytes:
            raise PermissionError(path)

        monkeypatch.setattr(Path, "read_bytes", refuse)
        assert not rootkey.stands_in_memory(Path("/keys/root.key"))

    @pytest.mark.parametrize("kind", [b"tmpfs", b"ext4"])
    def test_the_file_that_the_site_uses_is_the_one_that_is_looked_at(self, mounted, settings, kind):
        settings.ROOT_KEY_FILE = "/keys/root.key"
        mounted(b"/dev/sda1 / ext4", b"none /keys " + kind)
        assert crypto.stands_in_memory() is (kind == b"tmpfs")
