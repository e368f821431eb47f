"""Reads the vocabulary of a network from elsewhere: which character each of its ids stands for.

Tokens of several characters stand for no character of a text. An unknown-token becomes U+FFFD; padding, start and end
marks become private-use characters, which no text contains. A vocabulary of words is refused.
"""

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora import InputError, Vocabulary
from corpora.stored import UNREADABLE, parse_json, read_file, reason_of
from corpora.vocabulary import UNKNOWN

PRINTABLE, BYTES = "printable", "bytes"
NAMED = {PRINTABLE: string.printable, BYTES: "".join(map(chr, range(256)))}
"""Vocabularies that go by a name: Python's `string.printable`, as in spro/char-rnn.pytorch, and all 256 bytes."""
IN_CHECKPOINTS = ("tokens", "chars", "characters", "vocabulary", "vocab", "char2int", "char_to_idx", "char_to_ix",
                  "stoi", "int2char", "idx_to_char", "ix_to_char", "itos", "token_to_idx", "idx_to_token")  # fmt: skip
UNKNOWN_TOKENS = {"<unk>", "[unk]", "<UNK>", "[UNK]", "<unknown>", "<oov>", "<OOV>"}
PRIVATE_USE = 0xE000
MOST_TOKENS = 16  # tokens of several characters in a vocabulary of characters: more, and it is one of words
LARGEST, LARGEST_FILE = 100_000, 16 << 20  # ids, and bytes of a file


@dataclass(frozen=True)
class ReadVocabulary:
    """The characters by id, and what became of tokens that are none."""

    characters: tuple[str, ...]
    replaced: dict[str, str]

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def unknown(self) -> int | None:
        """The id that already stands for all other characters."""
        return self.characters.index(UNKNOWN) if UNKNOWN in self.characters else None

    def as_ours(self) -> tuple[Vocabulary, list[int]]:
        """Our vocabulary, U+FFFD last, and for each of its characters the id in theirs; -1 where they have none."""
        order = [index for index in range(len(self)) if index != self.unknown]
        last = -1 if self.unknown is None else self.unknown
        return Vocabulary((*(self.characters[index] for index in order), UNKNOWN)), [*order, last]


def read_vocabulary(given: Any) -> ReadVocabulary:
    """The vocabulary in a list, a string, a mapping either way between characters and ids, a JSON file, or a name.

    Raises:
        InputError: not a vocabulary of characters.
    """
    if isinstance(given, Vocabulary):
        given = given.characters
    if isinstance(given, Path) or (isinstance(given, str) and (given in NAMED or given.endswith(".json"))):
        given = _named_or_in_file(str(given))
    if isinstance(given, Mapping):
        tokens = _by_id(given)
    elif isinstance(given, str | Sequence | Iterable) and not isinstance(given, bytes):
        tokens = list(given)
    else:
        raise InputError(f"Wanted a list of characters, got {type(given).__name__}. {_HOW}")
    return _of_tokens(tokens)


_HOW = 'Give a JSON file with a list such as ["a", "b"], or a mapping such as {"a": 0, "b": 1}.'


def _named_or_in_file(given: str) -> Any:
    if given in NAMED:
        return NAMED[given]
    try:
        return parse_json(read_file(Path(given), LARGEST_FILE))
    except FileNotFoundError:
        raise InputError(f"No vocabulary at {given}. {_HOW} Or name {' or '.join(NAMED)}.") from None
    except UNREADABLE as error:
        reason = reason_of(error)
        raise InputError(f"Wanted a vocabulary as JSON in {given}, could not read it ({reason}). {_HOW}") from None


def _by_id(given: Mapping[Any, Any]) -> list[Any]:
    """The tokens in the order of their ids. An id that no token has, such as 0 for padding, gets none."""
    nested = next((given[name] for name in IN_CHECKPOINTS if isinstance(given.get(name), Mapping | list | str)), None)
    if nested is not None:
        return _by_id(nested) if isinstance(nested, Mapping) else list(nested)
    if given and all(type(key) is int for key in given):
        pairs = list(given.items())
    elif given and all(type(value) is int for value in given.values()):
        pairs = [(index, token) for token, index in given.items()]
    elif given and all(isinstance(key, str) and key.isdecimal() for key in given):  # JSON has no other keys
        pairs = [(int(key), token) for key, token in given.items()]
    else:
        raise InputError(f"Wanted characters and their ids in the vocabulary, got another mapping. {_HOW}")
    by_id = dict(pairs)
    if len(by_id) != len(pairs) or min(by_id) < 0 or max(by_id) >= LARGEST:
        raise InputError(f"Wanted each id once, from 0 on, in the vocabulary, got {min(by_id)} to {max(by_id)}. {_HOW}")
    return [by_id.get(index, f"<none {index}>") for index in range(max(by_id) + 1)]


def _of_tokens(tokens: list[Any]) -> ReadVocabulary:
    if not tokens or len(tokens) > LARGEST:
        raise InputError(f"Wanted 1 to {LARGEST:,} characters in the vocabulary, got {len(tokens):,}. {_HOW}")
    if all(type(token) is int and 0 <= token < 0x110000 for token in tokens):
        tokens = [chr(token) for token in tokens]
    characters, replaced = [], dict[str, str]()
    for token in tokens:
        if not isinstance(token, str):
            raise InputError(f"Wanted characters in the vocabulary, got {token!r}. {_HOW}")
        if len(token) != 1 or 0xD800 <= ord(token) <= 0xDFFF:
            unknown = token in UNKNOWN_TOKENS and UNKNOWN not in [*tokens, *replaced.values()]
            replaced[token] = UNKNOWN if unknown else chr(PRIVATE_USE + len(replaced))
            token = replaced[token]
        characters.append(token)
    if len(replaced) > MOST_TOKENS:
        words = ", ".join(repr(token) for token in list(replaced)[:4])
        raise InputError(
            f"Wanted a vocabulary of characters, got {len(replaced):,} longer tokens such as {words}. Charscope shows "
            "networks that read characters or bytes, not words."
        )
    if len(set(characters)) < len(characters):
        twice = next(one for index, one in enumerate(characters) if one in characters[:index])
        raise InputError(f"Wanted each character once in the vocabulary, got {twice!r} twice. Check its order.")
    return ReadVocabulary(tuple(characters), replaced)
