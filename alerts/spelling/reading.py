"""What goes into the reading of spellings, and what comes out of it."""

from dataclasses import dataclass, field

from alerts.spelling.phone import Number


@dataclass(frozen=True, slots=True)
class Identifier:
    """As a report keeps it. `country`: ISO 3166 alpha-2, for plates and for phones typed nationally."""

    kind: str
    value: str
    platform: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a text may be.

    `kind`: "phone", "email", "handle", "plate", "name"; and what is remembered of one: "tail", the end of a number,
    and "plate_part", a piece of a plate.
    `canonical`: E.164 (the digits as typed when the number is possible in no country named) / lower-case mail
    / handle without @ / plate without separators / folded name / 4 to 8 digits / capitals and digits, `?` for each
    sign that nobody read. `number` is there for phones.
    `text`: the piece of a question that it was read from; readings of one piece share it.
    `marked`: false for an account of letters alone that nothing but its letters calls an account.
    """

    kind: str
    canonical: str
    number: Number | None = None
    text: str = field(default="", compare=False)
    marked: bool = field(default=True, compare=False)
