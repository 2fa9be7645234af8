/** A piece of a line of a program, by what it is. */
export interface CodeWord {
  readonly text: string;
  readonly kind: "name" | "call" | "number" | "string" | "plain";
}

const PIECES = /"(?:[^"\\]|\\.)*"|[A-Za-z_][\w]*|\d+(?:\.\d+)?|[^"\w]+|./g;

/** A line in pieces that look different: variables of the program, functions, values. */
export function wordsOfCode(text: string, names: ReadonlySet<string>): CodeWord[] {
  return Array.from(text.matchAll(PIECES), ([piece], _i) => ({
    text: piece,
    kind: kindOf(piece, names),
  }));
}

const CALLS = new Set(["select", "aggregate", "width", "map", "f", "not", "and", "or", "else"]);

function kindOf(piece: string, names: ReadonlySet<string>): CodeWord["kind"] {
  if (names.has(piece)) return "name";
  if (CALLS.has(piece)) return "call";
  if (piece.startsWith('"')) return "string";
  return /^\d/.test(piece) ? "number" : "plain";
}
