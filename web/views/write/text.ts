import type { Agreement, Exactness } from "../../../src/cases/index.ts";

/** What the editor begins with: the smallest program file that has everything. */
export const EXAMPLE = `// Counts the "a"s so far. The same file works on the command line: compile, train iit, run …
export default ({ aggregate, indices, LEQ, map, numerical, select, tokens }) => {
  const isA = numerical(map((token) => (token === "a" ? 1 : 0), tokens));
  const before = select(indices, indices, LEQ);
  return {
    task: "The fraction of tokens so far that are \\"a\\".",
    program: numerical(aggregate(before, isA, 0)),
    vocab: ["a", "b", "c"],
    maxSeqLen: 6,
    causal: true,
  };
};
`;

/** A piece of a program by how it looks. */
export interface WrittenPiece {
  readonly text: string;
  readonly kind: "name" | "call" | "number" | "string" | "comment" | "plain" | "fault";
}

const PIECES =
  /(?<comment>\/\/[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"?)|(?<call>[A-Za-z_]\w*(?=\())|(?<name>[A-Za-z_]\w*)|(?<number>\d[\d.]*)|(?<plain>[\s\S]+?)(?=["\w]|\/\/|$)/g;

/** A text in pieces that look different; the one at `fault`, or behind it, is pointed out. */
export function piecesOf(text: string, fault: number | undefined): WrittenPiece[] {
  return Array.from(text.matchAll(PIECES), ({ 0: piece, groups = {}, index }) => {
    const isFault = fault !== undefined && index <= fault && fault < index + piece.length;
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined);
    return { text: piece, kind: isFault ? "fault" : (kind as WrittenPiece["kind"]) };
  });
}

/** The line of an offset, from 1. */
export const lineOf = (text: string, offset: number): number =>
  text.slice(0, offset).split("\n").length;

/** How exactly a compiled transformer does what its program says, in words. */
export function exactnessText({ random, structured }: Exactness): string {
  const inputs = random.inputs + structured.inputs;
  const stopped = random.stopped + structured.stopped;
  const tried = `On ${inputs} inputs`;
  const left = stopped === 0 ? "" : `; on ${stopped} of them the program stops with an error`;
  return `${tried}, ${agreementText(random, structured)}${left}.`;
}

function agreementText(a: Agreement, b: Agreement): string {
  if ("deviation" in a && "deviation" in b) {
    const most = Math.max(a.deviation, b.deviation);
    return `its outputs differ from the program's by at most ${most.toPrecision(2)}`;
  }
  if ("mistakes" in a && "mistakes" in b) {
    const places = a.positions + b.positions;
    return `it says something else than the program at ${a.mistakes + b.mistakes} of ${places} positions`;
  }
  return "nothing can be compared";
}

/** The longest program that an address has room for, in characters of the address. */
const MOST = 40_000;

/** Whether a program is too long for the address of the page, in which it goes on to other views. */
export const isTooLong = (text: string): boolean => encodeURIComponent(text).length > MOST;

/** What is said of it, and what to do. */
export const tooLongText = (text: string): [message: string, hint: string] => [
  `The program is too long for a page: ${text.length} characters.`,
  "Run it by the command line, which takes files of any length.",
];
