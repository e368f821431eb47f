"""How often the labels of wiki markup agree with mwparserfromhell on pages of Wikipedia, character by character.

python -m benchmarks.study_wikipedia [--characters 3000000]

What is left out, because rules differ by design, stands in tests/analysis/wiki_oracle.py. Not part of `make bench`: it
takes minutes.
"""

from typing import Annotated

import typer

from corpora import load_corpus
from tests.analysis.wiki_oracle import compare_pages


def main(
    characters: Annotated[int, typer.Option(help="characters of each split to read, metadata included")] = 3_000_000,
) -> None:
    """Print a line for each concept and split of the prepared excerpt of Wikipedia."""
    corpus = load_corpus("wikipedia")
    for split in ("training", "validation", "test"):
        print(split)
        for name, found in compare_pages(corpus.excerpt(split, characters)).items():
            seen, differ = found["seen"], found["seen"] - found["agreed"]
            inside = found["inside"] / max(seen, 1)
            agree = 1 - differ / max(seen, 1)
            print(f"  {name:<16} {agree:9.4%} of {seen:>11,}, {differ:>6,} differ; {inside:.2%} inside")


if __name__ == "__main__":
    typer.run(main)
