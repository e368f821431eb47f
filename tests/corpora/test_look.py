"""What a text is, before training: the figures are those of its corpus, and each warning has a text that earns it."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import InputError, Vocabulary, load_corpus, to_text
from corpora.look import TextLook, look_at, look_at_corpus
from corpora.own import keep_text
from tests.conftest import write_story

GERMAN = "Über allen Gipfeln ist Ruh, in allen Wipfeln spürest du kaum einen Hauch"  # each word in a random order
STORY = write_story(120_000)


def shuffled(words: list[str], lines: int, seed: int = 0) -> str:
    chance = random.Random(seed)
    return "".join(" ".join(chance.choices(words, k=9)) + "\n" for _ in range(lines))


def chinese(characters: int, distinct: int) -> str:
    """Lines of 39 characters, of which some are frequent and most are rare."""
    chance = random.Random(0)
    text = (chr(0x4E00 + min(distinct - 1, int(chance.expovariate(6 / distinct)))) for _ in range(characters))
    return "".join(character + "。\n" * (number % 39 == 38) for number, character in enumerate(text))


def look(text: str | bytes, **options) -> TextLook:
    return look_at([("mine.txt", text if isinstance(text, bytes) else text.encode())], **options)


@pytest.mark.parametrize(
    ("codec", "name", "text"),
    [
        ("iso2022_jp", "ISO-2022-JP-2", "東京の空は今日も青い。Tokyo\n"),
        ("iso2022_jp_2", "ISO-2022-JP-2", "中文와 한국어と日本語\n"),
        ("hz", "HZ", "今天天气很好。\nA line of English ~ here\n"),
        ("utf_7", "UTF-7", "Über allen Gipfeln ist Ruh, größer und schöner als sonst im Jahr\n"),
    ],
)
def test_a_text_whose_letters_are_codes_of_ascii_is_warned_of(codec: str, name: str, text: str):
    warnings = look((text * 300).encode(codec)).warnings
    assert any(f"The text is in {name}" in warning and f"iconv -f {name}" in warning for warning in warnings), warnings


def test_codes_of_a_terminal_are_warned_of():
    assert any("600 codes of a terminal" in warning for warning in look("\x1b[31mred\x1b[0m line\n" * 300).warnings)


@pytest.mark.parametrize("line", ["x = a+b++c; y+=1;\n", "~{ a ~} b\n", "1+1=2 c+d-e+f-\n", "a $ b \x1b here\n"])
def test_code_and_sums_are_not_taken_for_another_encoding(line: str):
    seen = look("".join(f"{number} {line}" for number in range(300)))
    assert not any("The text is in" in warning for warning in seen.warnings), seen.warnings


def test_what_was_left_out_is_told_of_the_files_that_are_given():
    files = [("a.txt", b"one\n"), ("b.txt", b"two\n")]
    for texts, said in ((files, False), ([*files, ("c.txt", b"")], True), (files, False)):
        for corpus in (keep_text("mine", texts), keep_text("other", texts)):
            assert bool(corpus.left_out) == said
            assert corpus.characters.size == 8


@given(
    st.lists(st.text(st.sampled_from("abcé床\n"), min_size=1, max_size=80), min_size=1, max_size=5), st.integers(1, 4)
)
def test_the_figures_are_those_of_the_prepared_corpus(texts: list[str], min_count: int):
    files = [(f"{number}.txt", text.encode()) for number, text in enumerate(texts)]
    if not any(text.strip() for text in texts) and len(texts) > 1:
        return
    seen, corpus = look_at(files, min_count), keep_text("mine", files)
    vocabulary = Vocabulary.of([corpus.split("training")], min_count)
    assert seen.characters == len(corpus.characters)
    assert seen.documents == len(corpus.documents)
    assert seen.vocabulary == len(vocabulary)
    assert seen.lost == vocabulary.count_unknown(corpus.characters[:])
    assert seen.longest_line == max(map(len, to_text(corpus.characters).split("\n")))
    assert look_at_corpus(corpus, min_count).warnings == seen.warnings


@pytest.mark.parametrize(
    "text", [STORY, shuffled(GERMAN.split(), 2500), chinese(120_000, 250)], ids=["English", "German", "Chinese"]
)
def test_an_ordinary_text_is_warned_of_nothing(text: str):
    seen = look(text)
    assert seen.warnings == []
    assert seen.sample == text[:300]
    assert seen.size_bytes == len(text.encode())


SPOILT = STORY.encode()[:50_000] + b"\0" * 9 + STORY.encode()[50_000:]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (STORY[:9_000], "short: 9,000 characters. From so few a network learns which characters often follow"),
        (STORY[:60_000], "short: 60,000 characters. From so few a network learns common words"),
        (chinese(60_000, 250)[:60_000], "Use 100,000 characters or more"),
        (STORY.replace("\n", " "), "The longest line has 120,000 of 120,000 characters: line breaks are missing"),
        ("The same line.\n" * 9_000, "stood before, most of all 9,000 times “The same line.”"),
        (STORY * 3, "67% of the text are lines that stood before"),
        ("床前明月光\n" * 20_000, "20,000 times “床前明月光”"),
        ("a" * 200_000, "one character, repeated"),
        (chinese(200_000, 3_000), "The vocabulary is large: 2,"),
        (chinese(110_000, 20_000), "are read as U+FFFD"),
        (SPOILT, "holds 9 NUL characters"),
        (STORY + "\ufffd\ufffd", "holds 2 replacement characters"),
    ],
    ids=lambda given: given[:12] if isinstance(given, str) and given.isascii() else None,
)
def test_each_warning_is_given(text: str | bytes, message: str):
    warnings = look(text).warnings
    assert any(message in warning for warning in warnings), warnings
    assert all("\n" not in warning for warning in warnings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "mine.txt is empty"),
        ("Grüße\n".encode("latin-1") * 99, "has the byte 0xfc at offset 2"),
        (b"%PDF-1.7\n\xe2\xe3", "mine.txt is a PDF"),
        (b"PK\x03\x04\xff\0", "mine.txt is a zip archive. Unpack it"),
        (b"\x93\0\1\2", "mine.txt is a binary file"),
        (
            STORY.encode("utf-16-le"),
            "mine.txt is UTF-16LE without a byte-order mark. Convert it: iconv -f UTF-16LE -t UTF-8 mine.txt >",
        ),
        (bytes(range(1, 9)) * 99, "control characters"),
    ],
    ids=["empty", "Latin-1", "PDF", "office", "binary", "UTF-16 without mark", "control"],
)
def test_what_is_no_text_is_one_clear_line(text: bytes, message: str):
    with pytest.raises(InputError) as caught:
        look(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_the_text_is_read(encoding: str):
    text = "Über 床\n" * 20_000
    assert look(text.encode(encoding)).sample == text[:300]


def test_bytes_are_not_judged_as_text():
    noise = random.Random(0).randbytes(200_000)
    seen = look(noise, as_bytes=True)
    assert seen.warnings == []
    assert (seen.characters, seen.vocabulary, seen.lost) == (200_000, 257, 0)


def test_files_that_are_left_out_are_said(tmp_path: Path):
    files = [("a.txt", STORY.encode() + b"\n"), ("b.txt", b"\0"), ("c.txt", b"")]
    seen = look_at(files)
    assert seen.warnings == ["Left out 2 of 3 files: 1 binary, 1 empty."]
    for name, content in files:
        (tmp_path / name).write_bytes(content)
    assert look_at(tmp_path) == seen
    assert look_at_corpus(load_corpus(str(tmp_path))) == seen
