import pytest

from alerts.spelling import Identifier, canonicals, forms, match, readings


def mail(value: str) -> Identifier:
    return Identifier("email", value)


@pytest.mark.parametrize(
    "typed",
    [
        "j.x@example.org",
        " J.X@Example.ORG ",
        "mailto:j.x@example.org?subject=rdv",
        "j.x@example.org.",
        "j.x+rdv@example.org",
        "j.x (at) example.org",
        "j.x [arobase] example [point] org",
        "j.x at example.org",
        "j.x @ example.org",
        "Jean <j.x@example.org>",
        "j.x@example.org (à vérifier)",
        "ｊ.ｘ＠example.org",
        "j.x\u200b@example.org",
    ],
)
def test_any_spelling_of_an_address_gives_the_address(typed: str) -> None:
    assert canonicals(mail(typed), default_country="FR") == ("j.x@example.org",)
    assert readings(typed, default_country="FR")[0].canonical == "j.x@example.org"


@pytest.mark.parametrize("typed", ["a@b", "jean", "@", "j@x.", "a@1.2.3.4", "à vérifier", "j@-x.org"])
def test_what_is_no_address_has_no_canonical(typed: str) -> None:
    assert canonicals(mail(typed), default_country="FR") == ()


@pytest.mark.parametrize("typed", ["jx@example.org", "j.y@example.org", "j.x@example.net", "j.x@example.or"])
def test_another_address_does_not_match(typed: str) -> None:
    kept = mail("j.x+a@example.org")
    assert not any(match(one, kept, default_country="FR") for one in readings(typed, default_country="FR"))


def test_addresses_that_real_people_have_against_the_rules_are_kept() -> None:
    assert canonicals(mail("jean..dup.@example.org"), default_country="FR") == ("jean..dup.@example.org",)


def test_a_domain_in_any_alphabet_has_one_form() -> None:
    assert forms(mail("j@münchen.example"), default_country="FR") == {("email", "j@xn--mnchen-3ya.example")}
    assert canonicals(mail("j@XN--MNCHEN-3YA.example"), default_country="FR") == ("j@xn--mnchen-3ya.example",)


def test_an_address_and_a_number_in_one_text_are_both_read() -> None:
    read = readings("j.x@example.org / 06 39 98 41 72", default_country="FR")
    assert [reading.canonical for reading in read] == ["j.x@example.org", "+33639984172"]


def test_an_address_in_the_box_for_accounts_is_an_address() -> None:
    kept = Identifier("handle", "skype: J.X@example.org")
    assert forms(kept, default_country="FR") == {("email", "j.x@example.org")}


@pytest.mark.parametrize(
    "typed",
    [
        *(
            f"j.x@example.org{stuck}"
            for stuck in ("ßAB-123-CE", "ẞ-x", "é-Zoé", "-Zoé", "谢谢", "=zoe", "İ-x", "ß")
        ),
        *(f"{stuck}j.x@example.org" for stuck in ("我叫李明ß", "李明ẞ", "邮箱", "mail=")),
    ],
)
def test_what_is_stuck_to_an_address_leaves_it_its_own_canonical(typed: str) -> None:
    (kept,) = canonicals(mail(typed), default_country="FR")
    assert canonicals(mail(kept), default_country="FR") == (kept,)
