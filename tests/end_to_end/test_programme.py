"""A session of a programme in two recordings: killed in the first one, and gone on with in the second."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from runform_live.session.info_file import read_info
from runform_live.session.lock import is_written
from runform_live.session.planned_run import recorded_s
from runform_live.session.reader import read
from tests.programmes.making import home, own
from tests.running import left_over, one_line, runform, started, wait_until

__all__ = ["home"]

pytestmark = pytest.mark.slow

# The shipped clip has ten seconds of running. Feedback begins after 12 s: in the second recording.
PLAN = """[[session]]
days_after = 0
warm_up_min = 0.2
training_min = 1
blocks_min = [[1, 0]]
retention_min = 0
"""


def rows(folder: Path) -> int:
    try:
        return len((folder / "stances.csv").read_text().splitlines()) - 1
    except OSError:
        return 0


def test_a_session_that_was_killed_goes_on_where_it_stopped(home: Path, tmp_path: Path) -> None:
    own("short", PLAN)
    runs = tmp_path / "runs"
    where = {"XDG_CONFIG_HOME": str(home), "RUNFORM_DATABASE_URL": f"sqlite:///{tmp_path / 'clinic.sqlite'}"}
    live = ("live", "--source", "demo", "--no-window", "--record", runs, "--client", "P07", "--programme", "next")
    assert runform("clients", "add", "--pseudonym", "P07", **where).returncode == 0
    assert runform("programme", "start", "short", "--client", "P07", **where).returncode == 0

    first = started(*live, "--pain", 3, **where)
    assert wait_until(lambda: any(rows(folder) >= 12 for folder in runs.glob("*")), 120)
    (one,) = runs.iterdir()
    meanwhile = runform(*live, **where)
    assert meanwhile.returncode == 2
    assert "a session of this client is still being recorded" in one_line(meanwhile)
    first.send_signal(signal.SIGKILL)
    said, _ = first.communicate(timeout=60)
    assert "session 1 of 1 of short: 0:12 warm-up, 1:00 training (1:00 with feedback); 1:12 in all" in said
    assert wait_until(lambda: left_over() == [] and not is_written(one), 60)
    ran_s = recorded_s(one, read_info(one))
    assert 3.0 < ran_s < 11.0
    coming = runform("programme", "next", "--client", "P07", **where).stdout
    assert f"it was interrupted after 0:{round(ran_s):02d} and goes on from there" in coming

    second = runform(*live, **where)
    assert second.returncode == 0, second.stderr
    assert "block 1 of 2: warm-up" in second.stdout and "block 2 of 2: with feedback, 1:00 left" in second.stdout
    assert "pain before the session is not known: --pain 0-10 says it" in second.stdout
    (two,) = set(runs.iterdir()) - {one}
    before, after = read(one), read(two)
    assert before.info.programme is not None and after.info.programme is not None
    assert (before.info.programme.number, before.info.programme.ran_before_s, before.pain.before) == (1, 0.0, 3)
    assert after.info.programme.ran_before_s == pytest.approx(ran_s, abs=1e-6)
    assert after.info.programme.enrolment == before.info.programme.enrolment is not None
    # Feedback begins 12 s of running after the first step of the first recording, wherever that ended.
    events = [json.loads(line) for line in (two / "events.jsonl").read_text().splitlines()]
    switches = [(event["kind"], event["time_s"]) for event in events if event["kind"].startswith("feedback")]
    assert [kind for kind, _ in switches] == ["feedback_off", "feedback_on"]
    begins_s = next(one.toe_off_s for one in after.stances if ran_s + one.toe_off_s - after.stances[0].initial_contact_s >= 12.0)  # fmt: skip
    assert begins_s <= switches[1][1] < begins_s + 3.0
    assert all(event["time_s"] >= begins_s - 1e-3 for event in events if event["kind"] == "cue")
    so_far_s = ran_s + recorded_s(two, after.info)
    assert f"session 1 of 1 of short is not completed: 0:{round(so_far_s):02d} of 1:12 were run" in second.stdout
    coming = runform("programme", "next", "--client", "P07", **where).stdout
    assert f"it was interrupted after 0:{round(so_far_s):02d} and goes on from there" in coming
