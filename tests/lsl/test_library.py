"""What is said where LSL's library is missing: one line, before anything has begun."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from runform_live import config
from runform_live.cli.main import main
from runform_live.errors import BadInput
from runform_live.lsl import library
from runform_live.runtime import live
from runform_live.runtime.topology import STAGES


def without_pylsl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)


def without_liblsl(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A pylsl that looks for its library in vain, as it does on a system that its wheel brings none for."""
    monkeypatch.delitem(sys.modules, "pylsl", raising=False)
    (folder / "pylsl.py").write_text("raise RuntimeError('LSL binary library file was not found.')\n")
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize("words", [["--lsl"], ["--lsl", "network"]])
def test_a_run_with_a_stream_is_refused_in_one_line_before_a_session_begins(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_pylsl(monkeypatch)
    assert main(["live", "--source", "demo", "--no-window", "--record", str(tmp_path / "runs"), *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "runform: the live stream needs the package pylsl; docs/install.md, Optional parts, says how to add the group lsl, "
        "or leave the stream out: --lsl off"
    )
    assert not (tmp_path / "runs").exists()


def test_the_setting_asks_for_the_library_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_pylsl(monkeypatch)
    (tmp_path / "mine.toml").write_text('[export]\nlsl = "computer"\n')
    assert main(["live", "--source", "demo", "--no-window", "--config", str(tmp_path / "mine.toml")]) == 2
    assert "says how to add the group lsl" in capsys.readouterr().err


def test_a_missing_library_below_pylsl_is_told_from_a_missing_pylsl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_liblsl(monkeypatch, tmp_path)
    with pytest.raises(BadInput, match="liblsl, which it needs, .* conda install -c conda-forge liblsl"):
        library.load()


def test_an_old_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    old = types.ModuleType("pylsl")
    old.library_version = lambda: 116  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pylsl", old)
    with pytest.raises(BadInput, match=r"liblsl 1\.16 is too old"):
        library.load()


@pytest.mark.parametrize(("scope", "told"), [("computer", [library.THIS_COMPUTER]), ("network", [])])
def test_only_a_stream_for_this_computer_has_settings_of_its_own(scope: library.Scope, told: list[str]) -> None:
    said: list[str] = []
    module = types.ModuleType("pylsl")
    module.set_config_content = said.append  # type: ignore[attr-defined]
    library.keep_to(scope, module)
    assert said == told


def test_a_run_has_the_stage_only_where_it_was_asked_for(tmp_path: Path) -> None:
    settings = config.load()
    assert live.setup_for("demo", settings, tmp_path).stages == STAGES
    assert live.setup_for("demo", settings.with_lsl("network"), tmp_path).stages == (*STAGES, "lsl")
    assert live.setup_for("demo", settings.with_lsl("network").with_lsl("off"), tmp_path).stages == STAGES
    assert settings.with_lsl("computer").with_lsl(None).export.lsl == "computer", "what was not said changes nothing"


def test_help_says_who_can_read_the_streams(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["live", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "network announces the streams in the local network, where everybody can read them" in told
