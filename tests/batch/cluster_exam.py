"""The whole exam of a cluster: many films, real workers, two of them killed, one bad film.

    python -m tests.batch.cluster_exam --clips 200 --folder DIR

Every film must be measured exactly once and as one process alone measures it, byte by byte. The folder keeps the films and the results of
the one process, so that a second call is shorter.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from runform_live.session.info_file import read_info
from tests.batch.cluster_makers import Analyze, Machines, differences, films, machines

PATIENCE_S = 7200.0
BAD = "this_is_no_film.mp4"


def exam(folder: Path, clips: int, workers: int, kills: int, alone: bool = True) -> list[str]:
    """Run it; what went wrong, in a line each. alone: measure with one process before, and compare."""
    places = {name: folder / name for name in ("films", "alone", "cluster", "logs")}
    films(places["films"], clips)
    (places["films"] / BAD).write_text("not a film")
    wrong: list[str] = []
    if alone:
        began_s = time.monotonic()
        one = Analyze(places["logs"] / "alone", places["films"], "--out", places["alone"], "--workers", 1)
        one.process.wait(PATIENCE_S)
        print(f"one process: {time.monotonic() - began_s:.0f} s, exit status {one.process.returncode}", flush=True)
    shutil.rmtree(places["cluster"], ignore_errors=True)
    with machines(places["logs"] / "dask", workers) as made:
        wrong += _on_cluster(made, places, clips, kills)
    if alone:
        wrong += differences(places["alone"], places["cluster"])
    return wrong


def _on_cluster(made: Machines, places: dict[str, Path], clips: int, kills: int) -> list[str]:
    wrong: list[str] = []
    words = places["films"], "--out", places["cluster"], "--scheduler", made.address
    began_s = time.monotonic()
    running = Analyze(places["logs"] / "cluster", *words)
    for number in range(kills):
        if not running.until(clips * (number + 1) // (kills + 2), PATIENCE_S):
            return [f"the work ended before a worker was to be killed: {running.err.strip()}"]
        nanny = number % 2 == 0
        made.kill(number, nanny=nanny)
        print(
            f"killed worker {number} after {len(running.sessions())} films, {'with' if nanny else 'without'} its nanny"
        )
    running.process.wait(PATIENCE_S)
    print(f"cluster: {time.monotonic() - began_s:.0f} s, exit status {running.process.returncode}", flush=True)
    wrong += [] if running.process.returncode == 1 else [f"exit status {running.process.returncode} instead of 1"]
    bad = [line for line in running.err.splitlines() if BAD in line]
    wrong += [] if len(bad) == 1 else [f"the bad film is named {len(bad)} times"]
    wrong += once_each(places["cluster"], clips)
    again = Analyze(places["logs"] / "again", *words)
    again.process.wait(PATIENCE_S)
    wrong += (
        [] if again.out.count("was measured before") == clips else ["a second call does not find all films measured"]
    )
    return wrong


def once_each(sessions: Path, count: int) -> list[str]:
    """Whether there is one finished session a film, and nothing else."""
    wrong = []
    found = sorted(sessions.iterdir())
    hidden = [path.name for path in found if path.name.startswith(".")]
    measured = Counter(read_info(path).source for path in found if not path.name.startswith("."))
    half = [path.name for path in found if path.name not in hidden and not (path / "report.html").is_file()]
    if hidden:
        wrong.append(f"left behind: {hidden}")
    if half:
        wrong.append(f"without a report: {half}")
    if len(measured) != count:
        wrong.append(f"{len(measured)} films are measured, not {count}")
    wrong += [f"{film} is measured {times} times" for film, times in measured.items() if times != 1]
    return wrong


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--clips", type=int, default=200)
    words.add_argument("--workers", type=int, default=4)
    words.add_argument("--kills", type=int, default=2)
    words.add_argument("--folder", type=Path, required=True)
    chosen = words.parse_args()
    wrong = exam(chosen.folder, chosen.clips, chosen.workers, chosen.kills)
    print("\n".join(wrong) or f"passed: {chosen.clips} films, each once, equal to one process's byte by byte")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
