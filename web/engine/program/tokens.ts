import { ProgramError } from "./syntax.ts";

/** A word, number, string or sign of a program. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "sign" | "end";
  /** As it is written; of a string its value. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const PATTERN =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z_$][\w$]*)|(?<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<sign>=>|===|!==|\*\*|[<>]=|&&|\|\||\?\?|[-+*/%<>!=?:.,;(){}[\]])/uy;

/** The tokens of a text, comments left out. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length) {
    const start = PATTERN.lastIndex;
    const groups = PATTERN.exec(text)?.groups;
    if (groups === undefined) throw new ProgramError(`"${text[start]}" means nothing here`, start);
    const end = PATTERN.lastIndex;
    const { space, word, number, string, sign } = groups;
    if (space !== undefined) continue;
    const kind =
      word !== undefined
        ? "word"
        : number !== undefined
          ? "number"
          : sign !== undefined
            ? "sign"
            : "string";
    tokens.push({
      kind,
      text: string === undefined ? text.slice(start, end) : unquoted(string),
      start,
      end,
    });
  }
  return [...tokens, { kind: "end", text: "the end", start: text.length, end: text.length }];
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t" };

const unquoted = (string: string) =>
  string.slice(1, -1).replace(/\\(.)/gu, (_, character: string) => ESCAPES[character] ?? character);
