"""Known answers for every stored byte.

If one fails, you changed what is on disk: write a migration, do not edit the answer.
"""

import json
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256

import pytest

from accounts.models import pseudonym_token
from alerts.models import Draft, Report, author_forms, ref_forms
from jasmine import crypto
from jasmine.crypto import gone, keyring
from jasmine.ledger import our_models
from jasmine.sessions import DatabaseSessions
from tests.crypto import by_hand, known
from tests.crypto.conftest import write_root_key

pytestmark = pytest.mark.usefixtures("known_ring")

SHORT = list(known.SEALED)
FORMS = list(known.TOKENS)


def stored(name: str) -> bytes:
    return bytes.fromhex(known.SEALED[name])


@pytest.mark.parametrize("name", SHORT)
def test_a_value_is_sealed_to_these_bytes(name, known_nonce):
    label, row, number, content = by_hand.VALUES[name]
    week = dict(by_hand.PAIRS)[number]
    assert crypto.seal(content, label=label, row=row, week=week) == stored(name)


@pytest.mark.parametrize("name", SHORT)
def test_these_bytes_open(name):
    label, row, _number, content = by_hand.VALUES[name]
    assert crypto.unseal(stored(name), label=label, row=row) == content


MORE = [
    (*of, b64decode(value))
    for of, value in zip(by_hand.MORE_VALUES, known.MORE_SEALED.split("\n\n"), strict=True)
]


def test_there_are_enough_of_them():
    assert len({value for *_of, value in MORE}) == len(MORE) >= 60


@pytest.mark.parametrize("of", MORE)
def test_every_content_in_every_column_is_sealed_to_its_bytes_and_they_open(of, known_nonce):
    label, row, number, schema, content, value = of
    week = dict(by_hand.PAIRS)[number]
    assert crypto.seal(content, label=label, row=row, week=week, schema=schema) == value
    assert crypto.unseal(value, label=label, row=row, schema=schema) == content


def test_the_longest_value_is_sealed_to_these_bytes(known_nonce):
    label, row, _number, content = by_hand.VALUES["8,190 bytes, the most"]
    sealed = crypto.seal(content, label=label, row=row, week=by_hand.WEEK + 1)
    assert sha256(sealed).hexdigest() == known.SHA256_OF_THE_LONGEST
    assert crypto.unseal(sealed, label=label, row=row) == content


def test_another_schema_gives_other_bytes(known_nonce):
    label, row, number, content = by_hand.VALUES["weekly"]
    key = by_hand.content_key(number)
    sealed = crypto.seal(content, label=label, row=row, week=by_hand.WEEK, schema=2)
    assert sealed == by_hand.sealed(content, label, row.bytes, number, key, schema=2) != stored("weekly")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_has_these_tokens(form):
    standing, *weekly = known.TOKENS[form]
    assert crypto.blind_tokens([form], weeks=[crypto.STANDING]) == {standing}
    assert crypto.blind_tokens([form], weeks=[by_hand.WEEK, by_hand.WEEK + 1]) == set(weekly)


@pytest.mark.parametrize("form", FORMS)
def test_the_newest_key_of_a_week_writes(form):
    _standing, _older, newest, next_week = known.TOKENS[form]
    assert crypto.blind_tokens([form], weeks=[by_hand.WEEK], writing=True) == {newest}
    assert crypto.blind_tokens([form], weeks=[by_hand.WEEK + 1], writing=True) == {next_week}


def test_the_models_ask_for_these_forms():
    assert author_forms(str(by_hand.ROW)) == [("author", 1, str(by_hand.ROW))]
    assert ref_forms("2024-017") == [("ref", 1, "2024-017")]
    assert pseudonym_token(" HERON ") == known.TOKENS["pseudonym", 1, "heron"][0]


def test_a_draft_stands_under_this_token():
    draft = Draft._new(str(by_hand.ROW), crypto.today())
    assert draft.key_week == by_hand.WEEK + 1
    assert draft.owner == known.TOKENS["draft", 1, str(by_hand.ROW)][3]


def test_the_ring_is_written_as_these_bytes(known_ring, known_nonce):
    pairs = [
        keyring.Pair(number, week, by_hand.content_key(number), by_hand.index_key(number))
        for number, week in by_hand.PAIRS
    ]
    assert keyring._written(keyring._Entries(pairs, 5)).decode() == known.RING == known_ring.read_text()


