"""Concepts of sentences in prose: where they begin and end, names, and questions.

Axes: `time` is the position of a character in a text.
A sentence ends with a mark, . ! or ?, that white space follows (quotes and brackets may close between) and that no
small letter comes after. The marks of Chinese and Japanese need no white space. Which full stops are no marks is in
`analysis.concepts.abbreviations`.
"""

import numpy as np

from analysis.concepts.abbreviations import NOTHING_READ, Read, awaits_number, is_full_stop, read_on
from analysis.concepts.characters import DIGIT, LINE_BREAK, LOWER, UNCASED, UPPER, Classes, by_letter, classes_of
from analysis.concepts.concept import Codes, Labels, ProseConcept
from analysis.concepts.steps import NEWLINE, Bool, Int, still_blank
from analysis.concepts.words import scan_words
from models.compiled import compiled

WIDE_MARKS = tuple(map(ord, "。！？｡"))  # of Chinese and Japanese: no white space follows
# With those of Arabic, Urdu and Hindi, and of Greek questions.
SENTENCE_MARKS = (*map(ord, ".!?؟۔।॥\u037e"), *WIDE_MARKS)
MARKS = (*SENTENCE_MARKS, ord("…"))
DOT, GREEK_QUESTION, SEMICOLON = ord("."), 0x37E, ord(";")
QUESTIONS = (ord("?"), ord("？"), ord("؟"), GREEK_QUESTION)
FIRST_GREEK, LAST_GREEK, FIRST_POLYTONIC, LAST_POLYTONIC = 0x370, 0x3FF, 0x1F00, 0x1FFF
# Right after a mark: the English opening ones close in German.
CLOSERS = tuple(map(ord, "\"')]}”’»“‘«›‹」』）】》〉﹂﹄"))
WIDE_CLOSERS = tuple(map(ord, "\"')]}”’»›」』）】》〉﹂﹄"))
OPENERS = tuple(map(ord, "\"'([“‘„‚«»‹›「『（【《〈¿¡"))
CLAUSE_OPENERS = tuple(map(ord, '"“”„«»「『¿'))
NO_BREAK = (0xA0, 0x202F)  # before the closing mark of French
CLOSERS_APART = tuple(map(ord, "»›”’)]}"))
LENGTH = "Shi, Knight & Yuret 2016, for units that measure the length of a sentence"


@compiled
def ends_clause(code: Int, read: Read) -> Bool:
    """Whether one of `MARKS` is more than the full stop of an abbreviation, given what was read before it."""
    return code != DOT or is_full_stop(read)


@compiled
def is_greek(code: Int) -> Bool:
    """Whether it is of the Greek blocks, where a semicolon asks."""
    return FIRST_GREEK <= code <= LAST_GREEK or FIRST_POLYTONIC <= code <= LAST_POLYTONIC


@compiled
def as_mark(code: Int, before: Int) -> Int:
    """The character, but a semicolon as the question mark that it is after a Greek letter."""
    return GREEK_QUESTION if code == SEMICOLON and is_greek(before) else np.int64(code)


# What a character leaves of a sentence: none; its first character; more of it; a mark that may end it; then space; a
# mark that no space need follow; a space without a break after a mark, which may still be closed.
NONE, BEGUN, RUNNING, MARKED, SPACED, ENDED, HELD = range(7)


@compiled
def next_stage(stage: int, code: Int, its_class: int, read: Read, numbered: Bool) -> int:
    """How far the sentence is after one more character, given what was read before it.

    `numbered`: the mark was that of an abbreviation, if a number comes next.
    """
    if stage in (MARKED, HELD) and code in NO_BREAK:
        return HELD
    if its_class <= LINE_BREAK:
        return SPACED if stage >= MARKED else RUNNING if stage != NONE else NONE
    if stage == NONE:
        return BEGUN
    if code in MARKS:
        ends = ENDED if code in WIDE_MARKS else MARKED
        return ends if stage >= MARKED or ends_clause(code, read) else RUNNING
    if stage == ENDED:
        return ENDED if code in WIDE_CLOSERS else BEGUN
    if stage == MARKED:
        return MARKED if code in CLOSERS else RUNNING
    if stage == HELD and code in CLOSERS_APART:
        return MARKED
    if stage not in (SPACED, HELD) or its_class == LOWER or (numbered and its_class == DIGIT):
        return RUNNING
    return BEGUN if UPPER <= its_class <= DIGIT or code in OPENERS else SPACED


@compiled
def scan_sentences(codes: Codes, classes: Classes) -> tuple[Labels, Labels]:
    """How many characters of its sentence were read (0 between paragraphs), and 1 at the mark that ends one."""
    positions, ends = np.empty(codes.size, dtype=np.float32), np.zeros(codes.size, dtype=np.float32)
    stage, position, mark, read, numbered = NONE, 0, 0, NOTHING_READ, False
    blank, last = True, np.int64(NEWLINE)
    for time in range(codes.size):
        code, before = as_mark(codes[time], last), stage
        last = np.int64(codes[time])
        stage = NONE if code == NEWLINE and blank else next_stage(stage, code, classes[time], read, numbered)
        if before >= MARKED and stage <= BEGUN:
            ends[mark] = 1
        if stage in (MARKED, ENDED) and code in MARKS:
            mark, numbered = time, code == DOT and awaits_number(read)
        position = 0 if stage == NONE else 1 if stage == BEGUN else position + 1
        positions[time] = position
        read = read_on(read, code, classes[time])
        blank = still_blank(code, blank)
    if stage >= MARKED:
        ends[mark] = 1
    return positions, ends


