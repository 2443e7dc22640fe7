"""What every answer carries, whatever it answers; and that a form is answered by 303."""

import gzip
import re
from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as some

from jasmine.middleware import FixedSizes
from jasmine.views import known_path
from tests.makers import PHONE, a_report
from tests.people import PASSPHRASE, sign_in

pytestmark = pytest.mark.django_db

SELF = ["'self'"]
POLICY = {
    "default-src": ["'none'"],
    "style-src": SELF,
    "script-src": SELF,
    "img-src": ["'self'", "data:"],
    "font-src": SELF,
    "connect-src": SELF,
    "manifest-src": SELF,
    "form-action": SELF,
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "require-trusted-types-for": ["'script'"],
}
MAY_ITSELF = {"publickey-credentials-get", "publickey-credentials-create", "clipboard-write"}
MAY_NOBODY = {
    "camera",
    "microphone",
    "geolocation",
    "usb",
    "payment",
    "display-capture",
    "clipboard-read",
}
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def member(heron) -> Client:
    browser = Client(raise_request_exception=False)
    browser.post("/sign-in/", {"pseudonym": "Heron", "passphrase": PASSPHRASE})
    return browser


def every_path() -> list[str]:
    """Every path of the site, with an id of nothing where there is one."""
    all_of_them = [
        one for here in get_resolver().url_patterns for one in getattr(here, "url_patterns", [here])
    ]
    return ["/" + re.sub("<[^>]+>", str(uuid4()), str(one.pattern)) for one in all_of_them]


def failing(error: Exception):
    def view(*_args, **_more):
        raise error

    return view


def crash(browser: Client, monkeypatch, error: Exception) -> HttpResponse:
    monkeypatch.setattr("jasmine.views.Site.is_practice", failing(error))
    return browser.get("/")


def csrf_failure() -> HttpResponse:
    return Client(enforce_csrf_checks=True).post("/sign-in/", {"pseudonym": "Heron"})


ANSWERS = {  # name: status, who asks, how
    "the door": (200, "stranger", lambda b, m: b.get("/")),
    "a page of members": (200, "member", lambda b, m: b.get("/check/")),
    "what we keep": (200, "stranger", lambda b, m: b.get("/what-we-keep/")),
    "health": (200, "stranger", lambda b, m: b.get("/healthz")),
    "HEAD": (200, "stranger", lambda b, m: b.head("/")),
    "a redirect": (302, "stranger", lambda b, m: b.get("/check/")),
    "a missing last slash": (301, "stranger", lambda b, m: b.get("/check")),
    "a form": (303, "member", lambda b, m: b.post("/check/", {"q": PHONE})),
    "exit": (303, "member", lambda b, m: b.get("/exit/")),
    "an old page": (303, "stranger", lambda b, m: csrf_failure()),
    "a broken form": (
        303,
        "stranger",
        lambda b, m: b.post("/sign-in/", "x" * 70_000, content_type=URLENCODED),
    ),
    "an unknown host": (400, "stranger", lambda b, m: b.get("/", headers={"host": "elsewhere.example"})),
    "forbidden": (404, "stranger", lambda b, m: crash(b, m, PermissionDenied())),
    "no such page": (404, "stranger", lambda b, m: b.get("/admin/")),
    "no such report": (404, "member", lambda b, m: b.get("/reports/00112233-4455-4677-8899-aabbccddeeff/")),
    "no such method": (405, "stranger", lambda b, m: b.put("/")),
    "TRACE": (405, "stranger", lambda b, m: b.trace("/")),
    "OPTIONS": (405, "stranger", lambda b, m: b.options("/")),
    "a crash": (500, "stranger", lambda b, m: crash(b, m, ValueError(PHONE))),
    "the style sheet": (200, "stranger", lambda b, m: b.get("/static/jasmine.css")),
    "no such file": (404, "stranger", lambda b, m: b.get("/static/nothing.css")),
}
CACHED = {"the style sheet"}


@pytest.fixture(params=ANSWERS)
def answer(request, monkeypatch) -> Iterator[HttpResponse]:
    status, who, ask = ANSWERS[request.param]
    answer = ask(request.getfixturevalue(who), monkeypatch)
    assert answer.status_code == status
    answer.name = request.param
    yield answer
    answer.close()


