/** Tokens that are handled in one step: a few milliseconds of work. */
const TOKENS = 2 ** 13;

/** What a row costs besides its tokens. */
const ROW = 16;

/** Rows `start` to `end`, without `end`. */
export interface RowPart {
  readonly start: number;
  readonly end: number;
}

/** So many rows of that length, in order, in parts of as many as are handled in one step. */
export function* rowParts(count: number, length: number): Generator<RowPart, void> {
  const size = Math.max(1, Math.floor(TOKENS / (length + ROW)));
  for (let start = 0; start < count; start += size) {
    yield { start, end: Math.min(count, start + size) };
  }
}
