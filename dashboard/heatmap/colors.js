// Colors: diverging, zero is the page itself. Entries are 32-bit RGBA as canvases hold them (little-endian).

const PALETTES = {
  "blue–orange": {
    light: { low: [74, 148, 232], high: [245, 130, 20] },
    dark: { low: [58, 130, 230], high: [205, 100, 8] },
  },
  "blue–green": {
    light: { low: [88, 146, 250], high: [40, 170, 70] },
    dark: { low: [65, 120, 245], high: [30, 150, 60] },
  },
};
const STRONGEST = { light: 0.85, dark: 0.75 }; // opacity at full activation: text keeps a contrast of 4.5 (WCAG AA)
const GUESS_COLOR = [222, 38, 38];

const rgba = ([red, green, blue], opacity) =>
  ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** The colors of the levels, as a table of 256 in the same order. */
function activationColors(levels, palette, theme) {
  const { low, high } = PALETTES[palette][theme];
  return Uint32Array.from(levels, (level) => rgba(level < 0 ? low : high, Math.abs(level) * STRONGEST[theme]));
}

/** White (the page) to red by absolute probability. */
const guessColor = (probability) => rgba(GUESS_COLOR, probability * 0.9);

const css = ([red, green, blue], opacity = 1) => `rgba(${red}, ${green}, ${blue}, ${opacity})`;

/** "light" or "dark", from the color that text has where the element stands. */
function themeOf(element) {
  const [red, green, blue] = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
  return red * 0.3 + green * 0.6 + blue * 0.1 > 128 ? "dark" : "light";
}
