"""Random faults on live sessions, and what each of them cost.

    python -m tests.faults.bench --faults 200 --seed 1 [--out table.md]

Every session is started as a runner starts it, before the made camera of tests/standin. One to three faults strike it while it
measures, another ends it, and some begin under limits or on a small disk. The seed decides which, in which order and when. Afterwards the
session folder is opened and its report is made. The exit status is 1 where something was lost that may not be.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runform_live import config
from runform_live.errors import RunformError
from runform_live.report import build as report
from runform_live.runtime.audible import null_sink
from runform_live.runtime.bus_folder import NEW_S, sweep
from runform_live.session.landmarks import landmarks_of
from runform_live.session.reader import Session, read
from tests.faults.kinds import ENDS, FAULTS, SETTINGS, End, Fault, NotHere, Setting
from tests.faults.live_run import LiveRun
from tests.faults.losses import cues_lost, gaps, stances_lost, video_times_s

MOST_LOST_S = 1.0
UNSEEN_S = 0.3  # without a pose; less is a computer that is busy
GAP_FRAMES = 3.5  # less is a camera that was late
RATES_HZ = (24.0, 30.0)  # what two cores can measure and record while they are struck
AROUND_S = 1.5  # a gap belongs to the fault that struck so shortly before it


@dataclass(slots=True)
class Outcome:
    """What one fault cost. Unknown is None."""

    name: str
    stages_gone_s: float | None = None
    ended_s: float | None = None
    video_lost_s: float = 0.0
    unseen_s: float = 0.0  # in which nobody could see frames
    stances_lost_at_s: list[float] = field(default_factory=list)
    cues_lost_at_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)  # what took longer than it may; a busy computer does that too
    not_tried: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One session: how it starts, what strikes it, how it ends."""

    setting: Setting | None
    faults: tuple[Fault, ...]
    end: End
    rate_hz: float
    pauses_s: tuple[float, ...]  # before each fault and before the end

    @property
    def names(self) -> list[str]:
        begins = [self.setting.name] if self.setting is not None else []
        return [*begins, *(fault.name for fault in self.faults), self.end.name]

    @property
    def name(self) -> str:
        return ", ".join(self.names)


def rounds(faults: int, seed: int) -> Iterator[Round]:
    """Sessions with so many faults in all: every kind comes up before any comes up again."""
    chance = random.Random(seed)

    def endless(kinds: Sequence[Fault] | Sequence[End] | Sequence[Setting]) -> Iterator:  # type: ignore[type-arg]
        while True:
            yield from chance.sample(list(kinds), len(kinds))

    strikes, ends, settings = endless(FAULTS), endless(ENDS), endless(SETTINGS)
    left, number = faults, 0
    while left > 0:
        number += 1
        setting = next(settings) if number % 5 == 0 else None
        if setting is None:
            struck = tuple(next(strikes) for _ in range(min(chance.randint(2, 4), max(left - 1, 1))))
            end = next(ends)
        else:
            struck, end = setting.faults, ENDS[0]
        one = Round(
            setting,
            struck,
            end,
            chance.choice(RATES_HZ),
            tuple(chance.uniform(0.0, 2.0) for _ in range(len(struck) + 1)),
        )
        left -= len(one.names)
        yield one


def play(one: Round, folder: Path) -> list[Outcome]:
    """Run one session with its faults; an outcome each, the end last."""
    with contextlib.ExitStack() as stack:
        if any("sound" in fault.name for fault in one.faults):
            stack.enter_context(null_sink())
        record = None
        if one.setting is not None and one.setting.disk is not None:
            record = stack.enter_context(one.setting.disk(folder))
        run = LiveRun(folder, one.rate_hz, one.setting.prefix if one.setting else (), record)
        stack.callback(run.close)
        return _played(one, run)


