"""`runform report`: what it writes, and every kind of bad input in one line."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from runform_live import metrics
from runform_live.cli.main import main
from runform_live.clinic import clients
from runform_live.clinic.database import Database
from runform_live.session import schema
from runform_live.session.reader import read
from tests.report import reading
from tests.session.mutations import sound


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return sound(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def folder(made: dict[str, Path], tmp_path: Path) -> Path:
    return shutil.copytree(made["analysed"], tmp_path / "run")


@pytest.fixture
def later(made: dict[str, Path], tmp_path: Path) -> Path:
    return shutil.copytree(made["analysed"], tmp_path / "later")


def settings(path: Path, **report: str) -> Path:
    lines = [f"{key} = {json.dumps(value)}" for key, value in report.items()]
    path.write_text("\n".join(["[report]", *lines]), encoding="utf-8")
    return path


def refused(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of a command that ends with status 2."""
    capsys.readouterr()
    try:
        status = main(list(words))
    except SystemExit as end:
        status = int(str(end.code))
    assert status == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_the_pdf_lies_beside_the_page_in_the_session_folder(folder: Path) -> None:
    assert main(["report", str(folder)]) == 0
    assert main(["report", str(folder), "--format", "pdf"]) == 0
    assert (folder / "report.html").is_file()
    assert "For the clinician" in reading.pages((folder / "report.pdf").read_bytes())[1]


def test_before_and_after_stand_on_one_report(folder: Path, later: Path, tmp_path: Path) -> None:
    out = tmp_path / "both.html"
    assert main(["report", str(folder), str(later), "--out", str(out)]) == 0
    root = reading.parsed(out.read_text(encoding="utf-8"))
    for which in ("before", "after"):
        assert len(reading.table(root, f"figures-{which}")) >= len(metrics.OF_GAIT["run"])
    assert not (folder / "both.html").exists() and not (folder / "report.html").exists()


def test_a_report_of_two_sessions_never_takes_the_place_of_that_of_one(
    folder: Path, later: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused("report", str(folder), str(later), "--out", str(folder / "report.html"), capsys=capsys)
    assert "is a file of a session; name another place" in line


def test_clinic_logo_and_name_stand_at_its_head(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFORM_DATABASE_URL", f"sqlite:///{tmp_path / 'clinic.sqlite'}")
    with Database() as database, database.writing() as session:
        person = clients.person(clients.add(session, "P07", name="Anna Muster"))
    info = json.loads((folder / schema.SESSION).read_text())
    (folder / schema.SESSION).write_text(json.dumps(info | {"person": "P07", "person_id": person.id}))
    cv2.imwrite(str(tmp_path / "logo.png"), np.full((40, 90, 3), 120, np.uint8))
    own = settings(tmp_path / "own.toml", clinic="Praxis & Söhne", logo=str(tmp_path / "logo.png"), names="name")
    assert main(["report", str(folder), "--config", str(own), "--out", str(tmp_path / "r.html")]) == 0
    root = reading.parsed((tmp_path / "r.html").read_text(encoding="utf-8"))
    head = root.find(".//header")
    assert head is not None and reading.words(head).startswith("Praxis & Söhne Running form Anna Muster")
    assert [one.get("alt") for one in head.iter("img")] == ["Praxis & Söhne"]
    own = settings(tmp_path / "own.toml", names="nobody")
    assert main(["report", str(folder), "--config", str(own), "--out", str(tmp_path / "n.html")]) == 0
    text = (tmp_path / "n.html").read_text(encoding="utf-8")
    assert "Anna" not in text and "P07" not in text


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "cannot be read"),
        (b"GIF89a", "is no PNG, JPEG or SVG picture"),
        (b"\x89PNG\r\n\x1a\n damaged", "is damaged"),
        (bytes(3 << 20), "is too large: it must have 2 MiB at most"),
        (
            b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
            "is no PNG, JPEG or SVG picture",
        ),
        (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'.encode(
                "utf-16"
            ),
            "is no PNG, JPEG or SVG picture",
        ),
        (b"<html/>", "is no PNG, JPEG or SVG picture"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, line: str
) -> None:
    logo = tmp_path / "logo.png"
    if content is not None:
        logo.write_bytes(content)
    own = settings(tmp_path / "own.toml", logo=str(logo))
    assert line in refused("report", str(folder), "--config", str(own), capsys=capsys)


def test_an_svg_logo_is_taken(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1"/></svg>'
    )
    own = settings(tmp_path / "own.toml", logo=str(tmp_path / "logo.svg"))
    assert main(["report", str(folder), "--config", str(own), "--out", str(tmp_path / "r.pdf")]) == 0


def test_settings_of_a_report_have_ranges(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = settings(tmp_path / "own.toml", clinic="x" * 121)
    assert re.search(
        r"clinic in \[report\] is .*; it must have 120 characters at most$",
        refused("report", str(folder), "--config", str(own), capsys=capsys),
    )
    own = settings(tmp_path / "own.toml", names="everybody")
    assert "names in [report]" in refused("report", str(folder), "--config", str(own), capsys=capsys)


def test_a_session_without_a_stance_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = (folder / schema.STANCES).read_text().splitlines()[0]
    (folder / schema.STANCES).write_text(header + "\n")
    assert not read(folder).stances
    line = refused("report", str(folder), "--out", str(tmp_path / "r.html"), capsys=capsys)
    assert "has no stance to report on; film the runner again, or longer" in line
    assert not (tmp_path / "r.html").exists()


@pytest.mark.parametrize("name", [schema.SESSION, schema.SUMMARY, schema.STANCES])
def test_a_damaged_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (folder / name).write_bytes(b"\xff\x00 damaged")
    assert name in refused("report", str(folder), capsys=capsys)


def test_an_unknown_format_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "docx" in refused("report", str(folder), "--format", "docx", capsys=capsys)


def test_a_place_that_cannot_be_written_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused("report", str(folder), "--format", "pdf", "--out", str(tmp_path / "none" / "r.pdf"), capsys=capsys)
    assert "there is no folder" in line


def test_without_the_typesetter_a_pdf_is_refused_and_the_page_is_not(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    line = refused("report", str(folder), "--format", "pdf", capsys=capsys)
    assert line.endswith(
        "a PDF needs the package typst; docs/install.md, Optional parts, says how to add the group pdf"
    )
    assert main(["report", str(folder)]) == 0


def test_two_people_on_one_report_are_said_to_be_two(folder: Path, later: Path, tmp_path: Path) -> None:
    for place, who in ((folder, "P07"), (later, "P08")):
        info = json.loads((place / schema.SESSION).read_text())
        (place / schema.SESSION).write_text(json.dumps(info | {"person": who, "person_id": who}))
    assert main(["report", str(folder), str(later), "--out", str(tmp_path / "r.html")]) == 0
    assert "these are sessions of two people" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_without_its_font_the_pdf_is_set_in_the_one_that_is_always_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "font_source_sans_pro", None)
    assert main(["report", str(folder), "--out", str(tmp_path / "r.pdf")]) == 0
    content = (tmp_path / "r.pdf").read_bytes()
    assert b"DejaVuSans" in content and b"SourceSans" not in content
    assert "For the clinician" in reading.pages(content)[1], "page one still fits"
