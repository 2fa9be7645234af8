import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./io.testing.ts";
import { pluginWords } from "./plugins.ts";

const example = fileURLToPath(new URL("../../examples/plugin.mjs", import.meta.url));

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "plugins-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const machine = ["--backend", "wasm", "--threads", "1"];

/** Writes a module, and runs a command line with it. */
async function runWithPlugin(text: string, line: string) {
  const file = `plugin-${Math.abs([...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7))}.mjs`;
  writeFileSync(join(cwd, file), text);
  const { exitCode, stdout, stderr } = await run([...line.split(" "), "--plugin", file], { cwd });
  return { exitCode, stdout, stderr: stderr.replaceAll(file, "mine.mjs") };
}

/** A plugin whose only algorithm has these members in place of right ones. */
const plugin = (members: string, name = "mine") => `
  import { defineEdgeRanking } from "interpbench/discovery";
  const rank = (_task, _options, _context, { edges }) => ({ values: edges.map((_, i) => i), evaluations: 0 });
  const right = defineEdgeRanking({
    name: "${name}", title: "Mine", summary: "Scores edges by their place.", reference: undefined,
    maturity: { tier: "experimental", verifiedOn: [] }, options: {}, rank,
  });
  export default { ...right, ${members} };`;

const RUN = `run mine -i 3 --tracr --edge-count 4 ${machine.join(" ")}`;

