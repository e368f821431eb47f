"""Concepts of layout, words and characters against texts labelled by hand and against plain Python.

Axes: `time` is the position of a character in a text.
"""

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.concepts import concept
from corpora import load_corpus
from tests.analysis.marked import MarkedText, read_marked
from tests.conftest import needs_corpora

LAYOUT = read_marked("""
                      |␊
column                |0
line-end-next         |.
blank-line            |#
indentation           |0

                      |ab c␊
column                |12340
line-end-next         |...#.
blank-line            |.....
indentation           |00000

                      |␉␊
column                |10
line-end-next         |##
blank-line            |.#
indentation           |80

                      |␊
column                |0
line-end-next         |.
blank-line            |#
indentation           |0

                      | ␉ x =␉1␊
column                |123456780
line-end-next         |.......#.
blank-line            |###......
indentation           |189999990

                      |  y␍␊
column                |12340
line-end-next         |..###
blank-line            |.....
indentation           |12220

                      |␍␊
column                |10
line-end-next         |#.
blank-line            |.#
indentation           |00

                      |␉␉z {␍␊
column                |1234560
line-end-next         |....##.
blank-line            |##.....
indentation           |8999990

                      |          deep ␊
column                |1234567899999990
line-end-next         |..............#.
blank-line            |................
indentation           |1234567899999990

                      | ␉␊
column                |120
line-end-next         |.#.
blank-line            |..#
indentation           |180

                      |   in␉␉␊
column                |12345670
line-end-next         |......#.
blank-line            |###.....
indentation           |12222220

                      |lone␍return␊
column                |123456789990
line-end-next         |...#......##
blank-line            |............
indentation           |000000000000

                      |␊
column                |0
line-end-next         |.
blank-line            |#
indentation           |0

                      |␉
column                |1
line-end-next         |.
blank-line            |#
indentation           |8

                      |}
column                |2
line-end-next         |?
blank-line            |.
indentation           |8
""")

WORDS = read_marked("""
                      |Don't stop iPods at NASA's A_1x R2D2, 'tis état ␊
position-in-word      |1234501234012345012012345601234012340001230123400
word-end-next         |....#?...#?....#?.#?.....#?...#?...#???..#?...#??
characters-since-space|1234501234012345012012345601234012345012340123400
capitalised-word      |#####...............######.####.####.............
all-caps              |.....................####.........##.............
digit-run             |.................................................

                      |ÉTÉ 中文字 1,000.5 x²␉naıve (ab)X_Y _Z 2nd I'LL ␍␊
position-in-word      |12301230101230101201234500120123012012301234000
word-end-next         |..#?..#?#?..#?#?.#?....#??.#?..#?.#?..#?...#???
characters-since-space|12301230123456701201234501234567012012301234000
capitalised-word      |###..........................###........####...
all-caps              |.##............................#..........##...
digit-run             |...........##..................................

                      |o’clock ’90s I—II 12
position-in-word      |12345670012301012012
word-end-next         |......#??..#?#?.#?.?
characters-since-space|12345670123401234012
capitalised-word      |.............#.##...
all-caps              |................#...
digit-run             |..........#........#
""")

CHARACTERS = read_marked("""
                      |Oh, Été: ñandú №5 ½ kg=3_000€␉“hé”␍␊
vowel                 |#...#.#...#..#..................#...
space                 |...#....#.....#..#.#................
character-class       |326032260222220750502275655570622611

                      |Żółw y Ünsal æ ﬁ Ж 中!? [λ] 𝟘 😀.
vowel                 |.#.....#..#..#.................
space                 |....#.#.....#.#.#.#...#...#.#..
character-class       |3222020322220202030466062605076
""")

HAND_LABELLED = [(marked, name) for marked in (LAYOUT, WORDS, CHARACTERS) for name in marked.symbols]

