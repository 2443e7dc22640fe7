"""The folder of everything that is kept, searched as somebody who took it would: nothing of anybody is in it.

A site of its own is set up, filled with the practice community, and used: somebody signs in, checks a number that
nobody reported, and files a report. Then every file is searched for every name, number, text and passphrase, in each
of the ways in which text is commonly written down.
"""

import json
import os
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from alerts import spelling
from alerts.practising import PEOPLE, REPORTS

ROOT = Path(__file__).resolve().parents[1]
FEWEST_BYTES = 5  # what is shorter stands in any large file by chance
COUNTRY = "FR"

SEARCHED_FOR = "06 39 98 77 61"
FILED = {
    "identifier": ["+33 6 39 98 77 62", "zq.tarquin@example.org", "Tarquinvelle"],
    "marks": "anchor on the left wrist",
    "vehicle_make": "Zastava Koral",
}
# One process. The folder is looked at while it runs, with the database's log beside it, and after it has ended.
USED = """
import io, json, os, shutil, sys
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.core.management import call_command
from django.db import connections
from django.test import Client
from jasmine import crypto

crypto.make_ring()
call_command("migrate", verbosity=0, skip_checks=True)
printed = io.StringIO()
call_command("demo", json=True, stdout=printed)
(member, *_others) = json.loads(printed.getvalue())["members"]

client = Client(HTTP_HOST="localhost")
def post(path, **typed):
    answer = client.post(path, typed)
    assert answer.status_code == 303, (path, answer.status_code)
    return answer["Location"]

searched_for, filed = json.loads(sys.argv[1])
assert post("/sign-in/", pseudonym=member["pseudonym"], passphrase=member["passphrase"]) == "/"
post("/check/", q=searched_for)
assert b'data-answer="none"' in client.get("/check/").content
post("/reports/new/", step="what", go="next", incidents=["rape"])
post("/reports/new/", step="who", go="next", **filed)
where = post("/reports/new/", step="where", go="send", area="75")
assert where.startswith("/reports/") and client.get(where).status_code == 200
shutil.copytree(os.environ["JASMINE_VAR"], sys.argv[2])
print(printed.getvalue())
connections.close_all()
"""


@pytest.fixture(scope="module")
def taken(tmp_path_factory) -> tuple[dict[str, Path], list[str]]:
    """The site's folder, while it ran and after; and the passphrases that the practice community was given."""
    var, running = tmp_path_factory.mktemp("var"), tmp_path_factory.mktemp("taken") / "running"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JASMINE_")}
    environment |= {"JASMINE_VAR": str(var), "DJANGO_SETTINGS_MODULE": "jasmine.settings"}
    command = [sys.executable, "-c", USED, json.dumps([SEARCHED_FOR, FILED]), str(running)]
    ran = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    folders = {"after": var, "running": running}
    return folders, [member["passphrase"] for member in json.loads(ran.stdout)["members"]]


def words_of_practice() -> Iterator[str]:
    yield from (person.pseudonym for person in PEOPLE)
    for line in REPORTS.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        yield said["text"]
        yield from said["text"].split("\n")
        yield said["appearance"]["marks"]
        yield (said["vehicle"] or {}).get("make", "")
        for kept in said["identifiers"]:
            yield from spellings(
                kept["kind"], kept["value"], kept.get("platform", ""), kept.get("country", "")
            )


def spellings(kind: str, value: str, platform: str = "", country: str = "") -> Iterator[str]:
    """As typed, and every form under which it is compared or looked for."""
    identifier = spelling.Identifier(kind, value, platform, country)
    yield value
    yield from spelling.canonicals(identifier, default_country=COUNTRY)
    yield from (form for _kind, form in spelling.forms(identifier, default_country=COUNTRY))


def words_of_use() -> Iterator[str]:
    yield from spellings("phone", SEARCHED_FOR)
    for kind, value in zip(("phone", "email", "name"), FILED["identifier"], strict=True):
        yield from spellings(kind, value)
    yield FILED["marks"]
    yield FILED["vehicle_make"]