def _played(one: Round, run: LiveRun) -> list[Outcome]:
    keeps = one.setting is None or one.setting.keeps
    outcomes = [Outcome(fault.name) for fault in one.faults]
    ending = Outcome(one.end.name)
    under = [Outcome(one.setting.name)] if one.setting is not None else []
    everything = [*under, *outcomes, ending]
    struck: list[tuple[float, float]] = []  # when each fault began and was over, session time
    if keeps:
        if not run.measures(6):
            ending.wrong.append(f"nothing was measured: {run.said()[-400:]}")
            return everything
        run.learn_clock()
    else:
        time.sleep(12.0)
    for fault, outcome, pause_s in zip(one.faults, outcomes, one.pauses_s, strict=False):
        time.sleep(pause_s)
        began_s, said = run.now_s(), len(run.said())
        try:
            fault.strike(run)
        except NotHere as why:
            outcome.not_tried = str(why)
        except (AssertionError, KeyError) as trouble:
            outcome.wrong.append(str(trouble))
        struck.append((began_s, run.now_s()))
        if keeps and not run.measures(2):
            outcome.wrong.append("nothing is measured afterwards")
        if fault.says and fault.says not in run.said()[said:]:
            outcome.wrong.append(f"{fault.says!r} was not said")
    time.sleep(one.pauses_s[-1])
    ended_at_s = run.now_s()
    one.end.strike(run)
    ending.stages_gone_s, ending.ended_s = run.ends_after()
    for seconds, most_s in ((ending.stages_gone_s, one.end.within_s), (ending.ended_s, 5.0)):
        if seconds == math.inf:
            ending.wrong.append("it did not end")
        elif seconds > most_s:
            ending.late.append(f"took {seconds:.1f} s")
    _judge(one, run, everything, struck, ended_at_s)
    return everything


def _judge(
    one: Round, run: LiveRun, outcomes: list[Outcome], struck: list[tuple[float, float]], ended_at_s: float
) -> None:
    ending = outcomes[-1]
    said = run.said()
    if one.end.orderly and "session: " not in said and (one.setting is None or one.setting.keeps):
        ending.wrong.append("the folder was not told")
    if "Traceback" in said:
        ending.wrong.append(f"a traceback: {said[said.index('Traceback') :][-300:]}")
    if one.setting is not None and one.setting.says and one.setting.says not in said:
        outcomes[0].wrong.append(f"{one.setting.says!r} was not said")
    if not one.end.orderly:
        time.sleep(NEW_S)
        sweep(run.temporary)  # as the next run does
    ending.wrong.extend(f"left behind: {each}" for each in run.litter())
    try:
        session = read(run.folder)
        report.build(session.folder, out=run.parent.parent / "report.html")
    except (RunformError, OSError) as trouble:
        if one.setting is None or one.setting.keeps:
            ending.wrong.append(f"the folder does not open: {trouble}")
        return
    if one.setting is None or one.setting.films:
        _measure(one, run, session, outcomes, struck, ended_at_s)


def _measure(
    one: Round,
    run: LiveRun,
    session: Session,
    outcomes: list[Outcome],
    struck: list[tuple[float, float]],
    ended_at_s: float,
) -> None:
    """Give every loss to the fault that caused it."""
    under = len(outcomes) - 1 - len(one.faults)

    def whose(at_s: float) -> int:
        before = [number for number, (began_s, _) in enumerate(struck) if began_s - AROUND_S < at_s]
        late = at_s > ended_at_s - AROUND_S or not before
        return len(outcomes) - 1 if late else under + before[-1]

    def blind(number: int) -> bool:
        return under <= number < len(outcomes) - 1 and one.faults[number - under].blinds

    times_s = video_times_s(session.folder)
    for gap in gaps(times_s, GAP_FRAMES / one.rate_hz):
        number = whose(gap.from_s)
        if not blind(number):
            outcomes[number].video_lost_s += gap.length_s
    for gap in gaps(landmarks_of(session)[0].tolist(), UNSEEN_S):
        outcomes[whose(gap.from_s)].unseen_s += gap.length_s
    last_s = times_s[-1] if times_s else -math.inf
    outcomes[-1].video_lost_s += max(0.0, ended_at_s - last_s - 0.3) if not math.isinf(ended_at_s) else 0.0
    until_s = math.inf if one.end.orderly else ended_at_s - MOST_LOST_S
    for at_s in stances_lost(session):
        if at_s < until_s:
            outcomes[whose(at_s)].stances_lost_at_s.append(at_s)
    for at_s in cues_lost(session, config.load(run.settings)):
        if at_s < until_s:
            outcomes[whose(at_s)].cues_lost_at_s.append(at_s)
    for outcome in outcomes:
        if outcome.video_lost_s > MOST_LOST_S:
            outcome.wrong.append(f"{outcome.video_lost_s:.1f} s of video lost")
        if outcome.stances_lost_at_s or outcome.cues_lost_at_s:
            outcome.wrong.append(_lost(outcome, session, [began_s for began_s, _ in struck]))


