"""Concepts of whole C files: what tree-sitter's grammar of C says about the bodies of functions.

Axes: `time` is the position of a character in a text.
The grammar reads ahead, and of a function that the text's end cuts off it may see nothing; macros that are no C by
themselves make it see errors. So these concepts say nothing (NaN) outside of whole functions, in functions that hold
an error, and in the text of a #define, which the grammar takes as it is. What the automata of the other files can
tell as well, they tell better: they hold the concepts of single constructs, and the tree is their judge in the tests.
"""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import tree_sitter_c
from jaxtyping import Bool, Int64
from tree_sitter import Language, Parser, Query, QueryCursor, Tree

from analysis.concepts.concept import Codes, Labels, LinuxConcept

LONGEST_PIECE = 12_000  # characters that are parsed together
# Where a construct is in the tree: at a node, or from one to another.
QUERIES = {
    "comment": "(comment) @span",
    "string": "(string_literal) @span",
    "character-literal": "(char_literal) @span",
    "if-condition": "(if_statement condition: (_) @span)",
    "if-body": "(if_statement consequence: (_) @span)",
    "else-body": "(else_clause (statement) @span)",
    "loop-condition": """(for_statement "(" @open ")" @close)
        (while_statement condition: (_) @span)
        (do_statement condition: (_) @span)""",
    "loop-body": """(for_statement body: (_) @span)
        (while_statement body: (_) @span)
        (do_statement body: (_) @span)""",
    "switch-body": "(switch_statement body: (_) @span)",
    "function-body": "(function_definition body: (_) @span)",
    "struct-body": "[(field_declaration_list) (enumerator_list)] @span",
    "call-arguments": "(call_expression arguments: (_) @span)",
    "error": "(ERROR) @span",
    "define": "[(preproc_def) (preproc_function_def)] @span",
}


@cache
def grammar() -> Language:
    """C as tree-sitter knows it."""
    return Language(tree_sitter_c.language())


@cache
def query(construct: str) -> Query:
    """The compiled query for a construct."""
    return Query(grammar(), QUERIES[construct])


def parse(codes: Codes) -> Tree:
    """The tree of a text, read as one byte per character, so that its offsets count characters."""
    is_plain = (codes > 0) & (codes < 128)
    return Parser(grammar()).parse(np.where(is_plain, codes, ord("_")).astype(np.uint8).tobytes())


def find_spans(tree: Tree, construct: str) -> Int64[np.ndarray, "span 2"]:
    """Where each of a construct begins, and the character that ends it; in no order. An `else if` is no else."""
    spans: list[tuple[int, int]] = []
    for _, nodes in QueryCursor(query(construct)).matches(tree.root_node):
        first = nodes.get("span", nodes.get("open", []))[0]
        last = nodes.get("span", nodes.get("close", []))[0]
        if first.end_byte > first.start_byte and not (construct == "else-body" and first.type == "if_statement"):
            spans.append((first.start_byte, last.end_byte - 1))
    return np.array(spans, dtype=np.int64).reshape(-1, 2)


def count_spans(spans: Int64[np.ndarray, "span 2"], size: int) -> Labels:
    """How many spans each of `size` characters lies in, from the first character to before the one that ends it."""
    steps = np.zeros(size + 1, dtype=np.int64)
    np.add.at(steps, spans[:, 0], 1)
    np.add.at(steps, spans[:, 1], -1)
    return np.cumsum(steps[:-1]).astype(np.float32)


