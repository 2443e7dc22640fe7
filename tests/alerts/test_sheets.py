"""An organisation's own spreadsheet: its headings, words and days."""

import json

import pytest

from alerts import sheets
from alerts.sheets import SheetRefused, layout, sheet_lines, template

OWN = {
    "delimiter": ",",
    "day": "%Y/%m/%d",
    "columns": {
        "No": "ref",
        "Filed": "reported_on",
        "When": "incident_on",
        "Where": "area",
        "What": "incidents",
        "Tel": "phone",
        "Mobile": "phone",
        "Chat": "handle",
        "App": "platform",
        "Plate": "plate",
        "From": "plate_country",
        "Hair": "appearance.hair",
        "Warn": "shares.alert",
        "Words": "text",
    },
    "words": {
        "incidents": {"Robbed Him": "theft", "did not pay": "nonpayment"},
        "shares.alert": {"Y": True, "N": False},
    },
    "split": {"incidents": "/"},
}


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "map.json"
    path.write_text(json.dumps(OWN))
    return layout(path)


def rows(text: str, rules: dict | None = None, encoding: str = "utf-8-sig") -> list:
    return list(sheet_lines(text.encode(encoding), rules or layout()))


def one(headings: str, cells: str) -> object:
    (line,) = rows(f"{headings}\r\n{cells}\r\n")
    return line


def said(headings: str, cells: str) -> dict:
    line = one(headings, cells)
    assert line.why == ""
    return line.said


class TestTheDefaultLayout:
    def test_words_of_the_sheet_become_codes(self):
        assert said("Faits;Lieu;Arme;Cheveux;Police", "coups, Vol ;hôtel;non;gris;anonyme") == {
            "identifiers": [],
            "incidents": ["assault", "theft"],
            "setting": "hotel",
            "weapon": False,
            "appearance": {"hair": "grey"},
            "shares": {"police": "anonymous"},
        }

    def test_empty_cells_say_nothing(self):
        assert said("Faits;Arme;Téléphone;Marque", "vol;;;") == {"identifiers": [], "incidents": ["theft"]}

    @pytest.mark.parametrize(
        ("cell", "day"),
        [
            ("16/11/2026", "2026-11-16"),
            ("05/2026", "2026-05"),
            ("2026-11-16", "2026-11-16"),
            ("2026-05", "2026-05"),
        ],
    )
    def test_days_and_months_are_read(self, cell, day):
        assert said("Date des faits", cell)["incident_on"] == day

    @pytest.mark.parametrize("cell", ["31/02/2026", "11/16/2026", "hier", "16/11/26"])
    def test_what_is_no_day_is_told(self, cell):
        assert "day" in one("Date des faits", cell).why

    @pytest.mark.parametrize(("cell", "area"), [("75", "FR-75"), ("2A", "FR-2A"), ("BE-BRU", "BE-BRU")])
    def test_the_number_of_a_departement_is_its_area(self, cell, area):
        assert said("Département", cell)["area"] == area

    def test_several_columns_may_be_one_kind(self):
        assert said("Téléphone;Téléphone 2", "'06 39 98 12 34;639981235")["identifiers"] == [
            {"kind": "phone", "value": "06 39 98 12 34"},
            {"kind": "phone", "value": "639981235"},
        ]

    def test_the_app_goes_with_the_account_and_the_country_with_the_plate(self):
        assert said("Pseudo;Application;Plaque;Pays de la plaque", "@qxz;Telegram;AB-123-CD;BE")[
            "identifiers"
        ] == [
            {"kind": "handle", "value": "@qxz", "platform": "telegram"},
            {"kind": "plate", "value": "AB-123-CD", "country": "BE"},
        ]

    def test_cells_hold_separators_and_line_breaks_and_lines_are_still_counted(self):
        first, second = rows('Récit;Faits\r\n"un; deux\r\ntrois";vol\r\n\r\nquatre;vol\r\n')
        assert (first.number, first.said["text"]) == (2, "un; deux\r\ntrois")
        assert (second.number, second.said["text"]) == (5, "quatre")

    def test_an_unknown_word_is_told_and_not_quoted(self):
        line = one("Faits", "chahut")
        assert "incidents" in line.why
        assert "chahut" not in line.why

    @pytest.mark.parametrize("cells", ["vol", "vol;hôtel;nuit"])
    def test_a_row_that_is_not_as_wide_as_its_headings_is_told(self, cells):
        assert "2 headings" in one("Faits;Lieu", cells).why

    def test_empty_rows_are_skipped(self):
        assert len(rows("Faits;Lieu\r\n;\r\n\r\n ; \r\nvol;rue\r\n")) == 1

    def test_windows_1252_is_read(self):
        (line,) = rows("Récit;Lieu\r\nà l’hôtel – 50 €;hôtel\r\n", encoding="cp1252")
        assert line.said == {"identifiers": [], "text": "à l’hôtel – 50 €", "setting": "hotel"}

    def test_a_byte_order_mark_is_no_part_of_the_first_heading(self):
        (line,) = rows("Référence\r\nA-1\r\n", encoding="utf-8-sig")
        assert line.said["ref"] == "A-1"

    def test_the_template_is_a_sheet_without_rows(self):
        assert rows(template()) == []
        assert "Référence;Date du signalement;" in template()


