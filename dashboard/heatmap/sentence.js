// One plain sentence about the unit in view, from the search table.

const unitName = (layer, unit) => `L${layer}·u${unit}`;

/** A score as people read it: ".99", never rounded up to "1.00". */
const score = (value) => (value >= 1 ? "1.00" : short(Math.floor(Math.max(0, value) * 100) / 100, 2));

/** The words in which a unit is on or off, with the color that shows it. */
function direction(finding, palette) {
  const [low, high] = palette.split("–");
  const [word, color] = finding.sign > 0 ? ["on", high] : ["off", low];
  if (finding.measure === "AUROC") return `is ${word} (${color})`;
  return finding.sign > 0 ? `rises (to ${color})` : `falls (to ${color})`;
}

function aboutFinding(finding, palette) {
  const name = `Unit ${unitName(finding.layer, finding.unit)}`;
  const evidence = `${finding.measure} ${score(finding.score)} on text it never saw`;
  const control = `untrained networks reach ${score(finding.random_init)}`;
  if (finding.verdict === "local") {
    return `${name} is the best found for “${finding.title}”, but that is local: ${evidence}, the last five characters alone reach ${score(Math.max(finding.oracle ?? 0, finding.random_init ?? 0))}.`;
  }
  const tells = finding.verdict === "detector" || finding.verdict === "ramp";
  if (!finding.clear && !tells) return `${name} is the best found for “${finding.title}”, but no clear case: ${evidence}, ${control}.`;
  const link = finding.measure === "AUROC" ? "" : " with";
  const hedge = finding.clear ? "" : ", by and large";
  return `${name} ${direction(finding, palette)}${link} ${finding.title}${hedge}: ${evidence} (${control}).`;
}

/** The sentence for a unit; `findings` are the rows of the search table, best first. */
function sentenceAbout(findings, { state, layer, unit, palette }) {
  const own = findings.filter((f) => f.state === state && f.layer === layer && f.unit === unit);
  const clear = own.filter((finding) => finding.clear);
  const best = clear.find((finding) => finding.place === 1) ?? clear[0] ?? own[0];
  if (best) return aboutFinding(best, palette);
  if (!findings.length) return `Unit ${unitName(layer, unit)}. This model has not been searched yet.`;
  return `Unit ${unitName(layer, unit)}: the search found no concept for it.`;
}
