"""A text of our own making with everything that planted units track: quotes, lines, braces, links, addresses, numbers.

Paragraphs of prose and blocks of C follow one another at random, a blank line between them. What opens is closed
within its paragraph, and quotes, links and addresses may go on over the end of a line.
"""

import random
import re
from collections.abc import Callable, Iterator

WORDS = re.findall(
    r"\w+",
    "the of and to in he that was his her with had at not as on prince anna army night horse came understanding "
    "representation afternoon window letter because remembered general winter servant carriage beautiful conversation",
)
NAMES = ("list", "count", "first", "node", "left", "value", "next", "size")
WIDTH = 62


def write_mixed(characters: int, seed: int) -> str:
    """So many characters of prose and code."""
    chance, parts, length = random.Random(seed), [], 0
    while length < characters:
        parts.append(_code(chance) if chance.random() < 0.4 else _wrap(_prose(chance)))
        length += len(parts[-1]) + 2
    return "\n\n".join(parts)[:characters]


def _wrap(words: Iterator[str]) -> str:
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > WIDTH:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)


def _prose(chance: random.Random) -> Iterator[str]:
    """Words, with their marks, of some sentences."""
    for _ in range(chance.randint(2, 6)):
        kind = chance.choices(("said", "plain", "linked", "address", "dated"), (4, 1, 4, 2, 2))[0]
        words = _words(chance, 4, 14)
        if kind == "said":
            yield from _marked('"', _words(chance, 4, 30), ',"')
            words = ["said", *words]
        elif kind == "linked":
            yield from _marked("[[", _words(chance, 1, 6), "]]")
            if chance.random() < 0.4:
                words.insert(2, f"[{chance.choice(WORDS)}]")
        elif kind == "address":
            address = _address(chance)
            yield from _marked(f"[{address} ", _words(chance, 1, 4), "]") if chance.random() < 0.5 else [address]
        elif kind == "dated":
            words.insert(1, str(chance.randint(1, 9) if chance.random() < 0.4 else chance.randint(1000, 99_999)))
        yield from _marked("", words, ".")


def _words(chance: random.Random, fewest: int, most: int) -> list[str]:
    words = chance.choices(WORDS, k=chance.randint(fewest, most))
    return [word.capitalize() if chance.random() < 0.05 else word for word in words]


def _marked(before: str, words: list[str], after: str) -> list[str]:
    return [before + words[0], *words[1:-1], words[-1] + after] if len(words) > 1 else [before + words[0] + after]


def _address(chance: random.Random) -> str:
    """Words run together: five characters of them do not show that an address is being read."""
    host, page = ("".join(chance.choices(WORDS, k=chance.randint(2, 4))) for _ in range(2))
    return f"http://{'www.' if chance.random() < 0.7 else ''}{host}.org/{page}"


def _code(chance: random.Random) -> str:
    """A function, a struct or a table: braces up to four deep, and no line that tells how deep."""
    kind = chance.choice(("function", "function", "struct", "table"))
    name = chance.choice(NAMES)
    if kind == "struct":
        inner = _block(chance, 1, lambda: f"int {chance.choice(NAMES)};")
        return f"struct {name} {{\n{inner}\n}};"
    if kind == "table":
        inner = _block(chance, 1, lambda: f"{{{chance.choice(NAMES)}}},")
        return f"int {name}[] = {{\n{inner}\n}};"
    return f"int {name}(int {chance.choice(NAMES)}) {{\n{_statements(chance, 1)}\n}}"


def _block(chance: random.Random, depth: int, line: Callable[[], str]) -> str:
    return "\n".join(" " * depth + line() for _ in range(chance.randint(3, 8)))


def _statements(chance: random.Random, depth: int) -> str:
    lines = []
    for _ in range(chance.randint(1, 3)):
        name, other, another = chance.choices(NAMES, k=3)
        head = chance.choice((f" if ({name})", f" while ({name})"))
        kind = chance.random()
        if depth < 4 and kind < 0.5:
            lines.append(f"{head} {{\n{_statements(chance, depth + 1)}\n }}")
        elif kind < 0.65:
            lines.append(f"{head}\n {name} = {other};")
        else:
            lines.append(f" {name} = {other} + {another};")
    return "\n".join(lines)
