"""One alone attacks what takes two people, of a site that runs."""

import re

import pytest

from tests.attacks.running import Browser, Site
from tests.attacks.test_letting_in import AT_ONCE, at_once, copies
from tests.attacks.test_sign_in import signed_in, somebody

ROLES = "/organisation/roles/"


def moderator(site: Site) -> Browser:
    return signed_in(site, somebody(site, role="moderator"))


def ask_for_role(browser: Browser, pseudonym: str, **more: str) -> str:
    """Ask that she becomes an outreach worker. Gives the path at which that is answered."""
    browser.post(ROLES, pseudonym=pseudonym, role="outreach", group="night-van", act="give", **more)
    rows = re.findall(
        r'data-decision="([\w-]+)">\s*<h3>[^<]*<bdi>([^<]*)</bdi>', browser.get("/moderation/").text
    )
    (found,) = [pk for pk, told in rows if told.startswith(f"{pseudonym} ")]
    return f"/decisions/{found}/"


def role_of(site: Site, pseudonym: str) -> str:
    return site.inside("role_of", pseudonym=pseudonym)[0]


class TestTwoPeople:
    def test_who_asked_agrees_from_many_windows_at_once_and_nothing_is_done(self, site):
        about, asker = somebody(site), moderator(site)
        path = ask_for_role(asker, about)
        at_once(lambda copy: copy.post(path, act="agree"), copies(asker, AT_ONCE))
        assert role_of(site, about) == "member"
        assert site.inside("acts_about", pseudonym=about) == ["asked"]

    def test_agreed_by_two_many_times_at_once_it_is_done_once(self, site):
        about, asker = somebody(site), moderator(site)
        path = ask_for_role(asker, about)
        seconds = [*copies(moderator(site), AT_ONCE // 2), *copies(moderator(site), AT_ONCE // 2)]
        at_once(lambda copy: copy.post(path, act="agree"), seconds)
        assert role_of(site, about) == "outreach"
        assert site.inside("acts_about", pseudonym=about) == ["asked", "agreed"]

    def test_replayed_after_the_role_was_taken_again_it_gives_nothing(self, site):
        about, asker, second = somebody(site), moderator(site), moderator(site)
        path = ask_for_role(asker, about)
        second.post(path, act="agree")
        site.inside("appoint", pseudonym=about, role="member")
        assert second.post(path, act="agree").status == 404
        assert role_of(site, about) == "member"

    def test_changed_in_between_it_is_not_done(self, site):
        about, asker = somebody(site), moderator(site)
        path = ask_for_role(asker, about)
        site.inside("put", pseudonym=about, standing="paused")
        moderator(site).post(path, act="agree")
        assert role_of(site, about) == "member"

    def test_asked_many_times_at_once_it_waits_once(self, site):
        about, asker = somebody(site), moderator(site)
        fields = {"pseudonym": about, "role": "outreach", "group": "night-van", "act": "give"}
        at_once(lambda copy: copy.post(ROLES, **fields), copies(asker, AT_ONCE))
        assert site.inside("acts_about", pseudonym=about) == ["asked"]

    def test_whom_it_is_about_and_other_members_get_404_as_for_nothing(self, site):
        about, asker = somebody(site), moderator(site)
        path = ask_for_role(asker, about)
        for browser in (signed_in(site, about), signed_in(site, somebody(site)), site.browser()):
            answer = browser.post(path, act="agree")
            nothing = browser.post("/decisions/00000000-0000-4000-8000-000000000000/", act="agree")
            assert (answer.status, answer.body) == (404, nothing.body)
        assert role_of(site, about) == "member"

    @pytest.mark.parametrize(
        "more", [{"agreed_by": "x", "state": "done"}, {"alone_until": "2020-01-01", "by": "x"}]
    )
    def test_more_fields_change_nothing(self, site, more):
        about, asker = somebody(site), moderator(site)
        path = ask_for_role(asker, about, **more)
        asker.post(path, act="agree", **more)
        assert role_of(site, about) == "member"

    def test_who_was_demoted_in_an_open_session_agrees_to_nothing(self, site):
        about, asker = somebody(site), moderator(site)
        path, name = ask_for_role(asker, about), somebody(site, role="moderator")
        second = signed_in(site, name)
        site.inside("appoint", pseudonym=name, role="member")
        assert second.post(path, act="agree").status in (303, 404)
        assert role_of(site, about) == "member"
