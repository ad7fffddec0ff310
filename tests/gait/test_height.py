"""From how high the camera looks at the hips, by the feet on the belt and by what a person says."""

from __future__ import annotations

import math

import msgspec
import pytest

from runform_live import handover
from runform_live.gait.height import (
    BELT_TRUNK_S,
    FEWEST_CONTACTS,
    HIPS_M,
    HIPS_SHARE,
    SLOWEST_TRUNKS_S,
    CameraHeight,
    Contact,
    Elevation,
    HeightState,
    Seen,
    joined,
    seen_by,
)
from runform_live.messages import Stance
from tests.makers import Monitor, pose, running, standing

CONTACT_S = 0.25


def contact(camera_m: float, distance_m: float = 3.0, contact_s: float = CONTACT_S, rises: bool = False) -> Contact:
    """Of a camera so high above the belt, with contacts that are timed exactly and hips that are 0.9 m high."""
    sinks = camera_m / distance_m * BELT_TRUNK_S / contact_s**2
    return Contact(-sinks if rises else sinks, contact_s, 0.0, 0.9 / distance_m)


def after(contacts: list[Contact | None], height: CameraHeight | None = None, from_s: float = 0.0) -> CameraHeight:
    """Contacts of the left foot of the picture and of the right one in turn."""
    height = height or CameraHeight()
    for number, each in enumerate(contacts):
        height.add_contact(0 if number % 2 == 0 else 1, each, from_s + 0.36 * number)
    return height


@pytest.mark.parametrize("contact_s", [0.2, 0.32])
@pytest.mark.parametrize("rises", [False, True], ids=["behind", "in front"])
def test_feet_tell_the_cameras_height_over_its_distance_at_any_speed(contact_s: float, rises: bool) -> None:
    seen = seen_by(([contact(1.5, 3.0, contact_s, rises)] * 3, [contact(1.5, 3.0, contact_s, rises)] * 3))
    assert seen is not None
    assert (seen.camera_share, seen.hips_share) == (pytest.approx(0.5), pytest.approx(0.3))


def test_a_camera_at_the_height_of_the_hips_looks_level() -> None:
    assert after([contact(0.9)] * 6).elevation.deg == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("camera_m", "true_deg"), [(0.4, -9.5), (1.5, 11.3)])
def test_a_low_and_a_high_camera_are_found_nearer_to_the_usual_one_than_they_are(
    camera_m: float, true_deg: float
) -> None:
    found = after([contact(camera_m)] * 6).elevation
    assert 0.4 < found.deg / true_deg < 1.0
    assert abs(found.deg - true_deg) < 1.96 * found.sd_deg


def test_nothing_seen_and_nothing_said_leaves_the_spread_of_usual_places() -> None:
    for contacts in ([], [contact(0.4)] * (2 * FEWEST_CONTACTS - 1), [contact(0.4), None] * 9):
        found = after(contacts).elevation
        assert math.isnan(found.deg)
        assert found.sd_deg == pytest.approx(6.9, abs=0.1)


def test_a_foot_that_hardly_moves_may_stand_on_a_floor() -> None:
    still = Contact(0.8 * SLOWEST_TRUNKS_S, CONTACT_S, 0.0, 0.3)
    assert math.isnan(after([still] * 10).elevation.deg)
    jogs_in_place = [Contact(sinks, CONTACT_S, 0.0, 0.3) for sinks in (0.5, 0.4, -0.5, -0.4)]
    assert math.isnan(after(jogs_in_place * 4).elevation.deg), "each foot moves, but not one way"


def test_contacts_that_are_timed_badly_tell_less() -> None:
    vague = msgspec.structs.replace(contact(0.4), contact_sd_s=0.04)
    assert after([vague] * 6).elevation.sd_deg > after([contact(0.4)] * 6).elevation.sd_deg


def test_a_persons_word_is_surer_than_the_feet() -> None:
    said = after([], CameraHeight(150.0)).elevation
    assert said.deg == pytest.approx(math.degrees(math.atan(HIPS_SHARE * (1.5 / HIPS_M - 1.0))), abs=0.1)
    both = after([contact(1.5)] * 6, CameraHeight(150.0)).elevation
    assert both.deg == pytest.approx(11.3, abs=1.0)
    assert both.sd_deg < min(said.sd_deg, after([contact(1.5)] * 6).elevation.sd_deg)
    assert joined(None, HIPS_M).deg == pytest.approx(0.0, abs=1e-9)


def test_the_size_of_the_picture_may_be_unknown() -> None:
    assert joined(Seen(0.5, 0.04), None).deg == pytest.approx(joined(Seen(0.5, 0.04, 0.3), None).deg, abs=2.0)


