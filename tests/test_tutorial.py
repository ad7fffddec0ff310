"""The code of docs/python.md runs, in its order, on two short pieces of the shipped clip."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import av
import pyarrow.parquet as pq
import pytest

from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.progress.point import Reason

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "python.md"
MAY_BE_MISSING = {"pandas", "polars"}


def blocks() -> list[tuple[int, str]]:
    """The Python of the page: the number of the line before each block, and its text."""
    text = PAGE.read_text(encoding="utf-8")
    return [
        (text[: found.start(1)].count("\n"), found[1])
        for found in re.finditer(r"^```python\n(.*?)^```$", text, re.M | re.S)
    ]


def imported(code: str) -> set[str]:
    return {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import)
        for alias in node.names
    }


def program() -> str:
    """All blocks that can run here as one program, with the line numbers of the page."""
    lines: list[str] = []
    for line, code in blocks():
        missing = {name for name in imported(code) if find_spec(name) is None}
        assert missing <= MAY_BE_MISSING
        if not missing:
            lines += [""] * (line - len(lines)) + code.splitlines()
    return "\n".join(lines)


def piece_of_the_clip(path: Path, seconds: float) -> None:
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for time_s, picture in Video(str(DEMO)):
            if time_s > seconds:
                break
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture[::2, ::2].copy(), "bgr24")))
        film.mux(stream.encode())


@pytest.mark.slow
def test_the_tutorial_runs_and_makes_what_it_says(tmp_path: Path) -> None:
    piece_of_the_clip(tmp_path / "run.mp4", 5.0)
    piece_of_the_clip(tmp_path / "later.mp4", 5.5)
    done = subprocess.run(
        [sys.executable, "-c", "import sys; exec(compile(sys.stdin.read(), 'docs/python.md', 'exec'))"],
        input=program(), cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert said[0] == os.path.join("sessions", "run")  # noqa: PTH118 (as a person sees it)
    assert (
        said[-1]
        == "sessions/no such run: there is no such session folder; `runform sessions list` shows those there are"
    )
    assert any(line.startswith("left minus right ") for line in said)
    assert (tmp_path / "drop.png").stat().st_size > 10_000
    assert (tmp_path / "midstance.png").stat().st_size > 10_000
    assert (tmp_path / "run.csv").read_text().startswith("session_id,started,")
    assert pq.read_table(tmp_path / "run.parquet").num_rows > 3
    assert (tmp_path / "piece.mp4").stat().st_size > 10_000
    assert '<html lang="de"' in (tmp_path / "run.html").read_text(encoding="utf-8")


def test_the_tutorial_says_what_each_reason_means_for_which_two_sessions_are_not_compared() -> None:
    assert re.findall(r"^\| `(\w+)` \| ", PAGE.read_text(encoding="utf-8"), re.M)[-len(get_args(Reason)) :] == list(
        get_args(Reason)
    )


def test_the_tutorial_calls_every_public_function() -> None:
    import runform_live

    called = {
        node.attr
        for _, code in blocks()
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "runform_live"
    }
    functions = {name for name in runform_live.__all__ if name.islower()}
    assert functions <= called
    assert all(f"`{name}(" in PAGE.read_text(encoding="utf-8") for name in functions), (
        "and the table at its beginning has them"
    )
