"""The folder of a static site: written whole or not at all, and never over what is not ours."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpora import InputError
from dashboard.site.folder import MARKER, own_files, write_site
from tests.conftest import Outcome
from tests.dashboard.site_pages import files_of

FILES = [("modules/1/a.js", b"a"), ("models/m/index.html", b"board"), ("index.html", b"first")]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "deeper" / "site"


def test_a_new_and_an_empty_folder_take_a_site(out: Path):
    written = write_site(out, FILES, {"models": []})
    assert {path: content for path, content in files_of(out).items() if path != MARKER} == dict(FILES)
    assert (written.files, written.bytes) == (4, sum(map(len, files_of(out).values())))
    assert own_files(out) == {path for path, _ in FILES}
    assert [path.name for path in out.parent.iterdir()] == ["site"]
    empty = out.with_name("empty")
    empty.mkdir()
    write_site(empty, FILES, {"models": []})
    assert files_of(empty) == files_of(out)


def test_others_can_read_it(out: Path):
    write_site(out, FILES, {})
    for path in (out, *out.rglob("*")):
        assert path.stat().st_mode & 0o055 >= (0o055 if path.is_dir() else 0o044) & ~os.umask(os.umask(0o022)), path


def test_an_earlier_site_is_replaced_and_nothing_is_deleted(out: Path):
    write_site(out, [*FILES, ("modules/0/old.js", b"old")], {})
    (out / "CNAME").write_text("mine")
    written = write_site(out, [FILES[0], ("index.html", b"second")], {})
    assert written.earlier == ["models/m/index.html", "modules/0/old.js"]
    now = files_of(out)
    assert now["index.html"] == b"second"
    assert now["CNAME"] == b"mine"
    assert now["modules/0/old.js"] == b"old"
    again = write_site(out, FILES, {})  # what an earlier site left is still ours
    assert again.earlier == ["modules/0/old.js"]


def failing() -> Iterator[tuple[str, bytes]]:
    yield FILES[0]
    raise InputError("Something was missing.")


def test_what_cannot_be_finished_leaves_nothing_behind(out: Path):
    with pytest.raises(InputError, match="missing"):
        write_site(out, failing(), {})
    assert not out.exists()
    assert not list(out.parent.iterdir())
    write_site(out, FILES, {})
    before = files_of(out)
    with pytest.raises(InputError, match="missing"):
        write_site(out, failing(), {})
    assert files_of(out) == before


def test_where_a_disk_is_full_the_earlier_site_stays_as_it_was(out: Path, monkeypatch: pytest.MonkeyPatch):
    write_site(out, FILES, {})
    before, write = files_of(out), Path.write_bytes

    def stop(path: Path, content: bytes) -> int:
        if path.name == "index.html":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", stop)
    with pytest.raises(InputError, match="No space left"):
        write_site(out, [("modules/1/a.js", b"new"), *FILES[1:]], {})
    monkeypatch.undo()
    assert files_of(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["site"]


@pytest.mark.parametrize(
    "marker", [None, "{", "[]", "{}", '{"made_by": "another"}', '{"made_by": "python -m dashboard site", "format": 99}']
)
def test_a_folder_of_anything_else_is_left_alone(out: Path, marker: str | None):
    out.mkdir(parents=True)
    (out / "index.html").write_text("mine")
    if marker is not None:
        (out / MARKER).write_text(marker)
    before = files_of(out)
    with pytest.raises(InputError, match="Nothing was changed"):
        write_site(out, FILES, {})
    assert files_of(out) == before


def test_a_file_in_the_place_of_the_folder(out: Path, command: Callable[..., Outcome]):
    out.parent.mkdir()
    out.write_text("mine")
    assert "which is a file" in command("dashboard", "site", "--out", out, "war-and-peace-rnn").error
    assert out.read_text() == "mine"


def test_a_link_that_leads_nowhere_is_called_a_link(out: Path, tmp_path: Path):
    out.parent.mkdir()
    out.symlink_to(tmp_path / "gone")
    with pytest.raises(InputError, match=r"a link to \S*gone, where nothing is"):
        write_site(out, FILES, {})
    assert out.is_symlink()
    assert not (tmp_path / "gone").exists()


def test_a_file_of_somebody_else_inside_our_folder_is_not_written_over(out: Path):
    write_site(out, FILES[:1], {})
    (out / "index.html").write_text("mine")
    with pytest.raises(InputError, match="did not make"):
        write_site(out, FILES, {})
    assert (out / "index.html").read_text() == "mine"


def test_a_link_that_leaves_the_folder_is_not_followed(out: Path, tmp_path: Path):
    write_site(out, FILES[:1], {})
    (tmp_path / "elsewhere").mkdir()
    (out / "models").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="leaves"):
        write_site(out, FILES, {})
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"Cannot write .*: no folder"):
        write_site(tmp_path / "file" / "site", FILES, {})


def test_the_marker_says_what_it_is(out: Path):
    write_site(out, FILES, {"models": [{"name": "m"}]})
    marker = json.loads((out / MARKER).read_text())
    assert marker["models"] == [{"name": "m"}]
    assert marker["files"] == {path: len(content) for path, content in FILES}
    assert str(out) not in (out / MARKER).read_text()
