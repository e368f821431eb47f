"""Pieces of text where a unit has certain values, one below the other: the reader's modules show and color them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from analysis.profile.contexts import Context
from corpora import to_text
from dashboard.codes import cell_codes, hidden_codes
from dashboard.components import declare, module_address
from dashboard.export import PALETTES

_mount = declare("charscope_contexts", '<div class="contexts-place"></div>', "reader.css", "contexts.css")


def show_context_groups(groups: Mapping[str, Sequence[Context]], state: str) -> None:
    """Groups of contexts under their headings; the marked characters stand below one another."""
    palette = st.session_state.get("reader_view", {}).get("palette", PALETTES[0])
    shown = contexts_of_unit(groups, state) | {"palette": palette}
    _mount(key="unit_contexts", data={"host": module_address("hosts/contexts.js"), "shown": shown})


def contexts_of_unit(groups: Mapping[str, Sequence[Context]], state: str) -> dict[str, Any]:
    """What the browser needs of the contexts: their text, and activations as codes (see `dashboard.codes`)."""
    largest = max((float(np.abs(each.values).max()) for contexts in groups.values() for each in contexts), default=0.0)
    scale = np.array([max(largest, 1e-6)], dtype=np.float32)

    def told(context: Context) -> dict[str, Any]:
        values = context.values[:, None]
        codes = cell_codes(values, scale) if state == "cell" else hidden_codes(values)
        return {
            "text": to_text(context.codes),
            "marked": context.marked,
            "value": context.value,
            "codes": codes[0].tolist(),
        }

    return {
        "state": state,
        "largest": float(scale[0]),
        "groups": [{"title": title, "contexts": [told(each) for each in found]} for title, found in groups.items()],
    }