class TestHeaders:
    """One test a header, on every answer."""

    def test_content_security_policy(self, answer):
        directives = [one.split() for one in answer["Content-Security-Policy"].split(";")]
        assert {name: sources for name, *sources in directives} == POLICY
        assert len(directives) == len(POLICY)

    def test_permissions_policy(self, answer):
        said = dict(one.strip().split("=") for one in answer["Permissions-Policy"].split(","))
        assert {name for name, who in said.items() if who == "(self)"} == MAY_ITSELF
        assert {name for name, who in said.items() if who == "()"} == set(said) - MAY_ITSELF
        assert said.keys() >= MAY_NOBODY

    def test_nosniff(self, answer):
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_opener_and_resource_policy(self, answer):
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_referrer_policy(self, answer):
        # The exit alone says more: the neutral site is told nothing.
        assert answer["Referrer-Policy"] == ("no-referrer" if answer.name == "exit" else "same-origin")

    def test_no_page_is_kept_by_the_browser(self, answer):
        if answer.name in CACHED:
            assert "no-store" not in answer["Cache-Control"]
        else:
            assert answer["Cache-Control"] == "no-store"

    def test_nobody_is_told_what_serves_it(self, answer):
        assert not {"Server", "X-Powered-By", "Via", "Last-Modified"} & {*answer.headers} - (
            {"Last-Modified"} if answer.name in CACHED else set()
        )


class TestErrors:
    def test_an_error_page_has_no_word_of_what_was_typed(self, stranger, monkeypatch):
        content = crash(stranger, monkeypatch, ValueError(PHONE)).content.decode()
        assert PHONE not in content
        assert "ValueError" not in content

    def test_an_error_page_has_the_emergency_numbers(self, stranger, monkeypatch):
        for page in (stranger.get("/nothing/"), crash(stranger, monkeypatch, ValueError())):
            assert 'href="tel:112"' in page.content.decode()

    def test_unknown_and_forbidden_are_the_same_bytes(self, member, plover):
        waiting = a_report(plover, alert="when_i_say")
        forbidden = member.get(f"/reports/{waiting.pk}/")
        unknown = member.get("/reports/00112233-4455-4677-8899-aabbccddeeff/")
        assert forbidden.status_code == unknown.status_code == 404
        assert forbidden.content == unknown.content
        assert {*forbidden.items()} == {*unknown.items()}

    @pytest.mark.parametrize("below", ["", "correct/", "withdraw/"])
    @pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
    def test_a_stranger_learns_of_no_report_by_any_method(self, stranger, heron, below, method):
        there = getattr(stranger, method)(f"/reports/{a_report(heron).pk}/{below}")
        nowhere = getattr(stranger, method)(f"/reports/00112233-4455-4677-8899-aabbccddeeff/{below}")
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content


class TestSeeOther:
    @pytest.mark.parametrize(
        ("who", "path", "typed"),
        [
            ("stranger", "/sign-in/", {"pseudonym": "Heron", "passphrase": PASSPHRASE}),
            ("stranger", "/sign-in/", {"pseudonym": "Heron", "passphrase": "wrong"}),
            ("stranger", "/sign-in/", {"pseudonym": "nobody", "passphrase": "wrong"}),
            ("stranger", "/sign-in/", {}),
            ("stranger", "/sign-in", {}),
            ("stranger", "/sign-out/", {}),
            ("stranger", "/language/", {"language": "fr", "next": "/"}),
            ("stranger", "/language/", {}),
            ("stranger", "/check/", {"q": PHONE}),
            ("stranger", "/reports/new/", {"step": "what"}),
            ("member", "/sign-in/", {"pseudonym": "Heron", "passphrase": "wrong"}),
            ("member", "/check/", {"q": PHONE}),
            ("member", "/check/", {"q": ""}),
            ("member", "/check/", {}),
            ("member", "/check", {"q": PHONE}),
            ("member", "/reports/new/", {}),
            ("member", "/reports/new/", {"step": "what", "go": "next"}),
            ("member", "/reports/new/", {"step": "what", "go": "next", "incidents": "rape"}),
            ("member", "/reports/new/", {"step": "who", "go": "back"}),
            ("member", "/reports/new/", {"step": "where", "go": "send", "area": "nowhere"}),
            ("member", "/reports/new/", {"step": "where", "go": "away"}),
            ("member", "/reports/new/", {"step": "what", "incidents": "x" * 20_000}),
            ("member", "/reports/new/", {"step": "nothing", "go": "nothing"}),
            ("member", "/sign-out/", {}),
        ],
    )
    def test_every_form_is_answered_by_303(self, request, who, path, typed):
        answer = request.getfixturevalue(who).post(path, typed)
        assert answer.status_code == 303
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith("//")
        assert answer.content == b""
        assert PHONE not in answer["Location"]

    @pytest.mark.parametrize("below", ["correct/", "withdraw/"])
    def test_forms_about_a_report(self, member, heron, below):
        assert member.post(f"/reports/{a_report(heron).pk}/{below}", {"story": "x" * 3000}).status_code == 303

    @pytest.mark.parametrize("path", ["/sign-in/", "/language/", "/check/", "/reports/new/", "/sign-out/"])
    def test_a_form_without_its_token_is_answered_by_303_and_does_nothing(self, heron, path):
        browser = Client(enforce_csrf_checks=True)
        answer = browser.post(path, {"pseudonym": "Heron", "passphrase": PASSPHRASE, "language": "fr"})
        assert answer.status_code == 303
        assert answer["Location"] == ("/" if path in ("/language/", "/sign-out/") else path)
        assert "language" not in browser.cookies
        assert browser.get("/reports/mine/").status_code == 302

    def test_nobody_is_led_to_an_address_that_only_takes_forms(self, robin):
        browser = Client()
        sign_in(browser, robin)
        for path in every_path():
            assert browser.get(known_path(path)).status_code != 405, path

    def test_a_page_that_is_only_looked_at_is_no_303(self, stranger):
        assert stranger.get("/check/").status_code == 302