texts = st.text(
    st.one_of(
        st.sampled_from("aB'\u2019_1 \t\r\n.,"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
)
lines = st.text(st.sampled_from("ab \t\r\n\n\xa0\u3000\u2028\x85"), max_size=80)
LINE_END, BLANKS = r"[\n\x85\u2028\u2029]", r"[ \t\r\xa0\u3000\u2028\x85]"
# Letters, digits and what stands between them: here Python's \w is what a word is made of.
written = st.text(st.sampled_from("aBcDÉß中\u01c5159_'\u2019 \n.-\""), max_size=80)


@pytest.mark.parametrize(("marked", "name"), HAND_LABELLED, ids=[name for _, name in HAND_LABELLED])
def test_labels_are_those_written_by_hand(marked: MarkedText, name: str):
    np.testing.assert_array_equal(marked.found(name), marked.wanted(name), err_msg=name)


@given(text=lines)
def test_lines_are_what_python_splits(text: str):
    columns = [column for line in re.split(LINE_END, text) for column in (*range(1, len(line) + 1), 0)][:-1]
    np.testing.assert_array_equal(concept("column").labels(text), columns)


@given(text=lines)
def test_indentation_is_the_width_of_leading_white_space(text: str):
    read = [text[:end].rpartition("\n")[2] for end in range(1, len(text) + 1)]
    widths = [len(re.sub(r"[^ \t].*", "", line, flags=re.DOTALL).expandtabs(8)) for line in read]
    np.testing.assert_array_equal(concept("indentation").labels(text), widths)


@given(text=lines)
def test_a_line_end_comes_next_where_a_regular_expression_finds_one(text: str):
    wanted = np.zeros(len(text))
    wanted[[found.start() for found in re.finditer(rf".(?=\r|{LINE_END})", text, re.DOTALL)]] = 1
    wanted[-1:] = np.nan
    np.testing.assert_array_equal(concept("line-end-next").labels(text), wanted)


@given(text=lines)
def test_a_blank_line_holds_nothing_but_white_space(text: str):
    after_blank = re.compile(rf"(?:\A|\n){BLANKS}*\n{BLANKS}*\Z")
    wanted = [after_blank.search(text[: time + 1]) is not None for time in range(len(text))]
    np.testing.assert_array_equal(concept("blank-line").labels(text), wanted)


@given(text=written)
def test_words_are_what_a_regular_expression_finds(text: str):
    labels = {name: np.zeros(len(text)) for name in ("position-in-word", "capitalised-word", "all-caps")}
    labels["word-end-next"] = np.full(len(text), np.nan)
    for word in re.finditer(r"(?:\w|(?<=[^\W\d_])['\u2019])+", text):
        span = slice(word.start(), word.end())
        capital = re.match(r"[BDÉ\u01c5]", word.group()) is not None
        labels["position-in-word"][span] = np.arange(len(word.group())) + 1
        labels["word-end-next"][span] = 0
        labels["word-end-next"][word.end() - 1] = 1
        labels["capitalised-word"][span] = capital
        letters = [re.sub(r"[\W\d_]", "", word.group()[: read + 1]) for read in range(len(word.group()))]
        labels["all-caps"][span] = [re.fullmatch(r"[BDÉ\u01c5]{2,}", seen) is not None for seen in letters]
        labels["all-caps"][span] *= capital
    labels["word-end-next"][-1:] = np.nan
    for name, wanted in labels.items():
        np.testing.assert_array_equal(concept(name).labels(text), wanted, err_msg=name)


@given(text=written)
def test_the_distance_from_a_space_is_the_length_of_what_follows_it(text: str):
    wanted = [len(re.split(r"\s", text[: time + 1])[-1]) for time in range(len(text))]
    np.testing.assert_array_equal(concept("characters-since-space").labels(text), wanted)


@given(text=written)
def test_a_run_of_digits_has_at_least_two(text: str):
    wanted = np.zeros(len(text))
    for run in re.finditer(r"\d+", text):
        wanted[run.start() + 1 : run.end()] = 1
    np.testing.assert_array_equal(concept("digit-run").labels(text), wanted)


@given(text=texts)
def test_the_class_of_a_character_agrees_with_python(text: str):
    tests = [
        lambda character: character in " \t\v\f" or unicodedata.category(character) == "Zs",
        lambda character: character in "\r\n\x85\u2028\u2029",
        lambda character: unicodedata.category(character) == "Ll",
        lambda character: unicodedata.category(character) in ("Lu", "Lt"),
        lambda character: unicodedata.category(character) in ("Lo", "Lm", "Mn", "Mc", "Me"),
        lambda character: unicodedata.category(character)[0] == "N",
        lambda character: unicodedata.category(character)[0] == "P",
        lambda character: unicodedata.category(character)[0] == "S",
    ]
    wanted = [next((place for place, test in enumerate(tests) if test(letter)), len(tests)) for letter in text]
    for time in range(1, len(text)):
        if is_mark(text[time]) and 2 <= wanted[time - 1] <= 5:
            wanted[time] = wanted[time - 1]
    np.testing.assert_array_equal(concept("character-class").labels(text), wanted)
    np.testing.assert_array_equal(concept("space").labels(text), [letter == " " for letter in text])


VOWEL_NAMES = {
    "LATIN": {"A", "E", "I", "O", "U", "AE", "O WITH STROKE", "DOTLESS I"},
    "GREEK": {"ALPHA", "EPSILON", "ETA", "IOTA", "OMICRON", "UPSILON", "OMEGA"},
    "CYRILLIC": {"A", "IE", "I", "O", "U", "YERU", "E", "YU", "YA", "UKRAINIAN IE", "BYELORUSSIAN-UKRAINIAN I"},
}
NAMED_LETTER = re.compile("(?P<alphabet>[A-Z]+) (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) (?P<letter>.+)")


def is_vowel(letter: str) -> bool:
    """Whether the name of a letter without its accents is that of a vowel."""
    if letter in "ŒœЙйЎў":
        return letter in "Œœ"
    name = NAMED_LETTER.fullmatch(unicodedata.name(unicodedata.normalize("NFD", letter)[0], ""))
    return name is not None and name["letter"] in VOWEL_NAMES.get(name["alphabet"], ())


ALPHABETS = "".join(map(chr, (*range(0x41, 0xAD), *range(0xAE, 0x180), *range(0x384, 0x460), *range(0x1F00, 0x2000))))


@given(text=st.text(st.sampled_from(ALPHABETS), max_size=80))
def test_a_vowel_is_what_unicode_names_so_with_or_without_accents(text: str):
    np.testing.assert_array_equal(concept("vowel").labels(text), list(map(is_vowel, text)))


def is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character in "\xad\u200c\u200d\u2060"


SPOKEN = [
    "É. Zola s’assit. «\u00a0Ça va\u00a0?\u00a0» dit-il à l’été NOËL 12.",
    "Ö. Müller „könnte“, sagt Änne. Über ‚Nacht‘!",
    "Ο άνθρωπος είπε: «Πώς είσαι»; Καλά.",
    "Tiếng Việt đẹp. Đường Ở ĐÂY?",
]
LETTERWISE = ["position-in-word", "capitalised-word", "all-caps", "position-in-sentence", "sentence-end", "proper-name"]
LETTERWISE += ["question", "attribution", "inside-quotes", "inside-single-quotes", "vowel", "character-class"]


@pytest.mark.parametrize("name", LETTERWISE)
@pytest.mark.parametrize("text", SPOKEN)
def test_accents_that_stand_alone_have_the_labels_of_their_letters(name: str, text: str):
    clusters = [unicodedata.normalize("NFD", letter) for letter in text]
    wanted = np.repeat(concept(name).labels(text), [len(cluster) for cluster in clusters])
    np.testing.assert_array_equal(concept(name).labels("".join(clusters)), wanted)


@pytest.mark.parametrize("length", [0, 999, 1000, 1001, 25_000])
def test_the_distance_from_the_start_counts_thousands(length: int):
    labels = concept("position-in-document").labels("x" * length)
    assert labels.tolist() == [time // 1000 for time in range(length)]


@needs_corpora
@pytest.mark.parametrize("corpus", ["war-and-peace", "linux", "wikipedia"])
def test_shares_on_the_real_corpora_are_those_of_a_count_by_regular_expressions(corpus: str):
    text = load_corpus(corpus).excerpt("test", 300_000)
    words = re.findall(r"(?:\w|(?<=[^\W\d_])['\u2019])+", text)
    ends = np.nansum(concept("word-end-next").labels(text))
    assert ends == pytest.approx(len(words), rel=0.002)  # combining marks and the last word differ
    inside = np.sum(concept("position-in-word").labels(text) > 0)
    assert inside == pytest.approx(sum(map(len, words)), rel=0.002)
    capitalised = sum(len(word) for word in words if word[0].isupper())
    assert concept("capitalised-word").labels(text).sum() == pytest.approx(capitalised, rel=0.005)
    assert np.nansum(concept("line-end-next").labels(text)) == pytest.approx(text.count("\n"), abs=1)
