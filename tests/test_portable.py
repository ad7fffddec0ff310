"""What Windows and macOS lack is not needed: neither by what is imported, nor by what runs where the switch forbids it."""

from __future__ import annotations

import ast
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import psutil
import pytest

import runform_live
from runform_live import portable
from runform_live.runtime import seed
from runform_live.runtime.bus_folder import BusFolder
from runform_live.runtime.endpoints import Endpoints

PACKAGE = Path(runform_live.__file__).parent
# Modules and names that Python lacks on Windows (its library reference, "Availability: Unix").
POSIX_MODULES = {
    "crypt", "curses", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline", "resource", "spwd", "syslog", "termios", "tty",
}  # fmt: skip
POSIX_NAMES = {
    "os": {
        "chown", "fork", "forkpty", "geteuid", "getgid", "getgroups", "getloadavg", "getpgid", "getpgrp", "getuid", "killpg", "lchown",
        "mkfifo", "mknod", "nice", "openpty", "posix_spawn", "sched_getaffinity", "sched_setaffinity", "setpgid", "setsid", "setuid",
        "statvfs", "sync", "sysconf", "tcgetpgrp", "uname", "wait", "wait3", "wait4", "WNOHANG", "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK",
    },
    "signal": {
        "SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGUSR1", "SIGUSR2", "alarm", "pause",
        "pthread_kill", "pthread_sigmask", "setitimer", "siginterrupt", "sigwait",
    },
    "socket": {"AF_UNIX"},
    "time": {"clock_gettime", "tzset"},
}  # fmt: skip
# Where a name of POSIX is used behind a question that mypy does not see (for win32 it checks all others): what asks.
ASKED_BEFORE = {
    ("places.py", "getuid"): "_is_ours",
    ("runtime/bus_folder.py", "getuid"): "_safe",
    ("runtime/bus_folder.py", "AF_UNIX"): "_holds_sockets",
    ("runtime/seed.py", "AF_UNIX"): "sys.platform",
    ("session/reader.py", "geteuid"): "sys.platform",
    ("cli/typed.py", "tcgetpgrp"): "_terminal",
    ("cli/typed.py", "getpgrp"): "_terminal",
    ("portable.py", "sysconf"): "is_linux",
}
MODULES = sorted(PACKAGE.rglob("*.py"))
WINDOWS_NAMES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}


def guarded(tree: ast.Module) -> Iterator[ast.AST]:
    """What stands under a question for the platform, for the name itself, or in a `try` that expects the import to fail."""
    for node in ast.walk(tree):
        asks = ast.unparse(node.test) if isinstance(node, ast.If | ast.IfExp) else ""
        if any(word in asks for word in ("sys.platform", "os.name", "hasattr(")):
            yield from ast.walk(node)
        if isinstance(node, ast.Try) and any("ImportError" in ast.unparse(each) for each in node.handlers):
            yield from (inner for line in node.body for inner in ast.walk(line))


def used(path: Path) -> Iterator[str]:
    """Modules and names of POSIX that a module needs without having asked for them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    free = set(map(id, guarded(tree)))
    place = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(tree):
        if id(node) in free:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in POSIX_MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.partition(".")[0] in POSIX_MODULES:
                yield node.module
            yield from (alias.name for alias in node.names if alias.name in POSIX_NAMES.get(node.module, ()))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in POSIX_NAMES.get(node.value.id, ()) and (place, node.attr) not in ASKED_BEFORE:
                yield f"{node.value.id}.{node.attr}"


def test_no_module_needs_what_windows_lacks() -> None:
    assert {path.name: found for path in MODULES if (found := list(used(path)))} == {}


def test_only_modules_that_can_do_without_name_files_of_linux() -> None:
    """All but the last ask `portable.is_linux` before they read one; the last refuses such names as films."""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and str(node.value).startswith(("/proc", "/dev", "/sys"))
    }
    assert found == {
        "portable.py", "runtime/endpoints.py", "capture/listed.py", "encryption/plain_copies.py", "capture/opening.py"
    }  # fmt: skip


def test_only_the_seed_forks_and_only_where_the_system_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process that multiprocessing starts names `spawn`; the others are programs of their own."""
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        assert ("os.fork" in source) == (path.name == "seed_process.py"), path.name
        for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
            words = ast.unparse(call)
            if words.startswith(("ProcessPoolExecutor(", "multiprocessing.")):
                assert "spawn" in words, path.name
            if words.startswith("get_context("):
                assert words == "get_context('spawn')", path.name
    users = {path.name for path in MODULES if "seed.Seed(" in path.read_text(encoding="utf-8")}
    assert users == {"prepared.py"}
    monkeypatch.setenv(portable.SWITCH, "1")
    assert not seed.can_grow()


def test_every_file_that_ships_has_a_name_that_windows_takes() -> None:
    root = PACKAGE.parent
    shipped = [path for folder in (PACKAGE, root / "configs", root / "models") for path in folder.rglob("*")]
    names = [path.relative_to(root) for path in shipped if "__pycache__" not in path.parts]
    assert len(names) > 500
    for name in names:
        assert not set(name.as_posix()) & set('<>:"\\|?*') and name.as_posix().isascii(), name
        assert not any(
            part.endswith((".", " ")) or part.partition(".")[0].lower() in WINDOWS_NAMES for part in name.parts
        )
        assert len(str(PureWindowsPath(name))) < 120, "site-packages of a user lies deep, and a path has 260 letters"
    assert len({name.as_posix().lower() for name in names}) == len(names), "Windows and macOS take a and A for the same"


# -- the switch ---------------------------------------------------------------------------------------------------


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(portable.SWITCH, "1")


def test_with_the_switch_a_run_speaks_over_the_loopback_with_keys(forced: None) -> None:
    folder = BusFolder()
    ends = Endpoints.local(folder.path, ["capture", "pose"])
    folder.close()
    assert folder.path is None
    assert [address.rpartition(":")[0] for address in ends.addresses.values()] == ["tcp://127.0.0.1"] * 2
    assert ends.keys is not None and ends.keys.allowed == (ends.keys.public,)


def test_with_the_switch_only_the_signals_of_all_systems_end_a_run(forced: None) -> None:
    assert portable.end_signals() == ("SIGINT", "SIGTERM")
    assert all(hasattr(signal, name) for name in portable.end_signals())
    assert not portable.starts_apart()
    assert not portable.is_linux()


@pytest.mark.parametrize(("value", "forced"), [("1", True), ("0", False), ("", False)])
def test_the_switch_is_on_for_anything_but_nothing_and_0(
    monkeypatch: pytest.MonkeyPatch, value: str, forced: bool
) -> None:
    monkeypatch.setenv(portable.SWITCH, value)
    assert portable.only() is forced


def test_memory_is_known_without_proc_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(portable.SWITCH, "1")
    there = psutil.Process().memory_info().rss / 2**20
    assert portable.memory_mib() == pytest.approx(there, rel=0.05)
    monkeypatch.delenv(portable.SWITCH)
    assert portable.memory_mib() == pytest.approx(there, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_the_types_are_right_on_the_other_systems(platform: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--platform", platform, "--cache-dir", str(tmp_path)],
        cwd=PACKAGE.parent, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