class TestLanguage:
    def test_it_is_a_cookie_that_outlives_the_session(self, member):
        member.post("/language/", {"language": "fr", "next": "/check/"})
        cookie = member.cookies["language"]
        assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("fr", True, "Lax")
        assert cookie["max-age"] == 365 * 24 * 3600
        assert 'lang="fr"' in member.get("/check/").content.decode()

    @pytest.mark.parametrize("language", ["", "xx", "FR", "fr; path=/", "fr\r\nSet-Cookie: a=b", "../fr"])
    def test_an_unknown_one_changes_nothing(self, stranger, language):
        assert stranger.post("/language/", {"language": language}).status_code == 303
        assert "language" not in stranger.cookies

    @pytest.mark.parametrize("path", ["/", "/check/", "/what-we-keep/", "/reports/new/", "/sign-in/"])
    def test_it_leads_back_to_a_page_of_this_site(self, stranger, path):
        assert stranger.post("/language/", {"language": "fr", "next": path})["Location"] == path

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://elsewhere.example/",
            "//elsewhere.example",
            "//elsewhere.example/check/",
            "///elsewhere.example",
            "/\\elsewhere.example",
            "\\\\elsewhere.example",
            "/\t/elsewhere.example",
            "/%2f/elsewhere.example",
            "/\n/[",
            "/\t/[::1",
            "/nothing/",
            "check/",
            " /check/",
            "http:/check/",
            "/check/\r\nX: y",
            "javascript:alert(1)",
            "",
        ],
    )
    def test_and_never_elsewhere(self, stranger, elsewhere):
        answer = stranger.post("/language/", {"language": "fr", "next": elsewhere})
        assert answer.status_code == 303
        assert answer["Location"] == "/"

    @given(some.text())
    def test_nor_for_anything_else_that_is_typed(self, next_path):
        answer = Client().post("/language/", {"next": next_path})
        assert answer.status_code == 303
        assert re.fullmatch(r"/([\w-]+/?)*", answer["Location"])

    def test_what_was_asked_is_not_carried_along(self, stranger):
        assert (
            stranger.post("/language/", {"language": "fr", "next": "/check/?q=0639#x"})["Location"]
            == "/check/"
        )


class TestExit:
    def test_it_leads_to_the_neutral_site_and_empties_what_is_stored(self, member, settings):
        answer = member.get("/exit/")
        assert answer["Location"] == settings.EXIT_URL
        assert answer["Clear-Site-Data"] == '"storage"'
        assert answer.content == b""

    def test_the_session_is_gone_everywhere(self, member):
        cookie = member.cookies["session"].value
        member.get("/exit/")
        again = Client()
        again.cookies["session"] = cookie
        assert again.get("/reports/mine/").status_code == 302

    def test_her_cookies_go_and_her_language_stays(self, member):
        member.post("/language/", {"language": "fr"})
        member.get("/sign-in/")
        member.get("/exit/")
        assert member.cookies["language"].value == "fr"
        assert member.cookies["session"].value == ""
        assert member.cookies["csrf"].value == ""

    def test_it_works_for_whoever_is_signed_out(self, stranger):
        assert stranger.get("/exit/").status_code == 303


def was_refused(answer) -> bool:
    """Nothing of it was taken, and the browser keeps nothing of it either."""
    return (answer.status_code, answer.get("Location")) == (303, "/not-sent/")


