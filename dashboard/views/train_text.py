"""Train, first step: a text, and what it is. What was given stays in the session, whatever fails later."""

import hashlib
import re
from collections.abc import Iterator

import streamlit as st

from corpora import InputError, load_corpus
from corpora.look import TextLook, look_at, look_at_corpus
from corpora.own import own_texts
from corpora.places import data_folder
from corpora.sources import SOURCES
from dashboard.drafts import keep_draft
from dashboard.headline import headline, written
from dashboard.messages import plain, show_error, show_warning
from dashboard.new_training import Text
from models.card import text_title

UPLOADED, LOOKED = "train_files", "train_looked"
PASTED_NAME = "pasted.txt"
FROM, PASTED, CORPUS, PRESET, MINUTES = "from", "train_pasted", "train_corpus", "preset", "minutes"
PASTE, UPLOAD, HERE = WAYS = ("Paste", "Upload", "Already here")
LARGEST_FILE = 20  # MB of one uploaded file
PACKED = re.compile(r"(\.(txt|md|py|c|html?|json|csv|xml|zip|tar|tgz|gz|bz2|xz))+$", re.IGNORECASE)
EXAMPLE, PRESET_FOR_EXAMPLE, MINUTES_FOR_EXAMPLE = "python", "tiny", 3.0
ASKS = {
    PASTE: "Paste a text here: a book, letters, songs, code … The longer, the better.",
    UPLOAD: f"Files of up to {LARGEST_FILE} MB each: text (.txt, .md, .py …), packed (.gz, .xz, .bz2), or archives "
    "(.zip, .tar). Several files are one text.",
    HERE: "A text that was given before, or a named corpus",
}


def show_text() -> Text | None:
    """Ways to give a text; the text, or None if there is none yet."""
    st.markdown("#### 1 · The text")
    way = st.segmented_control(
        "Where the text comes from", WAYS, default=PASTE, required=True, key=FROM, bind="query-params",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    return {PASTE: _pasted, UPLOAD: _uploaded, HERE: _here}[way or PASTE]()


def _pasted() -> Text | None:
    pasted = st.text_area("Your text", key=PASTED, height=180, placeholder=ASKS[PASTE], persist_state="session") or ""
    keep_draft(PASTED)
    if not pasted.strip():
        return None
    title = " ".join(re.findall(r"[^\W_]+", pasted[:200])[:3]) or "pasted"
    return Text(title, ((PASTED_NAME, pasted.encode(errors="replace")),))


def _uploaded() -> Text | None:
    st.file_uploader(
        ASKS[UPLOAD], accept_multiple_files=True, key="train_upload", max_upload_size=LARGEST_FILE,
        on_change=_take_upload,
    )  # fmt: skip
    files = st.session_state.get(UPLOADED, ())
    if files and not st.session_state["train_upload"]:  # another view was open meanwhile: the box is empty again
        _show_kept_files([name for name, _ in files])
    as_bytes = st.toggle(
        "Read bytes, not characters", key="bytes", bind="query-params", persist_state="session",
        help="For any file, even one that is not text. Each byte is read as a character, so there are at most 256.",
    )  # fmt: skip
    if not files:
        return None
    first = PACKED.sub("", files[0][0]) or files[0][0]
    title = first if len(files) == 1 else f"{first} and {len(files) - 1} more"
    return Text(title, files, as_bytes=as_bytes)


def _take_upload() -> None:
    """Keep what was uploaded: the box forgets it when another view is opened."""
    st.session_state[UPLOADED] = tuple((file.name, file.getvalue()) for file in st.session_state["train_upload"])


def _show_kept_files(names: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Uploaded before: **{plain(', '.join(names[:5]))}**{' …' * (len(names) > 5)}", width="content")
        st.button("Remove", icon=":material/close:", on_click=lambda: st.session_state.pop(UPLOADED, None))


def _here() -> Text | None:
    titles = texts_here()
    if st.session_state.get(CORPUS) not in titles:
        st.session_state[CORPUS] = next(iter(titles))
    name = st.selectbox(
        ASKS[HERE], titles, format_func=titles.__getitem__, key=CORPUS, persist_state="session", width=500
    )
    return Text(name if name in SOURCES else titles[name].partition(" · ")[0], corpus=name)


def texts_here() -> dict[str, str]:
    """The texts that one can train on without giving one, by name, with a title: kept ones, then named corpora.

    The `python` corpus is on every machine.
    """
    kept = {text.name: f"{text.title} · {text.characters:,} characters" for text in own_texts()}
    named = [name for name, source in SOURCES.items() if _is_prepared(name) or source.find()]
    return kept | {name: f"{text_title(name)} · {name}" for name in named}


def _is_prepared(name: str) -> bool:
    return (data_folder() / name / "corpus.json").exists()


def offer_example() -> None:
    """A button for who has no text at hand: Python's own library, which every machine has."""
    st.button("Try it with an example: Python's own library", icon=":material/auto_awesome:", on_click=_take_example)


def _take_example() -> None:
    state = st.session_state
    state[FROM], state[CORPUS], state[PRESET] = HERE, EXAMPLE, PRESET_FOR_EXAMPLE
    if state.get(MINUTES) is None:
        state[MINUTES] = MINUTES_FOR_EXAMPLE


# ---- what it is -----------------------------------------------------------------------------------------------------


def show_look(text: Text, min_count: int) -> TextLook | None:
    """What a text is, in figures, with its first lines; None, and one line, if no network can learn from it."""
    try:
        with st.spinner("Looking at the text …", show_time=False):
            look = _looked(text, min_count)
    except InputError as error:
        show_error(error)
        return None
    st.html(headline(_figures(look, min_count, text.as_bytes)))
    for warning in look.warnings:
        show_warning(warning)
    with st.expander("How it begins", expanded=[name for name, _ in text.files] != [PASTED_NAME]):
        st.html(written(look.sample))
    return look


def _looked(text: Text, min_count: int) -> TextLook:
    """What a text is; the session keeps the answer for the text that was looked at last."""
    given = hashlib.sha256(repr((text.corpus, text.as_bytes, min_count)).encode())
    for name, content in text.files:
        given.update(f"\n{name}\n{len(content)}\n".encode(errors="surrogatepass") + content)
    key, kept = given.hexdigest(), st.session_state.get(LOOKED)
    if kept is None or kept[0] != key:
        if text.files:
            found = look_at(list(text.files), min_count, text.as_bytes)
        else:
            found = look_at_corpus(load_corpus(text.corpus), min_count)
        st.session_state[LOOKED] = kept = (key, found)
    return kept[1]


def _figures(look: TextLook, min_count: int, as_bytes: bool) -> Iterator[tuple[str, str, str]]:
    """The headline figures: name, figure, more about it."""
    per = "bytes" if as_bytes else "characters"
    yield per.capitalize(), f"{look.characters:,}", _documents(look.documents)
    yield "Vocabulary", f"{look.vocabulary:,}", f"different {per}, and U+FFFD for all others"
    share = look.lost / max(1, look.characters)
    lost = (
        f"{100 * share:.2g} %: fewer than {min_count} times in training"
        if look.lost
        else "every character is frequent enough"
    )
    yield "Too rare to learn", f"{look.lost:,}", lost
    yield "Longest line", f"{look.longest_line:,}", per


def _documents(count: int) -> str:
    return f"in {count:,} documents" if count > 1 else "in one document"
