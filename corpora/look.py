"""What a text is, before a network is trained on it: its size, its vocabulary, and what may go wrong, in any language.

Axes: `code` is a Unicode code point.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Int64

from corpora.errors import InputError
from corpora.gather import Files, gather
from corpora.kinds import hidden_encoding
from corpora.prepared import Corpus
from corpora.preparing import cut_text
from corpora.shell import is_invisible
from corpora.vocabulary import UNKNOWN, count_characters, frequent_codes, to_code_points, to_text

SAMPLE = 300  # characters
BLOCK = 1 << 20  # characters that are code points at a time
COMPARED = 20_000_000  # characters at the start whose lines are compared
# Test loss in nats of 1x128 LSTMs on excerpts of one novel; in brackets n-gram models of three and four characters:
# of 5,000 characters 2.40 (2.26, 2.18), 20,000 1.96 (2.07, 1.81), 50,000 1.71 (2.00, 1.69), 100,000 1.55 (1.95, 1.62).
LEARNS_LETTERS, LEARNS_WORDS = 20_000, 100_000
ENDLESS = 20_000  # characters of a line
REPEATED = 0.5  # share of the characters that are in lines which stood before
LARGE = 300  # characters of a vocabulary; alphabets need fewer
MUCH_LOST, MOSTLY_CONTROL = 0.01, 0.1  # shares of the characters
CONTROL = [code for code in range(32) if chr(code) not in "\t\n\f\r\x1b"]


@dataclass(frozen=True)
class TextLook:
    """What a text is: `vocabulary` is the size of the vocabulary of a network that is trained on it.

    `lost` counts the characters that this network reads as U+FFFD. `longest_line` is in characters, `size_bytes` is
    that of the files, unpacked. `warnings` are sentences of plain text; the first is the gravest.
    """

    characters: int
    documents: int
    vocabulary: int
    lost: int
    longest_line: int
    warnings: list[str]
    sample: str
    size_bytes: int


def look_at(files: Files | Path, min_count: int = 5, as_bytes: bool = False) -> TextLook:
    """Look at a path, or at files in memory given as `(name, content)`; nothing is written.

    Characters that occur at least `min_count` times in training are in the vocabulary.

    Raises:
        InputError: the text is empty, binary, in another encoding, or cannot be read.
    """
    gathered = gather(files, as_bytes)
    starts, pieces, length, current = [], [], 0, None
    for document, text in gathered.pieces():
        if document != current:
            starts.append(length)
            current = document
        pieces.append(text)
        length += len(text)
    if not length:
        name = gathered.documents[0].name
        raise InputError(f"Wanted a text, but {name} is empty. Choose a file with text in it.")
    source = gathered.source()
    training = cut_text(length, starts, source)[0]
    return _look("".join(pieces), training, len(starts), gathered.size, source.left_out, min_count, as_bytes)


def look_at_corpus(corpus: Corpus, min_count: int = 5) -> TextLook:
    """Look at a prepared text; `size_bytes` is that of the prepared text in UTF-8, or read byte by byte."""
    text, documents = to_text(corpus.characters), len(corpus.documents)
    size = len(text) if corpus.as_bytes else len(text.encode())
    return _look(text, corpus.cuts[0], documents, size, corpus.left_out, min_count, corpus.as_bytes)


def _look(
    text: str, training: int, documents: int, size: int, left_out: str, min_count: int, as_bytes: bool
) -> TextLook:
    counts = _counts(text[:training])
    vocabulary = frequent_codes(counts, min_count)
    counts += _counts(text[training:])
    lost = int(len(text) - counts[vocabulary].sum())
    lines = text[:COMPARED].split("\n")
    longest = max(map(len, lines))
    said = [_of_length(len(text))]
    if not as_bytes:
        if counts[CONTROL].sum() > MOSTLY_CONTROL * len(text):
            raise InputError(
                f"Wanted text, but {counts[CONTROL].sum():,} of {len(text):,} characters are NULs and other control "
                "characters: it is binary, or UTF-16 without a byte-order mark. Save it as UTF-8, or read its bytes."
            )
        said += [_of_characters(counts), _of_encoding(text), _of_lines(lines, longest)]
        said += _of_vocabulary(counts, vocabulary, lost, min_count)
    said.append(left_out)
    warnings = [sentence for sentence in said if sentence]
    return TextLook(len(text), documents, len(vocabulary) + 1, lost, longest, warnings, text[:SAMPLE], size)


def _counts(text: str) -> Int64[np.ndarray, " code"]:
    return count_characters(to_code_points(text[at : at + BLOCK]) for at in range(0, len(text), BLOCK))


def _of_length(characters: int) -> str:
    if characters >= LEARNS_WORDS:
        return ""
    learns = (
        "which characters often follow each other, and no words"
        if characters < LEARNS_LETTERS
        else "common words, not more than counting four characters in a row would"
    )
    return (
        f"The text is short: {characters:,} characters. From so few a network learns {learns}. "
        f"Use {LEARNS_WORDS:,} characters or more; so many are also needed to search its units."
    )


def _of_characters(counts: Int64[np.ndarray, " code"]) -> str:
    if np.count_nonzero(counts) == 1:
        return "The text is one character, repeated: there is nothing to learn."
    if counts[0]:
        return f"The text holds {counts[0]:,} NUL characters, which plain text has none of: part of it may be binary."
    if counts[ord(UNKNOWN)]:
        return (
            f"The text holds {counts[ord(UNKNOWN)]:,} replacement characters (U+FFFD): it was once read in a wrong "
            "encoding, and these characters are gone."
        )
    return ""


def _of_encoding(text: str) -> str:
    encoding = hidden_encoding(text)
    if encoding:
        return (
            f"The text is in {encoding}, which writes other letters as codes of ASCII: the network would learn the "
            f"codes. Convert it: iconv -f {encoding} -t UTF-8"
        )
    colors = len(re.findall(r"\x1b\[[0-9;]*[A-Za-z]", text))
    if colors:
        return f"The text holds {colors:,} codes of a terminal, such as colors: the network would learn them as text."
    return ""


def _of_lines(lines: list[str], longest: int) -> str:
    characters = sum(map(len, lines))
    if longest >= ENDLESS or 2 * longest > characters >= LEARNS_LETTERS:
        return (
            f"The longest line has {longest:,} of {characters:,} characters: line breaks are missing. The network "
            "learns no line lengths, and units that follow the position in the line will not be found."
        )
    times = Counter(lines)
    repeated = sum((count - 1) * len(line) for line, count in times.items())
    if repeated <= REPEATED * characters:
        return ""
    line, count = max(times.items(), key=lambda item: len(item[0]) * item[1])
    shown = "".join(" " if is_invisible(character) else character for character in line[:40])
    return (
        f"{repeated / characters:.0%} of the text are lines that stood before, most of all {count:,} times "
        f"“{shown}{'…' * (len(line) > 40)}”. The network learns them by heart, and its loss looks better than it is."
    )


def _of_vocabulary(
    counts: Int64[np.ndarray, " code"], vocabulary: Int64[np.ndarray, " kept"], lost: int, min_count: int
) -> list[str]:
    characters, distinct, said = int(counts.sum()), np.count_nonzero(counts), []
    if len(vocabulary) > LARGE:
        said.append(
            f"The vocabulary is large: {len(vocabulary) + 1:,} characters, half of which occur at most "
            f"{np.median(counts[vocabulary]):,.0f} times. A network needs a longer text to learn them than the letters "
            "of an alphabet."
        )
    if lost > MUCH_LOST * characters or (said and lost):
        said.append(
            f"{distinct - len(vocabulary):,} of {distinct:,} different characters occur fewer than {min_count} times "
            f"in training: {lost:,} of {characters:,} characters ({lost / characters:.1%}) are read as U+FFFD."
        )
    return said
