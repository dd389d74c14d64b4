"""List files: what is read of each form, and that a file half read is never used."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hashfall.errors import InputError
from hashfall.ingest.lists.folder import SUMS, format_of, read_lists
from hashfall.ingest.lists.source import SanctionList
from hashfall.model.screening_records import CryptoAddress, ListedParty, Owner

FORMS = {
    "sdn_advanced.xml": "ofac-advanced", "targets.simple.csv": "opensanctions-csv",
    "entities.ftm.json": "opensanctions-entities", "eu_fsf.xml": "eu-fsf",
    "ConList.csv": "uk-csv", "UK-Sanctions-List.csv": "uk-csv", "ConList.xml": "uk-ofsi-xml",
}
Text = Callable[[str], str]


@pytest.fixture
def made(root: Path) -> Path:
    """Folder of the made files."""
    return root / "tests/data/lists"


@pytest.fixture
def text(made: Path) -> Text:
    """Text of a made file."""
    return lambda name: (made / name).read_text(encoding="utf-8")


def _read(folder: Path, name: str, content: str | bytes) -> SanctionList:
    raw = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(raw)
    return read_lists(folder)[0]


def _parties(found: SanctionList) -> dict[str, ListedParty]:
    return {party.name: party for party in found.parties}


def test_each_file_is_known_by_its_content(made: Path, tmp_path: Path) -> None:
    for name, form in FORMS.items():
        plain = tmp_path / "list"
        plain.write_bytes((made / name).read_bytes())
        assert format_of(plain) == form, name


def test_a_folder_of_every_form(made: Path) -> None:
    found = {f.file: f for f in read_lists(made)}
    assert set(found) == set(FORMS)
    assert {f: len(x.parties) for f, x in found.items()} == {
        "sdn_advanced.xml": 6, "targets.simple.csv": 3, "entities.ftm.json": 5, "eu_fsf.xml": 2,
        "ConList.csv": 2, "UK-Sanctions-List.csv": 1, "ConList.xml": 1}
    for name, read in found.items():
        assert read.sha256 == hashlib.sha256((made / name).read_bytes()).hexdigest()
        assert read.published and date(2025, 5, 20) < read.published < date(2025, 6, 1)
        assert all(p.published == read.published and p.source == name for p in read.parties)


def test_ofac(tmp_path: Path, text: Text) -> None:
    found = _parties(_read(tmp_path, "a.xml", text("sdn_advanced.xml")))
    bitriver = found["BITRIVER AG"]
    assert bitriver == ListedParty(
        id="101", list="us_ofac_sdn", name="BITRIVER AG", kind="company", countries=("CH",),
        programs=("RUSSIA-EO14024",), listed_on=date(2022, 4, 20), source="a.xml",
        published=date(2025, 5, 30))
    rus = found["OOO BITRIVER RUS"]
    assert rus.aliases == ("LIMITED LIABILITY COMPANY BITRIVER RUS",)
    assert rus.owners == (Owner("101", None),)
    venue = found["QUILL LANTERN EXCHANGE"]
    assert venue.addresses == (
        CryptoAddress("1Pekqaw1vCPaEE12P4Jus9gnv57o3c5FYm", "XBT"),
        CryptoAddress("0x00000000000000000000000000000000000000a1", "ETH"))
    assert venue.identifiers == ("QLX-000-123",)
    assert found["SAMPLEV Ivan Testovich"].kind == "person"
    assert not venue.owners  # a family tie is no ownership


def test_opensanctions_lines(tmp_path: Path, text: Text) -> None:
    found = _parties(_read(tmp_path, "a.csv", text("targets.simple.csv")))
    firm = found["Copper Thistle, Trading LLC"]
    assert firm.aliases == ("Медный Чертополох", "Copper Thistle")
    assert (firm.countries, firm.programs) == (("RU", "AE"), ("MADE-1",))
    assert firm.identifiers == ("1027700000001",)
    assert firm.listed
    assert not found["Jane Politician"].listed
    wallet = found["1HTCSXshcrXxZk8owEwDnXSeVkyefMxpLA"]
    assert (wallet.kind, wallet.addresses) == ("wallet", (CryptoAddress(wallet.name),))


def test_opensanctions_without_the_newest_column(tmp_path: Path, text: Text) -> None:
    old = text("targets.simple.csv").replace(",program_ids", "").replace(",MADE-1", "")
    old = old.replace(",,,,made_peps", ",,,made_peps")
    firm = _parties(_read(tmp_path, "a.csv", old))["Copper Thistle, Trading LLC"]
    assert (firm.listed, firm.programs) == (True, ("Made programme",))


def test_opensanctions_entities(tmp_path: Path, text: Text) -> None:
    found = _parties(_read(tmp_path, "a.json", text("entities.ftm.json")))
    firm, person = found["Marble Otter Holding"], found["Violet Anvil Person"]
    assert (firm.listed_on, firm.programs) == (date(2023, 2, 3), ("MADE-2",))
    assert firm.identifiers == ("HE000001", "CY00 0000 0000 0001")
    assert person.listed  # by the listing alone, without a topic
    assert person.addresses == (CryptoAddress("1D4EiDMkXS6EXhhcfy5u6gyFvcgstsgia1", "XBT"),)
    mine = found["Granite Finch Mining"]
    assert not mine.listed
    assert mine.owners == (Owner("E-1", 30.0), Owner("E-2", 20.0))
    assert found["Amber Kettle Hosting"].owners == (Owner("E-3", None),)


def test_what_has_ended_does_not_count(tmp_path: Path, text: Text) -> None:
    ended = text("entities.ftm.json").replace('"startDate": ["2023-02-04"]',
                                              '"endDate": ["2024-01-01"]')
    ended = ended.replace('"percentage": ["30"]', '"percentage": ["30"], "endDate": ["2024-01-01"]')
    found = _parties(_read(tmp_path, "a.json", ended))
    assert not found["Violet Anvil Person"].listed
    assert found["Granite Finch Mining"].owners == (Owner("E-2", 20.0),)


def test_eu(tmp_path: Path, text: Text) -> None:
    found = _read(tmp_path, "a.xml", text("eu_fsf.xml")).parties
    assert found[0].names == ("Gesellschaft mit beschränkter Haftung Velvet Pylon",
                              "Velvet Pylon GmbH")
    assert (found[0].kind, found[1].kind) == ("company", "person")
    assert (found[0].countries, found[1].countries) == (("DE",), ("RU",))
    assert found[0].addresses == (CryptoAddress("1NgAH86rWrdt6DFzXLSuJdVPNSqbC5oWai", "XBT"),)
    assert (found[0].listed_on, found[0].programs) == (date(2023, 6, 23), ("UKR",))
    assert found[0].identifiers == ("HRB 000001",)


def test_uk(tmp_path: Path, text: Text) -> None:
    found = _parties(_read(tmp_path, "a", text("ConList.csv")))
    firm = found["BRASS HERON SHIPPING"]
    assert (firm.aliases, firm.id, firm.kind) == (("HERON BRASS",), "90001", "company")
    assert (firm.listed_on, firm.countries) == (date(2023, 2, 24), ("Russia",))
    assert found["Pyotr MADEOV"].kind == "person"
    larch = _parties(_read(tmp_path, "a", text("UK-Sanctions-List.csv")))["TIN LARCH LLP"]
    assert (larch.aliases, larch.list) == (("LARCH TIN",), "gb_uksl")
    anna = _parties(_read(tmp_path, "a", text("ConList.xml")))["Anna Maria Pewter"]
    assert (anna.aliases, anna.list) == (("Ann Pewter",), "gb_ofsi")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path, text: Text) -> None:
    for name in FORMS:
        assert _read(tmp_path, "a", b"\xef\xbb\xbf" + text(name).encode()).parties


@pytest.mark.parametrize("name", sorted(FORMS))
@pytest.mark.parametrize("part", [0.35, 0.6, 0.97, 0.999])
def test_a_file_that_is_cut_is_refused(name: str, part: float, tmp_path: Path, text: Text) -> None:
    whole = text(name).rstrip("\n")
    cut = whole[: int(part * len(whole))].rstrip("\n")
    with pytest.raises(InputError) as caught:
        _read(tmp_path, name, cut)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_cut_inside_a_line_is_refused(name: str, tmp_path: Path, text: Text) -> None:
    whole = text(name).rstrip()
    start = len(whole) - 60
    for end in range(start, len(whole)):
        if whole[end - 1] != "\n":
            with pytest.raises(InputError):
                _read(tmp_path, name, whole[:end])


@pytest.mark.parametrize("name", sorted(FORMS))
def test_other_encodings_are_refused(name: str, tmp_path: Path, text: Text) -> None:
    for raw in (text(name).encode("utf-16"), text(name).encode() + b"\xff\xfe\n"):
        with pytest.raises(InputError):
            _read(tmp_path, name, raw)


BROKEN = [
    ("sdn_advanced.xml", '<Profile ID="102"', '<Profile ID="101"', "each Profile once"),
    ("sdn_advanced.xml", 'SanctionsEntry ID="102"', 'SanctionsEntry ID="101"', "each entry once"),
    ("sdn_advanced.xml", 'ProfileID="106" ListID', 'ProfileID="999" ListID', "SanctionsEntry 106"),
    ("sdn_advanced.xml", 'FeatureTypeID="345"', 'FeatureTypeID="3"', "DistinctParty 105"),
    ("sdn_advanced.xml", 'To-ProfileID="101"', 'To-ProfileID="999"', "Profiles of Distinct"),
    ("sdn_advanced.xml", "<Sanctions xmlns", "<!DOCTYPE x><Sanctions xmlns", "document type"),
    ("sdn_advanced.xml", "BITRIVER AG", "", "a DocumentedName"),
    ("sdn_advanced.xml", "utf-8", "windows-1252", "XML in UTF-8"),
    ("eu_fsf.xml", "<remark>", '<!ENTITY a "b"><remark>', "<!ENTITY"),
    ("eu_fsf.xml", 'logicalId="12"', 'logicalId="11"', "each logicalId once"),
    ("eu_fsf.xml", 'wholeName="Éva Mádesova"', 'wholeName=""', "sanctionEntity 12"),
    ("eu_fsf.xml", '<subjectType code="person" classificationCode="P"/>', "", "a subjectType"),
    ("eu_fsf.xml", "sanctionEntity", "somethingElse", "<sanctionEntity> elements"),
    ("sdn_advanced.xml", "<Year>2022</Year>", "<Year>20x2</Year>", "SanctionsEntry 101"),
    ("sdn_advanced.xml", "DateOfIssue", "DayOfIssue", "<DateOfIssue>"),
    ("eu_fsf.xml", 'generationDate="2025', 'generationDate="20-25', "export: expected a generat"),
    ("eu_fsf.xml", 'publicationDate="2023-06-23"', 'publicationDate="June"',
     "sanctionEntity 11: regulation: expected a date"),
    ("targets.simple.csv", "2025-05-28T00:00:00", "", "line 3: last_seen"),
    ("targets.simple.csv", "made-2", "made-1", "line 3: expected each id once"),
    ("targets.simple.csv", "identifiers", "numbers", "the column identifiers"),
    ("targets.simple.csv", ",fr,", ",fr,,", "line 3: expected 16 cells, found 17"),
    ("targets.simple.csv", "2025-05-28T00:00:00", "soon", "line 3: last_seen"),
    ("targets.simple.csv", '"Copper Thistle, Trading LLC"', '"Copper Thistle" x', "CSV"),
    ("entities.ftm.json", '"id": "E-2"', '"id": "E-1"', "line 2: expected each id once"),
    ("entities.ftm.json", '"asset": ["E-4"]', '"asset": ["E-9"]', "the id 'E-9'"),
    ("entities.ftm.json", '"holder": ["E-2"]', '"holder": ["E-8"]', "the id 'E-8'"),
    ("entities.ftm.json", '"entity": ["E-2"]', '"entity": ["E-7"]', "the id 'E-7'"),
    ("entities.ftm.json", '"percentage": ["30"]', '"percentage": ["130"]', "0 to 100"),
    ("entities.ftm.json", '"percentage": ["30"]', '"percentage": 30', "line 5: properties"),
    ("entities.ftm.json", '{"id": "O-2"', '["id", "O-2"', "line 6"),
    ("ConList.csv", ",90002", ",", "Group ID"),
    ("ConList.csv", "27/05/2025", "soon", "line 1: expected a date"),
    ("ConList.csv", "Other Information", "Other Words", "the column Other Information"),
    ("UK-Sanctions-List.csv", "Address Country", "Land", "the column Address Country"),
    ("ConList.xml", "DateDesignated", "DayDesignated", "<DateDesignated> in a target at least"),
    ("ConList.xml", "2023-05-06T", "06-05-23T", "FinancialSanctionsTarget 1: DateDesignated"),
    ("entities.ftm.json", '"id": "E-1"', '"id: "E-1"', "line 1: expected a whole JSON object"),
    ("ConList.csv", "Alias Type", "Kind of alias", "the column Alias Type"),
    ("ConList.csv", ",Individual,", ",Robot,", "line 5: Group Type"),
    ("ConList.csv", "HERON BRASS,", "HERON BRASS,,", "line 4: expected 36 cells, found 37"),
    ("UK-Sanctions-List.csv", "LARCH TIN", "", "line 4: expected a name"),
    ("ConList.xml", "<GroupID>91001</GroupID>\n", "\n", "GroupID"),
    ("ConList.xml", "FinancialSanctionsTarget>", "Other>", "<FinancialSanctionsTarget>"),
]


@pytest.mark.parametrize(("name", "old", "new", "what"), BROKEN)
def test_what_is_broken_is_named(
    name: str, old: str, new: str, what: str, tmp_path: Path, text: Text
) -> None:
    whole = text(name)
    assert old in whole
    with pytest.raises(InputError) as caught:
        _read(tmp_path, name, whole.replace(old, new))
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_entries_are_no_list(tmp_path: Path, text: Text) -> None:
    heads = {"targets.simple.csv": 1, "ConList.csv": 2, "UK-Sanctions-List.csv": 2}
    for name, lines in heads.items():
        head = "".join(text(name).splitlines(keepends=True)[:lines])
        with pytest.raises(InputError, match="entries"):
            _read(tmp_path, "a", head)
    with pytest.raises(InputError, match="SanctionsEntries"):
        _read(tmp_path, "a", text("sdn_advanced.xml").replace("SanctionsEntries", "Nothing"))


def test_an_entity_bomb_is_not_expanded(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY c "&a;&a;">]>'
    with pytest.raises(InputError, match="document type"):
        _read(tmp_path, "a", bomb + "<Sanctions>&c;</Sanctions>")


def test_a_definition_across_two_reads_is_seen(tmp_path: Path) -> None:
    head, kind = '<?xml version="1.0"?><!--', "<!DOCTYPE a>"
    for shift in range(len(kind) + 1):
        fill = " " * (16384 - shift - len(head) - 3)  # a read takes 16 KiB
        body = f"{head}{fill}-->{kind}<Sanctions></Sanctions>"
        with pytest.raises(InputError, match="<!DOCTYPE"):
            _read(tmp_path, "a", body)


def test_files_of_another_kind_are_refused(tmp_path: Path, text: Text) -> None:
    _read(tmp_path, "a.xml", text("eu_fsf.xml"))
    for content in ("", "Dear reader,\n", "<html></html>", '{"resources": []}\n', "a,b\n1,2\n"):
        (tmp_path / "b.txt").write_text(content)
        with pytest.raises(InputError, match="a list in a known form"):
            read_lists(tmp_path)


def test_a_folder_must_hold_lists(tmp_path: Path, text: Text) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_lists(tmp_path / "none")
    with pytest.raises(InputError, match="a list file at least"):
        read_lists(tmp_path)
    (tmp_path / ".hidden").write_text("not looked at")
    _read(tmp_path, "a.xml", text("eu_fsf.xml"))
    with pytest.raises(InputError, match="a folder of list files, found a file"):
        read_lists(tmp_path / "a.xml")
    (tmp_path / "b.xml").write_text(text("eu_fsf.xml"))
    with pytest.raises(InputError, match="each list once, found the bytes of"):
        read_lists(tmp_path)
    (tmp_path / "b.xml").unlink()
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError, match="a list file, found a folder"):
        read_lists(tmp_path)


def test_digests_tell_a_cut_between_two_lines(tmp_path: Path, text: Text) -> None:
    whole = text("targets.simple.csv")
    digest = hashlib.sha256(whole.encode()).hexdigest()
    (tmp_path / SUMS).write_text(f"{digest}  a.csv\n")
    assert _read(tmp_path, "a.csv", whole).parties
    with pytest.raises(InputError, match="the digest"):
        _read(tmp_path, "a.csv", "".join(whole.splitlines(keepends=True)[:-1]))
    for line, what in ((f"{digest}  b.csv\n", "the digest of a.csv"), ("x\n", "line 1"),
                       (f"{digest}  a.csv\n{digest}  b.csv\n", "no such file")):
        (tmp_path / SUMS).write_text(line)
        with pytest.raises(InputError, match=what):
            _read(tmp_path, "a.csv", whole)


@pytest.mark.parametrize(("raw", "what"), [
    (gzip.compress(b"<Sanctions/>", mtime=0), "a gzip file; unpack it"),
    (b"PK\x03\x04" + bytes(20), "a zip file; unpack it"),
    ("<Sanctions/>".encode("utf-16"), "text in UTF-16; save it as UTF-8"),
    (b"<sdnList/>", "found <sdnList>"),
])
def test_a_file_that_is_not_read_is_told_apart(raw: bytes, what: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_lists(tmp_path)
    assert what in str(caught.value)


def test_a_month_stands_for_its_last_day(tmp_path: Path, text: Text) -> None:
    whole = text("entities.ftm.json")
    assert '"listingDate"' in whole
    months = re.sub(r'"listingDate": \["(\d{4}-\d\d)-\d\d"\]', r'"listingDate": ["\1"]', whole)
    assert months != whole
    first, second = (max(p.listed_on for p in _read(tmp_path, "entities.ftm.json", t).parties
                         if p.listed_on) for t in (whole, months))
    assert (first.year, first.month) == (second.year, second.month)
    assert second.day >= 28


def test_names_in_another_script_are_names_of_the_party(tmp_path: Path, text: Text) -> None:
    lines = list(csv.reader(io.StringIO(text("ConList.csv"))))
    lines[2][lines[1].index("Name Non-Latin Script")] = "ЛАТУННАЯ ЦАПЛЯ"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    parties = _read(tmp_path, "ConList.csv", out.getvalue()).parties
    assert any("ЛАТУННАЯ ЦАПЛЯ" in p.names for p in parties)
