"""Copies of a world: what changed in them, and how they are put back."""

import os
import shutil
import stat
from pathlib import Path

from tests.reliability.world import World

Stamp = tuple[int, ...]
Picture = dict[str, Stamp]


def picture_of(root: Path) -> Picture:
    """Every path below a folder, with what changes when it is written: never follows a link."""
    found: Picture = {}
    waiting = [str(root)]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            told = entry.stat(follow_symlinks=False)
            is_folder = entry.is_dir(follow_symlinks=False)
            stamp = (told.st_mode,) if is_folder else (told.st_mode, told.st_size, told.st_mtime_ns, told.st_ino)
            found[entry.path[len(str(root)) + 1 :]] = stamp
            if is_folder:
                waiting.append(entry.path)
    return found


class Copy:
    """A copy of a world that can be put back to what it was."""

    def __init__(self, original: World, root: Path) -> None:
        self.original, self.world = original, World(root)
        shutil.rmtree(root, ignore_errors=True)
        _copy(original.root, root)
        self.clean = picture_of(root)

    def changes(self) -> dict[str, str]:
        """Paths that are `new`, `gone` or `changed`, compared with the original byte by byte."""
        now = picture_of(self.world.root)
        told = dict.fromkeys(now.keys() - self.clean.keys(), "new")
        told |= dict.fromkeys(self.clean.keys() - now.keys(), "gone")
        for path in now.keys() & self.clean.keys():
            if now[path] != self.clean[path] and not self._is_same(path):
                told[path] = "changed"
        return told

    def _is_same(self, path: str) -> bool:
        ours, theirs = self.world.root / path, self.original.root / path
        modes = [os.lstat(each).st_mode for each in (ours, theirs)]
        if modes[0] != modes[1]:
            return False
        return not ours.is_file() or ours.is_symlink() or ours.read_bytes() == theirs.read_bytes()

    def restore(self) -> None:
        """Put everything back."""
        self.give_back()
        now = picture_of(self.world.root)
        for path in sorted(now.keys() - self.clean.keys()):
            _remove(self.world.root / path)
        for path in sorted(self.clean):
            if now.get(path) != self.clean[path]:
                _remove(self.world.root / path)
                _copy(self.original.root / path, self.world.root / path)
        self.clean = picture_of(self.world.root)

    def give_back(self) -> None:
        """Make all files this user's again, where some were given away."""
        if os.lstat(self.world.root).st_uid != os.getuid():
            for at, folders, files in os.walk(self.world.root):
                for name in (".", *folders, *files):
                    os.chown(os.path.join(at, name), os.getuid(), os.getgid(), follow_symlinks=False)


def _remove(path: Path) -> None:
    if not os.path.lexists(path):
        return
    if path.is_dir() and not path.is_symlink():
        for folder, _, _ in os.walk(path):
            os.chmod(folder, 0o700)
        shutil.rmtree(path)
    else:
        path.unlink()


def _copy(source: Path, target: Path) -> None:
    """Copy anything as it is, pipes and sockets as well."""
    mode = os.lstat(source).st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(source), target)
    elif stat.S_ISDIR(mode):
        target.mkdir(parents=True)
        for entry in os.scandir(source):
            _copy(Path(entry.path), target / entry.name)
        target.chmod(stat.S_IMODE(mode))
    elif stat.S_ISREG(mode):
        shutil.copyfile(source, target)
        target.chmod(stat.S_IMODE(mode))
        told = os.stat(source)
        os.utime(target, ns=(told.st_atime_ns, told.st_mtime_ns))
    else:
        os.mknod(target, mode)
