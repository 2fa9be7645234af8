import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/cli/io.testing.ts";
import { decodeModel } from "../src/formats/index.ts";
import { publishedModels, startHub, type TestHub } from "../src/models/hub/server.testing.ts";
import {
  type Block,
  checkedSource,
  commandsOf,
  hasOutput,
  matchesOutput,
  readBlocks,
  rounded,
  splitWords,
} from "./examples.testing.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The documents whose examples are run. */
const PAGES = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const DOCUMENTS = ["README.md", ...PAGES.map((name) => `docs/${name}`)];

/** Commands of the package. */
const OURS = /^npx interpbench /;

/** Those of them that are slow, and with which flags they are run where what they print is not shown. */
const SLOW: readonly (readonly [command: RegExp, flags: string])[] = [
  [/^npx interpbench train\b/, "--dry-run"],
  [/^npx interpbench audit\b/, "--pairs 512 --edge-pairs 64 --inputs 16"],
];

/** Those that last until they are stopped, which have tests of their own. */
const LASTING = /^npx interpbench (serve|work)\b|--open\b/;

/** A result as documents name one: there is one of that kind and case in the folder, under another address. */
const SOME_RESULT = /\b(results\/[\w-]+\/\w+)\/(?:HASH|[0-9a-f]{12})\b/;

/** A model that commands on trained ones find. */
const TRAINED =
  "npx interpbench train iit -i 3 --recipe fast --epochs 1 --train-pairs 64 --no-early-stop";

const blocks = DOCUMENTS.flatMap((file) =>
  readBlocks(file, readFileSync(join(root, file), "utf8")),
);
const packageFile = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let folder: string;
let hub: TestHub;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "examples-"));
  hub = await startHub({ "cybershiptrooper/InterpBench": publishedModels(["3", "13"]) });
  cpSync(join(root, "examples"), join(folder, "examples"), { recursive: true });
  return command(TRAINED);
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

/** The source file that an import of the package leads to. */
function sourceOf(specifier: string): string {
  const entry = packageFile.exports[specifier.replace(/^interpbench/, ".")];
  expect(entry, `${specifier} is an entry point`).toBeDefined();
  const path: string = entry.default.replace("./dist/", "src/").replace(/\.js$/, ".ts");
  return join(root, path);
}

const command = (line: string) => {
  const there = line.replace(SOME_RESULT, (_, results) =>
    join(results, readdirSync(join(folder, results)).sort()[0]!),
  );
  const words = splitWords(there).slice(2);
  // The hub is one on loopback, with two models.
  const env = { HF_ENDPOINT: hub.endpoint, HF_HOME: join(folder, "hub") };
  return run(words, { cwd: folder, env });
};

const title = ({ file, line }: Block) => `${file}:${line}`;

describe("the reader of documents", () => {
  const markdown = [
    "```sh",
    "# a comment",
    "tool run 'a b' --x \"c\"  # what it does",
    "```",
    "",
    "```text",
    "one",
    "…",
    "three",
    "```",
    "",
    "Words.",
    "",
    "```text",
    "no output",
    "```",
    "",
  ].join("\n");
  const [shell, ...others] = readBlocks("a.md", markdown) as [Block, ...Block[]];

  it("finds blocks, commands and their output", () => {
    expect(shell).toMatchObject({ line: 1, language: "sh", output: "one\n…\nthree\n" });
    expect(others.map(({ line, output }) => [line, output])).toEqual([
      [6, undefined],
      [14, undefined],
    ]);
    expect(commandsOf(shell).map(splitWords)).toEqual([["tool", "run", "a b", "--x", "c"]]);
  });

  it("notices output that is not as shown", () => {
    for (const [text, matches] of [
      ["one\ntwo\nthree\n", true],
      ["one  \ntwo\n2\nthree", true],
      ["one\ntwo\nthree\nfour", false],
      ["once\ntwo\nthree", false],
    ] as const) {
      expect(matchesOutput(text, shell.output!), text).toBe(matches);
    }
  });

  it("puts values beside those that are shown", () => {
    const source = checkedSource('const x = 1; // → 2\nf(x); // → [3]\nimport "z";', sourceOf);
    expect(source).toContain(
      "const x = 1; checks.push({ line: 1, actual: x, expected: (2) });\nchecks.push({ line: 2, actual: f(x), expected: ([3]) });",
    );
    expect(() => checkedSource("}; // → 2", sourceOf)).toThrow("a value is shown behind no");
    expect(rounded({ a: [1 / 3], b: Float32Array.of(0.1) })).toEqual({ a: [0.3333], b: [0.1] });
  });
});