class TestTheWholeSheet:
    def test_an_unknown_heading_is_told_by_name(self):
        with pytest.raises(SheetRefused, match="Couleur préférée"):
            rows("Faits;Couleur préférée\r\nvol;bleu\r\n")

    @pytest.mark.parametrize("content", ["", "\r\n"])
    def test_a_sheet_without_headings_is_refused(self, content):
        with pytest.raises(SheetRefused):
            rows(content)

    def test_an_open_quote_is_told_with_its_line(self):
        good, broken = rows('Faits;Récit\r\nvol;whole\r\nvol;"open\r\n')
        assert (good.why, broken.number) == ("", 3)
        assert "from here on" in broken.why

    def test_a_refused_row_can_be_mended_and_read_again(self):
        sheet = 'Faits;Récit\r\nchahut;"un; ""deux""\r\ntrois"\r\n'
        (line,) = rows(sheet)
        mended = sheets.headings_line(sheet.encode(), layout()) + b"\n" + line.raw.replace(b"chahut", b"vol")
        (again,) = rows(mended.decode())
        assert again.said == {"identifiers": [], "incidents": ["theft"], "text": 'un; "deux"\r\ntrois'}


class TestAMap:
    def test_another_layout_is_read(self, own):
        headings = ",".join(OWN["columns"])
        (line,) = rows(
            f"{headings}\n7,2026/11/16,2026-10,BE-BRU,robbed him/did not pay,06 39 98 12 34,,@qxz,,,,red,n,Ran off\n",
            own,
        )
        assert (line.why, line.said) == (
            "",
            {
                "ref": "7",
                "reported_on": "2026-11-16",
                "incident_on": "2026-10",
                "area": "BE-BRU",
                "incidents": ["theft", "nonpayment"],
                "identifiers": [
                    {"kind": "phone", "value": "06 39 98 12 34"},
                    {"kind": "handle", "value": "@qxz"},
                ],
                "appearance": {"hair": "red"},
                "shares": {"alert": False},
                "text": "Ran off",
            },
        )

    def test_words_that_it_does_not_name_stay_as_they_were(self, own):
        assert own["words"]["appearance.hair"] == layout()["words"]["appearance.hair"]

    def test_headings_of_the_default_are_unknown_to_it(self, own):
        with pytest.raises(SheetRefused, match="Faits"):
            rows("Faits\nvol\n", own)

    @pytest.mark.parametrize("key", ["level", "appearance", "identifiers", "looks.hair", "appearance."])
    def test_a_column_that_leads_nowhere_is_told(self, tmp_path, key):
        path = tmp_path / "map.json"
        path.write_text(json.dumps({"columns": {"Danger": key}}))
        with pytest.raises(SheetRefused, match=key):
            layout(path)

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "[]",
            "{",
            "[" * 100_000,
            '{"separator": ","}',
            '{"separator": null}',
            '{"delimiter": ";;"}',
            '{"delimiter": 5}',
            '{"day": null}',
            '{"columns": ["Faits"]}',
            '{"columns": {"Faits": 7}}',
            '{"words": {"incidents": "vol"}}',
            '{"split": {"incidents": ""}}',
        ],
    )
    def test_what_is_no_map_is_refused(self, tmp_path, content):
        path = tmp_path / "map.json"
        path.write_text(content)
        with pytest.raises(SheetRefused):
            layout(path)

    def test_a_map_that_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(SheetRefused):
            layout(tmp_path / "none.json")
