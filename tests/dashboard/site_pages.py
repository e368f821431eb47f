"""Reads the pages of a static site."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src"}
FILES = ("data-about", "data-weights", "data-text")
UNCLOSED = ("meta", "link", "img", "br")


class SitePage(HTMLParser):
    """A page's tags and its text; fails where an element is not closed in its place."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        assert self._open == [], f"{path} leaves elements open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in UNCLOSED:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, self.path

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def policy(self) -> str:
        (policy,) = (each["content"] for each in self.of("meta") if "http-equiv" in each)
        return policy or ""

    @property
    def addresses(self) -> Iterator[str]:
        """All addresses that it names."""
        for tag, attributes in self.tags:
            names = [name for name in (ADDRESSES.get(tag), *FILES) if name in attributes]
            yield from (attributes[name] or "" for name in names if name)


def pages_of(out: Path) -> dict[str, SitePage]:
    """All pages by their paths in the site."""
    return {path.relative_to(out).as_posix(): SitePage(path) for path in sorted(out.rglob("*.html"))}


def files_of(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def check_links(out: Path) -> set[str]:
    """Every address is relative and names a file of the site; returns the files that are named."""
    found = set()
    for page in pages_of(out).values():
        for address in page.addresses:
            parts = urlsplit(address)
            assert parts.path, address
            assert not parts.scheme + parts.netloc, address
            assert not parts.path.startswith("/"), address
            there = (page.path.parent / parts.path).resolve()
            assert there.is_relative_to(out.resolve()), f"{page.path}: {address}"
            assert there.is_file(), f"{page.path}: {address}"
            found.add(there.relative_to(out.resolve()).as_posix())
    return found
