// @ts-check
// Numbers of every character, one row for each, in an array that grows and can be cut back.

export class Rows {
  /**
   * @param {number} width numbers of a character
   * @param {typeof Float32Array | typeof Int16Array} [Numbers]
   */
  constructor(width, Numbers = Float32Array) {
    this.width = width;
    this.length = 0;
    this.Numbers = Numbers;
    /** @type {Float32Array | Int16Array} */
    this.values = new Numbers(64 * width);
  }

  /** The next character's row, to be filled. */
  add() {
    if ((this.length + 1) * this.width > this.values.length) {
      const larger = new this.Numbers(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    const at = this.length++ * this.width;
    return this.values.subarray(at, at + this.width);
  }

  /** Forget the characters from there on. @param {number} length */
  cut(length) {
    this.length = Math.min(this.length, length);
  }

  /** A copy of the rows from one character on. @param {number} [start] @param {number} [end] */
  slice(start = 0, end = this.length) {
    return Float32Array.from(this.values.subarray(start * this.width, end * this.width));
  }

  /** One column, from one character on. @param {number} column @param {number} [start] */
  column(column, start = 0) {
    return Float32Array.from({ length: this.length - start }, (_, k) => this.values[(start + k) * this.width + column]);
  }
}
