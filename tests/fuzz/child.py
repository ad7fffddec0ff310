"""The process that tries cases: `python -m tests.fuzz.child SEED FOLDER READER FIRST COUNT ...`. It prints a line of JSON before and after each.

It may die or hang; the process that started it sees that.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import runform_live
from runform_live.errors import RunformError
from runform_live.file_names import shown
from tests.fuzz import limits
from tests.fuzz.plan import Plan
from tests.fuzz.targets import TARGETS, Target

assert runform_live
LONGEST_LINE = 1500  # characters of what a person is told


def sentence(trouble: RunformError) -> str:
    """What is wrong with an error that a person would be shown; empty: nothing."""
    said = str(trouble)
    if not said or said != said.strip():
        return f"no sentence: {said!r}"
    if len(said.splitlines()) != 1 or shown(said) != said:
        return f"not one line of what can be shown: {said[:200]!r}"
    return f"a line of {len(said)} characters: {said[:80]}..." if len(said) > LONGEST_LINE else ""


def place(trouble: BaseException) -> str:
    """Where an error came up, innermost last."""
    frames = traceback.extract_tb(trouble.__traceback__)[-3:]
    return " > ".join(f"{Path(one.filename).name}:{one.lineno}" for one in frames)


def tried(target: Target, sound: Path, case: Path, seed: int, number: int) -> tuple[str, float]:
    """One case: how the reader ended ("read", "refused" or what is wrong), and in how many seconds."""
    chance = random.Random(f"{target.name} {seed} {number}")
    shutil.rmtree(case, ignore_errors=True)
    case.mkdir()
    done = target.damage(sound, case, chance)
    say(begin=number, reader=target.name, done=done[:300])
    watch.found.clear()
    began = time.perf_counter()
    watch.on = True
    try:
        target.read(case)
        ended = "read"
    except RunformError as trouble:
        ended = sentence(trouble) or "refused"
    except BaseException as trouble:
        if isinstance(trouble, target.allowed):
            ended = "refused"
        else:
            ended = f"{type(trouble).__name__} at {place(trouble)}: {str(trouble)[:200]}"
    watch.on = False
    spent_s = time.perf_counter() - began
    return "; ".join(watch.found) or ended, spent_s


def say(**words: Any) -> None:
    os.write(OUT, json.dumps(words).encode() + b"\n")


def made(target: Target, folder: Path) -> tuple[Path, Path]:
    """The folders of what is sound and of the cases. What is sound is read once, so that all is loaded."""
    sound, case = folder / "sound", folder / "case"
    sound.mkdir(parents=True)
    target.make(sound)
    case.mkdir()
    target.put(sound, case)
    target.read(case)
    return sound, case


def main() -> None:
    global watch
    seed, folder = int(sys.argv[1]), Path(sys.argv[2])
    plans = [Plan(name, int(first), int(count)) for name, first, count in zip(*[iter(sys.argv[3:])] * 3, strict=True)]
    sys.dont_write_bytecode = True
    os.environ.pop("RUNFORM_DATABASE_URL", None)
    os.chdir(folder)
    places = [made(TARGETS[plan.reader], folder / str(number)) for number, plan in enumerate(plans)]
    watch = limits.Watch(folder)
    limits.bound_memory()
    say(ready=True)
    for plan, (sound, case) in zip(plans, places, strict=True):
        for number in range(plan.first, plan.first + plan.count):
            ended, spent_s = tried(TARGETS[plan.reader], sound, case, seed, number)
            say(end=number, reader=plan.reader, ended=ended, seconds=spent_s)


if __name__ == "__main__":
    OUT = os.dup(1)
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
        os.dup2(2 if os.environ.get("FUZZ_LOUD") else nothing.fileno(), 1)
        if not os.environ.get("FUZZ_LOUD"):
            os.dup2(nothing.fileno(), 2)
        try:
            main()
        except BaseException:
            say(broken=traceback.format_exc()[-1500:])
    os._exit(0)
