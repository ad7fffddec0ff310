"""The Python interface: what `import runform_live` gives, and that it is what the command line gives."""

from __future__ import annotations

import ast
import inspect
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

import runform_live
from runform_live import BadInput, RunformError, Session, config, overlay
from runform_live.cli.main import main
from runform_live.messages import INDEX
from runform_live.session import figures, schema
from runform_live.session.record import SessionRecord
from tests.batch import makers
from tests.makers import flat, running, stance
from tests.session.test_reader import gait
from tests.test_tutorial import piece_of_the_clip

ROOT = Path(runform_live.__file__).parent
FUNCTIONS = [name for name in runform_live.__all__ if inspect.isfunction(getattr(runform_live, name))]
SLOW_TO_LOAD = {"numba", "cv2", "onnxruntime", "dearpygui", "matplotlib", "av", "zmq", "sqlalchemy", "jinja2"}


def recorded(folder: Path, drop: float = 5.0) -> Path:
    """A session of 8 s, of which 1.8 to 2.2 s were recorded: a stick runner whose left side drops so far (deg)."""
    folder.mkdir(parents=True)
    with SessionRecord(folder, "0", config.load(), "live") as record:
        record.opened(720, 1280, 30.0)
        record.record()
        for number in range(240):
            if 55 <= number < 65:
                record.picture(number + 1, number / 30, flat(720, 1280, 60))
            record.pose(number + 1, number / 30, running(number / 30))
        for number in range(20):
            side, deg = ("left", drop) if number % 2 == 0 else ("right", 3.0)
            record.stance(stance(side, 0.5 + 0.36 * number, deg + 0.2 * (number % 3), pelvis_sigma_deg=1.0))
        record.gait(gait(flags=()))
        record.finish("stopped", 240)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="module")
def session(folder: Path) -> Session:
    return runform_live.read(folder)


