"""Writes the counts of a campaign into docs/reliability.md.

make campaign JSON=counts.json
python -m docs.reliability counts.json
"""

import json
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "reliability.md"
BEGIN, END = "<!-- counts -->", "<!-- end of counts -->"


def table_of(counts: dict[str, Any]) -> str:
    """The counts as Markdown: a row for each family, and all of them."""
    families = counts["families"]
    rows = [(name, count["inputs"], count["faulty"]) for name, count in families.items()]
    rows.append(("all", sum(tried for _, tried, _ in rows), sum(faulty for _, _, faulty in rows)))
    lines = [
        f"Seed {counts['seed']}, {counts['seconds'] / 60:.0f} minutes.",
        "",
        "| family | tried | with a fault |",
        "|---|---|---|",
    ]
    return "\n".join([*lines, *(f"| {name} | {tried:,} | {faulty:,} |" for name, tried, faulty in rows)])


def write(counts: dict[str, Any]) -> None:
    """Replace the table of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table_of(counts)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
