"""What closes is found as a parser finds it, and the gain is what an independent computation gives."""

import numpy as np
import pytest

from analysis.concepts.c_spans import parse
from analysis.errors.gain import BLOCKS, EDGES, curve_of, gain_curves
from analysis.errors.pairs import DELIMITERS, Delimiter, Pairs, delimiters_of
from corpora import to_code_points
from corpora.demo import load_passage

C, WIKI, PROSE = (DELIMITERS[kind] for kind in ("C code", "MediaWiki markup", "prose"))


def found_in(text: str, delimiters: tuple[Delimiter, ...], closing: str, starts: list[int] | None = None) -> list:
    """Each pair as (opening place, closing place)."""
    delimiter = next(one for one in delimiters if one.closing == closing)
    pairs = delimiter.pairs(to_code_points(text), starts or [])
    return list(zip(pairs.opens.tolist(), pairs.closes.tolist(), strict=True))


# ---- pairs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "closing", "pairs"),
    [
        ("f(a(b)c)", ")", [(3, 5), (1, 7)]),
        ("{ a[(1)] }", "}", [(0, 9)]),
        ("{ a[(1)] }", ")", [(4, 6)]),
        ('x = "(" + \')\' /* } */;', ")", []),
        ('x = "(" + \')\' /* } */;', '"', [(4, 6)]),
        ('x = "(" + \')\' /* } */;', "*/", [(15, 19)]),
        ('"a\\"b" "c', '"', [(0, 5)]),  # the last one is left open
        ("/**/ /*/ */", "*/", [(1, 2), (6, 9)]),
        ("a) } (b", ")", []),
        ("{ ( }", "}", []),  # the parenthesis was left open, and its brace is given up with it
        ("f()\n{\n#if A\n\tif (x) {\n#else\n\tif (y) {\n#endif\n\t}\n}\ng()\n{\n}\n", "}", [(36, 46), (54, 56)]),
    ],
)  # fmt: skip
def test_brackets_strings_and_comments_of_c_are_found(text: str, closing: str, pairs: list[tuple[int, int]]):
    assert found_in(text, C, closing) == pairs


@pytest.mark.parametrize(
    ("delimiters", "text", "closing", "pairs"),
    [
        (WIKI, "a [[b|c]] [d] ]] [[e\n\nf]]", "]]", [(3, 7)]),
        (WIKI, "[[F:x|[[y]]z]]", "]]", [(7, 9), (1, 12)]),
        (WIKI, "{{a|{{b}}}} {{c</text>}}", "}}", [(5, 7), (1, 9)]),
        (WIKI, "a (b (c)) d (e\n\nf)", ")", [(5, 7), (2, 8)]),
        (PROSE, 'He said "no" and\n"yes\n\n"oh" x', '"', [(8, 11), (23, 26)]),
        (PROSE, "“so” and „so“", '"', [(0, 3), (9, 12)]),
    ],
)  # fmt: skip
def test_delimiters_of_markup_and_prose_are_found(
    delimiters: tuple[Delimiter, ...], text: str, closing: str, pairs: list[tuple[int, int]]
):
    assert found_in(text, delimiters, closing) == pairs


@pytest.mark.parametrize(
    ("delimiters", "text", "closing"),
    [(C, "f(a b)", ")"), (C, "{ab }", "}"), (C, '"ab c"', '"'), (C, "/*ab*/", "*/"), (WIKI, "(ab c)", ")")],
)
def test_nothing_is_closed_in_another_document(delimiters: tuple[Delimiter, ...], text: str, closing: str):
    assert len(found_in(text, delimiters, closing, [0])) == 1
    assert found_in(text, delimiters, closing, [0, 4]) == []


def test_pairs_of_c_are_those_of_tree_sitter():
    text = load_passage("linux")
    tree, theirs = parse(to_code_points(text)), {one.closing: set() for one in C}
    nodes = [tree.root_node]
    while nodes:
        node = nodes.pop()
        for opening, closing in ("{}", "()"):
            first, last = ([child for child in node.children if child.type == mark] for mark in (opening, closing))
            if len(first) == len(last) == 1:
                theirs[closing].add((first[0].start_byte, last[0].start_byte))
        if node.type == "string_literal":
            theirs['"'].add((node.start_byte, node.end_byte - 1))
        if node.type == "comment" and text[node.start_byte + 1] == "*":
            theirs["*/"].add((node.start_byte + 1, node.end_byte - 2))
        nodes += node.children
    assert all(theirs.values())
    for delimiter in C:
        assert theirs[delimiter.closing] <= set(found_in(text, C, delimiter.closing)), delimiter.closing


