"""Damages what the readers read, and says what each of them did: `python -m tests.fuzz --cases 10000`.

Every case follows from the seed, the reader and its number: `--only READER --first NUMBER --cases 1 --seed SEED` tries one again. The exit
status is 1 where a reader did anything but read, or refuse in a line.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.fuzz.parent import Result, try_cases
from tests.fuzz.plan import Plan
from tests.fuzz.targets import TARGETS

SEED = 1
PIECE = 400  # cases of one process


def shares(cases: int, only: list[str]) -> dict[str, int]:
    """How many cases each reader gets, by its weight; at least one."""
    weights = {name: target.weight for name, target in TARGETS.items() if not only or name in only}
    total = sum(weights.values())
    return {name: max(1, round(cases * weight / total)) for name, weight in weights.items()}


def table(results: list[Result]) -> str:
    lines = [f"{'reader':26s} {'cases':>6s} {'refused':>8s} {'seconds':>8s} {'worst s':>8s} {'failures':>9s}"]
    lines += [
        f"{one.reader:26s} {one.cases:6d} {one.refused:8d} {one.seconds:8.1f} {one.worst_s:8.2f} {len(one.failures):9d}"
        for one in results
    ]
    cases, refused, seconds = (sum(getattr(one, name) for one in results) for name in ("cases", "refused", "seconds"))
    worst, failures = max(one.worst_s for one in results), sum(len(one.failures) for one in results)
    return "\n".join([*lines, f"{'all':26s} {cases:6d} {refused:8d} {seconds:8.1f} {worst:8.2f} {failures:9d}"])


def tried(reader: str, seed: int, first: int, count: int) -> Result:
    """All cases of a reader, in processes of PIECE cases each. Failures are printed as they come."""
    whole = Result(reader)
    for begin in range(first, first + count, PIECE):
        (part,) = try_cases([Plan(reader, begin, min(PIECE, first + count - begin))], seed)
        for failure in part.failures:
            print(failure, flush=True)
        whole = whole.with_more(part)
    print(f"{reader}: {whole.cases} cases, {len(whole.failures)} failures", file=sys.stderr, flush=True)
    return whole


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=500, help="of all readers together (default: 500)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument(
        "--only", action="append", default=[], choices=list(TARGETS), help="one reader; may be given again"
    )
    parser.add_argument("--at-once", type=int, default=1, help="readers tried side by side (default: 1)")
    chosen = parser.parse_args(words)
    wanted = shares(chosen.cases, chosen.only)
    print(f"seed {chosen.seed}, {sum(wanted.values())} cases", flush=True)
    with ThreadPoolExecutor(chosen.at_once) as pool:
        results = list(pool.map(lambda one: tried(one[0], chosen.seed, chosen.first, one[1]), wanted.items()))
    print(table(results))
    return int(any(one.failures for one in results))


if __name__ == "__main__":
    sys.exit(main())