@compiled
def scan_names(codes: Codes, classes: Classes, words: Labels, sentences: Labels) -> Labels:
    """1 in names, given the positions in words and in sentences."""
    labels = np.zeros(codes.size, dtype=np.float32)
    begun, name = False, False  # begun: a word of this sentence was read
    for time in range(codes.size):
        begun = begun and sentences[time] > 1
        if words[time] == 1:
            quoted = time > 0 and codes[time - 1] in OPENERS
            name = begun and not quoted and classes[time] == UPPER
            begun = True
        elif words[time] == 2 and not LOWER <= classes[time] <= UNCASED:
            name = False
        labels[time] = name and words[time] > 1
    return labels


@compiled
def scan_questions(codes: Codes, classes: Classes, sentence_ends: Labels) -> Labels:
    """1 in questions: filled in where their mark is met."""
    labels = np.zeros(codes.size, dtype=np.float32)
    start, read = -1, NOTHING_READ  # start: of the clause, -1 before it
    blank, last = True, np.int64(NEWLINE)
    for time in range(codes.size):
        code = as_mark(codes[time], last)
        last = np.int64(codes[time])
        following = min(time + 1, codes.size - 1)
        goes_on = following > time and (codes[following] == DOT or LOWER <= classes[following] <= DIGIT)
        inner = code == DOT and (goes_on or awaits_number(read) or (time > 0 and codes[time - 1] == DOT))
        stops = code in SENTENCE_MARKS and not inner and ends_clause(code, read)
        space = classes[time] <= LINE_BREAK
        if code in QUESTIONS and start >= 0:
            labels[start:time] = 1
        if (code == NEWLINE and blank) or stops or sentence_ends[time] > 0:
            start = -1
        elif code in CLAUSE_OPENERS or (start < 0 and not space):
            start = time
        read = read_on(read, code, classes[time])
        blank = still_blank(code, blank)
    return labels


@by_letter
def label_position_in_sentence(codes: Codes) -> Labels:
    """1 at the first character of a sentence, 2 at the next; space after a sentence still counts; 0 between paragraphs.

    A blank line ends any sentence. After a mark and white space, a capital, digit, quote or bracket begins a new one.
    """
    return scan_sentences(codes, classes_of(codes))[0]


@by_letter
def label_sentence_end(codes: Codes) -> Labels:
    """1 on the last mark of a sentence. Whether a mark was the last shows only when the next sentence begins."""
    return scan_sentences(codes, classes_of(codes))[1]


@by_letter
def label_proper_name(codes: Codes) -> Labels:
    """1 from the second letter of a capitalised word that is not the first of its sentence, nor first in quotes.

    From the second, because I is no name.
    """
    classes = classes_of(codes)
    return scan_names(codes, classes, scan_words(codes, classes), scan_sentences(codes, classes)[0])


@by_letter
def label_question(codes: Codes) -> Labels:
    """1 from the start of a clause that ends with a question mark to before that mark.

    A clause starts at a double quote or ¿, and after a `.`, `!`, `?`, a blank line or an ellipsis that ends a sentence;
    abbreviations and dots within numbers do not end one.
    """
    classes = classes_of(codes)
    return scan_questions(codes, classes, scan_sentences(codes, classes)[1])


SENTENCES = (
    ProseConcept(
        name="position-in-sentence",
        title="the position in the sentence",
        description="How many characters of the sentence were read.",
        kind="ramp",
        source=LENGTH,
        label=label_position_in_sentence,
        delimiters=".!?",
        examples=(
            (
                'Hi! "Eh?" he St. A! It',
                "1234123456789999999912",
            ),
            (
                "A\n\n\n B... c? (D",
                "120001234567812",
            ),
        ),
    ),
    ProseConcept(
        name="sentence-end",
        title="at the end of a sentence",
        description="The full stop, exclamation or question mark that ends a sentence.",
        kind="event",
        timing="offline",
        source=LENGTH,
        label=label_sentence_end,
        delimiters=".!?",
        decisive="inside",
        examples=(
            (
                'Hi! "Eh?" he St. A?!" It 3.5',
                "..#................#........",
            ),
        ),
    ),
    ProseConcept(
        name="proper-name",
        title="inside names",
        description="In a capitalised word that does not begin a sentence.",
        kind="state",
        needs=("case", "spaces"),
        label=label_proper_name,
        decisive="inside",
        examples=(
            (
                "He met Pierre. Is \"So\" I or I'm St. Petya's?",
                "........#####....................#...######.",
            ),
        ),
    ),
    ProseConcept(
        name="question",
        title="inside questions",
        description="In a clause that a question mark will end.",
        kind="state",
        timing="offline",
        label=label_question,
        delimiters="?",
        examples=(
            (
                'No. Why? "Dr. A... is?" he asked.',
                "....###..############............",
            ),
        ),
    ),
)
