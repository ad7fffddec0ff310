"""Retraining programmes: planned sessions as data, which one is next, and where in it a runner is."""

from runform_live.programmes.course import Course, CourseState, Place
from runform_live.programmes.files import load, names, own_folder, read, words
from runform_live.programmes.following import Held, Next, next_session
from runform_live.programmes.plan import Block, PainMoment, PainScore, PlannedSession, Programme

__all__ = [
    "Block",
    "Course",
    "CourseState",
    "Held",
    "Next",
    "PainMoment",
    "PainScore",
    "Place",
    "PlannedSession",
    "Programme",
    "load",
    "names",
    "next_session",
    "own_folder",
    "read",
    "words",
]