def test_a_camera_that_was_moved_is_judged_anew_whatever_was_said_of_it() -> None:
    height = after([contact(1.5)] * 6, CameraHeight(150.0))
    height.camera_elsewhere(5.0)
    assert math.isnan(height.elevation.deg)
    after([contact(0.4)] * 12, height, from_s=3.0)
    assert height.elevation.deg == after([contact(0.4)] * 6).elevation.deg, "contacts before 5.0 s do not count"


def test_a_word_that_the_feet_contradict_is_doubted_by_as_much() -> None:
    """The camera stands at 1.5 m, 11.3 deg above the hips, and somebody says 95 cm."""
    wrong = after([contact(1.5)] * 6, CameraHeight(95.0)).elevation
    right = after([contact(1.5)] * 6, CameraHeight(150.0)).elevation
    assert abs(wrong.deg - 11.3) < 1.96 * wrong.sd_deg
    assert wrong.sd_deg > 2.0 * right.sd_deg


def test_a_word_that_fits_the_feet_is_believed_as_it_is() -> None:
    feet = after([contact(0.95)] * 6)
    assert after([contact(0.95)] * 6, CameraHeight(95.0)).elevation.sd_deg < 0.5 * feet.elevation.sd_deg


def test_one_contact_without_a_size_does_not_spoil_the_others() -> None:
    contacts = [contact(1.5)] * 12
    contacts[3] = msgspec.structs.replace(contacts[3], hips_share=math.nan)
    assert after(contacts).elevation == after([contact(1.5)] * 12).elevation


def test_it_is_said_where_many_stances_were_seen_from_far_and_not_where_the_height_is_not_known() -> None:
    height = CameraHeight()
    for _ in range(30):
        height.count()
    assert not height.often_far, "nothing is known of these"
    after([contact(2.5)] * 20, height)
    assert height.elevation.is_large
    for _ in range(20):
        height.count()
    assert height.often_far


def test_a_camera_that_is_put_right_at_the_end_does_not_unsay_the_stances_before_nor_do_many_after_it() -> None:
    height = after([contact(2.5)] * 20)
    for _ in range(20):
        height.count()
    height.camera_elsewhere(20.0)
    height.count()
    assert height.often_far
    after([contact(0.9)] * 20, height, from_s=20.0)
    for _ in range(90):
        height.count()
    assert not height.often_far


def test_a_successor_goes_on_from_what_was_seen() -> None:
    height = after([contact(1.5)] * 6)
    state = handover.decode(handover.encode(height.state()), HeightState)
    assert CameraHeight(state=state).elevation == height.elevation


def test_only_an_angle_that_is_large_beyond_doubt_is_large() -> None:
    assert Elevation(-12.0, 3.0).is_large and Elevation(12.0, 3.0).is_large
    assert not Elevation(12.0, 5.0).is_large and not Elevation(3.0, 0.1).is_large
    assert not Elevation(math.nan, 7.0).is_large


def stances_of(
    monitor: Monitor, seconds: float, long_side_px: int | None = 1280, belt_px: float = 30.0, rate_hz: float = 30.0
) -> list[Stance]:
    """Of somebody who stands for 2 s and then runs on a belt."""
    found = list[Stance]()
    for number in range(round(rate_hz * seconds)):
        time_s = number / rate_hz
        points = standing() if time_s < 2 else running(time_s, belt_px=belt_px)
        found += monitor.push(msgspec.structs.replace(pose(number, time_s), long_side_px=long_side_px), points)
    return found + monitor.finish()


def test_each_stance_keeps_what_was_known_of_the_height_by_then() -> None:
    monitor = Monitor()
    found = stances_of(monitor, 9.0)
    assert found[0].camera_elevation_deg is None, "it is measured by the contact that is under way"
    assert found[0].camera_elevation_sd_deg == pytest.approx(6.9, abs=0.1)
    assert found[-1].camera_elevation_deg == pytest.approx(monitor.elevation.deg)
    assert found[-1].camera_elevation_sd_deg == pytest.approx(monitor.elevation.sd_deg)


def test_few_pictures_a_second_tell_the_size_in_each_contact() -> None:
    """At 15 a second there is no picture within 0.02 s of most midstances, and the size of the runner tells the height all the same."""
    with_size, without = Monitor(), Monitor()
    stances_of(with_size, 14.0, rate_hz=15.0)
    stances_of(without, 14.0, rate_hz=15.0, long_side_px=None)
    assert not math.isnan(with_size.elevation.deg)
    assert with_size.elevation.sd_deg < without.elevation.sd_deg


def test_a_height_that_was_said_holds_from_the_first_stance_on() -> None:
    monitor = Monitor(camera_height_cm=30.0)
    found = stances_of(monitor, 9.0, belt_px=5.0)
    assert found[0].camera_elevation_deg is not None and found[0].camera_elevation_deg < -5.0
    assert "camera_not_at_hip_height" in monitor.flags()


def test_on_a_floor_the_height_stays_unknown() -> None:
    found = stances_of(Monitor(), 9.0, belt_px=0.0)
    assert found and {one.camera_elevation_deg for one in found} == {None}
