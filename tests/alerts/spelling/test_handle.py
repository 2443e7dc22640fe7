import pytest

from alerts.spelling import Identifier, canonicals, forms, match, readings


def handle(value: str, platform: str = "") -> Identifier:
    return Identifier("handle", value, platform=platform)


@pytest.mark.parametrize(
    "typed",
    [
        "bob_x.7",
        "@Bob_x.7",
        "@ bob_x.7",
        "snap bob_x.7",
        "Instagram : @bob_x.7",
        "compte insta : bob_x.7",
        "телеграм: bob_x.7",
        "微信：bob_x.7",
        "son insta c'est @bob_x.7",
        "bob_x.7 (snap)",
        "bob_x.7🔥",
        "ＢＯＢ_x.7",
        "https://www.instagram.com/Bob_x.7/?hl=fr",
        "instagram.com/bob_x.7?igsh=MzRl==",
        "t.me/bob_x.7",
        "http://telegram.me/bob_x.7",
        "t.me/s/bob_x.7",
        "https://www.snapchat.com/add/bob_x.7?share_id=x1",
        "x.com/bob_x.7/status/12",
        "tiktok.com/@bob_x.7?lang=fr",
        "onlyfans.com/bob_x.7/media",
        "tg://resolve?domain=bob_x.7",
    ],
)
def test_any_spelling_of_an_account_gives_the_account(typed: str) -> None:
    assert canonicals(handle(typed), default_country="FR") == ("bob_x.7",)
    assert "bob_x.7" in [
        one.canonical for one in readings(typed, default_country="FR") if one.kind == "handle"
    ]


@pytest.mark.parametrize("typed", ["bobx7", "bob-x.7", "bob_x7", "bob_x.8", "@bob_x.77"])
def test_dots_dashes_and_underscores_are_significant(typed: str) -> None:
    read = readings(typed, default_country="FR")
    assert not any(match(one, handle("bob_x.7"), default_country="FR") for one in read)


def test_the_platform_does_not_part_two_accounts() -> None:
    (read,) = readings("https://t.me/bob_x", default_country="FR")
    assert match(read, handle("bob_x", "snapchat"), default_country="FR") == "sure"


@pytest.mark.parametrize(
    "kept",
    [
        handle("viber +33639981702"),
        handle("06 39 98 17 02", "whatsapp"),
        handle("639981702", "WhatsApp"),
        handle("signal : 06 39 98 17 02 (le soir)"),
        handle("+33 6 39 98 17 02", "telegram"),
    ],
)
def test_an_account_that_is_a_number_stands_for_the_number(kept: Identifier) -> None:
    assert canonicals(kept, default_country="FR") == ("+33639981702",)


def test_a_number_beside_an_account_is_kept_with_it() -> None:
    kept = handle("@bob_x 06 39 98 17 02")
    assert canonicals(kept, default_country="FR") == ("+33639981702", "bob_x")


def test_digits_that_are_an_accounts_own_number_stay_an_account() -> None:
    assert canonicals(handle("qq: 1234567890"), default_country="FR") == ("1234567890",)


def test_on_an_unknown_site_the_whole_address_counts() -> None:
    kept = handle("https://www.site.example/escort/lola-12/?ref=1")
    assert canonicals(kept, default_country="FR") == ("site.example:escort:lola-12",)
    read = readings("http://site.example/escort/lola-13", default_country="FR")
    assert not any(match(one, kept, default_country="FR") for one in read)


@pytest.mark.parametrize("typed", ["", "@", "____", "a", "🔥", "0000", " . "])
def test_what_says_nothing_has_no_canonical(typed: str) -> None:
    assert canonicals(handle(typed), default_country="FR") == ()


def test_the_forms_of_an_account_are_these() -> None:
    assert forms(handle("@Bob_x / @Bobby-7"), default_country="FR") == {
        ("handle", "bob_x"),
        ("handle", "bobby-7"),
    }