def written_down(word: str) -> Iterator[bytes]:
    """The ways in which somebody's tool would have written it."""
    for text in {word, word.lower(), word.upper(), json.dumps(word)[1:-1]}:
        plain = text.encode()
        if len(plain) < FEWEST_BYTES:
            continue
        for encoded in (plain, text.encode("utf-16-le"), text.encode("utf-16-be")):
            yield encoded
            yield encoded.hex().encode()
            yield encoded.hex().upper().encode()
            yield from in_base64(encoded)


def in_base64(content: bytes) -> Iterator[bytes]:
    """How it reads inside base64, wherever in it the content begins: without the signs that it shares with others."""
    for before in range(3):
        encoded = b64encode(bytes(before) + content)
        first, last = -(-before * 8 // 6), (before + len(content)) * 8 // 6
        yield encoded[first:last]
        yield encoded[first:last].replace(b"+", b"-").replace(b"/", b"_")


def hits(folder: Path, words: Iterable[str]) -> set[str]:
    """The words that stand in any file of the folder, in any way of writing."""
    by_beginning: dict[bytes, list[tuple[bytes, str]]] = {}
    for word in set(words):
        for written in written_down(word):
            by_beginning.setdefault(written[:FEWEST_BYTES], []).append((written, word))
    content = b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    found = set()
    for at in range(len(content)):
        for written, word in by_beginning.get(content[at : at + FEWEST_BYTES], ()):
            if content.startswith(written, at):
                found.add(word)
    return found


@pytest.mark.parametrize("when", ["after", "running"])
def test_nothing_of_anybody_stands_in_the_folder(taken, when):
    folders, passphrases = taken
    words = {*words_of_practice(), *words_of_use(), *passphrases}
    assert len([word for word in words if len(word.encode()) >= FEWEST_BYTES]) > 200
    assert hits(folders[when], words) == set()


def test_rows_and_keys_were_there_to_be_searched(taken):
    folders, _passphrases = taken
    for folder in folders.values():
        names = {path.name for path in folder.rglob("*") if path.is_file()}
        assert {"jasmine.sqlite3", "ring.json", "root.key", "secret.key"} <= names
        assert hits(
            folder, {"FR-75"}
        )  # an area is plain, for the reason that its ledger gives: so rows are searched
    # What was written last still lies in the log beside the database.
    assert (folders["running"] / "jasmine.sqlite3-wal").stat().st_size > 0


def test_the_names_of_files_say_nothing_either(taken):
    (folder, *_other) = taken[0].values()
    names = " ".join(str(path.relative_to(folder)) for path in folder.rglob("*"))
    words = {word for word in (*words_of_practice(), *words_of_use()) if len(word) >= FEWEST_BYTES}
    assert not [word for word in words if word.lower() in names.lower()]


WRITINGS = {
    "plain": str.encode,
    "lower-case": lambda word: word.lower().encode(),
    "JSON": lambda word: json.dumps(word).encode(),
    "UTF-16, little end first": lambda word: word.encode("utf-16-le"),
    "UTF-16, big end first": lambda word: word.encode("utf-16-be"),
    "hexadecimal": lambda word: word.encode().hex().encode(),
    "UTF-16 in hexadecimal": lambda word: word.encode("utf-16-le").hex().upper().encode(),
    "base64": lambda word: b64encode(word.encode()),
    "base64, one byte on": lambda word: b64encode(b"." + word.encode() + b"."),
    "base64, two bytes on": lambda word: b64encode(b".." + word.encode() + b".."),
    "UTF-16 in base64, one byte on": lambda word: b64encode(b"." + word.encode("utf-16-be")),
    "base64 of addresses": lambda word: urlsafe_b64encode(b".." + word.encode() + b"."),
}


@pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS)
@pytest.mark.parametrize("word", ["Fauvette à Sète", "+33 6 39 98 77 61?>", "老周老"])
def test_a_word_that_is_planted_is_found(tmp_path, writing, word):
    (tmp_path / "notes").write_bytes(os.urandom(500) + writing(word) + os.urandom(500))
    assert hits(tmp_path, {word, "Rossignol"}) == {word}
