"""What a file is that is no UTF-8 text, and whether doing what the message says makes it one."""

import bz2
import gzip
import io
import lzma
import re
import shutil
import sqlite3
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import InputError, load_corpus, unpack
from corpora.kinds import ENCODINGS, WIDE, guess_encoding, kind_of
from corpora.preparing import prepare_file
from corpora.reading import read_bytes
from corpora.vocabulary import to_text

Pack = Callable[[bytes], bytes]

SENTENCES = {
    "cp1252": "Der Bär fraß süße Früchte, während die Vögel über die Dächer flogen.\n",
    "cp1250": "Żółta łódź płynęła wśród mgły, a śpiew ptaków cichł nad łąką. "
    "Dziewczynka poszła nad rzekę, bo chciała zobaczyć, czy przyjechał już jej brat.\n",
    "cp1251": "Весной река разлилась, и мальчик пошёл к мосту, чтобы увидеть лёд.\n",
    "koi8_r": "Весной река разлилась, и мальчик пошёл к мосту, чтобы увидеть лёд.\n",
    "cp866": "Весной река разлилась, и мальчик пошёл к мосту, чтобы увидеть лёд.\n",
    "cp1253": "Το πρωί ο ψαράς βγήκε στη θάλασσα και γύρισε με άδεια δίχτυα.\n",
    "cp1254": "Şu köşedeki ağacın altında oturan çocuk güzel bir şarkı söylüyordu.\n",
    "cp1255": "הילדה הלכה אל הנהר וראתה שם ספינה קטנה.\n",
    "cp1256": "خرجت البنت إلى النهر ورأت هناك سفينة صغيرة.\n",
    "cp932": "川のそばで少女は小さな船を見つけて、ゆっくりと近づいた。\n",
    "euc_jp": "川のそばで少女は小さな船を見つけて、ゆっくりと近づいた。\n",
    "gb18030": "女孩走到河边，看见那里有一条小船，就慢慢地走了过去。\n",
    "big5": "女孩走到河邊，看見那裡有一條小船，就慢慢地走了過去。\n",
    "cp949": "소녀는 강가로 걸어가서 작은 배를 보고 천천히 다가갔다.\n",
}


