"""What units are called: the names that people gave, else those of the cells of the post and the paper; and lists.

Everything here is plain text. Whoever shows it shows it as text: no Markdown, no HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from analysis.cells import FoundCell, cells_of, names_of_cells
from corpora import InputError
from corpora.places import is_read_only
from dashboard.engine import ENGINE
from models.names import Named, Names, Said, change_names, changed, load_names, now
from models.run import Run, load_run
from models.units import Unit

NAMED, STARRED = "named units", "starred units"  # the lists that every model with entries has


@dataclass(frozen=True)
class Naming:
    """Names and lists of one model. Units are looked up whatever their state."""

    run: Run
    weights: str
    own: Mapping[Unit, Named]
    """What people noted, by unit without its state."""
    shipped: Mapping[str, list[FoundCell]]
    """The cells of the post and of the paper that the search found, by list."""
    earlier: list[Named] = field(default_factory=list)
    """Entries of a run of this name that belong to other weights."""
    problem: str = ""
    """Why the file of names cannot be read."""

    def of(self, unit: Unit) -> Named:
        """What people noted of a unit: an empty entry, if nothing."""
        return self.own.get(unit.in_state("")) or Named(self.weights, self.run.name, unit)

    def name(self, unit: Unit) -> str:
        """What a unit is called; "" if it has no name."""
        return self.of(unit).name or self.cell_names.get(unit.in_state(""), "")

    def label(self, unit: Unit) -> str:
        """`L2·u217 · quotes`, or `L2·u217`."""
        name = self.name(unit)
        return f"{unit} · {name}" if name else str(unit)

    @cached_property
    def cell_names(self) -> dict[Unit, str]:
        """The names of shipped lists, by unit without its state."""
        return names_of_cells(self.shipped)

    @cached_property
    def own_lists(self) -> dict[str, list[Unit]]:
        """The lists that people made, by name, each unit in the state in which it was noted."""
        names = sorted({name for entry in self.own.values() for name in entry.lists})
        return {name: [self.shown(entry.unit) for entry in self.own.values() if name in entry.lists] for name in names}

    @cached_property
    def lists(self) -> dict[str, list[Unit]]:
        """All lists by name: everything noted, what is starred, people's own, the shipped ones."""
        noted = {
            NAMED: [self.shown(entry.unit) for entry in self.own.values()],
            STARRED: [self.shown(entry.unit) for entry in self.own.values() if entry.starred],
        }
        shipped = {name: [each.unit for each in cells] for name, cells in self.shipped.items()}
        return {name: units for name, units in (shipped | self.own_lists | noted).items() if units}

    def entries(self, name: str) -> Names:
        """The units of a list as entries for others; those of a shipped list have the names of their cells."""
        found = [self.of(unit) for unit in self.lists[name]]
        if name in self.shipped and name not in self.own_lists:
            found = [
                entry if entry.name else replace(entry, names=(Said(each.cell.title, now()),), lists=(name,), at=now())
                for entry, each in zip(found, self.shipped[name], strict=True)
            ]
        return Names.of(found)

    def has(self, unit: Unit) -> bool:
        """Whether the network has a unit: a file may say anything."""
        return _has(self.run, unit)

    def shown(self, unit: Unit) -> Unit:
        """A unit in a state that readings hold."""
        return unit.in_recorded_state(self.run.model)

    @cached_property
    def known(self) -> list[Unit]:
        """Every unit that has a name, a star, a note or a list, and the cells of the shipped lists, each once."""
        cells = [each.unit for cells in self.shipped.values() for each in cells]
        units = {
            unit.in_state(""): unit for unit in [*cells, *map(self.shown, (entry.unit for entry in self.own.values()))]
        }
        return sorted(units.values())


def naming_of(run: Run) -> Naming:
    """The names and lists of a run; a file that cannot be read leaves the shipped ones."""
    findings = ENGINE.findings(run)
    shipped = cells_of(findings) if findings else {}
    try:
        names, problem = load_names(), ""
    except InputError as error:
        names, problem = Names(), str(error)
    weights = run.weights_hash
    own = {unit: entry for unit, entry in names.of_weights(weights).items() if _has(run, unit)}
    return Naming(run, weights, own, shipped, names.earlier(run.name, weights), problem)


def _has(run: Run, unit: Unit) -> bool:
    """Whether the network has a unit: a file may say anything."""
    return 1 <= unit.layer <= run.model.num_layers and 0 <= unit.index < run.model.hidden_size


# ---- changes --------------------------------------------------------------------------------------------------------


def change_unit(run: Run, unit: Unit, **wanted: Any) -> None:
    """Change what is noted of a unit; `wanted` is what `models.names.changed` takes.

    Raises:
        InputError: it cannot be kept.
    """
    weights, key = run.weights_hash, unit.in_state("")

    def change(names: Names) -> Names:
        entry = names.of_weights(weights).get(key) or Named(weights, run.name, unit)
        return names.with_entry(changed(entry, **wanted))

    change_names(change)


def names_of_units(run: Run) -> dict[str, str]:
    """What units are called, for the browser, by `L2.u217`."""
    naming = naming_of(run)
    return {unit.slug: name for unit in naming.known if (name := naming.name(unit))}


# ---- Read -----------------------------------------------------------------------------------------------------------


def names_for_reader(run: Run) -> dict[str, Any]:
    """What the reader in the browser shows of names; it says the weights again when it sends a star."""
    naming = naming_of(run)
    return {
        "model": run.name,
        "weights": naming.weights,
        "locked": is_read_only(),
        "units": {
            unit.slug: {
                "layer": unit.layer, "unit": unit.index, "state": unit.state, "name": naming.name(unit),
                "starred": naming.of(unit).starred,
            }
            for unit in naming.known
        },
    }  # fmt: skip


def keep_stars(sent: Mapping[str, Any]) -> None:
    """Keep stars that the reader sent: `model`, `weights`, and `stars`, by unit whether it has one, and its state.

    Raises:
        InputError: the model has other weights by now, lacks a unit, or nothing can be kept.
    """
    run = load_run(str(sent["model"]))
    if run.weights_hash != sent["weights"]:
        raise InputError(
            f"{run.name} has other weights since this page was opened. Reload the page, then add the star."
        )
    for slug, star in sent["stars"].items():
        unit = Unit.parse(slug).require(run.model).in_state(str(star["state"]))
        change_unit(run, unit, starred=star["starred"] is True)
