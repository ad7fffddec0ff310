"""Interlaced films. A frame holds two moments in alternate lines; they become two pictures, as in players."""

from __future__ import annotations

from collections.abc import Iterator

import av
import av.error
import av.filter

# FFmpeg's bwdif filter: one picture a field, with the missing lines filled in from the neighbours in space and time.
METHOD, OPTIONS = "bwdif", "mode=send_field:deint=interlaced"


class Deinterlacer:
    """Makes two pictures of an interlaced frame, half a time step apart. Other frames pass unchanged."""

    def __init__(self) -> None:
        self._graph: av.filter.Graph | None = None
        self._kind: tuple[int, int, str] | None = None
        self.found = False  # whether an interlaced frame was found

    def push(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        """Add a decoded frame; yields the pictures that are ready. A field must wait for the next frame."""
        kind = frame.width, frame.height, frame.format.name
        if self._graph is not None and kind != self._kind:
            yield from self.flush()
        if self._graph is None and not (frame.interlaced_frame and frame.time_base and frame.pts is not None):
            yield frame
            return
        if self._graph is None:
            self._graph, self._kind, self.found = _graph_for(frame), kind, True
        self._graph.push(frame)
        yield from self._ready()

    def flush(self) -> Iterator[av.VideoFrame]:
        """The pictures that still wait, at the end of the film or before a jump."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._ready()
            self._graph = None

    def forget(self) -> None:
        """Drop the pictures that still wait: the next frame is from another place in the film."""
        self._graph = None

    def _ready(self) -> Iterator[av.VideoFrame]:
        assert self._graph is not None
        while True:
            try:
                shown = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(shown, av.VideoFrame)
            yield shown


def _graph_for(frame: av.VideoFrame) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    graph.link_nodes(source, graph.add(METHOD, OPTIONS), graph.add("buffersink")).configure()
    return graph