class TestWhatMayComeIn:
    @pytest.mark.parametrize(
        "host", ["elsewhere.example", "localhost.elsewhere.example", "127.0.0.1.example", "", "[::1]", "a\tb"]
    )
    def test_an_unknown_host_is_refused(self, stranger, host):
        assert stranger.get("/", headers={"host": host}).status_code == 400

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "localhost:8000", "LOCALHOST"])
    def test_the_named_hosts_are_served(self, stranger, host):
        assert stranger.get("/", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize("header", ["X-Forwarded-Host", "Forwarded", "X-Original-Host"])
    def test_no_header_names_another_host(self, stranger, header):
        answer = stranger.get("/check", headers={header: "elsewhere.example"})
        assert "elsewhere" not in answer["Location"]

    @pytest.mark.parametrize("content", [b"", b"x", b"x" * 10_000])
    @pytest.mark.parametrize("name", ["q", "photo"])
    def test_a_file_part_is_refused(self, member, content, name):
        photo = SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")
        assert was_refused(member.post("/check/", {name: photo}))

    def test_a_file_part_is_refused_before_the_token_is_looked_at(self):
        browser = Client(enforce_csrf_checks=True)
        browser.get("/sign-in/")
        assert was_refused(browser.post("/sign-in/", {"q": SimpleUploadedFile("photo.jpg", b"x")}))

    @pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True), (1_000_000, True)])
    def test_more_than_64_kib_of_a_form_are_refused(self, stranger, more, refused):
        body = "pseudonym=" + "x" * (64 * 1024 - 10 + more)
        assert was_refused(stranger.post("/sign-in/", body, content_type=URLENCODED)) is refused

    @pytest.mark.parametrize(("long", "refused"), [(60_000, False), (66_000, True)])
    def test_nor_in_parts(self, stranger, long, refused):
        assert was_refused(stranger.post("/sign-in/", {"pseudonym": "x" * long})) is refused

    @pytest.mark.parametrize(("many", "refused"), [(300, False), (301, True), (10_000, True)])
    def test_more_than_300_fields_are_refused(self, stranger, many, refused):
        body = "&".join(["a=1"] * many)
        assert was_refused(stranger.post("/sign-in/", body, content_type=URLENCODED)) is refused

    @pytest.mark.parametrize(
        "charset", ["utf-7", "utf-16", "unicode_escape", "raw_unicode_escape", "idna", "undefined", "rot13"]
    )
    @pytest.mark.parametrize("kind", [URLENCODED, "multipart/form-data; boundary=X"])
    def test_a_form_that_is_not_utf_8_is_refused(self, member, charset, kind):
        body = b'--X\r\nContent-Disposition: form-data; name="q"\r\n\r\n\\ud800\r\n--X--\r\n'
        assert was_refused(member.generic("POST", "/check/", body, content_type=f"{kind}; charset={charset}"))

    @pytest.mark.parametrize(
        "path",
        ["/check/%00", "/%ff", "/" + quote("好") * 200, "/..%2f..%2fetc/passwd", "/check//", "/CHECK/"],
    )
    def test_an_odd_address_is_no_page(self, stranger, path):
        assert stranger.get(path).status_code == 404


class TestFixedSizes:
    """The answer of a check tells nothing by its size."""

    @staticmethod
    def filled(content: bytes, *, packed: bool) -> HttpResponse:
        def get_response(_request):
            response = HttpResponse(gzip.compress(content) if packed else content)
            if packed:
                response.headers["Content-Encoding"] = "gzip"
            response.fixed_size = True
            return response

        return FixedSizes(get_response)(RequestFactory().get("/"))

    @given(some.binary(max_size=9000))
    def test_any_packed_answer_fills_its_last_4_kib_and_says_the_same(self, content):
        answer = self.filled(content, packed=True)
        assert len(answer.content) % 4096 == 0
        assert answer["Content-Length"] == str(len(answer.content))
        assert gzip.decompress(answer.content) == content

    @given(some.binary(max_size=9000))
    def test_any_plain_answer_too(self, content):
        answer = self.filled(content, packed=False)
        assert len(answer.content) % 4096 == 0
        assert answer.content.startswith(content + b"<!--")
        assert answer.content.endswith(b"-->")

    @pytest.mark.parametrize("coding", ["gzip", "", "gzip, deflate, br"])
    def test_found_and_not_found_are_alike_in_size_class(self, member, plover, coding):
        a_report(plover)
        for typed in (PHONE, "06 39 98 99 99", "…", ""):
            member.post("/check/", {"q": typed})
            answer = member.get("/check/", headers={"accept-encoding": coding})
            assert len(answer.content) % 4096 == 0
            page = (
                gzip.decompress(answer.content)
                if answer.get("Content-Encoding") == "gzip"
                else answer.content
            )
            assert b"</html>" in page

    def test_a_name_in_the_packed_file_is_kept(self):
        packed = gzip.compress(b"page")
        named = packed[:3] + b"\x08" + packed[4:10] + b"name\0" + packed[10:]
        response = HttpResponse(named, headers={"Content-Encoding": "gzip"})
        response.fixed_size = True
        answer = FixedSizes(lambda _request: response)(RequestFactory().get("/"))
        assert len(answer.content) % 4096 == 0
        assert gzip.decompress(answer.content) == b"page"

    def test_other_pages_are_left_as_they_are(self, stranger):
        assert len(stranger.get("/sign-in/").content) % 4096
