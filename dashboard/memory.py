"""How the server gives memory back that it no longer needs.

glibc keeps freed memory in arenas, up to eight for each processor. Fifty visitors, each read by another thread, leave
them full of holes: see docs/decisions/022-memory-is-given-back.md. Elsewhere these functions do nothing.
"""

import ctypes
from functools import cache

# Parameters of mallopt(3).
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
ARENAS = 2
KEPT_BYTES = 1 << 20  # at the top of the heap; more goes back at once
MAPPED_BYTES = 1 << 17  # from this size on an array has pages of its own, which go back when it is freed


@cache
def _c_library() -> ctypes.CDLL | None:
    """The C library, if it is glibc."""
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "gnu_get_libc_version") else None
    except (OSError, TypeError):  # Windows has no library of that kind
        return None


def limit_arenas() -> None:
    """Make the allocator give memory back. To be called before there are other threads."""
    library = _c_library()
    if library:
        for parameter, value in (
            (M_ARENA_MAX, ARENAS),
            (M_MMAP_THRESHOLD, MAPPED_BYTES),
            (M_TRIM_THRESHOLD, KEPT_BYTES),
        ):
            library.mallopt(parameter, value)


def give_back_memory() -> None:
    """Give all free pages back, in a few milliseconds: after something large was dropped."""
    library = _c_library()
    if library:
        library.malloc_trim(0)
