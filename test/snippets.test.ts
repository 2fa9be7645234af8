import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "../src/cli/io.testing.ts";

/* The snippets in examples/ run, and say what they are there to say. */

const root = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "examples-"));
  vi.stubEnv("RESULTS", join(folder, "results"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The lines an example prints when the package is its sources. */
async function printed(name: string): Promise<string> {
  const text = readFileSync(join(root, "examples", name), "utf8").replace(
    /from "interpbench(\/[^"]*)?"/g,
    (_, layer = "") => `from "${join(root, "src", layer, "index.ts")}"`,
  );
  // As TypeScript, so that it goes through the same transformation as the sources it imports.
  const file = join(folder, name.replace(".mjs", ".ts"));
  writeFileSync(file, text);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(file);
    return log.mock.calls.map((words) => words.map(show).join(" ")).join("\n");
  } finally {
    log.mockRestore();
  }
}

const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const EXPECTED: Readonly<Record<string, RegExp>> = {
  "quickstart.mjs":
    /^trained: true\ntrue positives: \[.*"blocks\.1\.attn\.hook_result\[2\]->blocks\.1\.hook_resid_post".*\]\nfalse positives: \d+$/,
  "rasp-program.mjs":
    /^\[0,1,0\.5,0\.333\d*\]\n2 layers, d_model \d+\nmlp 0 writes is_a_\d\nhead 1 writes frac_a_before_1$/,
  "experiment.mjs":
    /^train reaches 99\.5 %: true\nacdc finds true edges: \d of 4\neap finds true edges: \d of 4$/,
  "own-algorithm.mjs":
    /^guess: \d true, \d false, \d missed\nacdc: [34] true, 0 false, [01] missed$/,
};

describe("examples", () => {
  it.each(Object.keys(EXPECTED))("%s", async (name) => {
    expect(await printed(name)).toMatch(EXPECTED[name]!);
  });

  it("count-a.mjs is a program for the command line", async () => {
    const words = ["compile", join(root, "examples/count-a.mjs"), "--json", "--dry-run"];
    const { exitCode, stdout } = await run(words, { cwd: folder });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).jobs[0]).toMatchObject({ kind: "compile", case: "count-a" });
  });
});
