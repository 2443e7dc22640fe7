"""What stays in the folder of a real browser after signing in, checking and reporting: nothing of it."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.models import Report
from tests.makers import PHONE, a_report
from tests.pages.conftest import LAUNCH
from tests.pages.conftest import PHONE as A_PHONE
from tests.pages.steps import check, file_report, press, sign_in
from tests.people import PASSPHRASE, an_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PSEUDONYM = "Grebe of the Marais"
NAME = "Théodule Grandchamp"
STORY = "He kept a grey parrot in the hall."
SECRETS = [
    PSEUDONYM,
    PASSPHRASE,
    "0639981234",
    PHONE,
    "+33639981234",
    "639981234",
    NAME,
    "Grandchamp",
    STORY,
    "grey parrot",
]


def test_nothing_of_a_visit_is_left_in_the_browsers_folder(playwright, live_server, profile, script, plover):
    an_account(PSEUDONYM)
    a_report(plover)
    with playwright.chromium.launch_persistent_context(
        profile, **LAUNCH, **A_PHONE, base_url=live_server.url, java_script_enabled=script
    ) as context:
        visit(context.pages[0])
    assert not {secret: found for secret in SECRETS if (found := traces(profile, secret))}


def test_a_form_that_puts_what_was_typed_into_the_address_is_found_out(playwright, elsewhere, profile):
    with playwright.chromium.launch_persistent_context(profile, **LAUNCH) as context:
        page = context.pages[0]
        page.goto(elsewhere.url)
        page.fill("[name=q]", "0639981234")
        with page.expect_navigation():
            page.click("button")
    assert traces(profile, "0639981234")


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("written", ["plain", "lower", "utf-16", "base64", "hex"])
def test_the_search_finds_every_way_of_writing(tmp_path, written, shift):
    secret = "He kept Parrots"
    bytes_of = {
        "plain": secret.encode(),
        "lower": secret.lower().encode(),
        "utf-16": secret.encode("utf-16-le"),
        "base64": b64encode(b"x" * shift + secret.encode() + b"yy"),
        "hex": secret.encode().hex().upper().encode(),
    }
    (tmp_path / "planted").write_bytes(b"\0" * shift + bytes_of[written] + b"\0")
    assert traces(tmp_path, secret) == ["planted"]


def visit(page) -> None:
    sign_in(page, PSEUDONYM)
    check(page, PHONE).wait_for()
    page.fill("[name=q]", "+33639981234")
    press(page, "main form button")
    report = file_report(page, PHONE, NAME)
    page.goto(f"/reports/{report}/correct/")
    page.fill("[name=story]", STORY)
    press(page, "main form button")
    assert Report.objects.get(pk=report).story == STORY
    page.goto("/reports/mine/")


def traces(folder: Path, secret: str) -> list[str]:
    """The files under `folder` in which `secret` stands, in whatever way it is written."""
    ways = set(written_ways(secret)) | set(written_ways(secret.lower()))
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return [str(path.relative_to(folder)) for path in files if stands_in(path.read_bytes(), ways)]


def stands_in(content: bytes, ways: set[bytes]) -> bool:
    return any(way in content for way in ways)


def written_ways(secret: str) -> Iterator[bytes]:
    plain = secret.encode()
    yield plain
    yield secret.encode("utf-16-le")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    for shift, skipped in enumerate((0, 2, 3)):
        # Its first and last letters depend on what stands beside it in the file: those are left out.
        letters = b64encode(b"\0" * shift + plain).rstrip(b"=")
        yield letters[skipped : None if (shift + len(plain)) % 3 == 0 else -1]
