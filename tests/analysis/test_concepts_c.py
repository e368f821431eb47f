"""Concepts of C against texts whose labels were checked by eye, and what must hold for any text.

Axes: `time` is the position of a character in a text.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.concepts import concept
from analysis.concepts.c_bodies import C_BODIES
from analysis.concepts.c_code import C_CODE
from analysis.concepts.c_preprocessor import C_PREPROCESSOR
from analysis.concepts.c_statements import LIMIT
from analysis.concepts.c_syntax import C_SYNTAX
from analysis.concepts.c_words import C_WORDS
from tests.analysis.marked import MarkedText, read_marked

# fmt: off
LITERALS = read_marked(r"""
                 |x = "a\"b//c" /*"*/ + '"' + '\''; // it's "x␊char *s = "/* no */", t[] = "two\␊
comment          |...............###.................#########...................................
line-comment     |...................................#########...................................
string           |....########...........................................#########.........######
character-literal|......................##....###................................................
comment-or-string|....########...###.................#########...........#########.........######
lexical-phase    |0000333333330002220000440000444000011111111100000000000333333333000000000333333

                 |lines"; c = '\\'; d = a / b; /**/ e /*//*/␊#error don't "stop␊" open␊y = 1; // on \␊and on␊
comment          |..............................##.....####....................................#############.
line-comment     |.............................................................................#############.
string           |#####.........................................................######.......................
character-literal|............###......................................########..............................
comment-or-string|#####.........................##.....####.....................######.........#############.
lexical-phase    |3333300000004440000000000000002200000222200555555555544444444033333300000000011111111111110

                 |#if 0 /* one␊two */ && 'a'␊'"' /* { */␊
comment          |.......###########..............#####..
line-comment     |.......................................
string           |.......................................
character-literal|.......................##..##..........
comment-or-string|.......###########..............#####..
lexical-phase    |555555522222222222555554450440002222200
""")

DIRECTIVES = read_marked(r"""
                  | # define SWAP(a, b) do { if (a) \␊␉int t = a; else (b); \␊} while (0) /* a␊b */␊a = b # c; {␊
preprocessor-line |.###############################################################################..............
macro-continuation|..................................##############################################..............
brace-depth       |0000000000000000000000001111111111111111111111111111111111100000000000000000000000000000000011
paren-depth       |0000000000000011111000000000011000000000000000000000110000000000000110000000000000000000000000
if-body           |....................................#########.................................................
else-body         |....................................................###.......................................
loop-body         |........................###################################...................................

                  |#if defined(A) && \␊␉(B␊) /* c */ #define ONE { (␊# /* */ define TWO\␊{ 2 ␊/* */ #undef TWO // \␊}␊
preprocessor-line |#######################...........................########################.......#################.
macro-continuation|.....................................................................#####.........................
brace-depth       |111111111111111111111111111111111111111111111122222222222222222222222233332222222222222222222222222
paren-depth       |000000000001100000000110000000000000000000000000111111111111111111111111111111111111111111111111111
if-body           |...................................................................................................
else-body         |...................................................................................................
loop-body         |...................................................................................................
""")

NESTING = read_marked(r"""
                   |a[b(c[1])] = "[(" + d['[']; // [␊if (f((int)(g[(h)]))) {␊␉i = (struct k){ { [0] = 1 } };␊
brace-depth        |00000000000000000000000000000000000000000000000000000001111111111111111122333333333322111
paren-depth        |00011111000000000000000000000000000011233332333443321000000000111111111000000000000000000
expression-depth   |01122332100000000000011110000000000011233332334554321000000000111111111000001100000000000
newline-after-paren|????????.??????????????????????????????????.?????.?...?????????????????.?????????????????

                   |#define OPEN {(␊␉call("(", ')')␊␉;}␊}␊
brace-depth        |11111111111112211111111111111111110000
paren-depth        |00000000000000100000011111111100000000
expression-depth   |00000000000000100000011111111100000000
newline-after-paren|????????????????????????????.?#???????
""")

TOKENS = read_marked(r"""
                   |u32 x1 = 0x1fUL + 1.5e-3f - 0xep-1 / 08; // 42␊return a_9[10]; continue; ifs(1)␊
number             |.........######...#######...######...##...................##.................#..
identifier-position|12301200000000000000000000000000000000000000000123456012300000012345678001230000
after-keyword      |.....................................................#.................#........

                   |while(0) 1..2 "3" '4' /* int */ const int8 x=sizeof(y)/sizeof z;␊
number             |......#..####....................................................
identifier-position|12345000000000000000000000000000123450123401012345601001234560100
after-keyword      |.....#...............................#.............#.........#...
""")

STATEMENTS = read_marked(r"""
                  |static int (*hook)(int) = f, g[] = { 1 };␊struct __packed node { union { int n; } u; } *head;␊
