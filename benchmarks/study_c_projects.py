"""How often the labels of C agree with tree-sitter's grammar on real projects, character by character.

python -m benchmarks.study_c_projects FOLDER... [--characters 1000000]

Each folder is one project: its .c and .h files are read in random order until there are characters enough. Left out of
the comparison are the declarations of which the grammar makes no sense, with their neighbours, the text of macros,
which it takes as it is, and for loops the functions with macros named like `list_for_each_entry`; their shares are
reported. What differs while it waits for an `else` is counted on its own: the grammar has read ahead.

Not part of `make bench`: projects are not shipped, and it takes minutes.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from analysis.concepts import concept
from analysis.concepts.c_spans import parse
from corpora import to_code_points
from corpora.vocabulary import to_text
from tests.analysis.c_oracle import (
    CONSTRUCTS,
    Codes,
    find_construct,
    find_macro_loops,
    find_undecided,
    find_unread,
    find_unsure,
)

LONGEST = 100_000  # characters of a file: where text is no C, tree-sitter's memory grows with the square of its length


def read_project(folder: Path, characters: int) -> Iterator[tuple[Path, Codes]]:
    """The C files of a project in random order, the same each time, until there are enough characters."""
    files = sorted(path for path in folder.rglob("*.[ch]") if path.is_file() and not path.is_symlink())
    for path in np.random.default_rng(0).permutation(np.array(files, dtype=object)):
        codes = to_code_points(path.read_bytes().decode("utf-8", errors="replace"))
        if 0 < codes.size <= LONGEST:
            yield path, codes
            characters -= codes.size
        if characters <= 0:
            return


class Tally:
    """Characters of one project, or of all: what was compared, what differs, what was left out."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, int] = defaultdict(int)

    def add(self, path: Path, codes: Codes, show: int) -> None:
        """Compare one file; print up to `show` differences of each construct."""
        tree, text = parse(codes), to_text(codes)
        unsure, unread = find_unsure(tree, codes.size), find_unread(tree, codes.size)
        loops, undecided = find_macro_loops(tree, text), find_undecided(tree, text)
        for name, mask in (("all", unsure | True), ("unsure", unsure), ("unread", unread & ~unsure)):
            self.counts[name] += int(mask.sum())
        for construct in CONSTRUCTS:
            known = ~unsure & ~unread
            if construct.startswith("loop"):
                self.counts["macro loops"] += int((known & loops).sum()) if construct == "loop-body" else 0
                known &= ~loops
            theirs = find_construct(tree, codes, construct)
            ours = concept(construct).labels(codes) == 1
            differs = known & (ours != theirs)
            wrong = differs & ~undecided if construct.endswith("body") else differs
            self.counts[f"on purpose {construct}"] += int((differs & ~wrong).sum())
            for name, mask in (("known", known), ("wrong", wrong), ("both", known & ours & theirs)):
                self.counts[f"{name} {construct}"] += int(mask.sum())
            self.counts[f"either {construct}"] += int((known & (ours | theirs)).sum())
            for at in np.flatnonzero(np.diff(wrong.astype(int), prepend=0) == 1)[:show]:
                print(
                    f"{construct} {path}:{text.count(chr(10), 0, at) + 1} ours {ours[at]} {text[at - 60 : at + 40]!r}"
                )

    def merge(self, other: "Tally") -> None:
        """Add another's characters."""
        for name, count in other.counts.items():
            self.counts[name] += count

    def print(self, name: str) -> None:
        """One line on what was compared, one for each construct."""
        found = self.counts
        shares = ", ".join(f"{left} {found[left] / found['all']:.2%}" for left in ("unsure", "unread", "macro loops"))
        print(f"{name}: {found['all']:,} characters; left out: {shares}")
        for construct in CONSTRUCTS:
            known, wrong = found[f"known {construct}"], found[f"wrong {construct}"]
            overlap = found[f"both {construct}"] / max(found[f"either {construct}"], 1)
            waits = found[f"on purpose {construct}"] / max(known, 1)
            agreement = f"{1 - wrong / max(known, 1):9.4%} of {known:>11,}, {wrong:>7,} differ"
            print(f"  {construct:<18} {agreement}, and {waits:.4%} that wait for an else; IoU {overlap:.4f}")


def main(
    folders: Annotated[list[Path], typer.Argument(help="projects, a folder each", exists=True, file_okay=False)],
    characters: Annotated[int, typer.Option(help="characters to read of each project")] = 1_000_000,
    show: Annotated[int, typer.Option(help="differences of each construct to print, of each file")] = 0,
) -> None:
    """Compare the labels of C with tree-sitter's on real projects."""
    total = Tally()
    for folder in folders:
        tally = Tally()
        for path, codes in read_project(folder, characters):
            tally.add(path.relative_to(folder), codes, show)
        tally.print(folder.name)
        total.merge(tally)
    total.print("all projects")


if __name__ == "__main__":
    typer.run(main)
