"""What the documentation names exists, and what exists is documented."""

import enum
import importlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("corpora", "models", "analysis", "dashboard")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
RUN, FRAME = "docs/run-format.md", "docs/frame-format.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
BENCHMARKS = sorted(path.stem for path in ROOT.glob("benchmarks/bench_*.py"))
NO_OPTIONS_OF_OURS = {"--help", "--quick"}  # of all, and of benchmarks
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def commands_of(package: str) -> dict[str, Any]:
    """The click commands of a package's command line."""
    group: Any = get_command(importlib.import_module(f"{package}.__main__").app)
    return group.commands


def options_of(command: Any) -> dict[str, str]:
    """Option -> its default as the documentation writes it."""
    found = {}
    for option in command.params:
        if option.param_type_name == "option" and option.name != "help":
            default = option.default.value if isinstance(option.default, enum.Enum) else option.default
            plain = isinstance(default, str | int | float) and default is not False
            found[option.opts[0]] = "required" if option.required else str(default) if plain else ""
    return found


def code_in(text: str) -> Iterator[str]:
    """Lines of code blocks, continued ones joined, and inline code."""
    for block in re.findall(r"^```.*?\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def tables_under(page: str, heading: str) -> list[list[str]]:
    """The cells of all table rows of a section, their backquotes kept."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", read(page), re.DOTALL | re.MULTILINE)
    assert section, f"{page} has no section {heading!r}"
    rows = [line for line in section.group(1).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    return [row for row in cells if row[0].startswith("`")]


def names_under(page: str, heading: str) -> set[str]:
    """All names in the first column of a section's tables."""
    return {name for row in tables_under(page, heading) for name in re.findall(r"`([^`]+)`", row[0])}


# ---- commands ----------------------------------------------------------------------------------------------


@every_page
def test_named_commands_and_their_options_exist(page: Path):
    for line in code_in(page.read_text(encoding="utf-8")):
        found = re.search(rf"python -m ({'|'.join(PACKAGES)}) (.*)", line)
        if not found:
            continue
        words = [word for word in shlex.split(found.group(2), comments=True) if word != "--debug"]
        commands = commands_of(found.group(1))
        assert words[0] in commands, f"no such command: {line}"
        named = {word for word in words if word.startswith("--")}
        assert named <= {*options_of(commands[words[0]]), "--help"}, f"no such option: {line}"


@every_page
def test_options_named_in_passing_exist(page: Path):
    known = {
        option for package in PACKAGES for command in commands_of(package).values() for option in options_of(command)
    }
    for code in code_in(page.read_text(encoding="utf-8")):
        if code.startswith("--"):
            assert code.split()[0] in known | NO_OPTIONS_OF_OURS | {"--debug"}, code


@pytest.mark.parametrize("package", PACKAGES)
def test_debug_is_an_option_of_every_command_line(package: str):
    group = get_command(importlib.import_module(f"{package}.__main__").app)
    assert "--debug" in {name for option in group.params for name in option.opts}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_command_and_option_is_documented(package: str):
    headings = re.findall(rf"^## (`python -m {package} ([a-z-]+).*`)$", read("docs/commands.md"), re.MULTILINE)
    commands = commands_of(package)
    assert {name for _, name in headings} == set(commands)
    for heading, name in headings:
        rows = tables_under("docs/commands.md", heading)
        assert {row[0].strip("`"): row[1] for row in rows} == options_of(commands[name]), heading
        arguments = [p.name.upper() for p in commands[name].params if p.param_type_name == "argument"]
        assert heading.strip("`").split()[4:] == arguments


@every_page
def test_named_benchmarks_exist(page: Path):
    named = re.findall(r"benchmarks\.(bench_\w+)", page.read_text(encoding="utf-8"))
    assert set(named) <= {*BENCHMARKS, "bench_X"}


def test_pre_commit_runs_the_tools_of_make_lint():
    target = re.search(r"^lint:.*\n((?:\t.*\n)+)", read("Makefile"), re.MULTILINE)
    assert target
    tools = {tuple(line.split()[0].split("/")[1:] + line.split()[1:2]) for line in target.group(1).splitlines()}
    entries = re.findall(r"entry: \.venv/bin/(.*)", read(".pre-commit-config.yaml"))
    assert {tuple(entry.split()[:2]) for entry in entries} == tools


@pytest.mark.slow
@pytest.mark.parametrize("benchmark", BENCHMARKS)
def test_benchmarks_run(benchmark: str, capsys: pytest.CaptureFixture[str]):
    importlib.import_module(f"benchmarks.{benchmark}").main(quick=True)
    assert re.search(r"\d\.\d\dx \(\d", capsys.readouterr().out)


# ---- pages -------------------------------------------------------------------------------------------------


def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_page
def test_links_within_lead_somewhere(page: Path):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors_of(target), f"{link} leads to no heading"


@every_page
def test_paths_named_in_code_exist(page: Path):
    """Backquoted paths into the folders of the project."""
    folders = "|".join([*PACKAGES, "tests", "benchmarks", "docs"])
    for code in code_in(page.read_text(encoding="utf-8")):
        for path in re.findall(rf"(?<![\w/.])((?:{folders})/[\w./-]*)", code):
            if "NAME" not in path and "pretrained" not in path:
                assert (ROOT / path).exists(), path


@every_page
def test_nothing_is_left_to_fill_in(page: Path):
    assert not re.findall(r"\{\{\w+\}\}", page.read_text(encoding="utf-8"))


def test_the_file_tree_of_the_readme_is_that_of_the_project():
    tree = re.search(r"## The files\n+```\n(.*?)```", read("README.md"), re.DOTALL)
    assert tree
    named = {line.split()[0] for line in tree.group(1).splitlines()}
    assert all((ROOT / name).exists() for name in named)
    generated = set(read(".gitignore").split())
    folders = {f"{path.name}/" for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert {name for name in named if name.endswith("/")} == folders - generated


def test_decisions_are_numbered_and_complete():
    assert [path.name[:4] for path in DECISIONS] == [f"{number:03}-" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:3]}: "), path.name
        for part in ("Context.", "Decision.", "Measured.", "What would change our mind."):
            assert f"**{part}**" in text, f"{path.name} lacks {part}"


def test_pages_named_in_code_exist():
    for path in tracked_texts():
        if path.suffix in (".py", ".js"):
            for page in re.findall(r"(docs/[\w-]+\.md|docs/decisions/\d{3})", path.read_text(encoding="utf-8")):
                assert list(ROOT.glob(f"{page}*")), f"{path.relative_to(ROOT)} names {page}"


# ---- the whole tree ----------------------------------------------------------------------------------------


def tracked_texts() -> list[Path]:
    """Files that git tracks or would, and that are text; without git, everything that is not generated."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listed.returncode:
        pytest.skip("needs a git checkout")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8192]]


def test_no_file_names_a_place_on_one_machine():
    homes = "|".join(["wo" + "rk", "ho" + "me", "ro" + "ot", "Us" + "ers"])
    folder = re.compile(rf"(?<![\w.~}}/-])/(?:{homes})/")
    address = re.compile(
        r"\b(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})\b"
    )
    host = re.compile(r"https?://[\w.-]*\.(?:internal|intranet|local|lan|corp)\b")
    for path in tracked_texts():
        text = path.read_text(encoding="utf-8", errors="replace")
        for pattern in (folder, address, host):
            found = pattern.search(text)
            assert not found, f"{path.relative_to(ROOT)} names {found.group() if found else ''}"
