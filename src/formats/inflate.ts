import { InterpBenchError } from "../errors/index.ts";

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const LENGTH_EXTRA = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const MAX_BITS = 15;
/** The most bytes that one byte of DEFLATE data can mean: a run of 258 in two bits. */
const LARGEST_EXPANSION = 1032;

/** A canonical Huffman code: how many codes there are of each length, and their symbols in order. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/**
 * Decompresses raw DEFLATE data (RFC 1951) of known size, as ZIP archives hold it.
 *
 * Synchronous and without dependencies, so that archives open in the browser as in Node.
 * `E_ZIP` if the data are corrupt, end early, or do not give exactly `size` bytes.
 */
export function inflate(data: Uint8Array, size: number, at = "deflate data"): Uint8Array {
  if (size > LARGEST_EXPANSION * data.length) {
    throw new InterpBenchError("E_ZIP", "the compressed data cannot hold so much", {
      at,
      expected: `at most ${LARGEST_EXPANSION * data.length} bytes from ${data.length}`,
      received: `${size} bytes`,
    });
  }
  const out = new Uint8Array(size);
  let written = 0;
  let position = 0;
  let bitBuffer = 0;
  let bitCount = 0;

  const corrupt = (problem: string) =>
    new InterpBenchError("E_ZIP", `the compressed data are corrupt: ${problem}`, { at });

  const bits = (count: number): number => {
    while (bitCount < count) {
      if (position >= data.length) throw corrupt("they end early");
      bitBuffer |= data[position++]! << bitCount;
      bitCount += 8;
    }
    const value = bitBuffer & ((1 << count) - 1);
    bitBuffer >>>= count;
    bitCount -= count;
    return value;
  };

  const symbol = ({ counts, symbols }: Huffman): number => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= MAX_BITS; length++) {
      code |= bits(1);
      const count = counts[length]!;
      if (code - count < first) return symbols[index + (code - first)]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw corrupt("no such code");
  };

  const put = (byte: number) => {
    if (written >= size) throw corrupt(`they hold more than ${size} bytes`);
    out[written++] = byte;
  };

  const storedBlock = () => {
    bitBuffer = 0;
    bitCount = 0;
    if (position + 4 > data.length) throw corrupt("they end early");
    const length = data[position]! | (data[position + 1]! << 8);
    const check = data[position + 2]! | (data[position + 3]! << 8);
    if (length !== (~check & 0xffff)) throw corrupt("a stored block has a wrong length");
    position += 4;
    if (position + length > data.length) throw corrupt("they end early");
    for (let i = 0; i < length; i++) put(data[position++]!);
  };

  const compressedBlock = (literals: Huffman, distances: Huffman) => {
    for (;;) {
      const code = symbol(literals);
      if (code === 256) return;
      if (code < 256) {
        put(code);
        continue;
      }
      const lengthBase = LENGTH_BASE[code - 257];
      if (lengthBase === undefined) throw corrupt("no such length");
      const length = lengthBase + bits(LENGTH_EXTRA[code - 257]!);
      const distanceCode = symbol(distances);
      const distanceBase = DISTANCE_BASE[distanceCode];
      if (distanceBase === undefined) throw corrupt("no such distance");
      const distance = distanceBase + bits(DISTANCE_EXTRA[distanceCode]!);
      if (distance > written) throw corrupt("they refer to bytes before the start");
      if (written + length > size) throw corrupt(`they hold more than ${size} bytes`);
      // A run may be longer than its distance; then it reads what it has written itself.
      const from = written - distance;
      for (const end = written + length; written < end; ) {
        const some = Math.min(written - from, end - written);
        out.copyWithin(written, from, from + some);
        written += some;
      }
    }
  };

  const dynamicCodes = (): [Huffman, Huffman] => {
    const literalCount = bits(5) + 257;
    const distanceCount = bits(5) + 1;
    const lengthCodes = new Uint8Array(CODE_LENGTH_ORDER.length);
    for (let i = bits(4) + 4, k = 0; k < i; k++) lengthCodes[CODE_LENGTH_ORDER[k]!] = bits(3);
    const lengthCode = huffman(lengthCodes);
    const lengths = new Uint8Array(literalCount + distanceCount);
    for (let i = 0; i < lengths.length; ) {
      const code = symbol(lengthCode);
      if (code < 16) {
        lengths[i++] = code;
        continue;
      }
      if (code === 16 && i === 0) throw corrupt("they repeat a length before the first");
      const value = code === 16 ? lengths[i - 1]! : 0;
      const repeat = code === 16 ? 3 + bits(2) : code === 17 ? 3 + bits(3) : 11 + bits(7);
      if (i + repeat > lengths.length) throw corrupt("too many code lengths");
      lengths.fill(value, i, i + repeat);
      i += repeat;
    }
    return [huffman(lengths.subarray(0, literalCount)), huffman(lengths.subarray(literalCount))];
  };

  for (let last = false; !last; ) {
    last = bits(1) === 1;
    const kind = bits(2);
    if (kind === 0) storedBlock();
    else if (kind === 1) compressedBlock(...FIXED_CODES);
    else if (kind === 2) compressedBlock(...dynamicCodes());
    else throw corrupt("no such kind of block");
  }
  if (written !== size) throw corrupt(`they hold ${written} bytes, not ${size}`);
  return out;
}

function huffman(lengths: Uint8Array): Huffman {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  const offsets = new Uint16Array(MAX_BITS + 2);
  for (let i = 1; i <= MAX_BITS; i++) offsets[i + 1] = offsets[i]! + counts[i]!;
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, value) => {
    if (length > 0) symbols[offsets[length]!++] = value;
  });
  return { counts, symbols };
}

const FIXED_CODES: readonly [literals: Huffman, distances: Huffman] = [
  huffman(
    Uint8Array.from({ length: 288 }, (_, code) =>
      code < 144 ? 8 : code < 256 ? 9 : code < 280 ? 7 : 8,
    ),
  ),
  huffman(new Uint8Array(30).fill(5)),
];
