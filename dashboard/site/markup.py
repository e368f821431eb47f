"""HTML and SVG as elements: every text and every attribute is escaped, so that nothing can break out of its place."""

import html

VOID = {"meta", "link", "img", "br"}


class Html(str):
    """Text that is HTML already; all other text is escaped."""

    __slots__ = ()


def element(tag: str, /, *children: str | None, **attributes: str | float | bool | None) -> Html:
    """An element; `class_` and `data_about` are its attributes `class` and `data-about`, None and False are none."""
    words = [f"<{tag}"]
    for key, value in attributes.items():
        if value is not None and value is not False:
            named = key.rstrip("_").replace("_", "-")
            words.append(f" {named}" if value is True else f' {named}="{html.escape(str(value))}"')
    words.append(">")
    if tag in VOID:
        return Html("".join(words))
    return Html("".join([*words, joined(*children), f"</{tag}>"]))


def joined(*parts: str | None) -> Html:
    """Parts in a row, those that are not HTML yet escaped."""
    return Html("".join(part if isinstance(part, Html) else html.escape(part) for part in parts if part is not None))


def link(address: str, *children: str | None, **attributes: str | bool | None) -> Html:
    """A link to an address."""
    return element("a", *children, href=address, **attributes)
