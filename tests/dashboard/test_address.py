import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import InputError
from dashboard.address import LONGEST_IN_LINK, MOST_MARKS, Address, Marks, pack_text, parse_view, unpack_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(TEXTS)
def test_a_link_carries_any_text(text: str):
    packed = pack_text(text)
    assert unpack_text(packed) == text
    assert set(packed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_longest_text_of_the_widest_characters_fits():
    text = "\U0001f642" * LONGEST_IN_LINK
    assert unpack_text(pack_text(text)) == text


def test_a_link_cannot_inflate_without_bound():
    with pytest.raises(InputError, match="damaged"):
        unpack_text(pack_text("a" * 10_000_000))


@given(
    st.sampled_from(["linux", "my run/../x", ""]),
    st.sampled_from(["excerpt", "own", "demo-linux", ""]),
    st.integers(0, 10**6),
    st.integers(1, 10**5),
    TEXTS,
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=MOST_MARKS).map(tuple),
)
def test_an_address_survives_the_address_bar(model: str, text: str, start: int, length: int, own: str, marks: Marks):
    span = (start, length) if text == "excerpt" else (0, 2000)
    address = Address(model, text, *span, own=own, marks=marks)
    assert Address.parse(address.to_query()) == address


@pytest.mark.parametrize(
    "query",
    [{"start": "x"}, {"start": "-5"}, {"length": "1e3"}, {"own": "!!!"}, {"own": "eNoLzk"}, {"own": "AAAA"}],
    ids=str,
)
def test_a_damaged_address_is_refused_in_one_line(query: dict[str, str]):
    with pytest.raises(InputError, match="link"):
        Address.parse(query)


def test_a_view_holds_what_the_link_says_and_no_more():
    assert parse_view({"model": "linux"}) == {}
    assert parse_view({"unit": "L2.u7", "state": "cell"}) == {"layer": 2, "unit": 7, "state": "cell"}
    assert parse_view({"concept": "inside-quotes", "palette": "x"}) == {"concept": "inside-quotes", "palette": "x"}


@pytest.mark.parametrize(
    ("written", "mode"), [("colors", "colors"), ("predictions", "predictions"), ("guesses", "predictions")]
)
def test_a_mode_is_understood_also_in_the_word_of_older_links(written: str, mode: str):
    assert parse_view({"mode": written}) == {"mode": mode}


@pytest.mark.parametrize(
    "marks",
    ["12", "12-", "-3-5", "1-2,", "1-2;3-4", "a-b", f"1-{'9' * 4400}", "1-2," * MOST_MARKS + "1-2", "¹-²"],
    ids=lambda marks: marks[:12],
)
def test_damaged_marks_are_refused_in_one_line(marks: str):
    with pytest.raises(InputError, match=r"marks .*in the link") as caught:
        Address.parse({"marks": marks})
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("query", [{"unit": "7"}, {"state": "c"}, {"mode": "<b>"}], ids=str)
def test_a_damaged_view_is_refused(query: dict[str, str]):
    with pytest.raises(InputError, match="Wanted"):
        parse_view(query)