def test_a_column_of_json_is_stored_in_this_spelling():
    facts = Report._meta.get_field("facts")
    assert facts.encoded({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'.encode()
    assert facts.encoded({}) == b"{}"


def test_a_column_of_text_is_stored_as_utf_8():
    assert Report._meta.get_field("story").encoded("né à 3 h") == "né à 3 h".encode()


def test_the_labels_of_the_columns_are_fixed_for_ever():
    assert {
        f"{model.__name__}.{field.name}": field.label
        for model in our_models()
        for field in model._meta.concrete_fields
        if hasattr(field, "label")
    } == {
        "Account.facts": "account.facts",
        "Account.password": "account.password",
        "Invitation.facts": "invitation.facts",
        "Return.facts": "return.facts",
        "Decision.facts": "decision.facts",
        "Note.facts": "note.facts",
        "OwnPhone.facts": "own_phone.facts",
        "RecordEntry.facts": "record.facts",
        "TotpDevice.facts": "totp.facts",
        "Passkey.facts": "passkey.facts",
        "RecoveryCodes.facts": "recovery.facts",
        "Newcomer.facts": "newcomer.facts",
        "Vouch.facts": "vouch.facts",
        "Report.facts": "report.facts",
        "Report.story": "report.story",
        "Report.notice": "report.notice",
        "Report.author": "report.author",
        "Report.moderation": "report.moderation",
        "Draft.content": "draft.content",
        "Refusal.content": "refusal.content",
    }


def test_a_session_has_this_name_and_these_bytes(known_nonce):
    session = DatabaseSessions(by_hand.COOKIE)
    assert DatabaseSessions.name_of(by_hand.COOKIE) == known.SESSION_NAME
    assert session.encode({"seen_at": 1}) == known.SESSION_DATA
    assert session.decode(known.SESSION_DATA) == {"seen_at": 1}


def test_what_the_root_key_gives_for_a_label():
    assert crypto.derived("demo").hex() == known.DERIVED


def test_another_root_key_changes_nothing_of_it(known_ring):
    crypto.rotate_root()
    assert crypto.derived("demo").hex() == known.DERIVED


class TestWhatIsGone:
    LINES = tuple(
        f"{dict(by_hand.PAIRS)[number]} {mark}\n"
        for (number, _name), mark in zip(by_hand.MARKS, known.MARKS, strict=True)
    )

    def test_it_is_written_down_as_these_bytes(self, known_ring, monkeypatch):
        monkeypatch.setattr(gone, "BACKUPS_LIVE", timedelta())  # the known ring ends before 35 days
        crypto.remember_gone([("row", str(by_hand.ROW)), ("ref", "2024-017")], week=by_hand.WEEK)
        crypto.remember_gone([("row", str(by_hand.ROW))], week=by_hand.WEEK + 1)
        assert (known_ring.parent / "gone").read_text() == "".join(self.LINES[1:])

    @pytest.mark.parametrize("at", range(len(by_hand.MARKS)))
    def test_these_bytes_are_understood_under_every_key_of_a_week(self, known_ring, at):
        names = {name for _number, name in by_hand.MARKS}
        (known_ring.parent / "gone").write_text(self.LINES[at])
        assert crypto.gone_among(names) == {by_hand.MARKS[at][1]}

    def test_only_the_lines_of_a_week_are_forgotten(self, known_ring):
        file = known_ring.parent / "gone"
        file.write_text("".join(self.LINES))
        crypto.forget_gone(by_hand.WEEK + 1)
        assert file.read_text() == "".join(self.LINES[:3])
        crypto.forget_gone(by_hand.WEEK)
        assert file.read_text() == ""


def test_a_week_has_this_number():
    assert crypto.week_of(crypto.today()) == by_hand.WEEK


class TestTheSecondImplementation:
    """It made the answers, so it is tried too: RFC 8452, appendix C.2, and itself against the answers."""

    KEY, NONCE = bytes([1]) + bytes(31), bytes([3]) + bytes(11)

    @pytest.mark.parametrize(
        ("plain", "bound", "result"),
        [
            ("", "", "07f5f4169bbf55a8400cd47ea6fd400f"),
            ("0100000000000000", "", "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28"),
            ("0200000000000000", "01", "1de22967237a813291213f267e3b452f02d01ae33e4ec854"),
        ],
    )
    def test_it_keeps_to_the_standard(self, plain, bound, result):
        sealed = by_hand.gcm_siv(self.KEY, self.NONCE, bytes.fromhex(plain), bytes.fromhex(bound))
        assert sealed.hex() == result

    def test_it_gives_the_answers_that_are_written_down(self):
        answers = by_hand.answers()
        assert answers["ring"] == known.RING
        assert answers["more"] == [b64encode(value).decode() for *_of, value in MORE]
        assert answers["marks"] == known.MARKS
        assert answers["tokens"] == list(known.TOKENS.values())
        assert answers["session"] == (known.SESSION_NAME, known.SESSION_DATA)
        assert {name: answers["values"][name] for name in SHORT} == {
            name: stored(name).hex() for name in SHORT
        }


def test_a_ring_is_of_this_layout(known_ring):
    file = json.loads(known_ring.read_text())
    assert set(file) == {"layout", "next", "pairs"}
    assert {frozenset(entry) for entry in file["pairs"]} == {
        frozenset({"number", "week", "content", "index"})
    }


def test_another_root_key_opens_nothing_of_it(settings):
    write_root_key(settings.ROOT_KEY_FILE, known.ROOT_KEY.replace("AAEC", "AAED"))
    with pytest.raises(crypto.RingDamaged):
        crypto.unseal(stored("weekly"), label="report.story", row=by_hand.ROW)
