import { describe, expect, it } from "vitest";
import { circuitFromTexts } from "../circuit/index.ts";
import { formatError, InterpBenchError } from "../errors/index.ts";
import { formatJson } from "../formats/index.ts";
import { map, named, tokens } from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import { compileRasp } from "../tracr/index.ts";
import {
  createProgress,
  drawCircuitSvg,
  drawCircuitText,
  drawWiring,
  formatFacts,
  formatProgram,
  formatTable,
  styleOf,
  terminalText,
} from "./index.ts";

/** Pieces of what terminals and pages act on. */
const PIECES = [
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u001b]8;;http://x\u001b\\",
  "\u009b31m",
  "\u0000",
  "\u0008",
  "\r",
  "\n",
  "\t",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\uffff",
  "\ud800",
  "\u{e0041}",
  "]]>",
  "<script>",
  "&amp;",
  '"',
  "'",
  "a",
  "各",
];

const textOf = (key: Key): string =>
  [...key.integers(8, PIECES.length)].map((i) => PIECES[i]!).join("");
const TEXTS = Array.from({ length: 100 }, (_, i) => textOf(Key.fromSeed(1).fold(i)));

/** A text in a style that we write ourselves. */
const LIKE_OURS = "\u001b[31mred\u001b[39m";

/** The styles that may be in a text, and what a screen writes to draw its lines anew. */
const ESCAPE = "\u001b";
const OWN = new RegExp(`${ESCAPE}\\[(?:1|2|22|31|32|33|34|39)m`, "g");
const REDRAW = new RegExp(`\r${ESCAPE}\\[(?:\\d+A${ESCAPE}\\[)?J`, "g");
const RAW =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\uffff\u{e0000}-\u{e0fff}]/u;

/** What of a text is neither a line end nor a style of ours, and should not be there. */
const rawIn = (text: string): string | undefined =>
  RAW.exec(text.replace(OWN, "").replaceAll("\n", ""))?.[0];

describe("texts from files", () => {
  const shape = { nLayers: 1, nHeads: 1 };
  const circuit = circuitFromTexts([["blocks.0.hook_resid_pre", "blocks.0.hook_mlp_in"]]);
  const style = styleOf(true);

  const renderers: Readonly<Record<string, (text: string) => string>> = {
    formatTable: (text) =>
      formatTable(
        [{ heading: text, value: (row: string) => row, paint: style.dim }],
        [text, "b"],
        style,
      ),
    formatFacts: (text) => formatFacts([[text, text]], style),
    drawCircuitText: (text) => drawCircuitText({ shape, circuit, title: text }, style),
    drawCircuitSvg: (text) => drawCircuitSvg({ shape, circuit, title: text }),
    formatProgram: (text) => formatProgram(programOf(text), style),
    drawWiring: (text) => drawWiring(programOf(text), style),
    terminalText: (text) => terminalText(style.bold(text), style),
    formatJson: (text) => formatJson({ [text]: [text] }),
    formatError: (text) =>
      formatError(
        new InterpBenchError("E_SHAPE", text, {
          at: text,
          expected: text,
          received: text,
          hint: text,
        }),
      ),
  };

  it.each(Object.entries(renderers))("are never raw in %s", (_, render) => {
    for (const text of TEXTS) {
      const shown = render(text);
      expect([text, rawIn(shown)]).toEqual([text, undefined]);
    }
  });

  it.each(["pretty", "plain", "json"] as const)("are never raw in %s progress", (mode) => {
    for (const text of TEXTS) {
      const written: string[] = [];
      const progress = createProgress({ mode, style, write: (part) => written.push(part) });
      progress.note(text);
      progress.warn(text);
      const job = progress.begin(text, { total: 2 });
      job.update(1, { [text]: 1 });
      job.finish(text);
      progress.begin(text).fail(text);
      const shown = written.join("").replace(REDRAW, "");
      expect([text, rawIn(shown)]).toEqual([text, undefined]);
    }
  });

  it.each(Object.entries(renderers))("do not pass for our styles in %s", (name, render) => {
    if (name === "terminalText") return;
    expect(render(LIKE_OURS)).not.toContain(LIKE_OURS.slice(0, -1));
    expect(render(LIKE_OURS)).toMatch(/(?:\\x1b|\\u001b)\[31mred/);
  });

  it.each(["pretty", "plain", "json"] as const)(
    "do not pass for our styles in %s progress",
    (mode) => {
      const written: string[] = [];
      const progress = createProgress({ mode, style, write: (part) => written.push(part) });
      progress.note(LIKE_OURS);
      progress.warn(LIKE_OURS);
      const job = progress.begin(LIKE_OURS, { total: 2 });
      job.update(1, { [LIKE_OURS]: 1 });
      job.finish(LIKE_OURS);
      progress.begin(LIKE_OURS).fail(LIKE_OURS);
      expect(written.join("")).not.toContain(LIKE_OURS.slice(0, -5));
    },
  );

  it("show styles like ours escaped where there are no colours", () => {
    const red = LIKE_OURS;
    const shown = "\\x1b[31mred\\x1b[39m";
    const plain = styleOf(false);
    expect(terminalText(red, plain)).toBe(shown);
    expect(formatFacts([["a", red]], plain)).toBe(`a  ${shown}\n`);
    const written: string[] = [];
    const write = (part: string) => written.push(part);
    createProgress({ mode: "plain", style: plain, write }).note(red);
    expect(written.join("")).toBe(`${shown}\n`);
  });

  it("keep a table's rows on their lines", () => {
    const table = formatTable([{ heading: "a\nb", value: String }], ["c\nd", "e"]);
    expect(table).toBe("a\\nb\nc\\nd\ne\n");
  });

  it("leave a picture well-formed XML", () => {
    for (const title of TEXTS) {
      const svg = drawCircuitSvg({ shape, circuit, title });
      const open: string[] = [];
      for (const [tag, slash, name, closed] of svg.matchAll(
        /<(\/?)(\w+)(?:\s[\w:-]+="[^"<]*")*\s*(\/?)>/g,
      )) {
        if (slash === "/") expect([tag, open.pop()]).toEqual([tag, name]);
        else if (closed === "") open.push(name!);
      }
      expect(open).toEqual([]);
      const between = svg.replace(/<\/?\w+(?:\s[\w:-]+="[^"<]*")*\s*\/?>/g, "");
      expect(between).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot);)/);
    }
  });

  it("mean the same in JSON", () => {
    for (const text of TEXTS)
      expect(JSON.parse(formatJson({ [text]: text }))).toEqual({ [text]: text });
  });
});

function programOf(text: string) {
  const program = named(
    map((x) => x, tokens),
    text,
  );
  return compileRasp(program, { vocab: [text, `${text}2`], maxSeqLen: 3 });
}
