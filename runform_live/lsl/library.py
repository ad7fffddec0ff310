"""LSL's library: whether it is here, and who may find the streams."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Literal

from runform_live.errors import BadInput
from runform_live.optional_parts import how_to_add

Scope = Literal["off", "computer", "network"]
LEAST_VERSION = 118  # of liblsl, as it counts: 1.18. Earlier ones cannot be told their settings by a program
WITHOUT = "or leave the stream out: --lsl off"

# Searches are answered on the loopback alone. LSL has no setting for the ports that carry the data: they listen on all interfaces.
# Only errors are logged.
THIS_COMPUTER = """
[multicast]
ResolveScope = machine
ListenAddress = 127.0.0.1
[ports]
IPv6 = disable
[log]
level = -2
"""


def load() -> ModuleType:
    """The module pylsl. Raises BadInput, with what to install, where it or LSL's own library is missing or too old."""
    try:
        found = importlib.import_module("pylsl")
    except ImportError:
        raise BadInput(f"the live stream needs the package pylsl; {how_to_add('lsl')}, {WITHOUT}") from None
    except (RuntimeError, OSError, AttributeError):  # it looks for the library when it is imported
        raise BadInput(
            "pylsl is here, but liblsl, which it needs, is not or cannot be loaded; "
            f"install it with: conda install -c conda-forge liblsl, {WITHOUT}"
        ) from None
    version = found.library_version()
    if version < LEAST_VERSION:
        raise BadInput(
            f"liblsl {version // 100}.{version % 100} is too old for the live stream; "
            f"it must be 1.18 or newer: {how_to_add('lsl')}, {WITHOUT}"
        )
    return found


def keep_to(scope: Scope, pylsl: ModuleType) -> None:
    """Say who may find the streams. Call it before anything else of LSL. `network`: LSL's own settings hold, as everywhere."""
    if scope != "network":
        pylsl.set_config_content(THIS_COMPUTER)
