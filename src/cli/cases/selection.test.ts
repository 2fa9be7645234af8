import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeVocabulary } from "../../formats/index.ts";
import { run } from "../io.testing.ts";

/* Program files where cases are meant: trained, looked into, shown, run. */

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "selection-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);

const cli = (line: string) => run(line.split(" "), { cwd });

async function json(line: string) {
  const { exitCode, stdout, stderr } = await cli(`${line} --json`);
  expect(exitCode, stderr).toBe(0);
  return { document: JSON.parse(stdout), stderr };
}

const hist = (more = "") =>
  `export default ({ makeHist }) => ({ program: makeHist(), vocab: ["a", "b"], maxSeqLen: 5${more} });`;

const TRAIN =
  "train iit --recipe fast --epochs 1 --num-samples 64 --train-pairs 64 --validation-pairs 16 --no-early-stop --backend wasm";
const EAP = "run eap --edge-count 3 --backend wasm";

describe("a program file", () => {
  it("is trained like a case, and found again by what it says", async () => {
    write("mine.mjs", hist());
    const { document } = await json(`${TRAIN} -i mine.mjs`);
    expect(document).toMatchObject({ case: "mine", epochs: 1, program: "mine.mjs" });
    const tokens = readFileSync(join(cwd, document.folder, "tokens.json"), "utf8");
    expect(decodeVocabulary(tokens)).toEqual({
      tokens: ["BOS", "PAD", "a", "b"],
      bosId: 0,
      padId: 1,
      outputs: [0, 1, 2, 3, 4],
    });

    const found = await json(`${EAP} mine.mjs`);
    expect(found.document).toMatchObject({ case: "mine", model: "siit", score: { edges: {} } });
    expect(found.stderr).toContain(`model: ${document.folder}`);
    const effects = await json("eval iit -i ./mine.mjs --max-len 16 --max-pairs 32 --backend wasm");
    expect(effects.document).toMatchObject({ case: "mine", pairs: 32 });

    // The same program elsewhere is the same case; another one of the same name is not.
    for (const folder of ["same", "other"]) mkdirSync(join(cwd, folder));
    write("same/mine.mjs", `// moved\n${hist()}`);
    const again = await cli(`${TRAIN} -i same/mine.mjs`);
    expect(again.stderr).toContain("finished already");
    write("other/mine.mjs", hist(", causal: true"));
    const edited = await cli(`${EAP} -i other/mine.mjs`);
    expect(edited.exitCode).toBe(1);
    expect(edited.stderr).toContain('case "mine" has no trained model "siit"');
    expect(edited.stderr).toContain("train iit -i other/mine.mjs");
  });

  it("may stand beside cases", async () => {
    write("both.mjs", hist());
    const { document } = await json(`${EAP} --tracr -i both.mjs,3`);
    expect(document.results.map((result: { case: string }) => result.case)).toEqual(["3", "both"]);
  });

  it("is shown and run on one input", async () => {
    write("shown.mjs", hist(", causal: true"));
    const shown = await json("cases show shown.mjs");
    expect(shown.document).toMatchObject({ id: "shown", causal: true, vocab: ["a", "b"] });
    const { stdout } = await cli("cases show shown.mjs");
    expect(stdout).toContain("train iit -i shown.mjs");
    const { document } = await json("cases run shown.mjs --input aba");
    expect(document).toMatchObject({ rasp: [1, 1, 2], compiled: [1, 1, 2], differs: [] });
  });

  it("whose transformer is wrong is warned of when it is trained and looked into", async () => {
    write("wide.mjs", hist().replace("maxSeqLen: 5", "maxSeqLen: 13"));
    const warning = /warning: wide: the compiled transformer disagrees with its program at \d+ of/;
    expect((await json(`${TRAIN} -i wide.mjs`)).stderr).toMatch(warning);
    expect((await json(`${EAP} --tracr -i wide.mjs`)).stderr).toMatch(warning);
    expect((await json(`${EAP} --tracr -i 7`)).stderr).not.toContain("warning");
  });

  it("that is wrong is a mistake in the call", async () => {
    const missing = await cli(`${TRAIN} -i nothing.mjs`);
    expect([missing.exitCode, missing.stdout]).toEqual([2, ""]);
    expect(missing.stderr).toContain("E_FILE: the program file cannot be read (at nothing.mjs)");
    write("typo.mjs", hist(", casual: true"));
    expect((await cli("cases show typo.mjs")).stderr).toContain('Did you mean "causal"');
  });
});
