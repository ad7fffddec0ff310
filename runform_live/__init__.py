"""A treadmill gait-retraining monitor (see README.md). For programs of your own: docs/python.md."""

import os

from runform_live import isolated

# ONNX Runtime reports its use to its maker otherwise, and keeps a number of this computer under ~/.cache. It reads this when it
# is loaded (but on Windows, where pose/networks.py switches its events off).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
isolated.leave_the_working_folder()

TYPE_CHECKING = False  # checkers and editors take it for true; the module `typing` itself would take longer to load than all else here
if TYPE_CHECKING:
    from runform_live.errors import BadInput, RunformError
    from runform_live.interface import (
        analyse,
        changes,
        draw,
        poses,
        read,
        stances,
        summary,
        write_export,
        write_report,
    )
    from runform_live.messages import Stance
    from runform_live.session.figures import Summary
    from runform_live.session.reader import Session

__all__ = (
    "BadInput",
    "RunformError",
    "Session",
    "Stance",
    "Summary",
    "analyse",
    "changes",
    "draw",
    "poses",
    "read",
    "stances",
    "summary",
    "write_export",
    "write_report",
)
# Where each of them is. A stage of a live run imports this package too, and needs none of them: they are loaded when they are asked for.
_HOMES = {
    "BadInput": "errors",
    "RunformError": "errors",
    "Session": "session.reader",
    "Stance": "messages",
    "Summary": "session.figures",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'interface')}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
