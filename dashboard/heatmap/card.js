// The card that tells all about one character, and the strip chart over the window.

const NATS_TO_BITS = 1 / Math.LN2;
const NAMES = { " ": "space", "\n": "newline", "\t": "tab", "\0": "NUL", "\ufffd": "not in the vocabulary" };

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const named = (character) => NAMES[character] ?? character;
const short = (number, digits) => number.toFixed(digits).replace(/^(-?)0\./, "$1.");
const probable = (number) => (number > 0 && number < 0.0005 ? "<.001" : short(number, 3));

/** Fills `card` with what is known of character i. */
function fillCard(card, reading, i, unitName, values) {
  const { characters, arrays, vocabulary, guesses: count } = reading;
  const last = i + 1 >= characters.length;
  const facts = element("dl", "facts");
  const fact = (name, value) => facts.append(element("dt", "", name), element("dd", "", value));
  fact("position", i.toLocaleString("en"));
  for (const [name, value] of values) fact(name, value);
  if (i > 0) fact("surprise", `${(arrays.loss[i - 1] * NATS_TO_BITS).toFixed(2)} bits`);
  card.replaceChildren(
    element("div", "card-head", element("b", "", named(characters[i])), element("span", "", unitName)), facts,
  );
  const next = last ? "nothing follows" : `next: ${named(characters[i + 1])}, ranked ${arrays.rank[i]}`;
  card.append(element("div", "card-next", next));
  const guesses = element("ol", "guesses");
  for (let k = 0; k < count; k++) {
    const character = vocabulary[arrays.top_char[i * count + k]];
    const probability = arrays.top_prob[i * count + k];
    const bar = element("i", "bar");
    bar.style.width = `${probability * 100}%`;
    const row = element("li", "", element("code", "", named(character)), bar, element("span", "", probable(probability)));
    row.dataset.probability = probability;
    row.classList.toggle("true-next", !last && character === characters[i + 1]);
    guesses.append(row);
  }
  card.append(guesses);
}

/** Draws one unit over the characters first .. last as a line around zero, the cursor's place marked. */
function drawStrip(canvas, activation, levels, first, last, cursor, palette, theme, textColor) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
  if (!width || !height) return;
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  const count = Math.max(1, last - first), step = width / count, middle = height / 2;
  const { low, high } = PALETTES[palette][theme];
  for (const [color, sign] of [[high, 1], [low, -1]]) {
    context.fillStyle = css(color, 0.8);
    context.beginPath();
    context.moveTo(0, middle);
    for (let k = 0; k < count; k++) {
      const y = middle - sign * Math.max(0, sign * levels[activation[first + k] + 128]) * (middle - ratio);
      context.lineTo(k * step, y);
      context.lineTo((k + 1) * step, y);
    }
    context.lineTo(width, middle);
    context.fill();
  }
  context.fillStyle = textColor;
  context.globalAlpha = 0.35;
  context.fillRect(0, Math.floor(middle), width, Math.max(1, Math.floor(ratio / 2)));
  context.globalAlpha = 1;
  if (cursor >= first && cursor < last) context.fillRect((cursor - first + 0.5) * step, 0, ratio, height);
}
