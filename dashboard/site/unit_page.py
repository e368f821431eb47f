"""A unit's page: contexts, the concept it tracks, what clamping it does, what it predicts. It needs no JavaScript."""

from collections.abc import Iterator
from typing import Any

from analysis.concepts import CONCEPTS, Concept
from analysis.profile.contexts import Context
from analysis.profile.excerpt import is_constant
from analysis.profile.summary import Match, matches
from analysis.profile.tracking import agreement_by_lag, histogram, mean_by_amount
from analysis.statistics import measured_text
from corpora import to_text
from dashboard.headline import plain_headline
from dashboard.site import plots
from dashboard.site.board import ways_of
from dashboard.site.colors import HIGH, LOW, colored, levels_of
from dashboard.site.explained import explained
from dashboard.site.markup import Html, element, joined, link
from dashboard.site.model import Model
from dashboard.site.shell import Place, page
from dashboard.verdict_words import verdict_sentence
from dashboard.views.unit_profile import ablate_command, context_groups, indirect, next_by, tests_of, threshold_of
from dashboard.views.unit_words import (
    ablation_figures,
    ablation_sentence,
    causal_figure,
    lead_sentence,
    match_figures,
    measure_of,
    name_of,
    sentence,
    title_of,
)
from models.units import Unit, symbol_of

ROOT, BOARD = "../../../", "../"


def unit_page(model: Model, unit: Unit) -> bytes:
    """The page of one of a model's detectors."""
    found = matches(model.findings, unit) if model.findings else []
    concept = _concept(model, unit, found)
    body = [*_identity(model, unit, found), *_contexts(model, unit)]
    if concept is not None and not is_constant(model.passage.values(unit)):
        body += _around(model, unit, concept, found)
    body += [*_causal(model, unit, concept), *_output(model, unit, concept), *_neighbours(model, unit)]
    shown = _shown(model, unit, found)
    ways = ways_of(model, BOARD, unit=unit, concept=shown.concept if shown else "")
    return page(Place(ROOT, bool(model.lessons)), f"{name_of(unit)} of {model.name}", *body, ways=ways)


def _concept(model: Model, unit: Unit, found: list[Match]) -> Concept | None:
    """The concept that it is best for, if that varies in the passage, else another one that it tracks."""
    names = [model.detectors.get(unit, ""), *(match.concept for match in found)]
    return next((CONCEPTS[name] for name in names if name in model.passage.labels), None)


def _shown(model: Model, unit: Unit, found: list[Match]) -> Match | None:
    """What it is said to track: the concept that it is best for, else the first that it tracks."""
    named = model.detectors.get(unit, "")
    return next((match for match in found if match.concept == named), found[0] if found else None)


def _identity(model: Model, unit: Unit, found: list[Match]) -> Iterator[Html]:
    shown = _shown(model, unit, found)
    of_model = element("small", "a unit of ", model.label)
    if shown is None:
        yield element("h1", name_of(unit), model.called(unit), " ", of_model)
        yield element("p", "It correlates with none of the concepts. That is a result too: most units are like this.")
    else:
        yield element("h1", name_of(unit), model.called(unit), f": {title_of(shown.concept)} ", of_model)
        yield element("p", verdict_sentence(shown), class_="lead")
        tested = [row for row in tests_of(model.run, unit) if row["concept"] == shown.concept][:1]
        yield Html(plain_headline([*match_figures(shown), *(causal_figure(row) for row in tested)]))
    concept = shown.concept if shown else ""
    yield element(
        "p", link(BOARD + model.live(unit, concept), "Read with this unit, live", class_="button first"),
        link(BOARD + model.live(unit, concept, "generate"), "Let the network write", class_="button"), class_="ways",
    )  # fmt: skip
    others = "; ".join(
        f"{title_of(match.concept)} ({measured_text(measure_of(match.concept), match.score)}"
        f"{', inverted' if match.sign < 0 else ''})"
        for match in found
        if match is not shown
    )
    if others:
        yield element("p", f"It also correlates with: {others}.", class_="aside")
    yield from explained(model, ROOT, "unit")


def _contexts(model: Model, unit: Unit) -> Iterator[Html]:
    yield element("h2", "Where it is high, and where it is low")
    passage = model.passage
    where = f"on {passage.source} of {len(passage):,} characters"
    values = passage.values(unit)
    if is_constant(values):
        yield element("p", f"It is constant {where}: it stays at {values[0]:+.3f}.")
        return
    scale = element("i", class_="scale")
    meant = f"{symbol_of(unit.state)} low " if unit.state == "hidden" else "tanh c low "
    yield element(
        "p",
        element("span", meant, scale, " high", class_="ramp"),
        f"Contexts {where}; the value is that of the outlined character.",
        class_="aside",
    )
    for title, contexts in context_groups(passage, unit).items():
        rows = [_context(context, unit.state) for context in contexts]
        yield element("h3", title)
        yield element("ol", *rows, class_="contexts")


def _context(context: Context, state: str) -> Html:
    """A line: the value, the text before, the character, the text after; what does not fit is cut off at the ends."""
    text, levels, at = to_text(context.codes), levels_of(context.values, state), context.marked
    value = f"{context.value:+.2f}" if abs(context.value) < 10 else f"{context.value:+,.0f}"
    times = f" {context.times} times" if context.times > 1 else ""
    before, here, after = (
        colored(text[part], levels[part]) for part in (slice(0, at), slice(at, at + 1), slice(at + 1, None))
    )
    return element(
        "li", element("b", value.replace("-", "−"), times), element("span", element("span", before), class_="before"),
        element("span", here, class_="here"), element("span", after, class_="after"),
    )  # fmt: skip