def refused(path: Path) -> str:
    """The one line about a file."""
    with pytest.raises(InputError) as caught:
        load_corpus(str(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("encoding", SENTENCES)
def test_an_encoding_is_named_with_which_the_text_is_read(encoding: str):
    content = (SENTENCES[encoding] * 20).encode(encoding)
    with pytest.raises(UnicodeDecodeError) as caught:
        content.decode()
    found = guess_encoding(content, caught.value.start)
    name = next(name for name, said in ENCODINGS.items() if said == found)
    assert content.decode(name) == SENTENCES[encoding] * 20


@pytest.mark.skipif(not shutil.which("iconv"), reason="needs iconv")
@pytest.mark.parametrize("encoding", ["cp1252", "koi8_r", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_the_command_that_is_advised_makes_a_text_of_it(encoding: str, tmp_path: Path):
    text = SENTENCES.get(encoding, SENTENCES["cp1252"]) * 50
    path = tmp_path / "it's mine.txt"
    path.write_bytes(text.encode(encoding))
    command = re.search(r"(iconv .*)$", refused(path))
    assert command
    subprocess.run(command[1], shell=True, check=True, cwd=tmp_path)
    assert to_text(prepare_file(tmp_path / "it's mine.txt.utf8.txt").characters) == text


@pytest.mark.skipif(not shutil.which("iconv"), reason="needs iconv")
def test_iconv_knows_every_name_that_is_said():
    for name, said in (ENCODINGS | WIDE).items():
        content = "a".encode(name)
        done = subprocess.run(["iconv", "-f", said, "-t", "UTF-8"], input=content, check=True, capture_output=True)
        assert done.stdout == b"a"


def test_a_wrong_byte_far_into_a_large_file_is_looked_at_where_it_is(tmp_path: Path):
    (tmp_path / "x.txt").write_bytes(b"plain ascii\n" * 200_000 + (SENTENCES["koi8_r"] * 20).encode("koi8_r"))
    assert "probably KOI8-R" in refused(tmp_path / "x.txt")


def test_a_damaged_utf8_text_is_called_one(tmp_path: Path):
    content = (SENTENCES["cp1251"] * 50).encode()
    (tmp_path / "x.txt").write_bytes(content[:1000] + b"\xff" + content[1000:])
    assert "most of it is UTF-8" in refused(tmp_path / "x.txt")
    assert "iconv -c -f UTF-8" in refused(tmp_path / "x.txt")


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_what_is_packed_is_unpacked_by_the_command_that_is_advised(ending: str, pack: Pack, tmp_path: Path):
    text = SENTENCES["koi8_r"] * 50
    path = tmp_path / f"it's iconv.txt{ending}"
    path.write_bytes(pack(text.encode("koi8_r")))
    command = re.search(r"Convert it: (.*)$", refused(path))
    assert command
    if shutil.which("iconv") and shutil.which(command[1].split()[0]):
        subprocess.run(command[1], shell=True, check=True, cwd=tmp_path)
        assert to_text(prepare_file(tmp_path / "it's iconv.txt.utf8.txt").characters) == text
    assert command[1].split()[0] in ("gzip", "bzip2", "xz")


@pytest.mark.parametrize("encoding", ["cp1252", "koi8_r", "cp1251"])
def test_texts_in_two_encodings_are_not_taken_for_the_second(encoding: str, tmp_path: Path):
    text = SENTENCES[encoding] * 400
    (tmp_path / "x.txt").write_bytes(text.encode() + text.encode(encoding))
    assert "put together from texts in several encodings" in refused(tmp_path / "x.txt")


def made(name: str, folder: Path) -> bytes:
    """A real file of a kind."""
    path = folder / "it"
    if name == "sqlite":
        with sqlite3.connect(path) as database:
            database.execute("create table t (x)")
        database.close()
        return path.read_bytes()
    if name in ("zip", "docx", "xlsx"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr({"zip": "a.txt", "docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[name], "text")
        return path.read_bytes()
    if name == "tar":
        with tarfile.open(path, "w") as archive:
            archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
        return path.read_bytes()
    return {
        "gzip": gzip.compress(b"text" * 99),
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "pdf": b"%PDF-1.7\n%plain so far\n",
        "rtf": b"{\\rtf1\\ansi plain so far}",
        "elf": Path("/proc/self/exe").read_bytes()[:5000],
        "nuls": b"\0" * 5000,
    }[name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("zip", "is a zip archive. Unpack it, or give its name the ending"),
        ("docx", "is a Word document (docx). Save it as plain text, UTF-8"),
        ("xlsx", "is an Excel workbook"),
        ("tar", "is a tar archive"),
        ("gzip", "is packed with gzip"),
        ("png", "is an image (PNG). Choose a file of text."),
        ("pdf", "is a PDF. Take its text out"),
        ("rtf", "is an RTF document"),
        ("elf", "is a program (ELF)"),
        ("sqlite", "is a SQLite database"),
        ("nuls", "is a binary file"),
    ],
)
def test_a_file_that_is_no_text_is_called_what_it_is(name: str, said: str, tmp_path: Path):
    (tmp_path / "mine.txt").write_bytes(made(name, tmp_path))
    assert said in refused(tmp_path / "mine.txt")


@pytest.mark.parametrize("text", ["BM and MZ begin it", "PK\x03 is no zip", "a\0b" + "plain " * 40, "ID3", "Größe ☃"])
def test_a_text_is_no_kind_of_file_by_how_it_begins(text: str, tmp_path: Path):
    (tmp_path / "x.txt").write_text(text)
    assert to_text(prepare_file(tmp_path / "x.txt").characters) == text or kind_of(text.encode()) is None


def test_a_name_of_endless_length_does_not_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpack, "MOST_UNPACKED", 100_000)
    entry = tarfile.TarInfo("././@LongLink")
    entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 10_000_000
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(entry.tobuf(tarfile.GNU_FORMAT) + b"a" * 10_000_000))
    assert "it unpacks to more" in refused(tmp_path / "x.tar.gz")


def test_an_archive_that_is_encrypted_is_one_line_however_it_is_read(tmp_path: Path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "text")
    content = bytearray(path.read_bytes())
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + at] |= 1
    path.write_bytes(content)
    assert "is encrypted" in refused(path)
    with pytest.raises(InputError, match="is encrypted"):
        list(read_bytes(path))
