"""Nothing leaves the computer, and nothing is left lying about: every command without a network, under a tracer."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.export import formats
from runform_live.gait import kernels
from tests import tracing
from tests.export import makers

pytestmark = pytest.mark.skipif(bool(tracing.missing()), reason=tracing.missing() or "it can be traced")
SECONDS = 3.0
TRUTH = Path(__file__).parent / "data" / "demo"


@pytest.fixture(scope="module")
def computer(tmp_path_factory: pytest.TempPathFactory) -> tracing.Computer:
    """One account for all commands of this file, with a short film."""
    made = tracing.Computer(tmp_path_factory.mktemp("computer"))
    with av.open(str(made.work / "short.mp4"), "w") as film:
        stream = film.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for time_s, picture in Video(str(DEMO)):
            if time_s > SECONDS:
                break
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture[::2, ::2].copy(), "bgr24")))
        film.mux(stream.encode())
    if kernels.CACHE is not None and kernels.CACHE.is_dir():  # compiling is what takes longest
        shutil.copytree(kernels.CACHE, made.home / ".cache/runform_live" / kernels.CACHE.name)
    return made


def kept_to_itself(
    computer: tracing.Computer, *words: object, status: int = 0, interrupted_after_s: float | None = None
) -> str:
    """Run a command; what it printed. It reached for nobody, and made files in its own places alone."""
    done = computer.run(*words, interrupted_after_s=interrupted_after_s)
    assert done.status == status, done.out
    assert done.reached_for == []
    own = (computer.home / ".cache/runform_live", computer.home / ".config/runform_live", computer.work / "out",
           computer.home / ".local/share/runform_live", computer.temporary)  # fmt: skip
    ways = {parent for place in own for parent in place.parents}
    assert [path for path in sorted(done.made) if path not in ways and not any(map(path.is_relative_to, own))] == []
    assert list(computer.temporary.rglob("*")) == []
    assert {path.name for path in computer.home.iterdir()} <= {".cache", ".local"}
    return done.out


def test_measuring_reporting_and_exporting_keep_to_themselves(computer: tracing.Computer) -> None:
    kept_to_itself(computer, "analyze", "short.mp4", "--out", "out")
    run = makers.session(computer.work / "out", film=True).folder
    kept_to_itself(computer, "report", run)
    kept_to_itself(computer, "export", run, "--to", "csv", "--out", "out/run.csv")
    assert sorted(path.name for path in (computer.home / ".cache").iterdir()) == ["runform_live"]


@pytest.mark.slow
@pytest.mark.parametrize("words", ["models", "doctor --json", "sessions list", "bench", f"validate {TRUTH}"])
def test_looking_keeps_to_itself(computer: tracing.Computer, words: str) -> None:
    kept_to_itself(computer, *words.split())


@pytest.mark.slow
def test_a_live_run_and_what_comes_after_it_keep_to_themselves(computer: tracing.Computer) -> None:
    kept_to_itself(computer, "live", "--source", "demo", "--no-window", "--record", "out/live")
    (session,) = (computer.work / "out/live").iterdir()
    shutil.copytree(session, session.with_name("again"))
    kept_to_itself(computer, "compare", session, session.with_name("again"))
    kept_to_itself(computer, "report", session)
    kept_to_itself(computer, "report", session, "--format", "pdf")
    for form in formats.FORMATS:
        lengths = ("--height", 180) if form == "trc" else ()
        kept_to_itself(computer, "export", session, "--to", form, "--out", f"out/live.{form}", *lengths)
    kept_to_itself(computer, "sessions", "list", "--in", "out/live")


@pytest.mark.slow
def test_a_stream_for_this_computer_speaks_to_nobody_else(computer: tracing.Computer) -> None:
    pytest.importorskip("pylsl")
    kept_to_itself(computer, "live", "--source", "short.mp4", "--no-window", "--record", "out/stream", "--lsl")


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb")
    told, tells = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(tells), "-nolisten", "tcp"], pass_fds=[tells], stderr=subprocess.DEVNULL)  # fmt: skip
    os.close(tells)
    with os.fdopen(told) as numbers:
        yield f":{numbers.readline().strip()}"
    server.kill()
    server.wait()


@pytest.mark.slow
@pytest.mark.window
def test_the_windows_keep_to_themselves(
    computer: tracing.Computer, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.setenv("LIBGL_ALWAYS_SOFTWARE", "1")
    kept_to_itself(computer, "live", "--source", "demo", "--record", "out/window")
    (session,) = (computer.work / "out/window").iterdir()
    kept_to_itself(computer, "review", session, status=124, interrupted_after_s=15.0)


@pytest.mark.parametrize("path", sorted((tracing.ROOT / "models").rglob("*.py")), ids=lambda path: path.name)
def test_no_tool_loads_onnx_runtime_before_its_reports_are_switched_off(path: Path) -> None:
    """It decides when it is loaded."""
    off = False
    for line in ast.parse(path.read_text(encoding="utf-8")).body:
        names = [alias.name for alias in line.names] if isinstance(line, ast.Import) else []
        names += [line.module or ""] if isinstance(line, ast.ImportFrom) else []
        off = (
            off
            or "runform_live" in {name.partition(".")[0] for name in names}
            or "ORT_DISABLE_TELEMETRY" in ast.unparse(line)
        )
        assert off or "onnxruntime" not in {name.partition(".")[0] for name in names}
