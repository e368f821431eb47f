// @ts-check
// Cells of clusters and texts of scores, for a test in Python: JSON on the standard input and output.

import { readFileSync } from "node:fs";

import { cellsOf } from "../reader/clusters.js";
import { scoreText } from "../reader/words.js";

const { clusters, scores } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify({ cells: clusters.map(cellsOf), scores: scores.map(scoreText) }));