def in_clean_functions(tree: Tree, size: int) -> Bool[np.ndarray, " time"]:
    """The bodies of functions without errors, and without the lines of a #define.

    An error in the head of a function, such as `__init`, does no harm, unless it is so long that it may hold the head
    of another.
    """
    matches = QueryCursor(query("function-body")).matches(tree.root_node)
    bodies = [nodes["span"][0] for _, nodes in matches]
    heads = [body.parent.start_byte if body.parent else 0 for body in bodies]
    errors = [nodes["span"][0] for _, nodes in QueryCursor(query("error")).matches(tree.root_node)]
    at = np.sort([error.start_byte for error in errors])
    long = np.sort([error.start_byte for error in errors if error.start_point.row < error.end_point.row])
    spans = np.array([(body.start_byte, body.end_byte - 1) for body in bodies], dtype=np.int64).reshape(-1, 2)
    clean = np.searchsorted(at, spans[:, 0]) == np.searchsorted(at, spans[:, 1])
    clean &= np.searchsorted(long, heads) == np.searchsorted(long, spans[:, 0])
    return (count_spans(spans[clean], size) > 0) & (count_spans(find_spans(tree, "define"), size) == 0)


def cut_into_pieces(codes: Codes) -> Iterator[slice]:
    """Stretches that end after a `}` in the first column, as few as there can be of at most 12,000 characters each.

    What no such brace ends soon enough is longer. Nothing that C declares goes beyond one, so a tree of a stretch is
    that part of the whole tree; and where text is no C, tree-sitter's memory grows with the square of its length.
    """
    braces = np.flatnonzero((codes[1:] == ord("}")) & (codes[:-1] == ord("\n"))) + 2
    start, last = 0, 0
    for end in [*braces.tolist(), codes.size]:
        if end - start > LONGEST_PIECE and last > start:
            yield slice(start, last)
            start = last
        last = end
    yield slice(start, codes.size)


def label_pieces(codes: Codes, label: Callable[[Tree, int], Labels]) -> Labels:
    """Labels of functions without errors, NaN elsewhere and in pieces that are too long to be parsed."""
    labels = np.full(codes.size, np.nan, dtype=np.float32)
    for piece in cut_into_pieces(codes):
        size = piece.stop - piece.start
        if 0 < size <= LONGEST_PIECE:
            tree = parse(codes[piece])
            labels[piece] = np.where(in_clean_functions(tree, size), label(tree, size), np.float32(np.nan))
    return labels


def label_control_depth(codes: Codes) -> Labels:
    """How many bodies of `if`, `else`, loops and `switch` are open in a function; NaN outside of those that parse."""
    constructs = ("if-body", "else-body", "loop-body", "switch-body")
    return label_pieces(
        codes, lambda tree, size: count_spans(np.concatenate([find_spans(tree, name) for name in constructs]), size)
    )


def label_call_arguments(codes: Codes) -> Labels:
    """1 from the `(` of a call to before its `)`, 0 elsewhere in a function; NaN outside of those that parse."""
    return label_pieces(codes, lambda tree, size: np.minimum(count_spans(find_spans(tree, "call-arguments"), size), 1))


C_SPANS = (
    LinuxConcept(
        name="control-depth",
        title="the depth of control flow",
        description="How many bodies of if, else, loops and switches are open in a function, with or without braces.",
        kind="count",
        timing="offline",
        where="inside functions",
        label=label_control_depth,
        delimiters="{}",
        examples=(
            (
                "int f(void)\n{\n\tif (a)\n\t\tfor (;;)\n\t\t\tb;\n\telse if (c) { d; } else\n\t\te;\n}\n",
                "????????????000000000000111111111111200000000000000011111000000000100??",
            ),
            (
                "int f(void) { do { switch (x) { case 1: y; } } while (z); }",
                "????????????0000011111111111112222222222222110000000000000?",
            ),
            (
                "int f(void) { a; } int g(void) { if (a) { + ] } } int h(void) { if (a) b; }",
                "????????????00000?????????????????????????????????????????????000000000100?",
            ),
        ),
    ),
    LinuxConcept(
        name="call-arguments",
        title="inside the arguments of a call",
        description="In the parentheses of a function call, not in those of a condition, a cast or a declaration.",
        kind="state",
        timing="offline",
        where="inside functions",
        label=label_call_arguments,
        delimiters="()",
        examples=(
            (
                "int f(int a)\n{\n\tif ((a) && g(a, (h)(1), (b * c)))\n\t\treturn sizeof(a);\n}\n",
                "?????????????...............###################.......................??",
            ),
        ),
    ),
)
