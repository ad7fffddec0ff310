"""What went wrong, in one line for a person."""

from __future__ import annotations

from runform_live import file_names
from runform_live.addresses import masked
from runform_live.errors import RunformError, reason_of


def in_a_line(trouble: BaseException, about: str = "") -> str:
    """An error in a line. `about` names what it is about, where the line does not say so itself."""
    if isinstance(trouble, RunformError):
        text = str(trouble)
    elif isinstance(trouble, MemoryError):
        text = "the memory is full; close other programs, or use a smaller video"
    elif isinstance(trouble, OSError):
        where = f" ({trouble.filename})" if trouble.filename else ""
        text = f"{reason_of(trouble)}{where}; what was written so far is kept"
    else:
        text = f"a fault of the program ({type(trouble).__name__}: {trouble}); --debug shows where, please report it"
    return about_it(masked(text), about)


def about_it(text: str, about: str) -> str:
    """The line with what it is about in front, unless it says so itself."""
    return text if about in file_names.shown(text) else f"{about}: {text}"
