"""What tree-sitter's grammar of C says of a text, and where it says anything.

Axes: `time` is the position of a character in a text.
"""

import re
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, UInt32
from tree_sitter import Node, Query, QueryCursor, Tree

from analysis.concepts.c_spans import count_spans, find_spans, grammar, parse
from corpora.vocabulary import to_text

Mask = Bool[np.ndarray, " time"]
Codes = UInt32[np.ndarray, " time"]

CONSTRUCTS = ("comment", "string", "character-literal", "if-condition", "if-body", "else-body", "loop-condition")
CONSTRUCTS += ("loop-body", "switch-body", "function-body", "struct-body")
LITERALS = ("string", "character-literal")

# What the grammar does not look into.
UNREAD = "[(preproc_def) (preproc_function_def) (preproc_call)] @unread"
# What it has an error on. When the head of a function is a macro, such as SYSCALL_DEFINE1(...), it is a statement to
# the grammar, and the body stands alone, outside of functions.
ERRORS = """(ERROR) @opaque
    (function_definition (ERROR) @error)
    (translation_unit (compound_statement) @opaque)
    (preproc_ifdef (compound_statement) @opaque)
    (preproc_if (compound_statement) @opaque)
    (preproc_else (compound_statement) @opaque)"""
ELSES = "(if_statement consequence: (_) @body alternative: (else_clause (statement) @else))"
# What holds declarations side by side: an error in one of them is none of its neighbour's.
HOLDERS = ("translation_unit", "preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef")
HOLDERS += ("linkage_specification", "declaration_list")


def external_declarations(node: Node) -> Iterator[Node]:
    """The functions, declarations and directives of a file, inside of `#if` and `extern "C"` as well."""
    for child in node.children:
        if child.type in HOLDERS:
            yield from external_declarations(child)
        else:
            yield child


def find_unsure(tree: Tree, size: int) -> Mask:
    """Where the grammar makes no sense of a declaration: all of it, and its neighbours, whose ends are then unsure."""
    unsure = np.zeros(size, bool)
    if tree.root_node.type == "ERROR":
        return ~unsure
    nodes = [node for node in external_declarations(tree.root_node) if node.type != "comment"]
    for at, node in enumerate(nodes):
        if node.has_error or node.type == "compound_statement":
            near = nodes[max(at - 1, 0) : at + 2]
            unsure[near[0].start_byte : near[-1].end_byte] = True
    return unsure


def find_errors(tree: Tree, size: int) -> Mask:
    """Where the grammar has an error, and functions whose heads have one of several lines: less than `find_unsure`."""
    found = QueryCursor(Query(grammar(), ERRORS)).captures(tree.root_node)
    nodes = found.get("opaque", [])
    nodes += [error.parent for error in found.get("error", []) if error.parent and error.text and b"\n" in error.text]
    spans = [(node.start_byte, node.end_byte) for node in nodes]
    return count_spans(np.array(spans, dtype=np.int64).reshape(-1, 2), size) > 0


def find_unread(tree: Tree, size: int) -> Mask:
    """The text of macros and of other directives, which the grammar takes as it is."""
    nodes = QueryCursor(Query(grammar(), UNREAD)).captures(tree.root_node).get("unread", [])
    spans = [(node.start_byte, node.end_byte) for node in nodes]
    return count_spans(np.array(spans, dtype=np.int64).reshape(-1, 2), size) > 0


def find_macro_loops(tree: Tree, text: str) -> Mask:
    """Functions that use a macro named like a loop, which is a call or a declaration to the grammar."""
    functions = find_spans(tree, "function-body")
    named = np.array(
        [re.search("for_?each", text[begin:end], re.IGNORECASE) is not None for begin, end in functions.tolist()],
        dtype=bool,
    )
    return count_spans(functions[named], len(text)) > 0


def find_undecided(tree: Tree, text: str) -> Mask:
    """From the end of what an `if` does to the first word after its `else`.

    Before the word `else` nobody can tell whether the statement goes on; before its first word is no `if`, nor begins
    like one, nobody can tell whether it is an else of its own. The grammar knows, since it reads ahead.
    """
    undecided = np.zeros(len(text), bool)
    for _, nodes in QueryCursor(Query(grammar(), ELSES)).matches(tree.root_node):
        start, end = nodes["body"][0].end_byte - 1, nodes["else"][0].start_byte
        word = text[end : end + 3]
        undecided[start : end + (1 if word[1:2] != "f" else 2) * word.startswith("i")] = True
    return undecided


def find_construct(tree: Tree, codes: Codes, construct: str) -> Mask:
    """Where a construct is: from when it is known to be one, to before the character that ends it."""
    spans = find_spans(tree, construct)
    if construct == "comment":  # begins with the second character; a // comment is over with the newline after its node
        spans[:, 0] += 1
        spans[:, 1] += codes[spans[:, 0]] == ord("/")
    if construct in LITERALS:  # begins with the quote, not with the `L` before it
        quote = ord('"' if construct == "string" else "'")
        for span in spans:
            span[0] += np.flatnonzero(codes[span[0] : span[1] + 1] == quote)[0]
    return count_spans(spans, codes.size) > 0


def tree_labels(codes: Codes, construct: str, but_errors_alone: bool = False) -> tuple[Mask, Mask]:
    """What tree-sitter takes for a construct, and where it can be compared.

    Not where it is unsure, or if `but_errors_alone` not where it has an error: more is compared then, and not all of
    it agrees.
    """
    tree = parse(codes)
    unsure = (find_errors if but_errors_alone else find_unsure)(tree, codes.size)
    known = ~unsure & ~find_unread(tree, codes.size)
    if construct.startswith("loop"):
        known &= ~find_macro_loops(tree, to_text(codes))
    if construct.endswith("body"):
        known &= ~find_undecided(tree, to_text(codes))
    return find_construct(tree, codes, construct), known
