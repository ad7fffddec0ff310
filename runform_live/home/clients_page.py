"""The page of clients."""

from __future__ import annotations

from runform_live.dashboard.surface import Look
from runform_live.home import widgets
from runform_live.home.clients_model import ClientsModel
from runform_live.home.page import Page
from runform_live.home.services import Home


class ClientsPage(Page):
    """The list on the left, the chosen one on the right."""

    def __init__(self, home: Home, look: Look, model: ClientsModel) -> None:
        super().__init__(home, look)
        self.model = model

    def build(self) -> None:
        widgets.heading(self.look, "clients-title", self.said("home.clients.title"))