if-condition      |..............................................................................................
if-body           |..............................................................................................
else-body         |..............................................................................................
loop-condition    |..............................................................................................
loop-body         |..............................................................................................
switch-body       |..............................................................................................
function-body     |..............................................................................................
struct-body       |...............................................................######################.........
statement-end-next|.......................................#.....................................#....#........#..

                  |enum { A, B }; struct node f(void);␊int sum(a, b) int a; char *b;␊{␊
if-condition      |....................................................................
if-body           |....................................................................
else-body         |....................................................................
loop-condition    |....................................................................
loop-body         |....................................................................
switch-body       |....................................................................
function-body     |..................................................................##
struct-body       |.....#######........................................................
statement-end-next|............#....................#....................#........#....

                  |␉if (a > (b)) return 1; else if (!b) i--; else { b; }␊
if-condition      |....########....................###...................
if-body           |..............########...............###..............
else-body         |...............................................#####..
loop-condition    |......................................................
loop-body         |......................................................
switch-body       |......................................................
function-body     |######################################################
struct-body       |......................................................
statement-end-next|.....................#.................#.........#....

                  |␉for (a; b;) while (c) if (d) break; else continue;␊
if-condition      |..........................##........................
if-body           |..............................#####.................
else-body         |..........................................########..
loop-condition    |.....######........##...............................
loop-body         |.............######################......#########..
switch-body       |....................................................
function-body     |####################################################
struct-body       |....................................................
statement-end-next|..................................#..............#..

                  |out:␉do if (a) b(";"); while (c && ({ d; })); e;␊␉switch (*b) { case '}': { list_for_each(x) y; }␊
if-condition      |...........##.....................................................................................
if-body           |...............######.............................................................................
else-body         |..................................................................................................
loop-condition    |.............................##############..............................................##.......
loop-body         |........#############........................................................................#....
switch-body       |..............................................................####################################
function-body     |##################################################################################################
struct-body       |..................................................................................................
statement-end-next|....................#......................#..#..............................................#....

                  |␉default: do_each(x); } return (struct node) { { 1 } };␊}␊
if-condition      |..........................................................
if-body           |..........................................................
else-body         |..........................................................
loop-condition    |..........................................................
loop-body         |..........................................................
switch-body       |######################....................................
function-body     |########################################################..
struct-body       |..........................................................
statement-end-next|...................#.................................#....

                  |#define if_not(a) if (!(a)) __attribute__((b))␊static struct ops o = {␊
if-condition      |.....................#####.............................................
if-body           |............................##################.........................
else-body         |.......................................................................
loop-condition    |.......................................................................
loop-body         |.......................................................................
switch-body       |.......................................................................
function-body     |.......................................................................
struct-body       |.......................................................................
statement-end-next|.......................................................................

                  |␉.open = f, [2] = { 1 }, .for_each = g,␊};␊__init void f(struct node *a) { if (a)␊#ifdef X␊
if-condition      |..............................................................................##...........
if-body           |...........................................................................................
else-body         |...........................................................................................
loop-condition    |...........................................................................................
loop-body         |...........................................................................................
switch-body       |...........................................................................................
function-body     |.........................................................................##################
struct-body       |...........................................................................................
statement-end-next|........................................#..................................................

                  |b; else if /* { */ (c) d;␊#else␊{ e; }␊#endif␊}␊struct node *h(void)␊{ else␊inner: if (x) } i;␊
if-condition      |...................##.................................................................##.......
if-body           |#......................#........#####..........................................................
else-body         |.............................................................................#############.....
loop-condition    |...............................................................................................
loop-body         |...............................................................................................
switch-body       |...............................................................................................
function-body     |##############################################.......................#####################.....
struct-body       |...............................................................................................
statement-end-next|#......................#..........#.........................................................#.?
""")

WHOLE = read_marked(r"""
              |struct a { int b; };␊int f(int c) {␊␉if (d(c)) for (;;) e((int)g, h(i));␊
control-depth |??????????????????????????????????000000000000011111111122222222222222200
call-arguments|??????????????????????????????????........##.............#############...

              |␉else if (sizeof(j)) { k: switch (l) { case 1: do ; while (m()); } }␊␉else q = 1;␊#define N if (o) p()␊
control-depth |0000000000000000000001111111111111111222222222222222222222222222211000000001111100????????????????????0
call-arguments|............................................................#.....................????????????????????.

              |␉while (s) N, t(); }␊int g(void) { if (a) + ]; }␊int h(void) { if (a) b(); else { c(); } }␊
