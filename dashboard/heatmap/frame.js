// Data in: the binary frame (see dashboard/frames.py) and the two places it comes from.

const ARRAY_TYPES = {
  int8: Int8Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array,
};
const LARGEST_STATE_BYTES = 30e6; // a state larger than this is fetched unit by unit

/** A frame: uint32 length of the header, the header as JSON, then typed arrays at 8-byte-aligned offsets. */
function decodeFrame(buffer) {
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  const start = Math.ceil((4 + headerLength) / 8) * 8;
  const arrays = {};
  for (const { name, dtype, offset, length } of header.blobs) {
    arrays[name] = new ARRAY_TYPES[dtype](buffer, start + offset, length);
  }
  return { header, arrays };
}

/** Activations over a route of the server: a state is fetched once, then every unit of it is here. */
class RouteSource {
  constructor(url) {
    this.url = url;
    this.fetched = new Map();
  }

  get(path) {
    if (!this.fetched.has(path)) {
      const arrived = fetch(`${this.url}/${path}`).then(async (response) => {
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
        return decodeFrame(await response.arrayBuffer());
      });
      arrived.catch(() => this.fetched.delete(path));
      this.fetched.set(path, arrived);
    }
    return this.fetched.get(path);
  }

  base() {
    return this.get("base");
  }

  async activation(state, column) {
    const { header } = await this.base();
    const oneByOne = header.columns * header.length > LARGEST_STATE_BYTES;
    const { arrays } = await this.get(oneByOne ? `${state}/${column}` : state);
    const first = oneByOne ? 0 : column * header.length;
    return arrays.activations.subarray(first, first + header.length);
  }
}

/** Activations inside an exported page: only the units that were exported. */
class InlineSource {
  constructor(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    this.frame = decodeFrame(bytes.buffer);
  }

  async base() {
    return this.frame;
  }

  async activation(state, column) {
    const { header, arrays } = this.frame;
    const place = header.exported.findIndex((unit) => unit.state === state && unit.column === column);
    if (place < 0) throw new Error("This page does not hold that unit.");
    return arrays.activations.subarray(place * header.length, (place + 1) * header.length);
  }
}
