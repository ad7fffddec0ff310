"""The wheel: what is in it, that the source archive builds the same, and that it runs wherever it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.running import left_over

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MOST_BYTES = 60e6
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
REVIEW_S = 12.0


def build(target: str, source: Path, into: Path) -> Path:
    """The wheel or the source archive ("wheel", "sdist") of a folder with the program in it."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)],
        cwd=source, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = into.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_all_that_runs_and_nothing_else(wheel: Path) -> None:
    assert wheel.stat().st_size < MOST_BYTES
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert b"Licensed under the Apache License" in archive.read("runform_live/shipped/NOTICE")
    for name in (
        "capture/demo.mp4", "shipped/LICENSE", "shipped/configs/defaults.toml", "shipped/configs/languages/de.toml", "report/page.html",
        "shipped/models/blazepose/detector.onnx", "shipped/models/frontal/frontal.onnx", "shipped/models/frontal/card.toml", "py.typed",
    ):  # fmt: skip
        assert f"runform_live/{name}" in names
    for folder in ("languages/en", "languages/de"):
        spoken = {path.name for path in (ROOT / "configs" / folder).glob("*.flac")}
        shipped = {name.rpartition("/")[2] for name in names if f"shipped/configs/{folder}/" in name}
        assert spoken and shipped == spoken
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"runform_live"}
    assert {name.rpartition("/")[2] for name in names if ".dist-info/licenses/" in name} == {"LICENSE", "NOTICE"}
    assert not any("training" in name or "/float/" in name or name.endswith(".pyc") for name in names)


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("runform_live-*")
    again = build("wheel", source, tmp_path / "again")
    with ZipFile(wheel) as one, ZipFile(again) as other:
        assert one.namelist() == other.namelist()
        assert [name for name in one.namelist() if one.read(name) != other.read(name)] == []
    assert again.read_bytes() == wheel.read_bytes()


class Installed:
    """The program where it was installed, run from another folder by an account without any of its files."""

    def __init__(self, command: Path, folder: Path) -> None:
        self.command, self.work = command, folder / "work"
        self.work.mkdir()
        left_out = ("PYTHON", "XDG_", "NUMBA_", "MPLCONFIGDIR")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        self.environment |= {"HOME": str(folder / "home"), "LOCALAPPDATA": str(folder / "home")}
        (folder / "home").mkdir()

    def run(self, *words: object, before: tuple[str, ...] = (), status: int = 0) -> str:
        done = subprocess.run(
            [*before, str(self.command), *map(str, words)], cwd=self.work, env=self.environment,
            capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout


def beside_the_packages_of_the_tests(wheel: Path, folder: Path) -> Path:
    """An environment that has the wheel, and reads all other packages where those of the tests lie. Nothing is fetched."""
    venv.create(folder / "environment", with_pip=False)
    python = folder / "environment" / SCRIPTS / "python"
    words = ["--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True)
    (packages,) = (folder / "environment").rglob("site-packages")
    (packages / "of-the-tests.pth").write_text(sysconfig.get_path("purelib"))
    return python.with_name("runform")


def by_pip(wheel: Path, folder: Path) -> Path:
    venv.create(folder / "environment", with_pip=True)
    python = folder / "environment" / SCRIPTS / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    return python.with_name("runform")


def by_pipx(wheel: Path, folder: Path) -> Path:
    places = {"PIPX_HOME": str(folder / "pipx"), "PIPX_BIN_DIR": str(folder / "bin")}
    subprocess.run(["pipx", "install", str(wheel)], check=True, capture_output=True, env={**os.environ, **places})
    return folder / "bin" / "runform"


def by_uv(wheel: Path, folder: Path) -> Path:
    places = {"UV_TOOL_DIR": str(folder / "uv"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    words = ["uv", "tool", "install", "--quiet", "--python", sys.executable, str(wheel)]
    subprocess.run(words, check=True, capture_output=True, env={**os.environ, **places})
    return folder / "bin" / "runform"


WAYS = {"beside": beside_the_packages_of_the_tests, "pip": by_pip, "pipx": by_pipx, "uv": by_uv}


@pytest.mark.parametrize(
    "way", ["beside", *(pytest.param(way, marks=pytest.mark.network) for way in ("pip", "pipx", "uv"))]
)
def test_the_wheel_runs_from_another_folder(wheel: Path, tmp_path: Path, way: str) -> None:
    if way in ("pipx", "uv") and shutil.which(way) is None:
        pytest.skip(f"{way} is not installed here")
    program = Installed(WAYS[way](wheel, tmp_path), tmp_path)
    assert program.run("--version").startswith("runform_live ")
    assert "blazepose-detector (person)" in program.run("models")
    assert "numpy" in program.run("licences")
    program.run("live", "--source", "demo", "--no-window", "--record", "live")
    with ZipFile(wheel) as archive:
        (program.work / "film.mp4").write_bytes(archive.read("runform_live/capture/demo.mp4"))
    program.run("analyze", "film.mp4", "--out", "offline")
    (live,), (offline,) = (list((program.work / name).iterdir()) for name in ("live", "offline"))
    assert (live / "stances.csv").read_bytes() == (offline / "stances.csv").read_bytes()
    program.run("report", live, "--out", "report.html")
    assert (program.work / "report.html").stat().st_size > 50_000
    found = {one["part"]: one["state"] for one in json.loads(program.run("doctor", "--json"))}
    assert found["networks"] == "good"
    if shutil.which("xvfb-run") and shutil.which("timeout"):
        screen = ("timeout", "-s", "INT", str(REVIEW_S), "xvfb-run", "-a", "-s", "-screen 0 1280x800x24")
        program.run("review", live, before=screen, status=124)  # it was open until it was ended
    assert left_over() == []
