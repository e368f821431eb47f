"""Texts, YAML and archives that are not what they should be."""

import random
from pathlib import Path


def other_encoding(path: Path, chance: random.Random) -> str:
    """The text in another encoding, with words that need it."""
    text = path.read_text(errors="replace") + "Où est-ce? Ой! 日本語 “quoted”"
    encoding = chance.choice(
        (
            "utf-16",
            "utf-16-le",
            "utf-16-be",
            "utf-32",
            "utf-8-sig",
            "latin-1",
            "cp1252",
            "cp1251",
            "koi8-r",
            "shift-jis",
            "gb18030",
            "utf-7",
        )
    )
    path.write_bytes(text.encode(encoding, errors="ignore"))
    return f"in {encoding}"


def strange_text(path: Path, chance: random.Random) -> str:
    """A text of unusual characters or shape."""
    text = chance.choice(
        ("", "\n", " ", "a", "ab" * 3, "\0" * 500, "\r\n" * 300, "é\u0301" * 900, "\u202e" * 500, "👨‍👩‍👧" * 300,
        "".join(map(chr, range(32, 2000))), "a" * 60_000,
         "\ufeff" * 50, "\ufffd" * 400, "\U0010ffff" * 300, "abc " * 4000, "x\n" * 5000)
    )  # fmt: skip
    path.write_text(text)
    return f"text {text[:8]!r} of {len(text)} characters"


def strange_yaml(path: Path, chance: random.Random) -> str:
    """A file of concepts that is YAML, or nearly."""
    bomb = "a: &a [x]\n" + "".join(
        f"{chr(98 + k)}: &{chr(98 + k)} [{', '.join([f'*{chr(97 + k)}'] * 9)}]\n" for k in range(9)
    )
    merges = "- &a0 {x: 1}\n" + "".join(f"- &a{k} {{<<: [{', '.join([f'*a{k - 1}'] * 6)}]}}\n" for k in range(1, 12))
    entry = "- name: mine\n  description: x\n"
    written = chance.choice(
        ("", "-", "[]", "{}", "null", "- 1", "a: b", bomb, merges, "- !!bool maybe", "- !!python/object:os.system x",
        "- !!int x", "- !!float y", "- !!timestamp z",
         "- !!binary '*'", "- !!set {a}", "- &x *x", "- &x [*x]", "\t- a", "%YAML 9.9\n---\n- a", "- name: [a]",
         "- {name: inside-quotes, description: x, pattern: a}",
         entry + "  pattern: '('", entry + "  pattern: '(a+)+$'", entry + "  pattern: ''",
         entry + "  pattern: '" + "(a|b)" * 3000 + "'", entry + "  pattern: 'a{1000}{1000}'",
         entry + "  automaton: {open: '', close: ''}", entry + "  automaton: {open: '[', close: ']', cap: 1e9}",
         entry + "  automaton: {open: '[', close: ']', cap: -1, label: depth}",
         entry + "  not: mine", entry + "  all_of: [mine, mine]", entry + "  within: nothing\n  of: nothing",
         entry + "  pattern: a\n  group: 99", entry + "  pattern: a\n  mark: 1",
         entry + "  pattern: a\n  title: 1", entry * 2000, "- " * 5000 + "x", "[" * 5000, "? a\n: b",
         "- name: 'é'\n  description: y\n  pattern: x", "a: 1\na: 2",
         entry + "  automaton: [1]", entry + "  pattern: a\n  from: never", "- name: \ud800")
    )  # fmt: skip
    path.write_text(written, errors="surrogatepass")
    return f"YAML {written[:40]!r}"


def strange_archive(path: Path, chance: random.Random) -> str:
    """An archive with members that lead elsewhere, unpack to much, are encrypted, or are no text."""
    import io
    import tarfile
    import zipfile

    names = (
        "../../escape.txt",
        "/tmp/escape.txt",
        "a/../../escape.txt",
        "C:\\escape.txt",
        "n" * 300,
        "",
        ".",
        "é.txt",
        "a\nb",
        "x" * 50 + "/" * 5 + "y",
    )
    body = chance.choice((b"plain text\n" * 30, b"\0" * 9_000_000, b"\xff\xfe\xfd", b"", b"PK\3\4junk"))
    how = chance.choice(names)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (how, how, "b.txt"):
                archive.writestr(zipfile.ZipInfo(name or "x"), body)
        if chance.random() < 0.3:
            path.write_bytes(
                path.read_bytes().replace(b"\x14\x00\x00\x00\x08", b"\x14\x00\x01\x00\x08")
            )  # says that it is encrypted
    else:
        kinds = (tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE)
        with tarfile.open(path, "w:gz") as archive:
            for name in (how, "linux-6.1/kernel/a.c"):
                member = tarfile.TarInfo(name or "x")
                member.type, member.linkname = chance.choice(kinds), "/etc/passwd"
                member.size = len(body) if member.type == tarfile.REGTYPE else 0
                archive.addfile(member, io.BytesIO(body))
    return f"a member {how[:30]!r} of {len(body)} bytes"