def _around(model: Model, unit: Unit, concept: Concept, found: list[Match]) -> Iterator[Html]:
    """The distribution of its values inside and outside, or its mean by amount, and whether it leads or follows."""
    values, labels = model.passage.values(unit), model.passage.labels[concept.name]
    yield element("h2", f"Compared with a concept: {title_of(concept.name)}")
    yield element("p", concept.description, class_="aside")
    yield from _values(values, labels, concept, unit, threshold_of(concept, found))
    measure, agreement = measure_of(concept.name), agreement_by_lag(concept, values, labels)
    lead = lead_sentence(agreement, measure)
    if lead:
        here = f"{measured_text(measure, agreement[0])} on this passage. " if agreement[0] == agreement[0] else ""
        yield element("p", here + lead)


def _values(values: Any, labels: Any, concept: Concept, unit: Unit, threshold: float | None) -> Iterator[Html]:
    symbol, title = symbol_of(unit.state), title_of(concept.name)
    if concept.is_amount:
        table = mean_by_amount(values, labels)
        if len(table) < 2:
            yield element("p", "Too few characters of each amount in this passage for a curve.", class_="aside")
            return
        amounts, (mean, low, high) = list(table["amount"]), (list(table[name]) for name in ("mean", "low", "high"))
        band = [*zip(amounts, low, strict=True), *reversed(list(zip(amounts, high, strict=True)))]
        x = (float(amounts[0]), float(amounts[-1]))
        line = list(zip(amounts, mean, strict=True))
        about = f"The mean of {symbol} by amount, from {mean[0]:.2f} at {x[0]:g} to {mean[-1]:.2f} at {x[1]:g}"
        yield plots.curves([(line, "mean")], band, x, plots.range_of([*low, *high]), False, about)
        yield element(
            "p", f"The mean of {symbol} by {title}, with the band that holds 80 % of the characters.", class_="aside"
        )
    elif concept.has_sides:
        inside, outside = concept.sides(labels)
        drawn = histogram(values, inside, outside)
        means = [float(values[side].mean()) if side.any() else float("nan") for side in (inside, outside)]
        end = LOW if means[0] < means[1] else HIGH  # its color is that of the contexts
        key = element(
            "ul",
            element("li", element("i", class_=f"swatch inside {end}"), f"inside: {inside.mean():.1%} of the passage"),
            element("li", element("i", class_="swatch outside"), "outside"), class_="legend",
        )  # fmt: skip
        about = f"The distribution of {symbol}: mean {means[0]:.2f} inside, {means[1]:.2f} outside"
        yield key
        yield plots.histogram(drawn.edges, drawn.inside, drawn.outside, end, threshold, about)
        dashed = " Dashed: the threshold chosen by the search." if threshold is not None else ""
        yield element(
            "p",
            f"The share of characters by {symbol}. Inside, the concept holds; outside, it does not.{dashed}",
            class_="aside",
        )
    else:
        yield element(
            "p", "The classes of this concept have no order, so there is no inside and outside.", class_="aside"
        )


def _causal(model: Model, unit: Unit, concept: Concept | None) -> Iterator[Html]:
    yield element("h2", "Does the network use it?")
    yield from explained(model, ROOT, "unit-cause")
    rows = tests_of(model.run, unit)
    of_concept = [row for row in rows if concept and row["concept"] == concept.name]
    for row in (of_concept or rows)[:1]:
        tested = joined(
            "Tested for ", element("b", title_of(row["concept"])), f" by clamping {symbol_of(row['state'])}. "
        )
        yield element("p", tested, ablation_sentence(row))
        yield Html(plain_headline(ablation_figures(row)))
    if not rows:
        command = ablate_command(model.run, unit, concept or CONCEPTS.get(model.detectors.get(unit, "")))
        yield element(
            "p", "Not tested yet. This command clamps the unit to a fixed value and measures which predictions get "
            "worse: ",
            element("code", command),
        )  # fmt: skip


def _output(model: Model, unit: Unit, concept: Concept | None) -> Iterator[Html]:
    yield element("h2", "What it predicts")
    yield from explained(model, ROOT, "unit-predictions")
    if why := indirect(model.run, unit):
        yield element("p", why)
        return
    said = next_by(model.run, model.network, model.passage, unit, concept)
    if said is None or said.table.empty:
        yield element("p", "It is constant, so it changes no prediction.")
        return
    yield element("p", said.intro)
    widest, parts = float(said.table["push"].abs().max()), []
    for side, rows in said.table.groupby("side", sort=False):
        pushes = [(str(label), float(push)) for label, push in zip(rows["label"], rows["push"], strict=True)]
        parts.append(element("div", element("h3", sentence(str(side))), plots.bars(pushes, widest)))
    yield element("div", *parts, class_="sides")
    yield element(
        "p", "Added to a character's logit: +0.7 doubles its odds, −0.7 halves them. Only characters of the passage.",
        class_="aside",
    )  # fmt: skip


def _neighbours(model: Model, unit: Unit) -> Iterator[Html]:
    """The ways to the detectors before and after it on the board."""
    units = list(model.detectors)
    place = units.index(unit) if unit in units else -1
    around = []
    for step, words in ((-1, "Before: "), (1, "Next: ")):
        if place >= 0 and 0 <= place + step < len(units):
            other = units[place + step]
            address = f"{other.slug}-{other.state}.html"
            around.append(
                link(address, f"{words}{name_of(other)}, {title_of(model.detectors[other])}", class_="button")
            )
    if around:
        yield element("p", *around, class_="ways between")
