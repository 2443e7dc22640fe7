"""Answers made by hand: what a check can say, without what it takes to find it."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from accounts.models import Account
from alerts import spelling
from alerts.checking import Answer, Outcome, Person
from alerts.linking import Joined
from alerts.spelling import Reading
from tests.makers import PHONE, a_report, an_identifier

MAIL = "m.karsten@example.org"
(NUMBER,) = spelling.readings(PHONE, default_country="FR")
ADDRESS = Reading("email", MAIL, text=MAIL)
NAME = Reading("name", "grandchamp", text="Grandchamp")
BUDGET = Answer(Outcome.BUDGET)
BUDGET_BUT_DANGEROUS = Answer(Outcome.BUDGET, is_very_dangerous=True)


def all_at_once(author: Account) -> Answer:
    """Two people surely, with what joins and what may have changed hands, and two perhaps."""
    mail = [an_identifier(MAIL, "email")]
    car = {"type": "van", "colour": "white", "make": "Renault"}
    first = a_report(author, helped=["left_at_once"], notice="He comes back.")
    him = Person(
        "sure",
        NUMBER,
        [first, a_report(author, incidents=["theft"])],
        joined=[
            Joined(a_report(author, identifiers=mail), ADDRESS, "sure", known=first),
            Joined(a_report(author), NUMBER, "perhaps", known=first),
        ],
    )
    other = Person("sure", ADDRESS, [a_report(author, identifiers=mail, incidents=["assault"])])
    off = Person("perhaps", NUMBER, [a_report(author)], clues=("near_phone", "name"))
    alike = Person(
        "perhaps", NAME, [a_report(author, incidents=["no_show"], vehicle=car)], clues=("name", "car")
    )
    return Answer(Outcome.FOUND, [him, other, off, alike], whole=False, recognised=(NUMBER, ADDRESS, NAME))


@contextmanager
def answered_by(answer: Answer) -> Iterator[None]:
    with patch("alerts.checking.check", return_value=answer):
        yield
