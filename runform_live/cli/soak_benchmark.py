"""`runform bench --soak`: a long live run, a row of figures for every five minutes, and what must not grow."""

from __future__ import annotations

from runform_live.cli import bench_window, terminal
from runform_live.config import Config
from runform_live.errors import RunformError
from runform_live.runtime import soak
from runform_live.runtime.soak_run import SoakRun

RULE = (
    "slope over the run after the first minute, with its 95% interval; flat: all of the interval within the bound, "
    "grows: all of it beyond, and the second half as well, "
    f"not settled: the run was too short to tell. Where more than {100 * soak.MOST_SKIPPED:g}% of the frames were skipped, the computer was too "
    "slow for latency and clock to be judged"
)


def measure(settings: Config, seconds: float, source: str) -> SoakRun:
    """The run, before a window where there is a screen."""
    from runform_live.runtime import soak_run

    with bench_window.opened(settings) as window:
        return soak_run.run(settings, seconds, window, source, terminal.rewrite)


def tell(found: SoakRun, source: str) -> None:
    """Print the table and the verdict. Raises RunformError where something grew or was lost."""
    terminal.rewrite("")
    terminal.say(f"soak, recording, {source}, {found.seconds / 60:.1f} min: means of all processes together")
    for line in soak.table(found.samples, min(soak.TABLE_S, max(60.0, found.seconds / 5))):
        terminal.say(f"  {line}")
    terminal.say(
        f"  frames {found.frames}, recorded {found.recorded}, not taken {found.not_taken}, skipped {found.skipped}, restarts {found.restarts}"
    )
    judged = soak.verdicts(found.samples, found.frames)
    for one in judged:
        terminal.say(f"  {one.words()}")
    terminal.say(f"  session: {found.session or 'all of it can be read'}")
    terminal.say(f"  rule: {RULE}")
    bad = [one.quantity.name for one in judged if one.judgement == "grows"]
    bad += ["session"] if found.session else []
    bad += ["a stage was started anew"] if found.restarts else []
    bad += ["frames were not recorded"] if found.not_taken > soak.MOST_SKIPPED * found.frames else []
    bad += (
        ["more frames were skipped at the end than in the beginning"]
        if soak.falls_behind(found.samples, found.frames)
        else []
    )
    bad += ["there are too few samples"] if len(found.samples) < soak.BLOCKS else []
    if bad:
        raise RunformError(f"the run did not stay as it began: {', '.join(bad)}")
