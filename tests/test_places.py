"""Accounts without a home, with one that is closed or read-only, and without a cache."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from numba.core.errors import NumbaError

from runform_live import config, places
from runform_live.errors import BadInput
from runform_live.gait import kernels as gait_kernels
from tests import accounts

posix = pytest.mark.skipif(not hasattr(os, "getuid"), reason="users and modes of POSIX")
ROOT = Path(places.__file__).parents[1]
VARIABLES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "MPLCONFIGDIR")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable names a place; what was found is forgotten."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    places.cache_folder.cache_clear()
    yield
    places.cache_folder.cache_clear()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for an account without HOME and without an entry in the list of users."""

    monkeypatch.setattr(os.path, "expanduser", lambda path: path)


def test_an_account_without_a_home_is_told_to_name_a_folder(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    no_home(monkeypatch)
    assert (config.own_file(), places.cache_folder()) == (None, None)
    settings = config.load()
    with pytest.raises(BadInput, match="no home folder.*--record DIR"):
        config.sessions_folder(settings)


@pytest.mark.parametrize("value", ["relative", "", ".", "~/x"])
def test_relative_folders_in_xdg_variables_are_left_out(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"):
        monkeypatch.setenv(name, value)
    assert places.config_home() == tmp_path / ".config"
    assert places.data_home() == tmp_path / ".local" / "share"
    assert places.cache_folder() == tmp_path / ".cache" / "runform_live"


def test_a_cache_that_cannot_be_used_gives_way_to_the_next(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert places.cache_folder() == tmp_path / "home" / ".cache" / "runform_live"


@posix
def test_a_cache_of_somebody_else_is_not_used(bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in a cache is run."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    no_home(monkeypatch)
    assert places.cache_folder() == tmp_path / "runform_live"
    places.cache_folder.cache_clear()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert places.cache_folder() is None
    assert [line for line in places.missing(None) if "no cache" in line]


@posix
@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022])
def test_the_cache_is_this_users_alone_whatever_the_umask(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    before = os.umask(umask)
    try:
        found = places.cache_folder()
    finally:
        os.umask(before)
    assert found is not None
    assert [mode(folder) for folder in (found, found.parent)] == [0o700, 0o700]


@posix
@pytest.mark.parametrize("loose", [0o777, 0o775, 0o1777])
def test_what_others_could_put_into_the_cache_is_not_run(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loose: int
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "runform_live").mkdir()
    (tmp_path / "runform_live" / "planted.nbi").touch()
    (tmp_path / "runform_live").chmod(loose)
    assert places.cache_folder() == tmp_path / "runform_live"
    assert list((tmp_path / "runform_live").iterdir()) == []
    assert mode(tmp_path / "runform_live") == 0o700


@posix
def test_a_link_and_a_folder_that_anyone_can_exchange_are_no_cache(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_home(monkeypatch)
    (tmp_path / "link").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link" / "runform_live").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "open" / "inner").mkdir(parents=True)
    (tmp_path / "open").chmod(0o777)
    for name in ("link", "open/inner"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))
        places.cache_folder.cache_clear()
        assert places.cache_folder() is None, name
    assert list((tmp_path / "open" / "inner").iterdir()) == []


@posix
def test_root_makes_no_cache_in_the_home_of_another_user(
    bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `sudo` with that user's HOME would: the user could not write there afterwards."""
    (home := tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(home))
    own = Path.stat

    def of_another_user(path: Path, **words: bool) -> os.stat_result:
        found = own(path, **words)
        return os.stat_result((*found[:4], 12345, *found[5:])) if path == home else found

    monkeypatch.setattr(Path, "stat", of_another_user)
    assert places.cache_folder() is None
    assert list(home.iterdir()) == []


def test_plots_need_no_folder_of_their_own(bare: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("MPLCONFIGDIR", "/proc/nowhere")
    places.scratch_for_plots()
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / "runform_live" / "matplotlib")


def kernels(*account: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import a kernel and call it, as that account."""
    code = (
        "import numpy as np; from runform_live.gait import kernels\n"
        "@kernels.kernel('f8(f8)')\n"
        "def double(x): return 2 * x\n"
        "print(double(3.0), kernels.CACHE)"
    )
    (script := Path(environment.pop("folder")) / "double.py").write_text(code)
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.run(
        [*account, sys.executable, str(script)],
        env={**clean, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    where = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "folder": str(tmp_path)}
    assert kernels(**where).stdout.startswith("6.0 ")
    made = [path for path in (tmp_path / "cache").rglob("*") if path.suffix in (".nbi", ".nbc")]
    assert len(made) == 2
    for content in (b"", b"\x80\x05", b"rubbish"):
        for path in made:
            path.write_bytes(content)
            done = kernels(**where)
            assert (done.stdout[:4], done.stderr) == ("6.0 ", ""), (content, path.name)
            assert path.stat().st_size > len(content), "it is whole again"


def test_the_kernels_of_others_stay_when_one_is_damaged(tmp_path: Path) -> None:
    """Another process may be using them."""
    where = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "folder": str(tmp_path)}
    kernels(**where)
    (index,) = (tmp_path / "cache").rglob("*.nbi")
    (other := index.with_name("double.doubled-2.py311.nbi")).write_bytes(b"of another kernel")
    index.write_bytes(b"rubbish")
    assert kernels(**where).stdout.startswith("6.0 ")
    assert other.read_bytes() == b"of another kernel"


def test_a_mistake_in_a_kernel_is_raised_and_costs_the_cache_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache := tmp_path / "kernels").mkdir()
    (cache / "geometry.upright_deg-24.py311.nbi").touch()
    monkeypatch.setattr(gait_kernels, "CACHE", cache)

    def wrong(x: float) -> object:
        return undefined(x)  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(NumbaError):
        gait_kernels.kernel("f8(f8)")(wrong)
    assert [path.name for path in cache.iterdir()] == ["geometry.upright_deg-24.py311.nbi"]


def test_a_full_disk_leaves_what_is_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cache := tmp_path / "kernels").mkdir()
    (cache / "geometry.upright_deg-24.py311.nbi").touch()
    monkeypatch.setattr(gait_kernels, "CACHE", cache)
    tries = []

    def njit(
        _signature: str, cache: bool, error_model: str
    ) -> Callable[[Callable[[float], float]], Callable[[float], float]]:
        assert error_model == "numpy"
        tries.append(cache)
        if cache:
            raise OSError(28, "No space left on device")
        return lambda function: function

    monkeypatch.setattr(gait_kernels.numba, "njit", njit)

    def double(x: float) -> float:
        return 2 * x

    assert gait_kernels.kernel("f8(f8)")(double)(3.0) == 6.0
    assert tries == [True, False]
    assert [path.name for path in cache.iterdir()] == ["geometry.upright_deg-24.py311.nbi"]


def test_without_a_home_a_kernel_is_compiled_all_the_same(tmp_path: Path) -> None:
    if not accounts.possible(accounts.UNNAMED):
        pytest.skip("this computer lets nobody be another user")
    done = kernels(*accounts.UNNAMED, folder=str(tmp_path))
    assert (done.stdout, done.stderr) == ("6.0 None\n", "")


@pytest.mark.parametrize("mode", [0o000, 0o555])
def test_with_a_home_that_is_closed_or_read_only_too(tmp_path: Path, mode: int) -> None:
    if not accounts.possible(accounts.BOUND):
        pytest.skip("this computer has no setpriv")
    (home := tmp_path / "home").mkdir(mode=mode)
    done = kernels(*accounts.BOUND, folder=str(tmp_path), HOME=str(home))
    assert (done.stdout, done.stderr) == ("6.0 None\n", "")


COMMANDS = {
    "models": 0,
    "sessions list --in .": 0,
    "report nothing": 2,
    "live --source demo --no-window": 2,
}


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("home", ["none", "closed", "read-only"])
def test_no_command_ends_with_a_traceback(tmp_path: Path, words: str, home: str) -> None:
    account = accounts.UNNAMED if home == "none" else accounts.BOUND
    if not accounts.possible(account):
        pytest.skip(f"this computer has no {account[0]} for that")
    (tmp_path / "home").mkdir(mode={"closed": 0o000, "read-only": 0o555}.get(home, 0o755))
    (tmp_path / "here").mkdir()
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [*account, sys.executable, "-m", "runform_live", *words.split()], cwd=tmp_path / "here",
        env=clean | {"PYTHONPATH": str(ROOT)} | ({} if home == "none" else {"HOME": str(tmp_path / "home")}),
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == COMMANDS[words], done.stderr
    assert len(done.stderr.splitlines()) == (1 if COMMANDS[words] else 0), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_run_without_a_cache_says_so_once(tmp_path: Path) -> None:
    if not accounts.possible(accounts.UNNAMED):
        pytest.skip("this computer lets nobody be another user")
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [*accounts.UNNAMED, sys.executable, "-m", "runform_live", "live", "--source", "demo", "--no-window",
         "--record", str(tmp_path / "runs")],
        env=clean | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert "no cache can be kept" in line and "XDG_CACHE_HOME" in line
    assert "session: " in done.stdout
