"""Python processes that import nothing from the working folder.

Python puts the working folder first on the path of `python -m` and `python -c`. A person's own `queue.py` or `secrets.py` there
would be imported in place of Python's. The same goes for an empty or relative entry of PYTHONPATH, such as that of
`PYTHONPATH=$PYTHONPATH:/somewhere`. What PYTHONPATH names in full stays.
"""

from __future__ import annotations

import os
import sys

PACKAGE = __name__.partition(".")[0]
ROOM = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (nothing but these two is imported yet)
_LOAD = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location({package!r}, {init!r})
sys.modules[{package!r}] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from {module} import {function} as run
sys.exit(run())
"""


def command(module: str, function: str, *words: str) -> list[str]:
    """The command line that calls a function of this very package in a process of its own, wherever the package lies."""
    init = os.path.join(ROOM, "__init__.py")  # noqa: PTH118
    code = _LOAD.format(package=PACKAGE, init=init, module=module, function=function)
    return [sys.executable, "-P", "-c", code, *words]


def environment(**changes: str) -> dict[str, str]:
    """What a Python process is given as its environment, so that neither it nor its children look into the working folder."""
    made = {**os.environ, "PYTHONSAFEPATH": "1"}
    named = os.pathsep.join(_named_in_full())
    if named:
        made["PYTHONPATH"] = named
    else:
        made.pop("PYTHONPATH", None)
    return made | changes


def leave_the_working_folder() -> None:
    """Where this process is the program itself: take the working folder from the path, and from that of all children.

    A process that only uses the package (a notebook, a test) is left as it is.
    """
    by_module = sys.argv[:1] == ["-m"]  # so long as Python still looks for the module to run
    if not by_module and os.path.splitext(os.path.basename(sys.argv[0] if sys.argv else ""))[0] != "runform":  # noqa: PTH119, PTH122
        return
    if by_module and not sys.flags.safe_path:
        del sys.path[0]
    left_out = _hanging_on_the_working_folder()
    sys.path[:] = [entry for entry in sys.path if entry not in left_out]
    root = os.path.dirname(ROOM)  # noqa: PTH120
    if root not in sys.path:  # a checkout that is not installed: after Python's own modules, before what is installed
        installed = (at for at, entry in enumerate(sys.path) if entry.endswith(("site-packages", "dist-packages")))
        sys.path.insert(next(installed, len(sys.path)), root)
    made = environment()
    if "PYTHONPATH" not in made:
        os.environ.pop("PYTHONPATH", None)
    os.environ.update(made)


def _entries() -> list[str]:
    known = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "")
    return known.split(os.pathsep) if known else []


def _named_in_full() -> list[str]:
    return [entry for entry in _entries() if os.path.isabs(entry)]  # noqa: PTH117


def _hanging_on_the_working_folder() -> set[str]:
    """Entries of the path that would be others in another working folder."""
    found = {""}
    for entry in _entries():
        if not os.path.isabs(entry):  # noqa: PTH117
            try:
                found |= {entry, os.path.abspath(entry)}  # noqa: PTH100
            except OSError:  # the working folder is gone
                found.add(entry)
    return found - set(_named_in_full())
