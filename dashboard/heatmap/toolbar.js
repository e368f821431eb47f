// The controls above the text: which unit, which state, how to show it.

/** Builds the controls; `act` holds what they do. `show` brings them in line with the view. */
class Toolbar {
  constructor(reading, act) {
    this.reading = reading;
    this.finder = this.select("finder", "Detector", act.find);
    this.finder.append(new Option("find a detector …", ""));
    const several = reading.states.length > 1; // a GRU and a plain RNN have h only: no word of c
    reading.findings.forEach((finding, index) => {
      if (finding.place !== 1 || !reading.has(finding.state, finding.layer, finding.unit)) return;
      const unit = [unitName(finding.layer, finding.unit), ...(several ? [SYMBOLS[finding.state]] : [])].join(" ");
      const label = `${finding.title} · ${unit} · ${score(finding.score)}`;
      this.finder.append(new Option(label, index));
    });
    this.layer = this.select("layer", "Layer", () => act.unit(Number(this.layer.value), Number(this.number.value)));
    for (let layer = 1; layer <= reading.layers; layer++) this.layer.append(new Option(`L${layer}`, layer));
    this.number = element("input", "number");
    Object.assign(this.number, { type: "number", min: 0, max: reading.units - 1, ariaLabel: "Unit" });
    this.number.addEventListener("change", () => act.unit(Number(this.layer.value), Number(this.number.value)));
    this.state = this.choice("state", SYMBOLS, act.state, { hidden: "hidden state", cell: "cell state" });
    this.mode = this.choice("mode", { colors: "Colors", guesses: "Guesses" }, act.mode, {
      colors: "color only", guesses: "the five likeliest next characters under each character",
    });
    this.palette = this.select("palette", "Palette", () => act.palette(this.palette.value));
    for (const name of Object.keys(PALETTES)) this.palette.append(new Option(name, name));
    const previous = this.button("‹", "previous unit  [", () => act.step(-1));
    const next = this.button("›", "next unit  ]", () => act.step(1));
    previous.ariaLabel = "previous unit";
    next.ariaLabel = "next unit";
    const unit = element("span", "group unit", previous, this.layer, element("span", "dot", "u"), this.number, next);
    const states = several ? [this.state.root] : [];
    this.root = element("div", "toolbar", this.finder, unit, ...states, this.mode.root, this.palette);
    this.exportUrl = act.exportUrl;
    if (this.exportUrl) {
      this.export = element("a", "export", "Export");
      this.export.title = "One HTML file that shows this offline";
      this.export.download = "";
      this.root.append(this.export);
    }
  }

  select(name, label, onChange) {
    const node = element("select", name);
    node.ariaLabel = label;
    node.addEventListener("change", () => onChange(node.value));
    return node;
  }

  button(text, title, onClick) {
    const node = element("button", "", text);
    Object.assign(node, { title, type: "button" });
    node.addEventListener("click", onClick);
    return node;
  }

  choice(name, options, onChoose, titles) {
    const buttons = Object.entries(options).map(([value, text]) => {
      const button = this.button(text, titles[value], () => onChoose(value));
      button.dataset.value = value;
      return button;
    });
    const root = element("span", `group ${name}`, ...buttons);
    const set = (value) => buttons.forEach((button) => { button.ariaPressed = String(button.dataset.value === value); });
    return { root, set };
  }

  show({ state, layer, unit, mode, palette }) {
    const { findings } = this.reading;
    const index = findings.findIndex((f) => f.place === 1 && f.state === state && f.layer === layer && f.unit === unit);
    this.finder.value = index < 0 ? "" : String(index);
    this.layer.value = String(layer);
    this.number.value = String(unit);
    this.state.set(state);
    this.mode.set(mode);
    this.palette.value = palette;
    if (this.export) this.export.href = this.exportUrl();
  }
}
