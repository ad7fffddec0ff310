"""The finished sessions of one client, as progress reads them from the index."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from runform_live.clinic.index_owners import SESSION_OF_CLIENT
from runform_live.clinic.tables import KeptContent, KeptSession, LinkedSession
from runform_live.session.figures import Summary
from runform_live.session.schema import Pain, SessionInfo
from runform_live.session.summary_file import with_all_metrics

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class FinishedSession:
    """What the folder of a finished session says of it, without its stances."""

    folder: Path
    info: SessionInfo
    summary: Summary
    ran_s: float | None  # seconds run, without the pauses

    @property
    def pain(self) -> Pain:
        """Pain scores before and after it."""
        return self.info.pain


def finished_sessions_of(session: Session, client_id: str) -> list[FinishedSession]:
    """The finished sessions of a client, oldest first."""
    asked = (
        select(KeptContent, KeptSession.ran_s)
        .join(KeptSession, KeptSession.folder == KeptContent.folder)
        .join(LinkedSession, SESSION_OF_CLIENT)
        .where(LinkedSession.client_id == client_id, KeptSession.state == "finished")
        .order_by(KeptSession.started, KeptSession.folder)
    )
    return [
        FinishedSession(
            content.folder,
            _unpacked(content.info, SessionInfo),
            with_all_metrics(_unpacked(content.summary, Summary)),
            ran_s,
        )
        for content, ran_s in session.execute(asked)
    ]


def _unpacked(content: bytes, shape: type[Shape]) -> Shape:
    return msgspec.json.decode(zlib.decompress(content), type=shape)