describe("a plugin", () => {
  it("is a file of at most 60 lines, and runs like any algorithm", async () => {
    expect(readFileSync(example, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(60);
    const words = ["run", "composition", "-i", "3", "--tracr", "--edge-count", "4", "--json"];
    const { exitCode, stdout } = await run([...words, ...machine, "--plugin", example], { cwd });
    expect(exitCode).toBe(0);
    const { algorithm, score, params } = JSON.parse(stdout);
    expect([algorithm, params.raw, score.auroc.edges]).toEqual(["composition", false, 1]);
  });

  it("is in the help, with its options", async () => {
    const list = await run(["run", "--help", "--plugin", example], { cwd });
    expect(list.stdout).toMatch(/^ {2}run composition +Scores an edge by how much/m);
    const root = await run(["--plugin", example, "--help"], { cwd });
    expect(root.stdout).toContain("run composition");
    const own = await run(["run", "composition", `--plugin=${example}`, "--help"], { cwd });
    expect(own.stdout).toContain("--raw");
    expect((await run(["run", "--help"], { cwd })).stdout).not.toContain("composition");
  });

  it("can be TypeScript, several algorithms, a bare definition, and options of its own", async () => {
    const text = `
      import { concludeDiscovery, edgeScores, pruneOption } from "interpbench/discovery";
      import { fullGraph } from "interpbench/circuit";
      import * as z from "zod/mini";
      const one = (name: string) => ({
        name, title: "T", summary: "S.", reference: undefined, granularity: "qkv", produces: ["scores"],
        maturity: { tier: "baseline", verifiedOn: [] }, options: z.object(pruneOption),
        discover: (task: any, _: object, context: any) => concludeDiscovery(task, {
          scores: edgeScores(fullGraph(task.transformer.config), new Float64Array(23)),
          effects: undefined, evaluations: 0, backwardPasses: 0, select: () => [],
        }, context),
      });
      export default [one("first"), one("second")];`;
    writeFileSync(join(cwd, "two.ts"), text);
    const words = ["run", "second", "-i", "3", "--tracr", "--prune", "--plugin", "two.ts"];
    const { exitCode, stdout } = await run([...words, ...machine], { cwd });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("second on tracr of case 3")]);
  });

  it("can be part of what is made of others", async () => {
    const line = RUN.replace("run mine", "run parallel-ensemble").replace("-i", "--of mine,ifr -i");
    const { exitCode, stderr } = await runWithPlugin(plugin(""), line);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    const without = await run(line.split(" "), { cwd });
    expect(without.stderr).toContain('E_ALGORITHM: no algorithm "mine"');
  });

  it("makes another result when its file changes", async () => {
    const addressOf = async (text: string) =>
      JSON.parse((await runWithPlugin(text, `${RUN} --json`)).stdout).folder as string;
    const first = await addressOf(plugin(""));
    expect(await addressOf(plugin(""))).toBe(first);
    expect(await addressOf(`${plugin("")} // changed`)).not.toBe(first);
  });

  it.each<[string, string, string]>([
    [
      "that does not exist",
      "",
      "E_FILE: the plugin file cannot be read (at nowhere.mjs) — received ENOENT",
    ],
    [
      "that throws",
      "throw new Error('no\\nway');",
      "E_PLUGIN: the plugin file fails when it is loaded (at mine.mjs) — received no way",
    ],
    [
      "that exports nothing",
      "export const x = 1;",
      "E_PLUGIN: the file exports no algorithm (at mine.mjs) — expected a default export: what defineAlgorithm gives, or a list of such — received an object with x. examples/plugin.mjs is one.",
    ],
    [
      "that exports something else",
      "export default 3;",
      "E_PLUGIN: this is no algorithm (at mine.mjs) — expected what defineAlgorithm or defineEdgeRanking gives — received 3. docs/discovery.md has examples.",
    ],
    [
      "of another shape",
      plugin("options: { raw: true }"),
      "E_PLUGIN: this is no algorithm (at mine.mjs: options) — expected a schema of zod, such as z.object({}) — received an object with raw.",
    ],
    [
      "without a tier",
      plugin('maturity: { tier: "best", verifiedOn: [] }'),
      'E_PLUGIN: this is no algorithm (at mine.mjs: maturity.tier) — expected one of "verified"|"experimental"|"baseline" — received "best".',
    ],
    [
      "with a name that is no word",
      plugin('name: "My own"'),
      '(at mine.mjs: name) — expected a word of lower-case letters, digits, _ and - — received "My own".',
    ],
    [
      "with a name that is taken",
      plugin("", "eap"),
      'E_PLUGIN: the name "eap" is taken (at mine.mjs) — expected a name of its own — received that of a built-in algorithm',
    ],
    [
      "with a ranking that does not fit",
      plugin(
        "discover: async () => ({ scores: new Map([['a->b', 1]]), diagnostics: { evaluations: 0 } })",
      ),
      "E_SCORE: 23 edges have no score",
    ],
    [
      "that returns nothing",
      plugin("discover: async () => undefined"),
      'E_SCORE: the algorithm "mine" returns no discovery (at discover) — expected { scores, circuit, effects, diagnostics } — received nothing',
    ],
    [
      "whose algorithm throws",
      plugin("discover: () => { throw new TypeError('x is not y'); }"),
      'E_PLUGIN: the algorithm "mine" has failed (at mine.mjs) — received x is not y',
    ],
  ])("%s is an error", async (_, text, message) => {
    const { exitCode, stderr, stdout } =
      text === ""
        ? await run([...RUN.split(" "), "--plugin", "nowhere.mjs"], { cwd })
        : await runWithPlugin(text, RUN);
    expect(stderr).toContain(message);
    expect([exitCode, stdout]).toEqual([1, ""]);
  });

  it("that fails is one failure among others", async () => {
    const text = plugin(
      "discover: (task, ...rest) => { if (task.positions > 5) throw new Error('long'); return right.discover(task, ...rest); }",
    );
    const { exitCode, stderr, stdout } = await runWithPlugin(text, RUN.replace("-i 3", "-i 3,7"));
    expect(exitCode).toBe(1);
    expect(`${stdout}${stderr}`).toContain('E_PLUGIN: the algorithm "mine" has failed');
    expect(stdout).toMatch(/^ +3 /m);
  });

  it("is not taken from a file of options", async () => {
    writeFileSync(join(cwd, "options.json"), '{"plugin": ["x.mjs"]}');
    const { exitCode, stderr } = await run(["run", "eap", "--config", "options.json"], { cwd });
    expect([exitCode, stderr.trim()]).toEqual([
      2,
      "error: E_FLAG: plugins are named on the command line — expected --plugin x.mjs — received it in a file of options, or by --set",
    ]);
  });

  it("means nothing to commands that take no algorithm", async () => {
    const { exitCode, stderr } = await run(["cases", "list", "--plugin", example], { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("E_FLAG")]);
  });
});

describe("the words that name plugins", () => {
  it("are found wherever they stand", () => {
    expect(pluginWords(["run", "--plugin", "a.mjs", "x", "--plugin=b.ts", "-i", "3"])).toEqual({
      files: ["a.mjs", "b.ts"],
      others: ["run", "x", "-i", "3"],
    });
    expect(pluginWords(["run", "--plugin"])).toEqual({ files: [], others: ["run"] });
  });
});
