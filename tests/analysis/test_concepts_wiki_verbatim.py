"""Concepts of wiki markup where text looks like markup and is none.

Axes: `time` is the position of a character in a text.
⟦ ⟧ surround what is labelled 1 or more.
"""

import html

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mwparserfromhell import nodes, parse

from analysis.concepts import concept

MARKED = {
    "inside-link": [
        "<!-- a\n[[b\nc -->\nRest [⟦[x]⟧]",
        "<nowiki>[[a]]</nowiki> [⟦[b]⟧]",
        "<pre>[[a]]</pre> <math>[[a]]</math> <score>[[a</score> <timeline>[[a</timeline> [⟦[b]⟧]",
        "<nowiki/>[⟦[a]⟧]<nowiki />[⟦[b]⟧]",
        "&lt;nowiki&gt;[[a]]&lt;/nowiki&gt; [⟦[b]⟧]",
        "&lt;syntaxhighlight lang=c&gt;a[[1]]&lt;/syntaxhighlight&gt;[⟦[b]⟧]",
        "[⟦[a|<!-- ]] -->b]⟧] c",
        "a<!-->[[b-->[⟦[c]⟧]",
        "a<!--->[[b-->[⟦[c]⟧]",
        "a<!---->[⟦[c]⟧]",
        "[⟦[File:a.jpg|thumb|see [[b]] and [http://c d] f]⟧] e",
        "[⟦[File:a|[http://b c]]⟧] [⟦[d|e [f]]⟧ g",
        "&lt;math.h&gt; [⟦[a]⟧] <prefix> [⟦[b]⟧] <syntaxerror> [⟦[c]⟧] <source-code> [⟦[d]⟧] <mathematics [⟦[e]⟧]",
        "<ce>[[a]]</ce>[⟦[b]⟧] <math\nx=y>[[c]]</math>[⟦[d]⟧] &lt;pre&gt;[[e]]&lt;/pre&gt;[⟦[f]⟧]",
    ],
    "link-text": ["[[File:a⟦|b {{c|d}} e]⟧] [[f{{g|h}}i⟦|j]⟧] [[k⟦|{{l|[⟧[m⟦|n]]}}]⟧]"],
    "link-ends-next": ["[[File:a|[//b c⟦]⟧]]"],
    "namespace-link": [
        "[[zh-min-nan:⟦X]⟧] [[be-x-old:⟦Y]⟧] [[:Category:⟦Foo]⟧] [[Категория:⟦Рим]⟧] [[文件:⟦a]⟧] [[Datei:⟦b]⟧]",
        "[[User_talk:⟦X]⟧] [[Batman: Year One]] [[1:2]] [[a|b:c]]",
        "[[User talk:⟦X]⟧] [[Обсуждение участника:⟦Y]⟧] [[Star Trek: Z]] [[a long title:b]]",
    ],
    "heading-level": [
        "<!--\n== x ==\n-->\n⟦== y =⟧=\n",
        "<pre>\n== x ==\n</pre>\n⟦== y <!-- = -->=⟧=\n",
        "<!-- a -->⟦== b =⟧= <!-- = -->\n&lt;!-- c --&gt;⟦=<!-- d -->= e =⟧=\nf<!-- g -->== h ==\n",
        '<text xml:space="preserve">⟦== a =⟧=</text> == b',
    ],
    "list-depth": [
        "<!--\n* x\n-->\n⟦* y⟧\nz",
        "<nowiki>\n* x\n</nowiki>\n⟦:# y⟧\n",
        "<!-- a -->⟦* b⟧\n&lt;!-- c --&gt;⟦*<!-- d -->* e⟧\nf<!-- g -->* h\n",
        '<text xml:space="preserve">⟦* a⟧\n⟦#b</text⟧> * c',
        '<text xml:space="preserve">⟦#⟧REDIRECT [[a]]\n⟦#b⟧\n</text><text a="b">⟦#⟧ПЕРЕ [[a]]</text>',
        "&lt;text&gt;* a",
    ],
    "table": ['<text xml:space="preserve">{⟦|\n|a\n|⟧}\n</text>', "<!-- a -->{⟦|\n<!-- b -->|⟧} c"],
    "external-link": [
        "<!-- [http://a b] --> [http:/⟦/c d⟧]",
        "<nowiki>[http://a b]</nowiki> [/⟦/c d⟧]",
        "[mailto⟦:a@b c⟧] [news⟦:d⟧] [Bitcoin⟦:e⟧] [bnews:f] [cite:g] mailto:h",
    ],
    "inside-url": [
        "http:/⟦/a.b/c⟧\u00a0d http:/⟦/e⟧\u3000f http:/⟦/g'⟧'h'' http:/⟦/i'j⟧ k",
        "http:/⟦/a?b&amp;amp;c=d&amp;nbsp⟧;e http:/⟦/f&nbsp⟧;g http:/⟦/h&amp;lt⟧;i",
    ],
    "bold": ["''a-''⟦'b''⟧' c", "''T'''s"],
    "markup-comment": ["a<!-⟦->b--⟧>c-->", "<!-⟦-->b--⟧>c", "<!-⟦---⟧>c", "&lt;!-⟦-&gt;b--&gt⟧;c"],
}
CASES = [(name, marked) for name, texts in MARKED.items() for marked in texts]


