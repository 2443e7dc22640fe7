"""The rules against reports and searches that people wrote without knowing the rules."""

from collections import defaultdict

from alerts.spelling import Identifier, canonicals, forms, match, readings, wanted
from tests import fieldcases

FOUND_SURELY = {"phone_exact", "phone_format", "email", "handle", "handle_url", "plate"}
SILENT = {"junk", "negative_far"}


def identifiers(report: dict) -> list[Identifier]:
    keys = ("kind", "value", "platform", "country")
    return [Identifier(*(kept.get(key) or "" for key in keys)) for kept in report["identifiers"]]


def test_every_identifier_comes_out_as_it_was_meant() -> None:
    wrong = []
    for report, truth in zip(fieldcases.load("reports.jsonl"), fieldcases.load("truth.jsonl"), strict=True):
        for kept, meant in zip(identifiers(report), truth["identifiers"], strict=True):
            if kept.kind != "name" and canonicals(kept, default_country="FR") != tuple(meant["canonical"]):
                wrong.append((report["ref"], kept.kind, meant["note"]))
    assert wrong == []


def test_every_exact_search_finds_its_people_and_nobody_else_surely() -> None:
    written = defaultdict(set)
    for report in fieldcases.load("reports.jsonl"):
        for kept in identifiers(report):
            for form in forms(kept, default_country="FR"):
                written[form].add((report["client"], kept))

    missed, wrong = [], []
    for query in fieldcases.load("queries.jsonl"):
        surely = set()
        for reading in readings(query["q"], default_country="FR"):
            hits = set().union(*(written[form] for form in wanted(reading)))
            surely |= {who for who, kept in hits if match(reading, kept, default_country="FR") == "sure"}
        if query["kind"] in FOUND_SURELY and not surely >= set(query["expect"]):
            missed.append(query["id"])
        if surely & set(query["must_not"]) or (query["kind"] in SILENT and surely):
            wrong.append(query["id"])
    assert (missed, wrong) == ([], [])
