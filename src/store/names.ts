import { InterpBenchError } from "../errors/index.ts";

/** Throws `E_NAME` unless `name` is safe as one folder's or file's name on every system. */
export function assertFolderName(what: string, name: string): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && !name.endsWith(".")) return;
  throw new InterpBenchError("E_NAME", `"${name}" cannot name a ${what}`, {
    expected: "letters, digits, underscores, dots and dashes, not starting with a dot or dash",
    received: `"${name}"`,
  });
}

/** Orders texts by their code units. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders names as a person does: `2` before `10` before `ioi`. */
export function compareNames(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  const [isX, isY] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isX && isY) return x - y || compareTexts(a, b);
  if (isX !== isY) return isX ? -1 : 1;
  return compareTexts(a, b);
}
