"""One entry of a concept file, checked key by key and made into a rule.

Every error is one line: which concept and key, what was wanted, what was got.
"""

import reprlib
from collections.abc import Callable, Mapping
from typing import Any

import re2

from analysis.concepts.concept import Concept
from analysis.concepts.custom_automata import KINDS, Automaton
from analysis.concepts.custom_rules import Combination, Pattern, Within, compile_pattern, matches_text
from corpora import InputError, to_code_points, to_text

LONGEST_DELIMITERS = 300  # characters of all delimiters of an automaton together
HIGHEST_CAP = 1_000_000
DESCRIBING = ("name", "title", "description")
RULES = {  # each rule with the keys that may go with it
    "pattern": ("group", "from", "mark"),
    "automaton": (),
    "all_of": (),
    "any_of": (),
    "not": (),
    "within": ("of",),
}
KNOWN = (*DESCRIBING, *RULES, *(option for options in RULES.values() for option in options))
Entry = Mapping[Any, Any]  # as YAML reads it: a key may be anything until it is checked
Rule = Pattern | Automaton | Combination | Within
Find = Callable[[str], Concept]


def make_rule(who: str, entry: Entry, find: Find) -> Rule:
    """The one rule of an entry.

    Args:
        who: the concept, as an error names it.
        entry: all of its keys.
        find: finds the concepts that it is made of, by name.

    Raises:
        InputError: a key is unknown or has a value that it cannot have, or there is not exactly one rule.
    """
    _check_keys(who, entry, KNOWN)
    rules = [key for key in RULES if key in entry]
    if len(rules) != 1:
        got = " and ".join(rules) or "none"
        raise InputError(f"{who}: wanted exactly one rule of {', '.join(RULES)}, got {got}.")
    rule: Any = rules[0]
    _check_keys(who, entry, (*DESCRIBING, rule, *RULES[rule]), f" beside {rule!r}")
    if rule == "pattern":
        return _make_pattern(who, entry)
    if rule == "automaton":
        return _make_automaton(f"{who}, automaton", entry[rule])
    if rule == "within":
        where, scored = (find(read_text(f"{who}: {key}", entry.get(key))) for key in ("within", "of"))
        return Within(_yes_or_no(who, where), scored)
    names = _texts(f"{who}: {rule}", entry[rule])
    if rule == "not" and len(names) != 1:
        raise InputError(f"{who}: wanted one concept's name after 'not', got {len(names)}.")
    return Combination(rule, tuple(_yes_or_no(who, find(part)) for part in names))


def _make_pattern(who: str, entry: Entry) -> Pattern:
    pattern = read_text(f"{who}: pattern", entry["pattern"])
    try:
        compiled = compile_pattern(pattern)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace")
        raise InputError(f"{who}: RE2 does not take the pattern {pattern!r}: {reason}.") from None
    if not matches_text(pattern):
        raise InputError(f"{who}: the pattern {pattern!r} matches no character. Add what is to be labelled.")
    group, known = entry.get("group", 0), [*range(compiled.groups + 1), *compiled.groupindex]
    if type(group) not in (int, str) or group not in known:
        raise InputError(f"{who}: wanted a group of {known}, got {show(group)}. Groups are made by ( ).")
    start = _choice(f"{who}: from", entry.get("from", "match"), ("match", "after"))
    if start == "after" and group == 0:
        raise InputError(f"{who}: 'from: after' labels what a match holds after a group. Name one with 'group: 1'.")
    return Pattern(pattern, group, start, _choice(f"{who}: mark", entry.get("mark", "all"), ("all", "end")))


def _make_automaton(who: str, given: object) -> Automaton:
    if not isinstance(given, Mapping):
        raise InputError(f"{who}: wanted 'open:' and 'close:' below it, got {kind_of(given)}.")
    _check_keys(who, given, ("open", "close", "reset", "nested", "label", "cap"))
    opening, closing = (_texts(f"{who}: {key}", given.get(key)) for key in ("open", "close"))
    reset = _texts(f"{who}: reset", given["reset"]) if "reset" in given else ()
    nested, cap = given.get("nested", False), given.get("cap")
    shown = _choice(f"{who}: label", given.get("label", "inside"), tuple(KINDS))
    if not isinstance(nested, bool):
        raise InputError(f"{who}: wanted true or false for 'nested', got {show(nested)}.")
    if cap is not None and (type(cap) is not int or not 1 <= cap <= HIGHEST_CAP or shown == "inside"):
        wanted = f"a whole number of 1 to {HIGHEST_CAP:,} for 'cap', beside 'label: depth' or 'label: position'"
        raise InputError(f"{who}: wanted {wanted}; got {show(cap)} beside 'label: {shown}'.")
    if shown == "depth" and not nested:
        raise InputError(f"{who}: 'label: depth' counts openings within each other. Add 'nested: true'.")
    twice = (set(opening) & set(closing) if nested else set()) | (set(reset) & {*opening, *closing})
    if twice:
        raise InputError(f"{who}: {min(twice)!r} stands for two things; only without 'nested' may open equal close.")
    length = len("".join((*opening, *closing, *reset)))
    if length > LONGEST_DELIMITERS:
        raise InputError(f"{who}: wanted at most {LONGEST_DELIMITERS} characters of delimiters, got {length}.")
    return Automaton(opening, closing, reset, nested, shown, cap)


# ---- values --------------------------------------------------------------------------------------------------


def _check_keys(who: str, entry: Entry, known: tuple[str, ...], beside: str = "") -> None:
    unknown = [key for key in entry if key not in known]
    if unknown:
        raise InputError(f"{who}: the key {show(unknown[0])} is not known{beside}. Known: {', '.join(known)}.")


def read_text(what: str, value: object) -> str:
    """A value that must be text, and some."""
    if not isinstance(value, str) or not value:
        raise InputError(f"{what}: wanted text, got {kind_of(value)}. Write it in 'quotes'.")
    return to_text(to_code_points(value))  # half a surrogate pair is read as a text's own would be


def _texts(what: str, value: object) -> tuple[str, ...]:
    """One text or a list of them, each once."""
    values = value if isinstance(value, list | tuple) else [value]
    if not values:
        raise InputError(f"{what}: wanted at least one text, got an empty list.")
    return tuple(dict.fromkeys(read_text(what, one) for one in values))


def _choice(what: str, value: object, choices: tuple[Any, ...]) -> Any:
    if value not in choices:
        raise InputError(f"{what}: wanted one of {', '.join(choices)}, got {show(value)}.")
    return value


def _yes_or_no(who: str, part: Concept) -> Concept:
    if not part.is_binary:
        raise InputError(f"{who}: {part.name!r} is a {part.kind}; wanted a concept that is yes or no.")
    return part


def kind_of(value: object) -> str:
    """What a value is, for an error that wanted something of another kind."""
    kinds = {type(None): "nothing", dict: "a mapping", list: "a list", tuple: "a list"}
    return kinds.get(type(value)) or ("empty text" if value == "" else show(value))


def show(value: object) -> str:
    """A value in short, however deep YAML's aliases nest."""
    return reprlib.repr(value)
