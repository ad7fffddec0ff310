"""Which film is opened for a session: the one that was measured, wherever it lies now, and no other."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path, PureWindowsPath

import numpy as np
import pytest

from runform_live import config, texts
from runform_live.cli.main import main
from runform_live.report import build as report
from runform_live.session import schema, source
from runform_live.session.info_file import read_info
from runform_live.session.pictures import find
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from runform_live.session.source import DIGEST_BYTES, described
from tests.makers import flat, standing, video
from tests.makers import stances as run_of

RATE_HZ = 30
COUNT = 240
MINE, OTHERS = 90, 200  # shades of two films


def film(path: Path, value: int = MINE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return video(path, [flat(value=value)] * COUNT)


def measured(folder: Path, of: str | Path) -> Path:
    """A session of a film; its runner stands in the middle of the picture."""
    folder.mkdir(parents=True)
    with SessionRecord(folder, str(of), config.load(), "analyze") as record:
        record.opened(96, 128, RATE_HZ)
        for frame in range(COUNT):
            record.pose(frame + 1, frame / RATE_HZ, standing(centre=(320.0, 300.0)) / 5)
        for one in run_of(18):
            record.stance(one)
        record.finish("end of the file")
    return folder


def shade(folder: Path) -> int | None:
    """Of the picture at 2 s; None where there is no picture of the session at all."""
    found = find(read(folder))
    picture = None if found.pictures is None else found.pictures.at(2.0)
    return None if picture is None else round(float(np.mean(picture)) / 10) * 10


def why(folder: Path, language: str = "en") -> str:
    return find(read(folder)).why(texts.load(language)[0])


def pictures_in(page: Path) -> int:
    """How many photographs there are behind page one, which repeats one of them."""
    return max(0, page.read_text(encoding="utf-8").count('<figure class="picture">') - 1)


def changed(folder: Path, **values: object) -> None:
    path = folder / schema.SESSION
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_film_is_found_from_any_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film(tmp_path / "here" / "run.mp4")
    film(tmp_path / "there" / "run.mp4", OTHERS)
    monkeypatch.chdir(tmp_path / "here")
    folder = measured(tmp_path / "sessions" / "run", "run.mp4")
    monkeypatch.chdir(tmp_path / "there")
    assert shade(folder) == MINE


def test_a_session_and_its_film_can_be_moved_together(tmp_path: Path) -> None:
    folder = measured(tmp_path / "old" / "sessions" / "run", film(tmp_path / "old" / "run.mp4"))
    (tmp_path / "old").rename(tmp_path / "new")
    folder = tmp_path / "new" / "sessions" / "run"
    assert shade(folder) == MINE
    shutil.copytree(tmp_path / "new", tmp_path / "copy")
    (tmp_path / "new" / "run.mp4").unlink()
    assert shade(tmp_path / "copy" / "sessions" / "run") == MINE
    assert shade(folder) is None
    shutil.copy(tmp_path / "copy" / "run.mp4", folder.parent)
    assert shade(folder) == MINE, "beside the folder"


@pytest.mark.parametrize("kind", ["another film", "the end is cut", "a byte in the middle of the beginning", "longer"])
def test_another_film_of_that_name_is_refused_in_a_line(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = film(tmp_path / "run.mp4")
    folder = measured(tmp_path / "run", path)
    content = path.read_bytes()
    if kind == "another film":
        film(path, OTHERS)
    elif kind == "the end is cut":
        path.write_bytes(content[:-10])
    elif kind == "longer":
        path.write_bytes(content + b"\0")
    else:
        path.write_bytes(content[:1000] + bytes([content[1000] ^ 1]) + content[1001:])
    assert shade(folder) is None
    assert main(["report", str(folder), "--out", str(tmp_path / "r.html")]) == 0
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and str(path) in err and "is not the film that was measured" in err
    page = tmp_path / "r.html"
    assert pictures_in(page) == 0 and "is not the film that was measured" in page.read_text()


def test_a_film_that_differs_at_its_end_only_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "raw.y4m"
    path.write_bytes(bytes(DIGEST_BYTES * 2) + b"a")
    known = described(str(path), tmp_path)
    path.write_bytes(bytes(DIGEST_BYTES * 2) + b"b")
    other = described(str(path), tmp_path)
    assert known is not None and other is not None
    assert (known.size_bytes, known.begin_sha256) == (other.size_bytes, other.begin_sha256)
    assert known.end_sha256 != other.end_sha256


def test_the_reports_pictures_stay_when_the_film_goes(tmp_path: Path) -> None:
    path = film(tmp_path / "run.mp4")
    folder = measured(tmp_path / "run", path)
    first = report.build(folder).read_text()
    path.unlink()
    (folder / schema.REPORT).unlink()
    again = report.build(folder)
    assert pictures_in(again) == 2, "one of each side: all drops are alike"
    assert "The pictures are not here" not in again.read_text()
    kept = sorted((folder / schema.PICTURES).iterdir())
    assert len(kept) == 2 and all(one.suffix == ".jpg" for one in kept)
    found = find(read(folder))
    assert found.pictures is not None
    picture = found.pictures.at(float(kept[0].stem))
    assert picture is not None and picture.shape == (96, 128, 3) and abs(float(picture.mean()) - MINE) < 3
    assert found.pictures.at(7.9) is None, "only those that were kept"
    assert "was moved or removed" in why(folder) and "verschoben" in why(folder, "de")
    assert first.count("data:image/jpeg") >= 2


def test_a_report_that_goes_elsewhere_leaves_the_folder_as_it_is(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = measured(tmp_path / "run", film(tmp_path / "run.mp4"))
    before = {path.name for path in folder.iterdir()}
    assert main(["report", str(folder), "--out", "-"]) == 0
    assert main(["report", str(folder), "--out", str(tmp_path / "r.html")]) == 0
    assert pictures_in(tmp_path / "r.html") == 2
    assert {path.name for path in folder.iterdir()} == before


def test_a_second_report_writes_no_picture_anew(tmp_path: Path) -> None:
    folder = measured(tmp_path / "run", film(tmp_path / "run.mp4"))
    report.build(folder)
    kept = {path.name: path.stat().st_ino for path in (folder / schema.PICTURES).iterdir()}
    damaged = min(kept)
    (folder / schema.PICTURES / damaged).write_bytes(b"damaged")
    report.build(folder)
    assert len(kept) > 1
    for name, number in kept.items():
        path = folder / schema.PICTURES / name
        assert (path.stat().st_ino == number) == (name != damaged)
        assert path.read_bytes()[:2] == b"\xff\xd8", "the damaged one is whole again"


FILMS = [
    (r"\\stranger\share\f.mp4", True),
    (r"//stranger/share/f.mp4", True),
    (r"\\?\UNC\stranger\share\f.mp4", True),
    (r"\\.\UNC\stranger\share\f.mp4", True),
    (r"\\?\GLOBALROOT\Device\Mup\stranger\share\f.mp4", True),
    (r"\??\UNC\stranger\share\f.mp4", True),
    (r"\\nas\gait\f.mp4", True),
    (r"C:\films\f.mp4", False),
    (r"Z:\f.mp4", False),
    (r"f.mp4", False),
]


@pytest.mark.parametrize(("film", "connects"), FILMS)
def test_a_folder_cannot_have_windows_log_in_at_a_strangers_computer(film: str, connects: bool) -> None:
    home = PureWindowsPath(r"C:\Users\anna\run")
    assert source.connects_on_windows(PureWindowsPath(film), home) == connects
    assert source.connects_on_windows(home / film, home) == connects, "as one beside the folder, too"


def test_a_session_on_a_share_finds_its_film_on_the_same_share() -> None:
    home = PureWindowsPath(r"\\nas\gait\sessions\run")
    assert not source.connects_on_windows(PureWindowsPath(r"\\NAS\Gait\films\f.mp4"), home)
    assert source.connects_on_windows(PureWindowsPath(r"\\nas\other\f.mp4"), home)
    assert source.connects_on_windows(PureWindowsPath(r"\\stranger\gait\f.mp4"), home)


def test_a_report_of_another_film_shows_what_was_kept_of_the_right_one(tmp_path: Path) -> None:
    path = film(tmp_path / "run.mp4")
    folder = measured(tmp_path / "run", path)
    report.build(folder)
    film(path, OTHERS)
    report.build(folder)
    assert pictures_in(folder / schema.REPORT) == 2
    assert {round(float(np.mean(one)) / 10) * 10 for one in shown(folder)} == {MINE}


def shown(folder: Path) -> list[np.ndarray]:
    found = find(read(folder))
    assert found.pictures is not None
    names = [float(path.stem) for path in (folder / schema.PICTURES).iterdir()]
    return [picture for time_s in names if (picture := found.pictures.at(time_s)) is not None]


def test_an_older_session_opens_no_film_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = measured(tmp_path / "run", film(tmp_path / "run.mp4"))
    changed(folder, schema_version=2, source_file=None, source="run.mp4")
    monkeypatch.chdir(tmp_path)
    assert shade(folder) is None
    assert "earlier version" in why(folder) and "Analyse it again" in why(folder)


def test_the_demo_stays_the_demo(tmp_path: Path) -> None:
    folder = measured(tmp_path / "run", "demo")
    assert read_info(folder).source == "demo" and read_info(folder).source_file is None
    assert shade(folder) is not None


def test_a_cameras_session_without_a_recording_says_so(tmp_path: Path) -> None:
    folder = measured(tmp_path / "run", "0")
    assert shade(folder) is None
    assert why(folder) == "The session was not recorded: there are no pictures of it."


def test_a_streams_password_is_nowhere_in_the_folder(tmp_path: Path) -> None:
    address = "rtsp://user:secret@camera/stream?token=secret"
    (tmp_path / "run").mkdir()
    with SessionRecord(tmp_path / "run", address, config.load(), "live") as record:
        record.event("camera_lost", f"{address}: cannot be opened; check the address")
        record.finish(f"{address}: stopped")
    report.build(tmp_path / "run")
    assert read_info(tmp_path / "run").source == "rtsp://***@camera/stream?***"
    for path in (tmp_path / "run").iterdir():
        assert b"secret" not in path.read_bytes(), path.name


@pytest.mark.parametrize("place", ["../mine.mkv", "/etc/hostname", "{other}", "a/../../mine.mkv"])
def test_videos_outside_of_the_folder_are_refused(
    tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = measured(tmp_path / "run", "0")
    shutil.copy(film(tmp_path / "mine.mkv", OTHERS), folder / "mine.mkv")
    changed(folder, videos=[{"file": place.format(other=tmp_path / "mine.mkv"), "start_s": 0.0}])
    assert main(["report", str(folder)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "session.json" in err and "is no video of this folder" in err


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = measured(tmp_path / "run", "0")
    (folder / schema.VIDEO).symlink_to(film(tmp_path / "mine.mkv", OTHERS))
    changed(folder, videos=[{"file": schema.VIDEO, "start_s": 0.0}])
    assert shade(folder) is None
    assert "leads out of its folder" in why(folder)


def test_a_folder_that_names_somebodys_film_without_knowing_it_gets_no_picture(tmp_path: Path) -> None:
    folder = measured(tmp_path / "run", "0")
    secret = film(tmp_path / "private" / "secret.mp4", OTHERS)
    size = secret.stat().st_size
    for digest in ("", "0" * 64, None):
        known = {
            "path": str(secret),
            "relative": None,
            "size_bytes": size,
            "begin_sha256": digest,
            "end_sha256": digest,
        }
        changed(folder, source="secret.mp4", source_file=known)
        assert shade(folder) is None


@pytest.mark.parametrize(
    "text", ["#EXTM3U\n#EXTINF:9,\n{film}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile {film}\n"]
)
def test_a_list_that_names_a_film_is_no_film(tmp_path: Path, text: str) -> None:
    secret = film(tmp_path / "secret.mp4", OTHERS)
    listing = tmp_path / "run.m3u8"
    listing.write_text(text.format(film=secret.name))
    folder = measured(tmp_path / "run", listing)
    assert shade(folder) is None
    (folder / schema.VIDEO).write_text(text.format(film=secret))
    changed(folder, videos=[{"file": schema.VIDEO, "start_s": 0.0}])
    assert shade(folder) is None


def test_names_that_are_no_text_are_kept_and_found(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xffn \\udcff.mp4"))
    shutil.copy(film(tmp_path / "run.mp4"), path)
    folder = measured(tmp_path / "run", path)
    (tmp_path / "run.mp4").unlink()
    assert shade(folder) == MINE


def test_a_film_that_grows_meanwhile_is_not_taken_for_the_one_measured(tmp_path: Path) -> None:
    path = film(tmp_path / "run.mp4")
    folder = tmp_path / "run"
    folder.mkdir()
    with SessionRecord(folder, str(path), config.load(), "analyze") as record:
        with path.open("ab") as growing:
            growing.write(b"more")
        record.finish("end of the file")
    known = read_info(folder).source_file
    assert known is not None and known.size_bytes is None and known.begin_sha256 is None
    assert "no finished file" in why(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes by name here")
def test_a_pipe_has_no_digest_and_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    known = source.described(str(tmp_path / "pipe"), tmp_path)
    assert known is not None and known.size_bytes is None
