"""The pages of the home window, in the order of its menu: each with a model that lasts as long as the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from runform_live.dashboard.surface import Appearance
from runform_live.home.clients_model import ClientsModel
from runform_live.home.clients_page import ClientsPage
from runform_live.home.doctor_model import DoctorModel
from runform_live.home.doctor_page import DoctorPage
from runform_live.home.page import Page
from runform_live.home.programmes_model import ProgrammesModel
from runform_live.home.programmes_page import ProgrammesPage
from runform_live.home.progress_model import ProgressModel
from runform_live.home.progress_page import ProgressPage
from runform_live.home.run_model import RunModel
from runform_live.home.run_page import RunPage
from runform_live.home.services import Home
from runform_live.home.sessions_model import SessionsModel
from runform_live.home.sessions_page import SessionsPage
from runform_live.home.settings_model import SettingsModel
from runform_live.home.settings_page import SettingsPage
from runform_live.home.videos_model import VideosModel
from runform_live.home.videos_page import VideosPage


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the menu. Its name is `home.pages.NAME` of the language."""

    name: str
    model: Callable[[Home], Any]
    page: Callable[[Home, Appearance, Any], Page[Any]]


ENTRIES = (
    Entry("run", RunModel, RunPage),
    Entry("videos", VideosModel, VideosPage),
    Entry("sessions", SessionsModel, SessionsPage),
    Entry("clients", ClientsModel, ClientsPage),
    Entry("progress", ProgressModel, ProgressPage),
    Entry("programmes", ProgrammesModel, ProgrammesPage),
    Entry("settings", SettingsModel, SettingsPage),
    Entry("doctor", DoctorModel, DoctorPage),
)
