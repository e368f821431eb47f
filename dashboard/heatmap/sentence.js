// One plain sentence about the unit in view, from the search table.

const CLEAR_AUROC = 0.9, CLEAR_SPEARMAN = 0.7, CLEAR_MARGIN = 0.05;

const unitName = (layer, unit) => `L${layer}·u${unit}`;

/** A score as people read it: ".99", never rounded up to "1.00". */
const score = (value) => (value >= 1 ? "1.00" : short(Math.floor(Math.max(0, value) * 100) / 100, 2));

/** Whether a search result stands clear of chance and of what untrained networks reach. */
function isClear(finding) {
  const bar = finding.measure === "AUROC" ? CLEAR_AUROC : CLEAR_SPEARMAN;
  return finding.score >= bar && finding.score >= finding.random_init + CLEAR_MARGIN;
}

function aboutFinding(finding) {
  const name = `Unit ${unitName(finding.layer, finding.unit)}`;
  const evidence = `${finding.measure} ${score(finding.score)} on text it never saw`;
  const control = `untrained networks reach ${score(finding.random_init)}`;
  if (!isClear(finding)) return `${name} is the best found for “${finding.title}”, but no clear case: ${evidence}, ${control}.`;
  if (finding.measure === "AUROC") {
    return `${name} is ${finding.sign > 0 ? "on" : "off"} ${finding.title}: ${evidence} (${control}).`;
  }
  return `${name} ${finding.sign > 0 ? "rises" : "falls"} with ${finding.title}: ${evidence} (${control}).`;
}

/** The sentence for a unit; `findings` are the rows of the search table, best first. */
function sentenceAbout(findings, state, layer, unit) {
  const own = findings.filter((f) => f.state === state && f.layer === layer && f.unit === unit);
  const best = own.find(isClear) ?? own[0];
  if (best) return aboutFinding(best);
  if (!findings.length) return `Unit ${unitName(layer, unit)}. This model has not been searched yet.`;
  return `Unit ${unitName(layer, unit)}: the search found no concept for it.`;
}