# -- what there is ------------------------------------------------------------------------------------------------


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh Python has loaded after the code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sorted(sys.modules))"],
        env={**os.environ, "PYTHONPATH": str(ROOT.parent)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def test_the_import_loads_nothing_that_takes_long() -> None:
    found = loaded_after("import runform_live")
    assert not found & (SLOW_TO_LOAD | {"numpy", "pyarrow", "msgspec", "typing"})
    assert {name for name in found if name.startswith("runform_live")} == {"runform_live", "runform_live.isolated"}


def test_reading_loads_neither_networks_nor_plots(folder: Path) -> None:
    found = loaded_after(
        f"import runform_live as r; s = r.read({str(folder)!r}); r.stances(s), r.poses(s), r.summary(s)"
    )
    assert not found & {"numba", "onnxruntime", "dearpygui", "matplotlib", "zmq", "sqlalchemy"}


def test_there_are_ten_functions_at_most_and_each_has_a_name_of_its_own() -> None:
    assert FUNCTIONS == [
        "analyse", "changes", "draw", "poses", "read", "stances", "summary", "write_export", "write_report"
    ]  # fmt: skip
    modules = {module.name for module in pkgutil.iter_modules([str(ROOT)])}
    assert not modules & set(runform_live.__all__), "a module of that name would take the function's place"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_its_arguments_its_result_with_units_its_errors_and_an_example(name: str) -> None:
    function = getattr(runform_live, name)
    text = inspect.getdoc(function) or ""
    _, arguments, rest = text.replace("Args:", "Returns:").split("Returns:")
    returns, raises = rest.split("Raises:")
    errors, example = raises.split("Example:")
    for parameter in inspect.signature(function).parameters:
        assert parameter in arguments
    assert any(unit in text for unit in ("degrees", "seconds", "(s)", "pixels", " unit")), "units"
    assert returns.strip()
    assert "BadInput" in errors or "Nothing" in errors
    assert ">>> " in example and f"runform_live.{name}(" in example


def test_checkers_see_what_there_is() -> None:
    """The names that are imported for type checkers alone are those that can be imported."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    seen = [alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(set(seen) - {"isolated", "import_module"}) == sorted(runform_live.__all__) == dir(runform_live)
    assert all(hasattr(runform_live, name) for name in runform_live.__all__)
    assert (ROOT / "py.typed").is_file()


def test_a_name_that_there_is_not_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="module 'runform_live' has no attribute 'analyze'"):
        runform_live.analyze  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.slow
def test_a_checker_finds_the_types_of_a_program_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "import runform_live\n"
        "s = runform_live.read('x')\n"
        "reveal_type(s)\n"
        "reveal_type(runform_live.summary(s).sides['left']['pelvic_drop_mid_deg'].mean)\n"
        "reveal_type(runform_live.draw(s, 1.0).dtype)\n"
        "runform_live.analyse('x', view='behind')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "own.py"],
        cwd=tmp_path, env={**os.environ, "MYPYPATH": str(ROOT.parent)}, capture_output=True, text=True,
    )  # fmt: skip
    told = [line for line in done.stdout.splitlines() if line.startswith("own.py")]
    assert 'Revealed type is "runform_live.session.reader.Session"' in told[0]
    assert "float | None" in told[1] or "Union[builtins.float, None]" in told[1]
    assert "uint8" in told[2] or "unsignedinteger" in told[2]
    assert "incompatible type" in told[3] and len(told) == 4


# -- the same as the command line ---------------------------------------------------------------------------------


def test_summary_and_stances_are_those_of_the_folder(folder: Path, session: Session) -> None:
    assert runform_live.summary(session) == msgspec.json.decode(
        (folder / schema.SUMMARY).read_bytes(), type=figures.Summary
    )
    lines = (folder / schema.STANCES).read_text().splitlines()
    table = runform_live.stances(session)
    assert (table.num_rows, ",".join(table.column_names)) == (len(lines) - 1, lines[0])


def test_poses_have_a_row_a_frame(session: Session) -> None:
    table = runform_live.poses(session)
    assert table.num_rows == 240
    assert table["time_s"].to_pylist()[30] == 1.0


def without_plots(page: Path) -> str:
    """The page but for its plots, whose inner names differ from one to the next."""
    return re.sub(r"<svg.*?</svg>", "", page.read_text(encoding="utf-8"), flags=re.S)


def test_export_and_report_are_those_of_the_command_line(folder: Path, tmp_path: Path, session: Session) -> None:
    assert main(["export", str(folder), "--to", "csv", "--out", str(tmp_path / "a.csv")]) == 0
    assert runform_live.write_export(session, tmp_path / "b.csv") == tmp_path / "b.csv"
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert main(["report", str(folder), "--out", str(tmp_path / "a.html")]) == 0
    assert runform_live.write_report(session, str(tmp_path / "b.html")) == tmp_path / "b.html"
    assert without_plots(tmp_path / "a.html") == without_plots(tmp_path / "b.html") != ""


def test_a_report_of_two_sessions_is_that_of_the_command(folder: Path, tmp_path: Path, session: Session) -> None:
    after = runform_live.read(recorded(tmp_path / "after", drop=9.0))
    assert main(["report", str(folder), str(after.folder), "--out", str(tmp_path / "a.html")]) == 0
    runform_live.write_report(after, tmp_path / "b.html", before=session)
    assert without_plots(tmp_path / "a.html") == without_plots(tmp_path / "b.html") != ""


def test_changes_are_those_of_the_command_compare(folder: Path, tmp_path: Path, session: Session) -> None:
    after = runform_live.read(recorded(tmp_path / "after", drop=9.0))
    table = runform_live.changes(session, after)
    assert main(["compare", str(folder), str(after.folder), "--json", str(tmp_path / "c.json")]) == 0
    told = json.loads((tmp_path / "c.json").read_text())["metrics"]
    assert table.num_rows > 20
    for row in table.to_pylist():
        before, then = told[row["metric"]]["columns"][row["side"]]
        since = then["since_baseline"]
        assert (row["before"], row["after"]) == (before["mean"], then["mean"])
        assert all(
            row[key] == since[key] for key in ("change", "ci95_low", "ci95_high", "detectable", "call", "reasons")
        )
    drop = next(row for row in table.to_pylist() if (row["metric"], row["side"]) == ("pelvic_drop_mid_deg", "left"))
    assert drop["after"] - drop["before"] == pytest.approx(4.0)
    assert (drop["n_before"], drop["n_after"], drop["call"], drop["reasons"]) == (10, 10, "changed", [])
    assert drop["detectable"] == pytest.approx(drop["change"] - drop["ci95_low"], abs=1e-3)
    assert drop["detectable"] == pytest.approx(drop["ci95_high"] - drop["change"], abs=1e-3)
    calls = {row["call"] for row in table.to_pylist() if row["metric"] != "pelvic_drop_mid_deg"}
    assert calls == {"changed", "not_sure", "cannot"}, "each is compared"


def test_what_must_not_be_compared_says_why_and_names_no_change(folder: Path, session: Session) -> None:
    in_front = msgspec.structs.replace(session.summary, view="anterior")
    other = Session(folder.parent / "other", session.info, session.stances, session.events, in_front)
    drop = runform_live.changes(session, other).to_pylist()[0]
    assert (drop["metric"], drop["side"], drop["before"]) == ("pelvic_drop_mid_deg", "left", drop["after"])
    assert (drop["change"], drop["ci95_low"], drop["detectable"]) == (None, None, None)
    assert (drop["call"], drop["reasons"]) == ("cannot", ["view"])


@pytest.mark.slow
def test_analyse_makes_the_folder_of_the_command_byte_for_byte(tmp_path: Path) -> None:
    piece_of_the_clip(tmp_path / "run.mp4", 5.0)
    frames: list[tuple[int, float, float | None]] = []
    found = runform_live.analyse(tmp_path / "run.mp4", tmp_path / "ours", progress=lambda *told: frames.append(told))
    assert main(["analyze", str(tmp_path / "run.mp4"), "--out", str(tmp_path / "theirs")]) == 0
    assert len(found.stances) > 3
    theirs = tmp_path / "theirs" / "run"
    assert sorted(path.name for path in found.folder.iterdir()) == sorted(path.name for path in theirs.iterdir())
    for name in (schema.STANCES, schema.SUMMARY, schema.POSES, schema.EVENTS):
        assert (found.folder / name).read_bytes() == (theirs / name).read_bytes(), name
    assert [count for count, _, _ in frames] == list(range(1, len(frames) + 1))
    assert frames[-1][1] == pytest.approx(5.0, abs=0.05) and frames[-1][2] == pytest.approx(5.0, abs=0.1)


def test_a_film_that_was_measured_before_is_read_unless_it_is_asked_for_again(tmp_path: Path) -> None:
    film, calls = makers.film(tmp_path / "a.mp4"), []
    first = runform_live.analyse(str(film), tmp_path / "runs", progress=lambda *told: calls.append(told))
    assert (first.folder.name, len(calls)) == ("a", 5)
    known = runform_live.analyse(str(film), tmp_path / "runs", progress=lambda *told: calls.append(told))
    assert (known.folder, len(calls)) == (first.folder, 5)
    again = runform_live.analyse(film, tmp_path / "runs", again=True)
    assert again.folder != first.folder and again.info.again_of == first.info.id


# -- pictures -----------------------------------------------------------------------------------------------------


def test_the_skeleton_is_drawn_where_the_landmarks_are(session: Session) -> None:
    picture = runform_live.draw(session, 2.0)
    assert (picture.shape, picture.dtype) == ((720, 1280, 3), np.uint8)
    points = running(2.0)
    middle = points[[INDEX["left_hip"], INDEX["right_hip"]], :2].mean(axis=0).astype(int)
    assert tuple(picture[middle[1], middle[0]]) == overlay.PELVIS_BGR
    thigh = points[[INDEX["right_hip"], INDEX["right_knee"]], :2].mean(axis=0).astype(int)
    assert tuple(picture[thigh[1], thigh[0]]) == overlay.RIGHT_RGB[::-1]
    assert abs(int(picture[20, 20, 0]) - 60) < 10, "the picture itself stays"


# -- what is wrong ------------------------------------------------------------------------------------------------


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as trouble:
        call()
    line = str(trouble.value)
    assert line and "\n" not in line
    return line


def test_no_frame_at_a_time_is_said_with_the_times_that_there_are(session: Session) -> None:
    line = refused(lambda: runform_live.draw(session, 99.0))
    assert line == "there is no frame at 99.00 s; the session has frames from 0.00 to 7.97 s"
    assert "nan" in refused(lambda: runform_live.draw(session, float("nan")))


def test_a_session_without_pictures_is_not_drawn(tmp_path: Path, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / "bare")
    for film in (tmp_path / "bare").glob("*.mkv"):
        film.unlink()
    assert "not recorded" in refused(lambda: runform_live.draw(runform_live.read(tmp_path / "bare"), 2.0))


def test_what_is_no_film_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    out = tmp_path / "runs"
    (tmp_path / "no.mp4").write_text("no film")
    assert "no such file" in refused(lambda: runform_live.analyse(tmp_path / "none.mp4", out))
    assert "is a folder" in refused(lambda: runform_live.analyse(tmp_path, out))
    refused(lambda: runform_live.analyse(tmp_path / "no.mp4", out))
    assert "is not a folder" in refused(lambda: runform_live.analyse("demo", tmp_path / "no.mp4"))
    assert not out.exists()


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"view": "behind"}, "view is 'behind'; it must be one of auto, posterior, anterior"),
        ({"slowed": 0.5}, "slowed is 0.5; it must be between 1 and 40"),
        ({"camera_height_cm": 301.0}, "camera_height_cm is 301.0; it must be between 0 and 300"),
        ({"slowed": float("nan")}, "slowed is nan; it must be between 1 and 40"),
        ({"frame_rate_hz": 0.0}, "frame_rate_hz is 0.0; it must be between 1 and 1000"),
        ({"language": "xx"}, "there is no language 'xx'; known are de, en"),
        ({"person": "P99"}, "there is no client 'P99'; `runform clients list` shows those there are"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tmp_path: Path, given: dict[str, object], line: str) -> None:
    assert refused(lambda: runform_live.analyse("demo", tmp_path, **given)) == line  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_place_or_a_format_that_cannot_be_written_is_refused(tmp_path: Path, session: Session) -> None:
    assert "no ending that names a format" in refused(lambda: runform_live.write_export(session, tmp_path / "x.abc"))
    assert "no format 'abc'" in refused(lambda: runform_live.write_export(session, tmp_path / "x.csv", to="abc"))
    trc = tmp_path / "x.trc"
    assert "later than" in refused(lambda: runform_live.write_export(session, trc, from_s=3.0, until_s=2.0))
    assert "later than" in refused(lambda: runform_live.write_export(session, trc, from_s=float("nan")))
    assert refused(lambda: runform_live.write_export(session, trc, height_m=172.0)) == (
        "height_m is 172.0; it must be between 0.5 and 2.5"
    )
    assert "no format 'abc'" in refused(lambda: runform_live.write_report(session, tmp_path / "x.abc"))
    assert "has no ending" in refused(lambda: runform_live.write_report(session, tmp_path / "x"))
    assert "no format 'abc'" in refused(lambda: runform_live.write_report(session, to="abc"))
    assert "no language" in refused(lambda: runform_live.write_report(session, tmp_path / "x.html", language="xx"))
    assert "there is no folder" in refused(lambda: runform_live.write_export(session, tmp_path / "none" / "x.csv"))
    assert "file of a session" in refused(lambda: runform_live.write_export(session, session.folder / "stances.csv"))
    assert list(tmp_path.iterdir()) == []


def test_one_session_is_not_compared_with_itself(session: Session) -> None:
    assert "named twice" in refused(lambda: runform_live.changes(session, session))
    assert "named twice" in refused(lambda: runform_live.write_report(session, before=session))


def test_no_session_and_a_damaged_one_are_said_in_a_line(tmp_path: Path, folder: Path) -> None:
    assert "no such session folder" in refused(lambda: runform_live.read(tmp_path / "none"))
    assert "a name is empty" in refused(lambda: runform_live.read(""))
    shutil.copytree(folder, tmp_path / "damaged")
    (tmp_path / "damaged" / schema.POSES).write_bytes(b"PAR1")
    assert "poses.parquet" in refused(lambda: runform_live.poses(runform_live.read(tmp_path / "damaged")))
    (tmp_path / "damaged" / schema.STANCES).write_text("side\n")
    assert "is damaged in line 1" in refused(lambda: runform_live.read(tmp_path / "damaged"))


def test_a_decoder_that_fails_is_one_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runform_live.batch import film

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(film, "measure", full)
    with pytest.raises(RunformError, match="No space left on device") as trouble:
        runform_live.analyse(makers.film(tmp_path / "a.mp4"), tmp_path / "runs")
    assert not isinstance(trouble.value, BadInput)


def test_what_the_command_line_warns_of_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runform_live.batch import film

    measured = makers.analysed(makers.film(tmp_path / "a.mp4"), tmp_path / "runs")

    def measure(job: object, parent: object, settings: object, options: object, tell: film.Tell) -> Path:
        tell(film.Warned("the records are closed"))
        return measured

    monkeypatch.setattr(film, "measure", measure)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        runform_live.analyse(tmp_path / "a.mp4", tmp_path / "elsewhere")
    assert [str(one.message) for one in told] == ["the records are closed"]
