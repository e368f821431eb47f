// @ts-check
// Numbers with powers of ten.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** A power of ten. @param {number} exponent */
export const power = (exponent) => `10${exponent < 0 ? "⁻" : ""}${Array.from(String(Math.abs(exponent)), (digit) => RAISED[Number(digit)]).join("")}`;

/** A number that may be very large or very small. @param {number} value */
export function short(value) {
  const size = Math.abs(value), sign = value < 0 ? "−" : "";
  if (size === 0 || (size >= 0.001 && size < 10000)) return `${sign}${Number(size.toPrecision(3))}`;
  const [factor, exponent] = size.toExponential(1).split("e");
  return `${sign}${factor} × ${power(Number(exponent))}`;
}
