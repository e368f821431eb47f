"""Concepts of sentences in prose: where they begin and end, names, and questions.

Axes: `time` is the position of a character in a text.
A sentence ends with a mark, . ! or ?, that white space follows (quotes and brackets may close between) and that no
small letter comes after. The marks of Chinese and Japanese need no white space. The full stop of St. and of initials
such as N. or É. is no mark, nor is that of a letter alone, as in z. B.; those of I. and Я. are.
"""

import numpy as np

from analysis.concepts.characters import DIGIT, LINE_BREAK, LOWER, UNCASED, UPPER, Classes, by_letter, classes_of
from analysis.concepts.concept import Codes, Labels, ProseConcept
from analysis.concepts.steps import NEWLINE, Bool, Int, is_letter, packed, still_blank
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
CAPITAL_A, CAPITAL_Z, CAPITAL_I, SMALL_A, SMALL_Z = ord("A"), ord("Z"), ord("I"), ord("a"), ord("z")
I_OF_RUSSIAN = (-ord("Я"), -ord("я"))
TOO_LONG = 1 << 40  # more letters than any abbreviation has
LENGTH = "Shi, Knight & Yuret 2016, for units that measure the length of a sentence"

ABBREVIATED = "Mr Mrs Ms Dr St Mme Mlle Prof Gen Col Capt Rev Lt Sgt Mgr Mt Ste Th Hr Fr Nr Bd vgl bzw Sr Sra Srta Dra"
ABBREVIATED += " Sta Ud Uds EE MM Dhr Mevr Mej"
ABBREVIATIONS = tuple(map(packed, ABBREVIATED.split()))
# Words of German before a day, as in am 3. Mai; in English, "I am 12." ends.
BEFORE_DAYS = "am Am vom Vom zum Zum beim Beim dem Dem den Den der Der des Des"
BEFORE_A_DAY = tuple(map(packed, BEFORE_DAYS.split()))
# What was read of an ordinal number: its word, one digit, two; or the I of English.
NO_ORDINAL, AFTER_WORD, DIGIT_READ, DIGITS_READ, AFTER_I = range(5)


@compiled
def add_letter(word: Int, code: Int, its_class: Int) -> Int:
    """The letters just read: Latin ones packed, one of another alphabet as its negative code, 0 after anything else.

    Capped where it is too long to matter.
    """
    if is_letter(code):
        return min(word << 8 | np.int64(code), TOO_LONG) if word >= 0 else TOO_LONG
    if not LOWER <= its_class <= UNCASED:
        return 0
    return -np.int64(code) if word == 0 and its_class != UNCASED else TOO_LONG


@compiled
def next_ordinal(ordinal: int, code: Int, its_class: int, word: Int) -> int:
    """How far a German ordinal number is after one more character, given the letters just before it."""
    if its_class <= LINE_BREAK and word != 0:
        begins = word in BEFORE_A_DAY and ordinal != AFTER_I
        return AFTER_I if word == CAPITAL_I else AFTER_WORD if begins else NO_ORDINAL
    if its_class == DIGIT and AFTER_WORD <= ordinal <= DIGIT_READ:
        return ordinal + 1
    return AFTER_I if ordinal == AFTER_I and is_letter(code) else NO_ORDINAL


@compiled
def ends_clause(code: Int, word: Int, ordinal: int) -> Bool:
    """Whether one of `MARKS` is more than the full stop of an abbreviation, initial or ordinal number.

    Given the letters just before it, and how much of an ordinal number was read.
    """
    initial = CAPITAL_A <= word <= CAPITAL_Z and word != CAPITAL_I
    alone = SMALL_A <= word <= SMALL_Z or (word < 0 and word not in I_OF_RUSSIAN)
    return code != DOT or not (initial or alone or word in ABBREVIATIONS or DIGIT_READ <= ordinal <= DIGITS_READ)


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
def next_stage(stage: int, code: Int, its_class: int, word: Int, ordinal: int) -> int:
    """How far the sentence is after one more character, given the letters and ordinal number just before it."""
    if stage in (MARKED, HELD) and code in NO_BREAK:
        return HELD
    if its_class <= LINE_BREAK:
        return SPACED if stage >= MARKED else RUNNING if stage != NONE else NONE
    if stage == NONE:
        return BEGUN
    if code in MARKS:
        ends = ENDED if code in WIDE_MARKS else MARKED
        return ends if stage >= MARKED or ends_clause(code, word, ordinal) else RUNNING
    if stage == ENDED:
        return ENDED if code in WIDE_CLOSERS else BEGUN
    if stage == MARKED:
        return MARKED if code in CLOSERS else RUNNING
    if stage == HELD and code in CLOSERS_APART:
        return MARKED
    if stage not in (SPACED, HELD) or its_class == LOWER:
        return RUNNING
    return BEGUN if UPPER <= its_class <= DIGIT or code in OPENERS else SPACED


@compiled
def scan_sentences(codes: Codes, classes: Classes) -> tuple[Labels, Labels]:
    """How many characters of its sentence were read (0 between paragraphs), and 1 at the mark that ends one."""
    positions, ends = np.empty(codes.size, dtype=np.float32), np.zeros(codes.size, dtype=np.float32)
    stage, position, mark, word, ordinal = NONE, 0, 0, np.int64(0), NO_ORDINAL
    blank, last = True, np.int64(NEWLINE)
    for time in range(codes.size):
        code, before = as_mark(codes[time], last), stage
        last = np.int64(codes[time])
        stage = NONE if code == NEWLINE and blank else next_stage(stage, code, classes[time], word, ordinal)
        if before >= MARKED and stage <= BEGUN:
            ends[mark] = 1
        if stage in (MARKED, ENDED) and code in MARKS:
            mark = time
        position = 0 if stage == NONE else 1 if stage == BEGUN else position + 1
        positions[time] = position
        ordinal = next_ordinal(ordinal, code, classes[time], word)
        word = add_letter(word, code, classes[time])
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
def scan_questions(codes: Codes, classes: Classes) -> Labels:
    """1 in questions: filled in where their mark is met."""
    labels = np.zeros(codes.size, dtype=np.float32)
    start, word, ordinal = -1, np.int64(0), NO_ORDINAL  # start: of the clause, -1 before it
    blank, last = True, np.int64(NEWLINE)
    for time in range(codes.size):
        code = as_mark(codes[time], last)
        last = np.int64(codes[time])
        following = min(time + 1, codes.size - 1)
        goes_on = following > time and (codes[following] == DOT or LOWER <= classes[following] <= DIGIT)
        inner = code == DOT and (goes_on or (time > 0 and codes[time - 1] == DOT))
        space = classes[time] <= LINE_BREAK
        if code in QUESTIONS and start >= 0:
            labels[start:time] = 1
        if (code == NEWLINE and blank) or (code in SENTENCE_MARKS and not inner and ends_clause(code, word, ordinal)):
            start = -1
        elif code in CLAUSE_OPENERS or (start < 0 and not space):
            start = time
        ordinal = next_ordinal(ordinal, code, classes[time], word)
        word = add_letter(word, code, classes[time])
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

    A clause starts at a double quote or ¿, and after a `.`, `!`, `?` or a blank line; abbreviations, dots in a row and
    those within numbers do not end one.
    """
    return scan_questions(codes, classes_of(codes))


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
