"""What a file is that is no UTF-8 text: of which kind, by its first bytes, or in which encoding.

Only byte-order marks are believed: an encoding that was guessed goes into the message, and a person decides.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from corpora.shell import shell_word

LOOKED_AT = 8192  # bytes in which binary files mostly hold a NUL
SAMPLED = 16384  # bytes that an encoding is guessed from: more take longer and say no more
MANY_NULS, ALL_BUT_FEW = 0.1, 0.9  # shares of the bytes
MOSTLY_UTF8 = 10  # times as many characters of several bytes that are valid as bytes that are not

DOCUMENT = "Save it as plain text, UTF-8, in the program that opens it."
PACKED = "Unpack it, or give its name the ending that it should have: "
CHOOSE = "Choose a file of text."
OFFICE = {
    b"word/": "a Word document (docx)",
    b"xl/": "an Excel workbook (xlsx)",
    b"ppt/": "a PowerPoint presentation (pptx)",
    b"mimetypeapplication/epub+zip": "an e-book (epub)",
    b"mimetypeapplication/vnd.oasis.opendocument": "an OpenDocument file",
}


@dataclass(frozen=True)
class Kind:
    """A kind of file that is no plain text: what it is called, and what to do with it instead."""

    title: str
    advice: str = CHOOSE


PLAIN = {
    b"%PDF-": Kind("a PDF", "Take its text out, for example with pdftotext."),
    b"{\\rtf1": Kind("an RTF document", DOCUMENT),
}
KINDS = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Kind("an old office document (doc, xls or ppt)", DOCUMENT),
    b"PK\x03\x04": Kind("a zip archive", PACKED + ".zip"),
    b"PK\x05\x06": Kind("an empty zip archive"),
    b"\x1f\x8b": Kind("packed with gzip", PACKED + ".gz"),
    b"\xfd7zXZ\x00": Kind("packed with xz", PACKED + ".xz"),
    b"BZh": Kind("packed with bzip2", PACKED + ".bz2"),
    b"\x28\xb5\x2f\xfd": Kind("packed with zstd", "Unpack it: unzstd"),
    b"7z\xbc\xaf\x27\x1c": Kind("a 7z archive", "Unpack it, and name the folder."),
    b"Rar!\x1a\x07": Kind("a RAR archive", "Unpack it, and name the folder."),
    b"\x89PNG\r\n\x1a\n": Kind("an image (PNG)"),
    b"\xff\xd8\xff": Kind("an image (JPEG)"),
    b"GIF8": Kind("an image (GIF)"),
    b"II*\x00": Kind("an image (TIFF)"),
    b"MM\x00*": Kind("an image (TIFF)"),
    b"BM": Kind("an image (BMP)"),
    b"\x7fELF": Kind("a program (ELF)"),
    b"MZ": Kind("a program (Windows)"),
    b"\xca\xfe\xba\xbe": Kind("a program (Java or macOS)"),
    b"\xcf\xfa\xed\xfe": Kind("a program (macOS)"),
    b"\x00asm": Kind("a program (WebAssembly)"),
    b"SQLite format 3\x00": Kind("a SQLite database", "Write its text to a file first."),
    b"PAR1": Kind("a Parquet table", "Write its text to a file first."),
    b"\x89HDF\r\n\x1a\n": Kind("an HDF5 file"),
    b"\x93NUMPY": Kind("a NumPy array"),
    b"ID3": Kind("sound (MP3)"),
    b"OggS": Kind("sound (Ogg)"),
    b"fLaC": Kind("sound (FLAC)"),
    b"\x1aE\xdf\xa3": Kind("a film (Matroska)"),
}
RIFF = {b"WAVE": "sound (WAV)", b"WEBP": "an image (WebP)", b"AVI ": "a film (AVI)"}
BINARY = Kind("a binary file", "Choose a file of text, or read its bytes.")

# Those that texts come in; the names are those of iconv.
ENCODINGS = {
    "cp1252": "CP1252", "cp1250": "CP1250", "cp1251": "CP1251", "cp1253": "CP1253", "cp1254": "CP1254",
    "cp1255": "CP1255", "cp1256": "CP1256", "cp1257": "CP1257", "cp1258": "CP1258", "koi8_r": "KOI8-R",
    "iso8859_2": "ISO-8859-2", "iso8859_5": "ISO-8859-5", "iso8859_7": "ISO-8859-7", "iso8859_8": "ISO-8859-8",
    "cp866": "CP866", "mac_roman": "MACINTOSH", "cp850": "CP850", "cp437": "CP437", "tis_620": "TIS-620",
    "gb18030": "GB18030", "big5": "BIG5", "cp932": "CP932", "euc_jp": "EUC-JP", "cp949": "CP949",
}  # fmt: skip
# Encodings that are ASCII to the eye, by what occurs in them; and the characters in which they show.
HIDDEN = {"\x1b$": ("iso2022_jp_2", "ISO-2022-JP-2"), "~{": ("hz", "HZ"), "+": ("utf_7", "UTF-7")}
HIDDEN_IN, FEWEST_HIDDEN = 200_000, 0.005  # and the least share of them that are beyond ASCII
UNPACK = {".gz": "gzip -dc", ".bz2": "bzip2 -dc", ".xz": "xz -dc", ".zip": "unzip -p"}  # to standard output
NO_TEXT = ("Cc", "Cn", "Co", "Cs")  # categories of characters that texts have next to none of
WIDE = {"utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE", "utf-32-le": "UTF-32LE", "utf-32-be": "UTF-32BE"}


def kind_of(head: bytes) -> Kind | None:
    """The kind of a file by its first bytes, if it has one whose bytes are no text."""
    if named := next((kind for magic, kind in PLAIN.items() if head.startswith(magic)), None):
        return named
    if not _is_binary(head):
        return None
    if head.startswith(b"PK\x03\x04"):
        office = next((title for mark, title in OFFICE.items() if mark in head), None)
        return Kind(office, DOCUMENT) if office else KINDS[b"PK\x03\x04"]
    if head.startswith(b"RIFF") and head[8:12] in RIFF:
        return Kind(RIFF[head[8:12]])
    if head[4:8] == b"ftyp":
        return Kind("a film or sound (MP4)")
    if head[257:262] == b"ustar":
        return Kind("a tar archive", PACKED + ".tar")
    named = next((kind for magic, kind in KINDS.items() if head.startswith(magic)), None)
    return named or (BINARY if head[:LOOKED_AT].count(0) > MANY_NULS * len(head[:LOOKED_AT]) else None)


def _is_binary(head: bytes) -> bool:
    """Whether it has a NUL, another control character that texts lack, or a byte that is not UTF-8."""
    if re.search(rb"[\x00-\x06\x0e-\x1a]", head[:LOOKED_AT]):
        return True
    try:
        head[:LOOKED_AT].decode()
    except UnicodeDecodeError as error:
        return error.start < len(head[:LOOKED_AT]) - 3  # else a character is cut
    return False


def wide_encoding(head: bytes, is_utf8: bool) -> str | None:
    """UTF-16 or UTF-32 without a byte-order mark, by where the NULs lie; None if it is neither.

    Bytes that are UTF-8 as well need more of them: a NUL may have got into a text.
    """
    head = head[: min(LOOKED_AT, len(head) - len(head) % 4)]
    nuls = [head[at::4].count(0) / max(1, len(head) // 4) for at in range(4)]
    if min(nuls[2:]) > ALL_BUT_FEW or min(nuls[:2]) > ALL_BUT_FEW:
        name = "utf-32-le" if nuls[3] > ALL_BUT_FEW else "utf-32-be"
    else:
        even, odd = nuls[0] + nuls[2], nuls[1] + nuls[3]
        if max(even, odd) <= MANY_NULS * is_utf8 or min(even, odd) > 0.1 * max(even, odd):
            return None
        name = "utf-16-le" if odd > even else "utf-16-be"
    text = head.decode(name, errors="replace")
    none = sum(unicodedata.category(character) in NO_TEXT and character not in "\t\n\f\r" for character in text)
    return name if none <= 0.01 * len(text) else None


def is_mostly_utf8(sample: bytes) -> bool:
    """Whether some bytes are no UTF-8 in a text that is: it is damaged, or was put together from several."""
    text = sample.decode(errors="replace")
    wrong = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - wrong >= MOSTLY_UTF8 * wrong


def guess_encoding(data: bytes, at: int) -> str | None:
    """The encoding that a text is probably in, as iconv calls it, from the lines around the byte that is not UTF-8."""
    from charset_normalizer import from_bytes

    lines = data[data.rfind(b"\n", 0, at) + 1 :][: 4 * SAMPLED].splitlines(keepends=True)
    sample = b"".join(line for line in lines if not line.isascii())[:SAMPLED]  # the others say nothing
    found = from_bytes(sample, cp_isolation=list(ENCODINGS), language_threshold=0.1).best()
    if found is None:
        return None
    text = sample.decode(found.encoding, errors="replace")
    same = (name for name in ENCODINGS if sample.decode(name, errors="replace") == text)
    return ENCODINGS[next(same)]  # the one that is met most often


def hidden_encoding(text: str) -> str | None:
    """The encoding, as iconv calls it, of a text that is ASCII because it writes other letters as codes of it."""
    sample = text[:HIDDEN_IN]
    if not sample.isascii():
        return None
    for mark, (codec, name) in HIDDEN.items():
        if mark not in sample:
            continue
        try:
            decoded = codecs.getincrementaldecoder(codec)().decode(sample.encode())  # a code may be cut at the end
        except UnicodeDecodeError:
            continue
        beyond = [character for character in decoded if character > "\x7f"]
        letters = sum(unicodedata.category(character)[0] in "LMNP" for character in beyond)
        if letters > FEWEST_HIDDEN * len(decoded) and letters >= ALL_BUT_FEW * len(beyond):
            return name
    return None


def iconv_command(encoding: str, name: str) -> str:
    """The command that converts a file; what is packed is unpacked first."""
    unpack = next((command for ending, command in UNPACK.items() if name.lower().endswith(ending)), "")
    plain = f"{name[: name.rindex('.')] if unpack else name}.utf8.txt"
    convert = f"iconv -f {encoding} -t UTF-8"
    read = f"{unpack} {shell_word(name)} | {convert}" if unpack else f"{convert} {shell_word(name)}"
    return f"{read} > {shell_word(plain)}"
