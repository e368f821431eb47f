"""What heads say of the braces after them: a struct's members, `extern "C"` and its like, macros that loop."""

from analysis.concepts.c_registers import AFTER_STRUCT, LINKAGE, PARENS, STRUCT_PARENS, Registers
from analysis.concepts.steps import Bool, Int, packed
from models.compiled import compiled

TYPES = tuple(map(packed, ("struct", "union", "enum")))
EXTERN, NAMESPACE = packed("extern"), packed("namespace"[-8:])  # the last characters: what one number holds
ATTRIBUTES = tuple(
    packed(word[-8:]) for word in ("__attribute__", "__attribute", "__declspec", "_Alignas", "alignas", "__align__")
)

FOR_EACH, FOREACH = packed("for_each"), packed("foreach")
LOWER_CASES = packed(" " * 8)  # sets eight letters in lower case
LAST_OF_EACH = ord("h")
SEVEN = (1 << 56) - 1  # the last seven characters of a word

# AFTER_STRUCT: no struct; its word, and attributes; in `[[ ]]`; an attribute's word; one name; a name with parentheses
# and none since; more names; after them an attribute's word.
NO_STRUCT, KEYWORD, BRACKETS, ATTRIBUTE, ONE_NAME, CALL, NAMED, LATE_ATTRIBUTE = range(8)
# LINKAGE: none; after `extern`; after `extern "`, or after `namespace` and names.
NO_LINKAGE, AFTER_EXTERN, TRANSPARENT = range(3)


@compiled
def next_head(head: int, word: Int) -> int:
    """What came since `struct` after one more word."""
    if head == BRACKETS:
        return BRACKETS
    has_name = head >= ONE_NAME
    if word in ATTRIBUTES:
        return LATE_ATTRIBUTE if has_name else ATTRIBUTE
    return NAMED if has_name else ONE_NAME


@compiled
def read_head_word(now: Registers, word: Int) -> None:
    """Read a word: it may begin a head, or be part of one."""
    if now[AFTER_STRUCT] and now[PARENS] > now[STRUCT_PARENS]:
        return
    if word in TYPES:
        now[AFTER_STRUCT], now[STRUCT_PARENS] = KEYWORD, now[PARENS]
    elif now[AFTER_STRUCT]:
        now[AFTER_STRUCT] = next_head(now[AFTER_STRUCT], word)
    if word == NAMESPACE:
        now[LINKAGE] = TRANSPARENT
    elif now[LINKAGE] != TRANSPARENT:
        now[LINKAGE] = AFTER_EXTERN if word == EXTERN else NO_LINKAGE


@compiled
def read_head_mark(now: Registers, mark: Int) -> None:
    """Read another character of code: most end a head. The arguments of an attribute or a macro do not."""
    head = now[AFTER_STRUCT]
    if mark != ord(":"):
        now[LINKAGE] = TRANSPARENT if now[LINKAGE] == AFTER_EXTERN and mark == ord('"') else NO_LINKAGE
    if head == NO_STRUCT or now[PARENS] > now[STRUCT_PARENS]:
        return
    if head == BRACKETS:
        now[AFTER_STRUCT] = KEYWORD if mark == ord("]") else BRACKETS
    elif mark == ord("["):
        now[AFTER_STRUCT] = BRACKETS if head == KEYWORD else NO_STRUCT
    elif mark == ord("(") and head == ONE_NAME:
        now[AFTER_STRUCT] = CALL
    elif not (mark == ord("(") and (head in (ATTRIBUTE, LATE_ATTRIBUTE))) and mark not in (ord(":"), ord("]")):
        now[AFTER_STRUCT] = NO_STRUCT


@compiled
def is_struct(now: Registers) -> Bool:
    """Whether a `{` that comes now opens the members of a struct, union or enum."""
    return now[AFTER_STRUCT] not in (NO_STRUCT, BRACKETS, CALL) and now[PARENS] == now[STRUCT_PARENS]


@compiled
def is_transparent(now: Registers) -> Bool:
    """Whether a `{` that comes now holds declarations as if it were not there: `extern "C" {`, `namespace a {`."""
    return now[LINKAGE] == TRANSPARENT and now[PARENS] == 0


@compiled
def names_loop(word: Int) -> Bool:
    """Whether the last characters of a word are those of a macro that loops, in small letters or capitals."""
    return word | LOWER_CASES == FOR_EACH | LOWER_CASES or (word | LOWER_CASES) & SEVEN == FOREACH
