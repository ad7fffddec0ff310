"""Every verb, and every kind of bad input: one line, exit status 2, nothing left behind."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from runform_live import resources
from runform_live.cli.main import VERBS, main
from tests.makers import flat, video
from tests.running import left_over, one_line, runform


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One analysis of the shipped clip, shared by the tests that read it."""
    from runform_live.capture.source_name import DEMO

    parent = tmp_path_factory.mktemp("runs")
    assert main(["analyze", str(DEMO), "--out", str(parent)]) == 0
    return parent / "demo"


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb_has_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert f"example: runform {verb}" in capsys.readouterr().out


def test_analyze_writes_the_folder_of_the_contract(analysed: Path) -> None:
    assert {p.name for p in analysed.iterdir()} == {
        "session.json", "poses.parquet", "stances.csv", "events.jsonl", "summary.json", "report.html"
    }  # fmt: skip
    info = json.loads((analysed / "session.json").read_text())
    assert info["ended"] == "end of the file"
    assert info["frames"] == 390
    assert info["view"] == "posterior"
    assert info["calibration"]["calibrated"]


def test_the_report_is_self_contained_with_table_plots_and_pictures(analysed: Path) -> None:
    page = (analysed / "report.html").read_text(encoding="utf-8")
    assert 'data-name="figures"' in page and page.count("data:image/svg+xml;base64,") >= 4
    assert len(set(re.findall(r"data:image/jpeg;base64,[^\"]+", page))) == 4
    assert "Pelvic drop, midstance" in page
    assert "not a medical device" in page
    assert "http://" not in page and "https://" not in page


def test_the_same_report_as_a_pdf(analysed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(analysed), "--format", "pdf"]) == 0
    assert capsys.readouterr().out.strip().endswith("report.pdf")
    made = (analysed / "report.pdf").read_bytes()
    assert made.startswith(b"%PDF-") and len(made) < 3_000_000
    assert main(["report", str(analysed), "--out", str(tmp_path / "named.pdf")]) == 0
    assert (tmp_path / "named.pdf").read_bytes().startswith(b"%PDF-"), "the name tells the format"


def test_report_export_and_list_read_it(analysed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(analysed), "--out", str(tmp_path / "r.html")]) == 0
    assert (tmp_path / "r.html").stat().st_size > 50_000
    assert main(["export", str(analysed), "--to", "csv", "--out", str(tmp_path / "x.csv")]) == 0
    rows = (tmp_path / "x.csv").read_text().splitlines()
    assert rows[0].startswith("session_id,started,side,initial_contact_s")
    assert len(rows) == 1 + len((analysed / "stances.csv").read_text().splitlines()) - 1
    capsys.readouterr()
    assert main(["sessions", "list", "--in", str(analysed.parent)]) == 0
    assert capsys.readouterr().out.startswith("demo: ")


