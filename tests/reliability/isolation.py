"""Keeps hostile commands from the rest of the machine, where the system allows it: no network, and nothing to write to.

Needs root or unprivileged user namespaces; elsewhere the campaign leaves out the inputs that only this makes harmless.
"""

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

NEW_MOUNTS, NEW_NETWORK = 0x00020000, 0x40000000  # CLONE_NEWNS and CLONE_NEWNET of clone(2)
READ_ONLY, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 32, 4096, 16384, 1 << 18  # MS_… of mount(2)
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1  # SIOC…IFFLAGS and IFF_UP of netdevice(7)
NOBODY = 65534
LIBC = ctypes.CDLL(None, use_errno=True)


def isolate(*writable: Path) -> bool:
    """Give this process and its children their own network, and a file system that is read-only except for folders."""
    try:
        _call(LIBC.unshare(NEW_MOUNTS | NEW_NETWORK))
        _mount(None, Path("/"), RECURSIVE | PRIVATE)
        for folder in writable:
            _mount(folder, folder, BIND | RECURSIVE)
        _mount(None, Path("/"), REMOUNT | BIND | READ_ONLY)
    except (OSError, AttributeError):
        return False
    with contextlib.suppress(OSError):
        _bring_up_loopback()
    return not os.access("/", os.W_OK)


def mount_small_disk(folder: Path, size: int) -> bool:
    """Mount a disk of so many bytes; False where that is not possible."""
    try:
        _mount(Path("none"), folder, 0, b"tmpfs", f"size={size}".encode())
    except OSError:
        return False
    return True


def resize_disk(folder: Path, size: int) -> None:
    """Give a mounted disk another size."""
    _mount(Path("none"), folder, REMOUNT, b"tmpfs", f"size={size}".encode())


def unmount(folder: Path) -> None:
    """Take a disk away."""
    with contextlib.suppress(OSError):
        _call(LIBC.umount2(os.fsencode(folder), 2))  # MNT_DETACH


def _mount(
    source: Path | None, target: Path, flags: int, kind: bytes | None = None, options: bytes | None = None
) -> None:
    _call(LIBC.mount(source and os.fsencode(source), os.fsencode(target), kind, ctypes.c_ulong(flags), options))


def _call(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh", b"lo", 0).ljust(40, b"\0")
        flags = struct.unpack_from("h", fcntl.ioctl(any_socket, GET_FLAGS, request), 16)[0]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh", b"lo", flags | UP).ljust(40, b"\0"))


def obey_permissions() -> None:
    """Make root a user like any other to the files of others: they are closed where their permissions say so."""
    header = struct.pack("II", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _call(LIBC.capset(header, bytes(24)))


def give_to_nobody(folder: Path) -> None:
    """Make all below a folder another user's; needs root."""
    for at, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(os.path.join(at, name), NOBODY, NOBODY, follow_symlinks=False)
