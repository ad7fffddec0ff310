"""`runform progress` and the files of `runform compare`: what is refused, and that all of them say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from runform_live import config, texts
from runform_live.cli.main import main
from runform_live.clinic.database import Database
from runform_live.session import schema
from tests.clinic.makers import added, ran
from tests.makers import stances
from tests.progress.makers import DROP
from tests.session.test_folder import state


def session(folder: Path, left: float, day: str, **changes: object) -> Path:
    """A finished session of 60 stances."""
    from runform_live.session.record import SessionRecord

    folder.mkdir(parents=True)
    with SessionRecord(folder, "0", config.load(), "live") as record:
        record.gait(state(**changes))
        for one in stances(60, left, 4.0):
            record.stance(msgspec.structs.replace(one, pelvis_sigma_deg=1.0))
        record.finish("stopped")
    path = folder / schema.SESSION
    path.write_text(json.dumps(json.loads(path.read_text()) | {"started": f"{day}T09:00:00+02:00"}))
    return folder


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    return [
        str(session(tmp_path / "a", 9.0, "2026-05-04")),
        str(session(tmp_path / "b", 3.0, "2026-05-18")),
    ]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    try:
        status = main(list(words))
    except SystemExit as ended:
        status = int(ended.code or 0)
    err = capsys.readouterr().err
    assert status == 2
    assert err.count("\n") == 1, err
    return err


def row(text: str, column: str = "left") -> str:
    lines = text.splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith("Pelvic drop, midstance"))
    return next(line for line in lines[begin:] if column in line)


@pytest.mark.parametrize("language", ["en", "de"])
def test_text_page_and_data_of_two_sessions_say_the_same(
    two: list[str], tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "c.toml"
    settings.write_text(f'[screen]\nlanguage = "{language}"\n')
    html, data = tmp_path / "c.html", tmp_path / "c.json"
    assert main(["compare", *two, "--html", str(html), "--json", str(data), "--config", str(settings)]) == 0
    text = capsys.readouterr().out
    since = json.loads(data.read_text())["metrics"][DROP]["columns"]["left"][1]["since_baseline"]
    assert since["change"] == pytest.approx(-6.0) and since["call"] == "changed"
    assert "-6.0°" in row(text) and row(text).endswith("changed")
    page = html.read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    decimal = texts.load(language)[0].decimal  # the page is in the person's language, the terminal is not
    detectable = f"{since['detectable']:.1f}"
    shown = re.escape(f'{decimal("-6.0")}°</td><td class="n">{decimal(detectable)}°')
    cells = re.search(rf"{shown}</td><td>([^<]*)</td>", page)
    assert cells is not None and cells[1] == {"en": "changed", "de": "geändert"}[language]
    assert page.count("<svg") == 1
    assert text.splitlines()[-2:] == [str(data), str(html)]


def test_a_dash_prints_the_data_alone(two: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *two, "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"][0]["folder"] == "a"


def test_another_view_is_said_in_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from runform_live.messages import Naming

    a = session(tmp_path / "a", 9.0, "2026-05-04")
    b = session(tmp_path / "b", 3.0, "2026-05-18", view="anterior", naming=Naming("anterior"))
    html = tmp_path / "c.html"
    assert main(["compare", str(a), str(b), "--html", str(html)]) == 0
    text = capsys.readouterr().out
    assert "cannot be compared: seen from another side" in row(text)
    assert "! seen from another side" in text
    assert "seen from another side" in html.read_text(encoding="utf-8")


def test_files_that_cannot_be_written_are_refused_before_the_work(
    two: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = str(tmp_path / "x")
    assert "name two files" in refused(capsys, "compare", *two, "--html", same, "--json", same)
    assert "no folder" in refused(capsys, "compare", *two, "--html", str(tmp_path / "none" / "x.html"))
    kept = Path(two[0]) / schema.SUMMARY
    before = kept.read_bytes()
    assert "is a file of a session" in refused(capsys, "compare", *two, "--json", str(kept))
    assert kept.read_bytes() == before
    assert "several sessions" in refused(capsys, "compare", two[0], "--html", same)


def test_a_client_who_does_not_exist_or_has_no_session_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no client 'P09'" in refused(capsys, "progress", "P09")
    with Database() as database:
        added(database)
    assert "no session" in refused(capsys, "progress", "P07")
    assert "--metric" in refused(capsys, "progress", "P07", "--metric", "drip")


def test_a_baseline_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Database() as database:
        client = added(database)
        for name in ("a", "b"):
            ran(database, client, tmp_path / name)
    assert "no session 'c'" in refused(capsys, "progress", "P07", "--baseline", "c")
    day = json.loads((tmp_path / "a" / schema.SESSION).read_text())["started"][:10]
    assert "2 sessions are of" in refused(capsys, "progress", "P07", "--baseline", day)


def test_a_damaged_session_costs_one_line_and_the_others_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Database() as database:
        client = added(database)
        for name in ("a", "b"):
            ran(database, client, tmp_path / name)
    (tmp_path / "a" / schema.SESSION).write_text("{")
    assert main(["progress", "P07"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("P07: one session,")
    assert told.err.count("\n") == 1 and "damaged" in told.err
