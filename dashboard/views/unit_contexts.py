"""Contexts of a unit, one below the other: pieces of text that the reader's modules show and color."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.profile.contexts import Context
from corpora import to_text
from dashboard.codes import CellCoder, bounded_codes
from dashboard.components import declare, module_address
from dashboard.location import PALETTES
from dashboard.session import here

_mount = declare("charscope_contexts", '<div class="contexts-place"></div>', "reader.css", "contexts.css")


def show_context_groups(groups: Mapping[str, Sequence[Context]], state: str) -> None:
    """Groups of contexts under their headings; the marked characters are aligned."""
    palette = here().palette or PALETTES[0]
    shown = contexts_of_unit(groups, state) | {"palette": palette}
    _mount(key="unit_contexts", data={"host": module_address("hosts/contexts.js"), "shown": shown})


def contexts_of_unit(groups: Mapping[str, Sequence[Context]], state: str) -> dict[str, Any]:
    """The contexts for the browser: their text, and activations as codes (see `dashboard.codes`)."""
    contexts = [context for found in groups.values() for context in found]
    values = np.concatenate([np.empty(0, dtype=np.float32), *(context.values for context in contexts)])[:, None]
    coder = CellCoder(1, len(values))
    if state == "cell" and contexts:
        coder.add(0, values)
    codes = (coder.codes() if state == "cell" else bounded_codes(values))[0]
    parts = iter(np.split(codes, np.cumsum([len(context.values) for context in contexts])))

    def described(context: Context) -> dict[str, Any]:
        text, part = to_text(context.codes), next(parts).tolist()
        return {
            "text": text, "marked": context.marked, "value": context.value, "times": context.times, "codes": part
        }  # fmt: skip

    shown = [{"title": title, "contexts": list(map(described, found))} for title, found in groups.items()]
    return {"state": state, "largest": float(coder.largest[0]), "groups": shown}