control-depth |0000000000011111100??????????????????????????????????????????0000000001110000000111111100??
call-arguments|...............#...??????????????????????????????????????????..........#...........#.....??
""")

# fmt: on

MARKED = {"literals": LITERALS, "directives": DIRECTIVES, "nesting": NESTING}
MARKED |= {"tokens": TOKENS, "statements": STATEMENTS, "whole": WHOLE}
CASES = [pytest.param(text, name, id=f"{of}-{name}") for of, text in MARKED.items() for name in text.symbols]
STREAMING = [found.name for found in (*C_CODE, *C_PREPROCESSOR, *C_SYNTAX, *C_WORDS, *C_BODIES)]


@pytest.mark.parametrize(("marked", "name"), CASES)
def test_every_character_has_the_label_that_was_checked_by_eye(marked: MarkedText, name: str):
    np.testing.assert_array_equal(marked.found(name), marked.wanted(name))


def test_all_the_concepts_of_c_were_marked():
    marked = {name for text in MARKED.values() for name in text.symbols}
    assert marked == {*STREAMING, "control-depth", "call-arguments"}


PIECES = [*"\"'[]{}()/*\n;#\\=x0", "\\\n", "/*", "*/", "//", "\n#if ", "#define F(x) ", "'\"'", "if (a) ", "else "]
PIECES += ["for (;;) ", "while (x) ", "do ", "switch (s) ", "list_for_each(x) ", "\n{", "\n}", "int f(void) "]
PIECES += ["struct s ", "= {", "y;", "({"]
texts = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=texts)
def test_the_phases_and_the_single_concepts_tell_the_same(text: str):
    found = {name: concept(name).labels(text) == 1 for name in STREAMING}
    phase = concept("lexical-phase").labels(text)
    np.testing.assert_array_equal(np.isin(phase, (1, 2)), found["comment"])
    np.testing.assert_array_equal(phase == 1, found["line-comment"])
    np.testing.assert_array_equal(phase == 3, found["string"])
    np.testing.assert_array_equal(phase == 4, found["character-literal"])
    np.testing.assert_array_equal(np.isin(phase, (1, 2, 3)), found["comment-or-string"])
    assert found["preprocessor-line"][phase == 5].all()
    assert found["preprocessor-line"][found["macro-continuation"]].all()
    assert not (found["preprocessor-line"] & (phase == 0)).any()


@settings(max_examples=300, deadline=None)
@given(text=texts)
def test_what_a_comment_or_literal_says_changes_no_label(text: str):
    text = f" {text}\n"
    quoted = np.isin(concept("lexical-phase").labels(text), (1, 2, 3, 4))
    within = quoted.copy()  # not the characters that open and close it, nor what continues it
    within[1:] &= quoted[:-1]
    within[:-1] &= quoted[1:]
    for at, character in enumerate(text):
        within[at] &= character not in "\\\n" and text[at - 1] not in "\\\n"
    other = "".join("z" if hidden else character for character, hidden in zip(text, within, strict=True))
    for name in STREAMING:
        if name != "newline-after-paren":  # it tells of any closing parenthesis
            np.testing.assert_array_equal(concept(name).labels(other), concept(name).labels(text), err_msg=name)


@settings(max_examples=300, deadline=None)
@given(before=texts, after=texts)
def test_a_brace_in_the_first_column_makes_a_fresh_start(before: str, after: str):
    whole = before + "\n\n*/\n}\n" + after  # two line ends: a backslash may continue the line
    for name in STREAMING:
        expected = concept(name).labels(after)
        np.testing.assert_array_equal(concept(name).labels(whole)[len(whole) - len(after) :], expected, err_msg=name)


@pytest.mark.parametrize("opening", ["if (a) {", "if (a) ", "else ", "for (;;) {", "do ", "switch (a) {", "({", "[("])
@pytest.mark.parametrize("name", [found.name for found in C_BODIES])
def test_deeper_nesting_than_the_automaton_holds_does_no_harm(name: str, opening: str):
    tail = "if (b) r; else for (;;) s; int f(void) { struct t { int u; }; switch (v) { w; } }"
    labels = concept(name).labels(opening * (4 * LIMIT) + "\n}\n" + tail)
    np.testing.assert_array_equal(labels[-len(tail) :], concept(name).labels(tail))


@pytest.mark.parametrize("name", ["control-depth", "call-arguments"])
def test_the_tree_counts_characters_not_bytes(name: str):
    plain = "/* e */ int f(void) { if (a) b(c); }"
    labels = concept(name).labels(plain.replace("e */", "\U0001f600 */").replace("b(c)", "b(\u00e9)"))
    np.testing.assert_array_equal(labels, concept(name).labels(plain))
    assert np.nansum(labels) > 0


def test_a_macro_loops_by_its_name_where_it_begins_a_statement():
    loops = concept("loop-body")
    assert loops.labels("void f(void) { for_each_x(a) b; }").sum() == 1
    assert loops.labels("out: for_each_x(a) b; c = d ? e : for_each_x(f) + g;").sum() == 1
    assert loops.labels("void f(void) { hlist_for_each_entry_rcu(a, c) { b; } }").sum() == 5
    assert loops.labels("void f(void) { json_array_foreach(a, c) { b; } LIST_FOREACH(a, c) b; }").sum() == 6
    for text in (
        "void for_each_x(int a)\n{\n\tb;\n}\n",
        "x = for_each_x(a) + b;",
        "g.for_each(a); b;",
        "for_each_x() b;",
    ):
        assert loops.labels(text).sum() == 0
