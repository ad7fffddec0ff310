"""Retraining programmes: planned sessions as data, which one is next, and where in it a runner is."""

from runform_live.programmes.copying import copy
from runform_live.programmes.course import Course, CourseState, Position
from runform_live.programmes.files import load, names, own_folder, read, words
from runform_live.programmes.following import DoneSession, Next, is_completed, next_session, session_at
from runform_live.programmes.plan import Block, PainMoment, PlannedSession, Programme

__all__ = [
    "Block",
    "Course",
    "CourseState",
    "DoneSession",
    "Next",
    "PainMoment",
    "PlannedSession",
    "Position",
    "Programme",
    "copy",
    "is_completed",
    "load",
    "names",
    "next_session",
    "own_folder",
    "read",
    "session_at",
    "words",
]