describe("the examples in TypeScript", () => {
  const examples = blocks.filter(({ language }) => language === "ts");

  it.each(examples.map((block) => [title(block), block] as const))(
    "%s runs",
    async (name, block) => {
      const path = join(folder, `${name.replaceAll(/\W/g, "-")}.ts`);
      writeFileSync(path, checkedSource(block.text, sourceOf));
      const { checks } = await import(/* @vite-ignore */ path);
      for (const { line, actual, expected } of checks) {
        expect(rounded(actual), `${block.file}:${block.line + line}`).toEqual(rounded(expected));
      }
    },
  );

  it("show values", () => {
    const shown = examples.filter(({ text }) => text.includes("// →"));
    expect(shown.length).toBeGreaterThan(3);
  });
});

describe("the commands of the examples", () => {
  const lines = blocks
    .filter(({ language }) => language === "sh")
    .flatMap((block) => commandsOf(block).map((line) => ({ block, line })))
    .filter(({ line }) => OURS.test(line) && !LASTING.test(line));

  it.each(lines.map(({ block, line }) => [title(block), line, block] as const))(
    "%s: %s",
    async (_, line, block) => {
      const quick = SLOW.find(([slow]) => !hasOutput(block) && slow.test(line));
      const typed = quick === undefined ? line : `${line} ${quick[1]}`;
      const { exitCode, stdout, stderr } = await command(typed);
      expect(exitCode, stderr).toBe(0);
      expect(stderr).not.toMatch(/^error/m);
      expect(stdout).not.toBe("");
      if (!hasOutput(block)) return;
      expect(commandsOf(block), "output is shown behind a single command").toEqual([line]);
      expect(matchesOutput(stdout, block.output!), `${title(block)} prints\n${stdout}`).toBe(true);
    },
  );

  it("are many", () => {
    expect(lines.length).toBeGreaterThan(5);
  });
});

it("README leads to every page, and no page to one that is not there or not in the package", () => {
  const linksOf = (file: string) => {
    const text = readFileSync(join(root, file), "utf8");
    return Array.from(text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g), ([, link]) =>
      join(dirname(file), link!),
    );
  };
  expect(linksOf("README.md")).toEqual(expect.arrayContaining(DOCUMENTS.slice(1)));
  const links = DOCUMENTS.flatMap(linksOf);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const packed: readonly string[] = packageFile.files;
  expect(links.filter((path) => !packed.includes(path.split("/")[0]!))).toEqual([]);
});

describe("examples/running-count.mjs", () => {
  it("compiles to a model that counts", async () => {
    const { exitCode, stdout } = await command(
      "npx interpbench compile examples/running-count.mjs --json",
    );
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      case: "running-count",
      task: "How often each token has occurred so far.",
      tokens: ["BOS", "PAD", "a", "b", "c"],
      outputs: [0, 1, 2, 3, 4, 5],
      config: { nLayers: 1, nHeads: 1, attentionDir: "causal" },
    });
    const model = decodeModel({
      config: readFileSync(join(folder, document.folder, "config.json"), "utf8"),
      weights: readFileSync(join(folder, document.folder, "model.safetensors")),
    });
    expect(model.config.dVocabOut).toBe(6);
  });
});
