"""Clients: the list, one of them to be read and edited, and what can be done with them."""

from __future__ import annotations

from runform_live.home.services import Home


class ClientsModel:
    """To be filled."""

    def __init__(self, home: Home) -> None:
        self.home = home
