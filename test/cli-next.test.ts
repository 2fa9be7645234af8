import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, typedLines } from "../src/cli/io.testing.ts";

/* What the program says to type next can be typed: each such line is run, as a shell would read it. */

const program = "npx interpbench";
const TINY =
  "--recipe fast --epochs 1 --train-pairs 64 --num-samples 99 --no-early-stop --backend wasm".split(
    " ",
  );
const OUTPUT = ["-o", "ada's results"];

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "next-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const type = (...words: string[]) => run(words, { cwd, program });

async function done(...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await type(...words);
  expect(exitCode, `${words.join(" ")}: ${stderr}`).toBe(0);
  return stdout;
}

describe("the next line of", () => {
  it("cases show runs the case and trains it", async () => {
    for (const id of ["3", "2", "11", "13"]) {
      const [show, train] = typedLines(await done("cases", "show", id), program);
      expect(await done(...show!)).toContain("The compiled transformer computes");
      expect(await done(...train!, "--dry-run")).toMatch(new RegExp(`^ *${id} +do `, "m"));
    }
  });

  it("train iit looks for the circuit in the folder that was given", async () => {
    const text = await done("train", "iit", "-i", "3", ...TINY, ...OUTPUT);
    const [next] = typedLines(text, program);
    expect(next).toEqual(["run", "acdc", "-i", "3", ...OUTPUT]);
    expect(await done(...next!)).toContain("acdc on siit of case 3");
  });

  it("train natural names the model that it made", async () => {
    const [next] = typedLines(await done("train", "natural", "3", ...TINY), program);
    expect(next).toEqual(["run", "acdc", "-i", "3", "--natural"]);
    expect(await done(...next!)).toContain("acdc on natural of case 3");
  });

  it.each(["-w 510", "-w 60", "--natural"])(
    "a missing model %s trains that model",
    async (text) => {
      const model = text.split(" ");
      const wanted = ["run", "random", "-i", "4", "--edge-count", "3", ...model, "-o", text];
      const { exitCode, stderr } = await type(...wanted);
      expect(exitCode).toBe(1);
      const hint = /"(npx interpbench [^"]*)"/.exec(stderr)?.[1] ?? "";
      await done(...typedLines(hint, program)[0]!, ...TINY);
      await done(...wanted);
    },
  );
});