def test_compare_tells_before_and_after(analysed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(analysed, tmp_path / "later")
    assert main(["compare", str(analysed), str(tmp_path / "later")]) == 0
    lines = capsys.readouterr().out.splitlines()
    drop = next(line for line in lines if line.startswith("Pelvic drop, midstance"))
    assert " 0.0°" in drop
    assert drop.endswith("not told from error")
    assert not any("another network" in line for line in lines)
    assert main(["compare", str(analysed), str(analysed)]) == 2
    assert "named twice" in capsys.readouterr().err


def test_models_lists_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    assert "blazepose-detector (person)" in out
    assert "Apache-2.0" in out


def test_sessions_without_any_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sessions", "list"]) == 0
    assert capsys.readouterr().out == "no sessions yet\n"


def test_validate_prints_every_figure_of_a_clip(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.makers import DATA

    assert main(["validate", str(DATA)]) == 0
    out = capsys.readouterr().out
    assert "demo: stances found 25, missed 0, extra 0" in out
    assert "initial contact: median" in out
    assert "limits of agreement" in out
    assert "pelvic_drop_mid_deg" in out


def bad(tmp_path: Path, *words: object) -> str:
    result = runform(*words)
    assert result.returncode == 2
    assert left_over() == []
    return one_line(result)


@pytest.mark.parametrize("verb", ["analyze", "live"])
def test_a_missing_file(tmp_path: Path, verb: str) -> None:
    words = (
        ["analyze", "/nowhere/a.mp4"] if verb == "analyze" else ["live", "--no-window", "--source", "/nowhere/a.mp4"]
    )
    assert "there is no such file" in bad(tmp_path, *words)


def test_a_text_file_named_mp4(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("hello")
    assert "not a video" in bad(tmp_path, "analyze", tmp_path / "a.mp4")


def test_a_camera_that_does_not_exist(tmp_path: Path) -> None:
    line = bad(tmp_path, "live", "--no-window", "--source", "97", "--record", tmp_path / "runs")
    assert "camera 97 does not answer" in line
    assert not list((tmp_path / "runs").iterdir()), "no empty session folder is left"


def test_an_unreachable_stream(tmp_path: Path) -> None:
    line = bad(tmp_path, "live", "--no-window", "--source", "rtsp://127.0.0.1:9/x", "--record", tmp_path / "runs")
    assert "cannot be opened" in line


def test_an_unknown_setting(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[coach]\nvolumee = 1\n")
    assert "unknown key `volumee`" in bad(
        tmp_path, "live", "--no-window", "--source", "demo", "--config", tmp_path / "c.toml"
    )


def test_no_screen_says_what_to_add(tmp_path: Path) -> None:
    result = runform("live", "--source", "demo", DISPLAY="", WAYLAND_DISPLAY="")
    assert result.returncode == 2
    assert "--no-window" in one_line(result)


def test_an_unwritable_folder(tmp_path: Path) -> None:
    assert "cannot write into /proc/runs" in bad(tmp_path, "analyze", "demo", "--out", "/proc/runs")
    assert "cannot write into /proc/runs" in bad(
        tmp_path, "live", "--no-window", "--source", "demo", "--record", "/proc/runs"
    )


def test_a_place_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "is not a folder" in bad(tmp_path, "analyze", "demo", "--out", tmp_path / "file")


def test_a_folder_that_is_no_session(tmp_path: Path) -> None:
    assert "not a session folder" in bad(tmp_path, "report", tmp_path)
    assert "no such session folder" in bad(tmp_path, "export", tmp_path / "none", "--to", "csv")


def test_a_damaged_network_file(tmp_path: Path) -> None:
    """The program as installed, with one byte of a model changed."""
    package = tmp_path / "runform_live"
    shutil.copytree(Path(resources.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("blazepose", "frontal"):
        unneeded = shutil.ignore_patterns("garments", "*.py", "__pycache__")
        shutil.copytree(resources.folder("models") / name, package / "shipped" / "models" / name, ignore=unneeded)
    shutil.copytree(resources.folder("configs"), package / "shipped" / "configs")
    path = package / "shipped" / "models" / "frontal" / "frontal.onnx"
    content = bytearray(path.read_bytes())
    content[1000] ^= 255
    path.write_bytes(bytes(content))
    result = runform("analyze", "demo", "--out", tmp_path / "runs", PYTHONPATH=str(tmp_path), PYTHONSAFEPATH="1")
    assert result.returncode == 2
    assert "damaged or was changed: install it again" in one_line(result)


def test_one_bad_video_among_several_does_not_stop_the_others(tmp_path: Path) -> None:
    good = video(tmp_path / "good.mp4", [flat(240, 320, 100)] * 10)
    result = runform("analyze", tmp_path / "none.mp4", good, "--out", tmp_path / "runs")
    assert result.returncode == 1
    assert "none.mp4: there is no such file" in one_line(result)
    assert result.stdout.endswith("1 of 2 videos measured; the others are named above\n")
    assert (tmp_path / "runs" / "good" / "summary.json").is_file()


def test_a_video_of_ten_frames_without_a_person(tmp_path: Path) -> None:
    path = video(tmp_path / "ten.mp4", [flat(240, 320, 100)] * 10)
    result = runform("analyze", path, "--out", tmp_path / "runs")
    assert result.returncode == 0
    summary = json.loads((tmp_path / "runs" / "ten" / "summary.json").read_text())
    assert "nobody_seen" in summary["flags"]
    assert summary["sides"]["left"]["pelvic_drop_mid_deg"]["mean"] is None
    assert "–" in result.stdout


def test_debug_shows_the_traceback() -> None:
    result = runform("analyze", "/nowhere.mp4", "--debug")
    assert result.returncode == 2
    assert "Traceback" in result.stderr
