"""Concepts of C on what tree-sitter's grammar does not know, or takes otherwise, with labels that were checked by eye.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.concepts import concept
from tests.analysis.test_concepts_c import STREAMING

# A text with `<<` and `>>` around what has the label: the characters before `>>` do, the one after it does not.
CASES = [
    ("struct-body", "struct __attribute__((packed)) q <<{ int b; >>};"),
    ("struct-body", "struct __attribute__((aligned(sizeof(int)))) __attribute__((packed)) <<{ int b; >>} c;"),
    ("struct-body", "union __declspec(align(8)) q <<{ int b; >>}; enum alignas(4) r <<{ A >>};"),
    ("struct-body", 'struct [[deprecated("{")]] q <<{ int b; >>}; struct [[gnu::aligned(8)]] <<{ int c; >>} d;'),
    ("struct-body", "enum e : unsigned char <<{ A, B >>}; struct PACKED(4) q <<{ int a : 3; >>};"),
    ("struct-body", "struct q __attribute__((packed)) <<{ int b; >>}; struct EXPORT q <<{ int b; >>};"),
    ("struct-body", "struct q f(int a) { b; } struct q *g(struct r s) { c; } struct (h)(void) { d; }"),
    ("struct-body", "struct a b = { 1 }, c[2] = { { 1 } }; x = (struct a) { 1 }; f(struct a, { 1 });"),
    ("function-body", "struct q f (int a) <<{ b; >>} struct q __attribute__((x)) g(void) <<{ c; >>}"),
    ("function-body", "int f(a, b) int a; char *b; <<{ c; >>}\nint (*g (int a)) (char) <<{ d; >>}"),
    ("function-body", "__attribute__((constructor (101))) static void f(void) <<{ { a; } >>} int b[] = { 1 };"),
    ("function-body", 'extern "C" { int f(void) <<{ a; >>} } extern "C"\n{\nint g(void)\n<<{\n>>}\n}\nint h() <<{ >>}'),
    ("function-body", "namespace a::b { inline namespace c { int f(void) <<{ d; >>} } } int namespace = 1;"),
    ("function-body", 'extern "C" int f(void) <<{ a; >>} extern "C" struct s { int b; }; extern int g;'),
    ("function-body", "#ifdef A\nint f(int a)\n<<{\n#else>>\nint f(void)\n<<{\n#endif\n  b;\n>>}\nint c;"),
    ("if-body", "#ifdef A\nif (a) <<{\n#elif>> B\nif (b) <<{\n#else>>\nif (c) <<{\n#endif\n d;\n >>} e;"),
    ("if-body", "f { if (a) <<{ b;\n#if 0\n >>} } } if (\n#endif<<\n c; >>} d; }"),
    ("if-body", "f { if (a) <<b>>;\n#if X\nelse if (c) <<d>>;\n#endif\nelse e; }"),
    ("if-body", "if (a) <<return (struct b) { 1 }>>; else c;"),
    ("else-body", "if (a) return (struct b) { 1 }; else <<c>>; d;"),
    ("else-body", "if (a) b; el\\\nse <<c>>; i\\\nf (d) e; else <<{ g; >>}"),
    ("switch-body", "switch (a) <<{ case 1 ... 3: b; case X: { c; } >>} goto *d;"),
    (
        "loop-body",
        "{ list_for_each_entry(a, b) <<{ c; >>} TAILQ_FOREACH(a, b) <<{ d; >>} json_object_foreach(e, f) <<g>>; }",
    ),
    ("loop-body", "{ foreach_x(a, b) <<c>>; test_foreach(); d; for (f(sizeof(int (*)())); ; ) <<{ e; >>} }"),
    ("character-literal", "int x = 1'000; /* a */ int y = 0xFF'FF'aaUL + 0b1'0 + .5'0 + 1'0.5'0e1'0;"),
    ("character-literal", "c = <<'1>>' + 0x1F + <<'\\'>>' + L<<'a>>' + u8<<'b>>' + x1<<'c>>';"),
    ("character-literal", "c = <<'\\\n\\n>>'; d = <<'\\\\\n'>>'; e"),
    ("comment", "int x = 1'000; /<<* a *>>/ int y = 2'0; /<</ it's>>\n z"),
    ("comment", "/\\\n<<* a *\\  \n>>/ b /\\\r\n<</ c \\\nd \\ \t\r\ne>>\nf"),
    ("comment", "/ \\\n* a; b /\\x* c; /<<* *\\ a / *\\\n\\\n>>/ d"),
    ("string", 'a = <<"b\\\nc\\   \nd\\"e\\\r\nf>>" g <<"\\\\>>" h;'),
    ("string", 'a = <<"b\\\\\n"c>>" d;'),
    ("string", 'a = R<<"x(b"c)y" /* )x>>" d u8R<<"(\\)>>" e LR<<"--()" )-->>" f xR<<"(>>" g <<"h>>";'),
    ("string", 'a = R<<"b>>" c R<<"d e(\\">>" f; u<<"g>>" U<<"h>>" L<<"i>>" u8<<"j>>";'),
    ("string", 'a = R<<"0123456789abcdef(b"c)0123456789abcdef>>" R<<"0123456789abcdefg(>>" d;'),
    (
        "preprocessor-line",
        "<<#def\\\nine A(x) \\  \n x\\\r\n y>>\nb\n\\\n<<# if 1 // c>>\r\n".replace(">>\r\n", "\r>>\n"),
    ),
    ("macro-continuation", "#define A \\  <<\n x \\\r\n y>>\nb"),
    ("number", "<<1'0>> + <<0x1\\\nF>>;"),
    ("after-keyword", "retu\\\nrn<< >>1; el\\\n\\\nse<<;>> if\\x(;"),
]


def read_case(marked: str) -> tuple[str, list[float]]:
    """A text, and which of its characters have the label."""
    text, wanted, inside = "", [], False
    while marked:
        if marked[:2] in ("<<", ">>"):
            inside, marked = marked[:2] == "<<", marked[2:]
        else:
            text, marked = text + marked[0], marked[1:]
            wanted.append(float(inside))
    return text, wanted


@pytest.mark.parametrize(("name", "marked"), CASES)
def test_rare_forms_have_the_labels_that_were_checked_by_eye(name: str, marked: str):
    text, wanted = read_case(marked)
    np.testing.assert_array_equal(concept(name).labels(text), wanted, err_msg=repr(text))


@pytest.mark.parametrize("name", STREAMING)
def test_an_if_zero_leaves_no_trace(name: str):
    before, after = "int f(void)\n{\n\tif (a) {\n", "\t\tb;\n\t}\n\tfor (;;)\n\t\tc;\n}\nint d = 1;\n"
    dead = "#if 0\n} it's { not ( code; */ struct x {\n#endif\n"
    alive = concept(name).labels(before + after)
    np.testing.assert_array_equal(concept(name).labels(before + dead + after)[-len(after) :], alive[-len(after) :])


@pytest.mark.parametrize("name", ["brace-depth", "paren-depth", "expression-depth"])
def test_every_branch_counts_from_where_its_if_began(name: str):
    whole = "int f(int a)\n{\n\tif (g(a, {})) {\n\t\tb[(1)];\n\t}\n}\n"
    opened = "\t#if A\n\tif (c[{(\n#  ifdef B\n[{(\n#  else\n}]\n#  endif\n# elif C\n)))}\n\t#else\n"
    text = whole.replace("\tif", opened + "\tif").replace(" {\n\t\tb", " {\n#endif\n\t\tb")
    labels, wanted = concept(name).labels(text), concept(name).labels(whole)
    np.testing.assert_array_equal(labels[text.index("\tif (g") :][:15], wanted[whole.index("\tif (g") :][:15])
    np.testing.assert_array_equal(labels[text.index("\t\tb") :], wanted[whole.index("\t\tb") :])


TOKENS = ["if", " (", "a", ") ", "{ ", "} ", "else ", "for (;;) ", '"b"', "'c'", "/* d */", "// e\n", "x = 1'0; ", "\n"]
TOKENS += ["struct ", "= {", "; ", "#define f(x) ", "#if a\n", "#else\n", "#endif\n", "do ", "return "]


@given(
    tokens=st.lists(st.sampled_from(TOKENS), max_size=40), cut=st.integers(0, 300), blanks=st.sampled_from(["", " "])
)
def test_a_line_may_be_continued_anywhere(tokens: list[str], cut: int, blanks: str):
    text = "".join(tokens)
    cut = min(cut, len(text))
    if text[:cut].endswith("\\"):
        return
    splice = f"\\{blanks}\n"
    spliced = text[:cut] + splice + text[cut:]
    for name in STREAMING:
        if name not in ("newline-after-paren", "statement-end-next", "macro-continuation", "brace-depth"):
            labels = concept(name).labels(spliced)
            rest = labels[cut + len(splice) :]
            np.testing.assert_array_equal(rest, concept(name).labels(text)[cut:], err_msg=name)
