"""Films, analysed sessions and a stand-in for the process that measures."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from runform_live import config
from runform_live.batch.plan import Job, Named, Options, Redo, plan
from runform_live.messages import Person
from runform_live.session.info_file import write_info
from runform_live.session.new_folder import new_folder
from runform_live.session.record import SessionRecord
from tests.makers import flat, stances, video
from tests.session.test_reader import gait


def film(path: Path, value: int = 90) -> Path:
    """A film of nobody; another value makes another film."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return video(path, [flat(96, 128, value)] * 5)


def analysed(of: Path, parent: Path, ended: str | None = "end of the file", **changes: object) -> Path:
    """The session of a film, as `analyze` leaves it; ended None: as a power cut leaves it."""
    folder = new_folder(parent, of.stem)
    with SessionRecord(folder, str(of), config.load(), "analyze") as record:
        record.gait(gait())
        for number, one in enumerate(stances(20)):
            record.stance(
                msgspec.structs.replace(one, pelvic_drop_mid_deg=(one.pelvic_drop_mid_deg or 0.0) + number % 3)
            )
        if ended is not None:
            record.finish(ended, 100)
    if changes:
        write_info(folder, msgspec.structs.replace(record.info, **changes))
    return folder


def planned(
    *paths: Path,
    parent: Path,
    options: Options | None = None,
    person: Person | None = None,
    clients: tuple[str, ...] | None = None,
    redo: Redo = "",
) -> list[Job]:
    """The plan for these files and folders; clients: the pseudonyms that there are."""
    named = [Named(str(path), str(path)) for path in paths]
    known = None if clients is None else {name: Person(f"id of {name}", name) for name in clients}
    return plan(named, parent, config.load(), options, person, None if known is None else known.get, redo)


STAND_IN = """
import json, os, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.SIG_IGN)

def tell(kind, **words):
    print(json.dumps({"type": kind, **words}), flush=True)

for line in sys.stdin:
    task = json.loads(line)
    name = Path(task["job"]["source"]).stem
    folder = Path(task["parent"]) / (".measuring-" + task["orders"]["session_id"])
    folder.mkdir(parents=True)
    (folder / "half").write_text("")
    with open(Path(task["parent"]) / "log", "a") as log:
        log.write(f"{os.getpid()} {name}\\n")
    tell("Began", started="2026-04-12T10:15:30+02:00", date_from="film")
    tell("FilmProgress", frames=50, time_s=5.0, duration_s=10.0)
    if name == "crash":
        os.abort()
    if name == "bad":
        (folder / "half").unlink()
        folder.rmdir()
        tell("Failed", line="bad.mp4: this is not a video", exit_status=2, trace="")
        continue
    if name == "long":
        sys.stdin.read()
        (folder / "half").unlink()
        folder.rmdir()
        tell("GivenUp")
        break
    if name == "deaf":
        time.sleep(60)
    place = folder.rename(folder.parent / name)
    tell("Measured", folder=str(place))
    tell("Done")
"""


def stand_in(folder: Path) -> list[str]:
    """The command of a process that only seems to measure; films of certain names make trouble."""
    program = folder / "stand_in.py"
    program.write_text(STAND_IN)
    return [sys.executable, str(program)]