def _lost(outcome: Outcome, session: Session, struck_s: list[float]) -> str:
    """What was lost, and when what else happened: enough to find out why."""

    def listed(times_s: Sequence[float]) -> str:
        return ", ".join(f"{at_s:.2f}" for at_s in times_s) or "none"

    unseen = gaps(landmarks_of(session)[0].tolist(), UNSEEN_S / 2)
    kept = [one.midstance_s for one in session.stances]
    near = [at_s for at_s in kept for lost_s in outcome.stances_lost_at_s if abs(at_s - lost_s) < 2 * AROUND_S]
    return (
        f"stances lost at {listed(outcome.stances_lost_at_s)} s, cues at {listed(outcome.cues_lost_at_s)} s (struck at {listed(struck_s)} s; "
        f"{len(kept)} stances kept, near ones at {listed(sorted(set(near)))} s; "
        f"no poses {', '.join(f'{gap.from_s:.2f}-{gap.until_s:.2f}' for gap in unseen) or 'never'})"
    )


def table(outcomes: list[Outcome]) -> str:
    """What each kind of fault cost at most, as Markdown."""
    lines = [
        "| fault | times | stages gone; program gone (s, most) | video lost (s, most) | not seen by anybody (s, most) | stances, cues lost | wrong |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in sorted({outcome.name for outcome in outcomes}):
        some = [outcome for outcome in outcomes if outcome.name == name]
        gone = [outcome.stages_gone_s for outcome in some if outcome.stages_gone_s is not None]
        ended = [outcome.ended_s for outcome in some if outcome.ended_s is not None]
        wrong = sum(bool(outcome.wrong or outcome.late) for outcome in some)
        lines.append(
            f"| {name} | {len(some)} | {f'{max(gone):.1f}; {max(ended):.1f}' if gone and ended else ''} "
            f"| {max(outcome.video_lost_s for outcome in some):.1f} | {max(outcome.unseen_s for outcome in some):.1f} "
            f"| {sum(len(outcome.stances_lost_at_s) for outcome in some)}, {sum(len(outcome.cues_lost_at_s) for outcome in some)} | {wrong or ''} |"
        )
    return "\n".join(lines)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Random faults on live sessions, and what each of them cost.")
    parser.add_argument("--faults", type=int, default=200, help="in all (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="which faults, in which order and when")
    parser.add_argument("--only", default="", help="only rounds in which a fault's name holds this")
    parser.add_argument("--out", type=Path, help="write the table to a file as well")
    chosen = parser.parse_args(words)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # with nohup, what is started here would not hear it either
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="faults-") as parent:
        for number, one in enumerate(rounds(chosen.faults, chosen.seed)):
            if chosen.only not in one.name:
                continue
            try:
                found = play(one, Path(parent) / str(number))
            except NotHere as why:
                print(f"round {number}: {one.name}: not tried: {why}", flush=True)
                continue
            outcomes += found
            wrong = [f"{outcome.name}: {words}" for outcome in found for words in (*outcome.wrong, *outcome.late)]
            print(f"round {number} ({one.rate_hz:.0f} Hz): {one.name}: {'; '.join(wrong) or 'well'}", flush=True)
    found_table = table([outcome for outcome in outcomes if not outcome.not_tried])
    print(found_table)
    outcomes = [outcome for outcome in outcomes if not outcome.not_tried]
    bad = [outcome for outcome in outcomes if outcome.wrong or outcome.late]
    print(f"{len(outcomes)} faults, {len(bad)} with something that may not be")
    if chosen.out is not None:
        chosen.out.write_text(found_table + "\n", encoding="utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
