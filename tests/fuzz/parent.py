"""Has a reader tried in a process of its own, which is ended where it hangs and started anew where it died."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.fuzz.plan import Plan

LONGEST_S = 5.0  # of processor time in one case
LONGEST_WAIT_S = 30.0  # on the clock, on a computer that is busy
START_S = 300.0
LOOK_S = 0.5
OWN_PLACES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME", "TMPDIR")
ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Result:
    """What came of the cases of one reader."""

    reader: str
    cases: int = 0
    refused: int = 0
    seconds: float = 0.0  # all of it, the making of the files too
    worst_s: float = 0.0
    failures: list[str] = field(default_factory=list)

    def with_more(self, other: Result) -> Result:
        """Both together."""
        return Result(
            self.reader, self.cases + other.cases, self.refused + other.refused, self.seconds + other.seconds, max(self.worst_s, other.worst_s),
            self.failures + other.failures,
        )  # fmt: skip


def try_cases(plans: Sequence[Plan], seed: int, longest_s: float = LONGEST_S) -> list[Result]:
    """Try the cases, one reader after the other in one process. Raises RuntimeError where not even the sound files can be read.

    longest_s: of processor time in one case.
    """
    results = {plan.reader: Result(plan.reader) for plan in plans}
    left = [plan for plan in plans if plan.count]
    while left:
        with tempfile.TemporaryDirectory(prefix="runform-fuzz-", ignore_cleanup_errors=True) as folder:
            left = _one_process(results, seed, left, Path(folder), longest_s)
    return list(results.values())


def _one_process(
    results: dict[str, Result], seed: int, plans: Sequence[Plan], folder: Path, longest_s: float
) -> list[Plan]:
    """Cases until the process ends; returns what is left to try."""
    words = [sys.executable, "-m", "tests.fuzz.child", str(seed), str(folder)]
    words += [word for plan in plans for word in (plan.reader, str(plan.first), str(plan.count))]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    for variable in OWN_PLACES:  # some are looked at when a library is loaded
        (folder / variable).mkdir()
        environment[variable] = str(folder / variable)
    left, now, done = list(plans), (plans[0].reader, plans[0].first - 1), "before the first case"
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=_listen, args=(process, said), daemon=True).start()
        began_s = time.monotonic()
        for word in _until_it_hangs(process, said, longest_s):
            if "broken" in word:
                raise RuntimeError(word["broken"])
            if "begin" in word:
                now, done = (word["reader"], word["begin"]), word["done"]
                left = _after(left, *now)
            elif "end" in word:
                _count(results, *now, done, word["ended"], word["seconds"])
                results[now[0]].seconds += time.monotonic() - began_s
                began_s = time.monotonic()
                done = ""
            elif "hangs" in word:
                process.kill()
                _count(results, *now, done, f"hangs: {word['hangs']}", longest_s)
                return left
        status = process.wait()
    if left or done:
        if done == "before the first case":
            raise RuntimeError(f"the process died with {status} before the first case")
        _count(results, *now, done or "all was done", f"the process died with {status}", 0.0)
    return left


def _after(plans: list[Plan], reader: str, number: int) -> list[Plan]:
    """What is left of the plans after a case."""
    at = next(k for k, plan in enumerate(plans) if plan.reader == reader)
    rest = plans[at].after(number)
    return [rest, *plans[at + 1 :]] if rest.count else plans[at + 1 :]


def _count(results: dict[str, Result], reader: str, number: int, done: str, ended: str, seconds: float) -> None:
    found = results[reader]
    found.cases += 1
    found.refused += ended == "refused"
    found.worst_s = max(found.worst_s, seconds)
    if ended not in ("read", "refused"):
        found.failures.append(f"{reader} {number}: {done} -> {ended}")


def _listen(process: subprocess.Popen[bytes], said: queue.Queue[dict[str, Any] | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        said.put(json.loads(line))
    said.put(None)


def _until_it_hangs(
    process: subprocess.Popen[bytes], said: queue.Queue[dict[str, Any] | None], longest_s: float
) -> Iterator[dict[str, Any]]:
    """What the process says; "hangs" and then nothing more where a case takes too long.

    Time in which this process itself was stopped, as while a computer sleeps, does not count.
    """
    waited_s, used_s, within_s = 0.0, 0.0, START_S
    while True:
        asked_s = time.monotonic()
        try:
            word = said.get(timeout=LOOK_S)
        except queue.Empty:
            waited_s += min(time.monotonic() - asked_s, 2 * LOOK_S)
            spent_s = _used_s(process) - used_s
            if waited_s > within_s or (within_s < START_S and spent_s > longest_s):
                yield {"hangs": f"{waited_s:.0f} s on the clock, {spent_s:.1f} s of processor time"}
                return
            continue
        if word is None:
            return
        if "begin" in word:
            waited_s, used_s, within_s = 0.0, _used_s(process), LONGEST_WAIT_S
        yield word


def _used_s(process: subprocess.Popen[bytes]) -> float:
    try:
        used = psutil.Process(process.pid).cpu_times()
    except psutil.Error:
        return 0.0
    return used.user + used.system
