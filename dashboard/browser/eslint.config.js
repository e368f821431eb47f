import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "no-implicit-globals": "error",
      "no-restricted-properties": ["error", { property: "innerHTML", message: "Text is text: use append or textContent." }],
      "no-shadow": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 40],
    },
  },
  { files: ["tests/**", "assemble.js"], languageOptions: { globals: globals.node }, rules: { "max-lines-per-function": "off" } },
];
