"""What age has encrypted by a passphrase, opened where this computer has the memory and the time for it.

The file itself says how much of both a try takes (scrypt), and whoever made the file has chosen that. Without the memory the library would
end the process.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from runform_live.encryption import library
from runform_live.errors import BadInput
from runform_live.file_names import shown

_WORK = re.compile(rb"age-encryption\.org/v1\n-> scrypt \S{1,64} ([1-9][0-9]?)\n")  # logarithm of scrypt's N
_BYTES_A_STEP = 1 << 10  # 128 r, and age takes r = 8


def opened(sealed: bytes, words: str, path: Path) -> bytes | None:
    """The content; None: the passphrase is another one. path: where that file lies. Raises BadInput for one that is damaged or takes too much."""
    needed = memory_bytes(sealed)
    if needed and not _is_free(needed):
        raise BadInput(
            f"opening {shown(path)} needs {_size(needed)} of free memory; close other programs, or open it on another computer"
        )
    pyrage = library.load()
    try:
        found: bytes = pyrage.passphrase.decrypt(sealed, words)
    except pyrage.DecryptError as trouble:
        said = str(trouble)
    else:
        return found
    if said == "Decryption failed":
        return None
    if said.startswith("Excessive work"):
        raise BadInput(
            f"opening {shown(path)} takes this computer too long; try again when nothing else runs, or open it on a quicker one"
        )
    raise BadInput(f"{shown(path)} is damaged (it cannot be decrypted); restore it from a copy")


def memory_bytes(sealed: bytes) -> int:
    """What a try takes; 0 where the file does not say it."""
    found = _WORK.match(sealed)
    return 0 if found is None else _BYTES_A_STEP << int(found[1])


def _size(size_bytes: int) -> str:
    return f"{size_bytes >> 30} GiB" if size_bytes >= 1 << 30 else f"{size_bytes >> 20} MiB"


def _is_free(size_bytes: int) -> bool:
    """Whether the computer has so much memory, and this process may take it."""
    import psutil  # it takes a while to load

    if size_bytes > psutil.virtual_memory().available:
        return False
    try:
        mmap.mmap(-1, size_bytes).close()  # its pages are not touched
    except (OSError, ValueError, OverflowError):
        return False
    return True
