"""Stand-ins until the rules are merged."""

from __future__ import annotations

from runform_live import quantities
from runform_live.report import changes
from runform_live.report.content import AgainstNorm, ClinicianPart, Cue, Exercise, Muscle, RunnerPart
from runform_live.session.reader import Session
from runform_live.texts import Texts

DROP = "pelvic_drop_mid_deg"
NAMES = ("leg_lift", "one_leg_squat", "side_step_up", "clam")


def _exercises(said: Texts) -> tuple[Exercise, ...]:
    return tuple(
        Exercise(
            name, said(f"exercise.{name}.title"), said(f"exercise.{name}.how"), "3 × 10 each side, three times a week",
            "Hold a weight of 2 kg, then 4 kg.", "Bend the knee a little.", "Begin with the left leg.",
            said(f"exercise.{name}.why"), "Distefano et al. 2009, J Orthop Sports Phys Ther 39:532",
        )
        for name in NAMES
    )  # fmt: skip


def runner_part(session: Session, said: Texts) -> RunnerPart:
    left, right = session.summary.sides["left"][DROP], session.summary.sides["right"][DROP]
    section = changes.section(session, said)
    return RunnerPart(
        "one_side",
        "Your pelvis sinks further while you stand on the left leg.",
        f"By {quantities.number(DROP, left.mean)} on the left, by {quantities.number(DROP, right.mean)} on the right.",
        "This difference is larger than the error of the measurement.",
        section.sentence if section else "",
        "Film again in two weeks, from the same place, after 15 minutes of easy running.",
        Cue("Keep your belt level.", "Runners who were told so dropped less.", "Willy et al. 2012"),
        _exercises(said)[:3],
    )


def clinician_part(session: Session, said: Texts) -> ClinicianPart:
    sides = session.summary.sides
    return ClinicianPart(
        ("Pelvic drop, left: 7.0°, above that of healthy runners.", "Symmetry: left minus right 4.0° ± 1.0."),
        tuple(
            AgainstNorm(
                metric, quantities.name(metric, said), quantities.number(metric, sides["left"][metric].mean),
                quantities.number(metric, sides["right"][metric].mean), "4.0° ± 1.5", "left above, right inside",
                "A projection into the camera's picture.", "Bramah et al. 2018, Am J Sports Med 46:3023",
                sides["left"][metric].mean, sides["right"][metric].mean, 2.5, 5.5,
            )
            for metric in (DROP, "hip_adduction_mid_deg", "knee_valgus_mid_deg")
        ),
        (Muscle("Gluteus medius and minimus", "They hold the pelvis level over the standing leg.", "Distefano et al. 2009"),),
        "The pattern suggests; it does not diagnose. Test strength by hand.",
        _exercises(said),
        (Cue("Keep your belt level.", "Runners who were told so dropped less.", "Willy et al. 2012"),),
        ("One camera sees one plane.",),
        ("Place the camera at the height of the hip.",),
        ("Bramah et al. 2018, Am J Sports Med 46:3023",),
    )  # fmt: skip


def svg(name: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 220"><rect x="1" y="1" width="318" height="218" fill="#eef" '
        'stroke="#888"/><circle cx="160" cy="80" r="30" fill="none" stroke="#333"/></svg>'
    )