@pytest.mark.parametrize(("name", "delimiters"), [("linux", C), ("wikipedia", WIKI), ("war-and-peace", PROSE)])
def test_a_text_has_the_delimiters_of_its_kind(name: str, delimiters: tuple[Delimiter, ...]):
    assert delimiters_of(to_code_points(load_passage(name))) == delimiters


# ---- the gain ------------------------------------------------------------------------------------------------------


def planted(count: int, seed: int) -> tuple[Pairs, np.ndarray, np.ndarray]:
    """Pairs of all distances over a text of 200,000 characters, and what two models need for each character."""
    chance = np.random.default_rng(seed)
    closes = np.sort(chance.choice(np.arange(3000, 200_000, 3), count, replace=False))
    pairs = Pairs(closes - np.exp(chance.uniform(0, np.log(2900), count)).astype(np.int64), closes)
    return pairs, chance.exponential(1.0, 200_000), chance.exponential(1.5, 200_000)


@pytest.mark.parametrize("closing", ["}", "*/"])
def test_the_gain_is_what_a_loop_over_pairs_gives(closing: str):
    pairs, network, ngram = planted(2000, 1)
    curve = curve_of(Delimiter(closing, "{", "", lambda *_: iter(())), pairs, network, ngram)
    for one in curve.bins:
        gained, chances = [], []
        for opened, closed in zip(pairs.opens, pairs.closes, strict=True):
            if one.shortest <= closed - opened <= (one.longest or 10**9):
                places = range(closed, closed + len(closing))
                gained.append(sum(ngram[at] - network[at] for at in places))
                chances.append([np.prod([np.exp(-of[at]) for at in places]) for of in (network, ngram)])
        assert one.pairs == len(gained)
        assert one.gain == pytest.approx(np.mean(gained))
        np.testing.assert_allclose([one.probability, one.ngram_probability], np.mean(chances, axis=0))
    assert sum(one.pairs for one in curve.bins) == len(pairs.closes)
    assert [one.shortest for one in curve.bins] == list(EDGES)


def test_an_interval_is_that_of_means_of_blocks_drawn_anew():
    """By resampling lists of blocks, one draw at a time; both are random, so they agree to a tenth of their width."""
    pairs, network, ngram = planted(4000, 2)
    curve = curve_of(C[0], pairs, network, ngram)
    chance, one = np.random.default_rng(3), curve.bins[3]
    here = (pairs.distances >= one.shortest) & (pairs.distances <= one.longest)
    by_block = [
        (ngram - network)[pairs.closes[here & (pairs.closes // (200_000 // BLOCKS) == block)]]
        for block in range(BLOCKS)
    ]
    means = [np.concatenate([by_block[k] for k in chance.integers(0, BLOCKS, BLOCKS)]).mean() for _ in range(2000)]
    low, high = np.percentile(means, (2.5, 97.5))
    assert one.low is not None
    assert one.high is not None
    assert abs(one.low - low) < 0.1 * (high - low)
    assert abs(one.high - high) < 0.1 * (high - low)


def test_the_interval_of_a_constant_gain_is_that_gain_and_of_few_blocks_there_is_none():
    pairs, network, _ = planted(1000, 4)
    (first, *_, last) = curve_of(C[0], pairs, network, network + 0.5).bins
    assert first.low == pytest.approx(0.5)
    assert first.high == pytest.approx(0.5)
    few = Pairs(pairs.opens[:4], pairs.closes[:4])
    assert {(one.low, one.high) for one in curve_of(C[0], few, network, network).bins} == {(None, None)}
    assert last.longest is None


def test_a_bin_without_a_pair_is_left_out_and_examples_are_the_largest_gains():
    nats = np.ones(2000)
    ngram = nats + np.arange(2000) / 1000
    closes = np.arange(100, 2000, 10)
    (one,) = curve_of(C[0], Pairs(closes - 5, closes), nats, ngram).bins
    assert (one.shortest, one.longest) == (1, 9)
    assert one.examples == closes[-12:].tolist()


def test_every_delimiter_of_a_text_has_a_curve_and_a_text_without_any_has_none():
    codes = to_code_points(load_passage("linux"))
    nats = np.ones(len(codes))
    curves = gain_curves(codes, [0], nats, nats, step=7)
    assert [curve.closing for curve in curves] == ["}", ")", '"', "*/"]
    assert {curve.step for curve in curves} == {7}
    assert all(one.gain == 0 for curve in curves for one in curve.bins)
    assert gain_curves(to_code_points("no brackets at all"), [], np.ones(18), np.ones(18)) == []
