"""Train, second step: a preset as a card, a time budget, and, for who wants them, all options.

What somebody changed stays changed when another preset is chosen; everything else follows the preset and the text.
"""

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from corpora import InputError
from corpora.look import TextLook
from dashboard.messages import plain, show_error
from dashboard.new_training import Plan, measurement_of
from dashboard.session import put
from dashboard.training_options import Option, defaults, grouped_options, training_options
from dashboard.views.train_text import MINUTES, PRESET
from models.card import format_duration
from models.presets import PRESETS, Advice, PresetName, advise, fit_preset

IN_A_ROW = 4
SIZE = re.compile(r"\b(\d+)x(\d+)\b")
CHANGED, WRITTEN = "train_changed", "train_written"
AT_FIRST: PresetName = "small"
MOST_MINUTES = 7 * 24 * 60
CARDS = """
<style>
.st-key-preset [role=radiogroup] { display: grid; gap: 0.75rem;
  grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); }
.st-key-preset [role=radiogroup] > div { position: relative; align-self: stretch; padding: 0.8rem 1rem;
  border: 1px solid rgba(128, 128, 128, 0.35); border-radius: 0.6rem; }
.st-key-preset [role=radiogroup] > div:hover { border-color: #4a8fdd; }
.st-key-preset [role=radiogroup] > div[data-selected] { border-color: #4a8fdd;
  box-shadow: 0 0 0 1px #4a8fdd; }
.st-key-preset [role=radiogroup] > div:has(input:focus-visible) { outline: 2px solid #4a8fdd;
  outline-offset: 2px; }
.st-key-preset label { font-weight: 600; }
.st-key-preset label::after { content: ""; position: absolute; inset: 0; }
</style>
"""


def show_options(characters: int, look: TextLook) -> Plan | None:
    """Cards, budget and options for a training text of so many characters.

    None, and one line for each, if something in them is wrong.
    """
    st.markdown("#### 2 · The network")
    advice = {each.preset: each for each in advise(look.characters)}
    st.markdown(plain(f"What to expect of this text: {advice[AT_FIRST].expect}"))
    st.html(CARDS)
    preset = st.radio(
        "Preset", list(PRESETS), index=list(PRESETS).index(AT_FIRST), key=PRESET, bind="query-params",
        persist_state="session", horizontal=True, captions=[_card(advice[name]) for name in PRESETS],
        label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    minutes = left.number_input(
        "Time limit in minutes", min_value=0.5, max_value=float(MOST_MINUTES), value=None, step=1.0, format="%g",
        placeholder="no limit", key=MINUTES, bind="query-params", persist_state="session",
        help="As many epochs as fit into this time, at the speed measured on this machine. Empty: all epochs of the "
        "preset.",
    )  # fmt: skip
    every = right.toggle("All options", key="options", bind="query-params", persist_state="session")
    plan = Plan(preset, minutes, dict(_changed()))
    speed = measurement_of(plan, characters, look.vocabulary).found.get("characters_per_second")
    fitted = defaults() | fit_preset(preset, characters, minutes, speed)
    wrong = _show_all(fitted) if every else _remind()
    return None if wrong else plan


def _card(advice: Advice) -> str:
    """What a preset is, and what it takes with this text."""
    epochs = f"{advice.passes:g} {'epoch' if advice.passes == 1 else 'epochs'}"
    about = SIZE.sub(
        lambda size: f"{size[1]} {'layer' if size[1] == '1' else 'layers'} of {size[2]} units", advice.summary
    )
    took = f"{epochs} of this text: about {format_duration(60 * advice.minutes)} on two free cores."
    lines = [plain(f"{about}."), plain(took)]
    return "  \n".join(["**Recommended for this text**"] * advice.recommended + lines)


# ---- all options ----------------------------------------------------------------------------------------------------


def _changed() -> dict[str, Any]:
    """The options that somebody changed, by field: valid values."""
    return st.session_state.setdefault(CHANGED, {})


def _written() -> dict[str, str]:
    """What somebody wrote that is no valid value, by field; it stays in its box."""
    return st.session_state.setdefault(WRITTEN, {})


def min_count() -> int:
    """How often a character has to occur to be in the vocabulary."""
    return _changed().get("min_count", training_options()["min_count"].default)


def _remind() -> bool:
    """Say what differs from the preset while the options are folded; whether something in them is wrong."""
    if _changed():
        said = ", ".join(
            f"{_title(name)} {training_options()[name].write(value)}" for name, value in _changed().items()
        )
        st.caption(f"Changed: {plain(said)}")
    return _say_wrong()


def _title(name: str) -> str:
    return training_options()[name].title.lower()


def _say_wrong() -> bool:
    for name, written in _written().items():
        try:
            training_options()[name].parse(written)
        except InputError as error:
            show_error(error)
    return bool(_written())


def _show_all(fitted: Mapping[str, Any]) -> bool:
    """A box for every option; whether something in them is wrong."""
    with st.container(border=True, key="train_options"):
        for heading, options in grouped_options().items():
            st.markdown(f"**{heading}**")
            for first in range(0, len(options), IN_A_ROW):
                places = st.columns(IN_A_ROW)
                for place, option in zip(places, options[first : first + IN_A_ROW], strict=False):
                    with place:
                        _show_option(option, fitted[option.name])
        wrong = _say_wrong()
        if _changed() or _written():
            said = ", ".join(map(_title, {**_changed(), **_written()}))
            st.button(f"Back to the preset: {said}", icon=":material/undo:", on_click=_forget_changes)
    return wrong


def _show_option(option: Option, fitted: Any) -> None:
    """A box with the changed value, else the one that fits the preset and the text."""
    key, name = f"train_{option.name}", option.name
    value = _changed().get(name, fitted)
    if option.choices:
        put(key, value)
        st.selectbox(option.title, option.choices, key=key, help=option.help, on_change=_change, args=(option, fitted))
        return
    put(key, _written().get(name, option.write(value)))
    limits = f" Wanted: {option.range}." if option.range else ""
    st.text_input(option.title, key=key, help=option.help + limits, on_change=_change, args=(option, fitted))


def _change(option: Option, fitted: Any) -> None:
    """Note a valid value, and forget it where it is the preset's again; keep what is not valid as it was written."""
    written = st.session_state[f"train_{option.name}"]
    _written().pop(option.name, None)
    _changed().pop(option.name, None)
    if written == "":
        return
    try:
        value = option.parse(written)
    except InputError:
        _written()[option.name] = written
        return
    if value != fitted:
        _changed()[option.name] = value


def _forget_changes() -> None:
    st.session_state[CHANGED], st.session_state[WRITTEN] = {}, {}
