"""The demo passages: of the promised length, and each with what it is there to show."""

import re

import pytest

from corpora import InputError
from corpora.demo import FOLDER, PASSAGES, load_passage, passage_names


@pytest.mark.parametrize("name", passage_names())
def test_a_passage_fits_a_few_screens(name: str):
    text = load_passage(name)
    assert 1500 <= len(text) <= 3000
    assert text.isascii()
    assert text.endswith("\n")
    assert "\r" not in text


def test_every_file_of_the_folder_is_a_passage():
    assert {path.name for path in FOLDER.iterdir()} == set(PASSAGES.values())


def test_an_unknown_passage_is_one_line_that_names_the_known_ones():
    with pytest.raises(InputError, match="war-and-peace, linux, wikipedia") as caught:
        load_passage("hamlet")
    assert "\n" not in str(caught.value)


def test_the_scene_has_dialogue_narration_and_a_speech_over_two_paragraphs():
    text = load_passage("war-and-peace")
    paragraphs = text.split("\n\n")
    opening = "\n".join(text.splitlines()[:10])
    assert text.startswith('"')
    assert opening.count('"') >= 6
    assert max(len(line) for line in text.splitlines()) <= 72
    left_open = [index for index, paragraph in enumerate(paragraphs) if paragraph.count('"') % 2]
    assert left_open
    assert all(paragraphs[index + 1].startswith('"') for index in left_open)
    assert any(len(paragraph) > 300 and '"' not in paragraph for paragraph in paragraphs)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^/\*\n( \*.*\n)+ \*/\n#include",  # a header comment
        r"\n\t\t+\S.*\n\t\t\t+if \(",  # an if in an if
        r"\} else \{",
        r"\bfor \(",
        r"\bswitch \(",
        r"\t/\* .* \*/\n",  # a comment inside code
        r'"[^"\n]*\\"',  # an escaped quote
        r"\\n\"",
        r"'\\0'",
        r"return -E[A-Z]+;",
    ],
)
def test_the_c_file_has(pattern: str):
    assert re.search(pattern, load_passage("linux"), re.MULTILINE)


def test_the_c_file_closes_what_it_opens():
    text = load_passage("linux")
    assert text.count("{") == text.count("}")
    assert text.count("/*") == text.count("*/")


@pytest.mark.parametrize(
    "pattern",
    [
        r"\A  <page>\n    <title>.+</title>\n    <ns>0</ns>\n",
        r'<text xml:space="preserve">',
        r"\[\[[^|\]]+\]\]",
        r"\[\[[^|\[\]]+\|[^\[\]]+\]\]",
        r"\[\[File:[^\]]*\[\[[^\]]*\]\][^\]]*\]\]",  # a link in a caption
        r"'''.+'''",
        r"(?<!')''[^']+''(?!')",
        r"\{\{Infobox",
        r"^\* ",
        r"^==[^=]+==$",
        r"^===[^=]+===$",
        r"\[https?://www\.[^ \]]+ [^\]]+\]",
        r"&lt;ref",
        r"&quot;",
        r"\[\[Category:",
        r"</text>\n.*\n    </revision>\n  </page>\n\Z",
    ],
)
def test_the_article_has(pattern: str):
    assert re.search(pattern, load_passage("wikipedia"), re.MULTILINE)
