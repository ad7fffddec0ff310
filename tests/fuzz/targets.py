"""The readers that are tried, by name."""

from __future__ import annotations

import os

from tests.fuzz.target import Target
from tests.fuzz.targets_bus import BUS
from tests.fuzz.targets_clinic import CLINIC
from tests.fuzz.targets_films import FILMS
from tests.fuzz.targets_harness import HARNESS
from tests.fuzz.targets_keys import KEYS
from tests.fuzz.targets_sessions import SESSIONS
from tests.fuzz.targets_settings import SETTINGS

# What is only there to try the harness is tried where the environment asks for it.
_ALSO = HARNESS if os.environ.get("FUZZ_HARNESS") else ()
TARGETS: dict[str, Target] = {one.name: one for one in (*SESSIONS, *CLINIC, *KEYS, *SETTINGS, *BUS, *FILMS, *_ALSO)}