@pytest.mark.parametrize(("name", "marked"), CASES)
def test_what_only_looks_like_markup_is_none(name: str, marked: str):
    text = marked.replace("⟦", "").replace("⟧", "")
    wanted = np.cumsum([(letter == "⟦") - (letter == "⟧") for letter in marked])
    kept = [time for time, letter in enumerate(marked) if letter not in "⟦⟧"]
    found = np.nan_to_num(concept(name).labels(text)) > 0
    np.testing.assert_array_equal(found, wanted[kept], err_msg=text)


def test_an_address_or_a_third_bracket_takes_a_link_back():
    for text, last in (("[[http://e.x foo]]: more", "//"), ("[[[name|text]]: more ]", "[[["), ("[[//e.x f]] g", "//")):
        labels = concept("inside-link").labels(text)
        taken_back = text.index(last) + len(last) - 1
        assert not labels[taken_back:].any(), text
        assert labels[:taken_back].sum() == taken_back - 1


PIECES = [
    "word ",
    "[[Page]]",
    "[[Page|text]]",
    "{{name|a=1}}",
    "<!-- note [[a]] -->",
    "<nowiki>[[b]] {{c</nowiki>",
    "\n",
]
PIECES += [
    "\n== Title ==\n",
    "\n* item [[x]]\n",
    "[http://a.example b]",
    "<!--\n* c\n== d ==\n-->",
    "<math>[[e]]</math>",
]
PIECES += [
    "{{outer|{{inner|[[f]]}}}}",
    "[[File:g.jpg|thumb|on [[h]] day]]",
    "<pre>\n== i ==\n</pre>",
    "[[Категория:Рим]]",
]


@given(parts=st.lists(st.sampled_from(PIECES), max_size=14), escaped=st.booleans())
def test_a_parser_finds_the_same_links_templates_and_comments_in_any_mixture(parts: list[str], escaped: bool):
    text = "".join(parts)
    wikicode = parse(text)
    found = {
        "inside-link": wikicode.filter_wikilinks(),
        "template-depth": wikicode.filter_templates(),
        "markup-comment": wikicode.filter_comments(),
        "heading-level": wikicode.filter_headings(),
        "external-link": [link for link in wikicode.filter_external_links() if link.brackets],
    }
    read = html.escape(text, quote=False) if escaped else text
    for name, expected in found.items():
        labels = np.concatenate([np.zeros(1), concept(name).labels(read), np.zeros(1)])
        begun = np.maximum(np.diff(labels), 0) if name in ("template-depth",) else np.diff(labels > 0, prepend=False)
        count = begun.sum() if name == "template-depth" else (begun & (labels > 0)).sum()
        top = [node for node in expected if not any(str(node) in str(other) for other in outer_links(expected, node))]
        assert count == (len(expected) if name == "template-depth" else len(top)), (name, read)


def outer_links(found: list[nodes.Node], node: nodes.Node) -> list[nodes.Node]:
    """The longer ones that hold a node: a link within a caption begins nothing new."""
    return [
        other for other in found if other is not node and len(str(other)) > len(str(node)) and "thumb" in str(other)
    ]
