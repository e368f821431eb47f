"""Which full stops end no sentence: those of abbreviations, initials and ordinal numbers, in many languages.

Axes: `word` is an entry of a sorted list of words.
What follows a full stop often cannot decide: a name after `Mr.` begins with a capital, and the number after `No.`
begins no sentence. So abbreviations are listed. Those that may end a sentence as well, such as `etc.`, `Co.` and
`usw.`, are not: before a capital their full stop counts.
"""

import unicodedata

import numpy as np
from jaxtyping import Int64

from analysis.concepts.characters import BLANK, DIGIT, LINE_BREAK, LOWER, UNCASED, UPPER
from analysis.concepts.steps import Bool, Int, is_letter
from models.compiled import compiled

# By language; what several use stands with the first. Never the last word of a sentence.
ALWAYS = """
Mr Mrs Ms Dr St Prof Gen Col Capt Rev Lt Sgt Mt Messrs Gov Sen Rep Hon Adm Maj Cpl Pvt Cmdr Pres Supt Insp Th vs viz
Cf cf approx Mme Mlle Mmes Mgr Ste MM
Hr Fr Nr nr Bd Abb Mio Mrd Hl hl Vgl vgl bzw bzgl Ca ca evtl ggf sog inkl exkl Hrsg geb gest
Sr Sra Srta Dra Sta Sto Fray Lic Ud Uds Vd Vds EE Exmo Av Avda núm
Sig Sigg Dott Avv Cfr cfr
Dhr dhr Mevr mevr Mej mej Drs drs Mr mr bijv Bijv blz resp
dr prof mgr inż św ul tzw np zob im ks płk kpt sv nám tzv např č
fr hr kl bl jf jfr tlf
ún kb ifj özv Szt
bkz Bkz örn Örn Hz Sn Doç
esim Esim ks Ks ns
гр ул просп пл кв им Им проф акад доц св Св см См ср Ср напр стр рис табл гл англ нем фр лат греч вул див Див ім бул чл
Δρ δρ Αγ βλ Βλ σελ κα κος κκ
"""
# They are abbreviations before a number only: No. 5, art. 3, Jan. 12.
BEFORE_NUMBERS = """
No Nos no nos Vol Vols vol vols pp Fig Figs fig figs Ch ch Art Arts art Sec Sect sec sect Ex Eq eq Op op Jan Feb Mar
Apr Jun Jul Aug Sep Sept Oct Nov Dec Ps Matt Cor Abs abs Kap kap Anm Tab tab Str str cap Cap pág Pág págs pag Pag rys
Rys ryc tabl obr Obr godz rozdz čl pkt kl num Num tel Tel ст рис Рис
"""
# Short words in small letters that follow a letter with a full stop: p. ex., t. ex., p. ej., p. es., f. eks., m. in.
LONGEST_AFTER_LETTER = 3
# Words of German before a day or another ordinal number, as in am 3. Mai; in English, "I am 12." ends.
BEFORE_ORDINALS = "am Am vom Vom zum Zum beim Beim im Im dem Dem den Den der Der des Des das Das die Die"
NOT_INITIALS = tuple(map(ord, "IЯя"))  # words of one letter that end sentences
HOURS, LETTER_M = tuple(map(ord, "ap")), ord("m")  # 3 p.m. may end one; P. M. Smith has initials
DOT, CAPITAL_I = ord("."), ord("I")

FACTOR, MASK = 1_000_003, (1 << 60) - 1
LAST_CODE = 0x10FFFF
UNKNOWN = -1  # a word of an alphabet without capitals

# How much of an ordinal number was read: its word, one digit, two; or the I of English.
NO_ORDINAL, AFTER_WORD, DIGIT_READ, DIGITS_READ, AFTER_I = range(5)

# The letters just read, as `word_number`; how much of an ordinal number; the letter whose full stop came before, and
# how many small letters the word has, 0 if it has others.
Read = tuple[int, int, int, int]
NOTHING_READ: Read = (0, NO_ORDINAL, 0, 0)


def word_number(word: str) -> int:
    """A word as scanners keep it: one letter is its code point."""
    number = 0
    for letter in word:
        number = number * FACTOR + ord(letter) & MASK
    return number


def listed(words: str) -> Int64[np.ndarray, " word"]:
    """The numbers of words, sorted; also of their letters without accents, as a text has them that spells in NFD."""
    plain = unicodedata.normalize("NFD", words)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return np.unique(np.array([word_number(word) for word in f"{words} {bare}".split()], dtype=np.int64))


ALWAYS_LISTED, NUMBERS_LISTED, ORDINALS_LISTED = map(listed, (ALWAYS, BEFORE_NUMBERS, BEFORE_ORDINALS))


@compiled
def is_listed(word: Int, words: Int64[np.ndarray, " word"]) -> Bool:
    """Whether a word is one of a sorted list."""
    at = np.searchsorted(words, word)
    return at < words.size and words[at] == word


@compiled
def is_lone_letter(word: Int) -> Bool:
    """Whether one letter was read that is an initial or an abbreviation, as in z. B."""
    return 0 < word <= LAST_CODE and word not in NOT_INITIALS


@compiled
def next_ordinal(ordinal: int, word: Int, code: Int, its_class: Int) -> int:
    """How far a German ordinal number is after one more character, given the letters just before it."""
    if its_class <= LINE_BREAK and word != 0:
        begins = ordinal != AFTER_I and is_listed(word, ORDINALS_LISTED)
        return AFTER_I if word == CAPITAL_I else AFTER_WORD if begins else NO_ORDINAL
    if its_class == DIGIT and AFTER_WORD <= ordinal <= DIGIT_READ:
        return ordinal + 1
    return AFTER_I if ordinal == AFTER_I and is_letter(code) else NO_ORDINAL


@compiled
def read_on(read: Read, code: Int, its_class: Int) -> Read:
    """What was read, with one more character."""
    word, ordinal, letter, small = read
    ordinal = next_ordinal(ordinal, word, code, its_class)
    if its_class in (LOWER, UPPER):
        small = small + 1 if its_class == LOWER and (word == 0 or small > 0) else 0
        number = word if word == UNKNOWN else (word * FACTOR + int(code)) & MASK
        return number, ordinal, letter, small
    if its_class == UNCASED:
        return UNKNOWN, ordinal, 0, 0
    if code == DOT:
        return 0, ordinal, word if is_lone_letter(word) else 0, 0
    return 0, ordinal, letter if its_class == BLANK and word == 0 else 0, 0


@compiled
def is_full_stop(read: Read) -> Bool:
    """Whether a dot after what was read is more than that of an abbreviation, initial or ordinal number."""
    word, ordinal, letter, small = read
    if word == LETTER_M and letter in HOURS:
        return True
    short = letter != 0 and 0 < small <= LONGEST_AFTER_LETTER
    abbreviated = is_lone_letter(word) or short or is_listed(word, ALWAYS_LISTED)
    return not (abbreviated or DIGIT_READ <= ordinal <= DIGITS_READ)


@compiled
def awaits_number(read: Read) -> Bool:
    """Whether a dot after what was read is that of an abbreviation if a number follows."""
    return is_listed(read[0], NUMBERS_LISTED)
