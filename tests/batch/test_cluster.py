"""A cluster of real processes, and what is said where there is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.batch.cluster_exam import once_each
from tests.batch.cluster_makers import Analyze, differences, films, machines
from tests.cli.test_sessions import told
from tests.makers import flat, video
from tests.running import wait_until

PATIENCE_S = 300.0


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with two films of nobody."""
    (tmp_path / "films").mkdir()
    for number in range(2):
        video(tmp_path / "films" / f"{number}.mp4", [flat(96, 128, 90 + 10 * number)] * 5)
    return tmp_path / "films"


def test_without_dask_a_line_says_what_to_install(
    two: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "runform_live.batch.connecting", raising=False)
    monkeypatch.delitem(sys.modules, "runform_live.batch.cluster", raising=False)
    monkeypatch.delitem(sys.modules, "runform_live.batch.cluster_workers", raising=False)
    monkeypatch.delitem(sys.modules, "runform_live.batch.on_worker", raising=False)
    status, out, err = told(capsys, "analyze", two, "--out", tmp_path / "runs", "--scheduler", "tcp://127.0.0.1:9")
    assert (status, out) == (2, "")
    assert (
        err == "runform: --scheduler needs Dask; docs/install.md, Optional parts, says how to add the group cluster\n"
    )


@pytest.mark.parametrize("address", ["nonsense", "tcp://here", "http://127.0.0.1:80", "tcp://127.0.0.1:x", "tcp://:1"])
def test_what_is_no_address_of_a_scheduler_is_refused_in_a_line(
    two: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    pytest.importorskip("distributed")
    status, out, err = told(capsys, "analyze", two, "--out", tmp_path / "runs", "--scheduler", address)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("runform: --scheduler ") and "this is no address of a scheduler; give the address" in err


def test_where_no_scheduler_answers_a_line_says_so(
    two: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    from runform_live.batch import connecting

    monkeypatch.setattr(connecting, "CONNECT_S", 0.2)
    status, out, err = told(capsys, "analyze", two, "--out", tmp_path / "runs", "--scheduler", "127.0.0.1:9")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "no scheduler answers there within 0 s; give the address that `dask scheduler` printed" in err


def test_a_worker_that_would_measure_something_else_is_told_by_what_it_has() -> None:
    pytest.importorskip("distributed")
    from runform_live.batch.on_worker import Identity

    mine = Identity({"program": "runform_live 0.23.0", "numpy": "2.4.1"})
    assert mine.difference(mine) == ""
    assert mine.difference(Identity({"program": "runform_live 0.22.0", "numpy": "2.4.1"})) == (
        "it has program runform_live 0.22.0 instead of runform_live 0.23.0"
    )
    assert mine.difference(Identity({"program": "runform_live 0.23.0"})) == "it has numpy none instead of 2.4.1"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_worker_that_is_killed_costs_no_film_and_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    folder, count = tmp_path / "films", 6
    made = films(folder, count)
    (folder / "bad.mp4").write_text("hello")
    alone = Analyze(tmp_path / "alone_logs", folder, "--out", tmp_path / "alone", "--workers", 1)
    assert alone.process.wait(PATIENCE_S) == 1
    with machines(tmp_path / "dask", 2) as cluster:
        words = folder, "--out", tmp_path / "runs", "--scheduler", cluster.address
        first = Analyze(tmp_path / "first", *words)
        assert first.until(1, PATIENCE_S), first.err
        cluster.kill(0, nanny=True)
        assert first.until(2, PATIENCE_S), first.err
        first.ctrl_c()
        assert first.process.wait(PATIENCE_S) == 130, first.err
        done = len(first.sessions())
        assert f"stopped; {done} of {count + 1} videos are measured" in first.out
        assert wait_until(lambda: len(list((tmp_path / "runs").iterdir())) == done, 30.0), "nothing half is left"
        second = Analyze(tmp_path / "second", *words)
        assert second.process.wait(PATIENCE_S) == 1
        assert [line for line in second.err.splitlines() if "bad.mp4" in line] == [
            f"runform: {folder}/bad.mp4: this is not a video; give a film that plays in a video player"
        ]
        assert len(second.sessions()) == count - done
    assert once_each(tmp_path / "runs", count) == []
    assert differences(tmp_path / "alone", tmp_path / "runs") == []
    shutil.rmtree(folder)
    assert len(made) == count


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_worker_of_another_version_is_refused_by_name_before_it_is_given_work(two: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    other = tmp_path / "other"
    room = Path(__file__).parents[2]
    shutil.copytree(room / "runform_live", other / "runform_live", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("configs", "models", "pyproject.toml"):
        (other / name).symlink_to(room / name)
    with (other / "runform_live" / "body.py").open("a") as text:
        text.write("# another one\n")
    with machines(tmp_path / "dask", 0) as cluster:
        cluster.add_worker(PYTHONPATH=str(other))
        refused = Analyze(tmp_path / "logs", two, "--out", tmp_path / "runs", "--scheduler", cluster.address)
        assert refused.process.wait(PATIENCE_S) == 2
    first, second = refused.err.splitlines()
    assert first.startswith("runform: worker worker0 at tcp://") and "it has the source text" in first
    assert second == f"runform: no worker of {cluster.address} may measure; each is named above with the reason"
    assert refused.out == "" and list((tmp_path / "runs").iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_scheduler_that_dies_is_one_line_and_the_same_command_goes_on_with_another(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    folder, count = tmp_path / "films", 5
    films(folder, count)
    with machines(tmp_path / "dask", 2) as cluster:
        words = folder, "--out", tmp_path / "runs", "--scheduler", cluster.address
        first = Analyze(tmp_path / "first", *words)
        assert first.until(1, PATIENCE_S), first.err
        cluster.scheduler.kill()
        assert first.process.wait(PATIENCE_S) == 1, first.err
    assert (
        first.err == "runform: the scheduler does not answer any more; start it again, and the same command goes on\n"
    )
    done = len(first.sessions())
    assert f"{done} of {count} videos measured" in first.out
    with machines(tmp_path / "again", 2) as cluster:
        second = Analyze(tmp_path / "second", folder, "--out", tmp_path / "runs", "--scheduler", cluster.address)
        assert second.process.wait(PATIENCE_S) == 0, second.err
    assert second.err == "" and len(second.sessions()) <= count - done, "what was finished is not measured again"
    assert once_each(tmp_path / "runs", count) == []
