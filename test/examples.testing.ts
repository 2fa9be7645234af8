/** A fenced block of a Markdown document. */
export interface Block {
  readonly file: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The `text` block that follows directly: what the commands of a `sh` block print. */
  readonly output: string | undefined;
}

/** The fenced blocks of a document. */
export function readBlocks(file: string, markdown: string): Block[] {
  const found = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    file,
    line: markdown.slice(0, match.index).split("\n").length,
    language: match[1]!,
    text: match[2]!,
    start: match.index,
    end: match.index + match[0].length,
  }));
  return found.map(({ start: _, end, ...block }, i) => {
    const next = found[i + 1];
    const follows = next?.language === "text" && markdown.slice(end, next.start).trim() === "";
    return { ...block, output: follows ? next.text : undefined };
  });
}

/** Whether a block shows what its command prints. */
export const hasOutput = ({ output }: Block): boolean => output !== undefined;

/** The commands of a `sh` block, without comments. */
export function commandsOf({ text }: Block): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/\s+#\s.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The words of a command, as a shell splits them: quotes, but nothing else. */
export function splitWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, a, b) => a ?? b));
}

/** Whether a text is what a document shows of it: a line `…` stands for any lines. */
export function matchesOutput(text: string, shown: string): boolean {
  const trimmed = (lines: string) => lines.replaceAll(/[ \t]+$/gm, "").trim();
  const parts = trimmed(shown)
    .split(/^…$/m)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*?")}$`).test(trimmed(text));
}

/**
 * An example as a module that can be run: imports of the package lead to its sources, and where a
 * line ends in `// → value`, the value of its statement (or of its constant) is put in `checks`
 * beside the one that is shown.
 */
export function checkedSource(text: string, sourceOf: (specifier: string) => string): string {
  const lines = text.split("\n").map((line, i) => {
    const match = /^(.*?);? *\/\/ → (.+)$/.exec(line);
    if (match === null) return line;
    const [, statement, expected] = match as unknown as [string, string, string];
    const check = (actual: string) =>
      `checks.push({ line: ${i + 1}, actual: ${actual}, expected: (${expected}) });`;
    const constant = /^const (\w+) = /.exec(statement);
    if (constant !== null) return `${statement}; ${check(constant[1]!)}`;
    if (/^[\w([]/.test(statement)) return check(statement);
    throw new Error(`a value is shown behind no statement or constant of one line: ${line}`);
  });
  const source = lines.join("\n").replaceAll(/from "(interpbench[^"]*)"/g, (_, specifier) => {
    return `from ${JSON.stringify(sourceOf(specifier))}`;
  });
  return `export const checks: { line: number; actual: unknown; expected: unknown }[] = [];\n${source}`;
}

/** Below it a number is what rounding left of 0. */
const NOTHING = 1e-12;

/** The value with its numbers rounded to four digits, typed arrays as arrays. */
export function rounded(value: unknown): unknown {
  if (typeof value === "number") {
    return Math.abs(value) < NOTHING ? 0 : Number(value.toPrecision(4));
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array, rounded);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member)]));
}
