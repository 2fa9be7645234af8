import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Breaches, breachesIn, importsOf, LAYERS, webBreachesIn } from "./layering.testing.ts";

const src = fileURLToPath(new URL("../src", import.meta.url));

const web = fileURLToPath(new URL("../web", import.meta.url));

const sources = new Map(
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file.replaceAll("\\", "/"), readFileSync(join(src, file), "utf8")]),
);

const RULES = [
  ["are the known folders", "folders"],
  ["import only themselves and lower layers", "upward"],
  ["enter other layers through their index.ts", "sideDoors"],
  ["use Node only in *.node.ts files, or above flags/", "node"],
  ["have no import cycles between files, of types neither", "cycles"],
] as const satisfies readonly (readonly [string, keyof Breaches])[];

describe("the layers of src/", () => {
  const breaches = breachesIn(sources);
  it.each(RULES)("%s", (_, rule) => {
    expect(breaches[rule]).toEqual([]);
  });

  it("all exist", () => {
    const folders = new Set(Array.from(sources.keys(), (file) => file.split("/")[0]!));
    expect([...folders].filter((name) => name !== "index.ts").sort()).toEqual([...LAYERS].sort());
  });

  it("keep the command line to parsing, calling and printing", () => {
    const own = [...sources].filter(([file]) => /^cli\/(?!.*\.(test|testing)\.ts$)/.test(file));
    const lines = own.reduce((sum, [, text]) => sum + text.split("\n").length - 1, 0);
    expect(lines).toBeGreaterThan(1000);
    // Of 37 commands, plugins, and the program around them. What grows beyond belongs to a layer below.
    expect(lines).toBeLessThanOrEqual(5200);
  });
});

/** What pages are made of: neither tests nor what builds them. */
const pages = new Map(
  readdirSync(web, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.(ts|svelte)$/.test(file) && !/\.(test|testing|d)\.ts$/.test(file))
    .filter((file) => file.includes("/"))
    .map((file) => [`web/${file}`, readFileSync(join(web, file), "utf8")]),
);

describe("the explorer's pages in web/", () => {
  it("import portable layers through their index.ts, and nothing else of the package", () => {
    expect(pages.size).toBeGreaterThan(10);
    expect(webBreachesIn(pages)).toEqual([]);
  });

  it("are imported by no layer", () => {
    const imports = [...sources].flatMap(([file, text]) => importsOf(`src/${file}`, text));
    expect(imports.filter((target) => target.startsWith("web/"))).toEqual([]);
  });

  it.each([
    ["a layer that is not portable", "../../src/store/index.ts"],
    ["a layer past its index", "../../src/circuit/node.ts"],
    ["Node", "node:fs"],
    ["tests", "../../test/build.testing.ts"],
  ])("are told of an import of %s", (_, target) => {
    const files = {
      "web/views/a.ts": `import { a } from "${target}";\nimport "svelte";\nimport "./b.css";`,
    };
    expect(webBreachesIn(new Map(Object.entries(files)))).toHaveLength(1);
  });
});

/** What a tree breaks, without the rules that hold. */
function broken(files: Readonly<Record<string, string>>): Partial<Breaches> {
  const found = Object.entries(breachesIn(new Map(Object.entries(files))));
  return Object.fromEntries(found.filter(([, sentences]) => sentences.length > 0));
}

describe("a tree that breaks a rule is told so", () => {
  it("not if it breaks none", () => {
    expect(
      broken({
        "index.ts": 'export * from "./engine/index.ts";',
        "errors/index.ts": 'export { a } from "./a.ts";',
        "errors/a.ts": "export const a = 1;",
        "engine/index.ts": 'import type { b } from "../errors/index.ts";',
        "engine/host.node.ts": 'import { join } from "node:path";\nimport { a } from "./index.ts";',
        "engine/a.test.ts": 'import { join } from "node:path";\nimport "../cli/main.ts";',
        "store/index.ts": 'import { join } from "node:path";',
        "cli/main.ts": '/** As in `import x from "../nowhere.ts"`. */\nimport "../store/index.ts";',
      }),
    ).toEqual({});
  });

  it("with a folder that is no layer", () => {
    expect(broken({ "utils/a.ts": "" })).toEqual({ folders: ["utils"] });
  });

  it.each([
    ["an import", 'import { a } from "../report/index.ts";'],
    ["a type", 'import type { A } from "../report/index.ts";'],
    ["a type in place", 'type A = import("../report/index.ts").A;'],
    ["a re-export", 'export * from "../report/index.ts";'],
    ["several lines", 'import {\n  a,\n  b,\n} from "../report/index.ts";'],
    ["an effect", 'import "../report/index.ts";'],
    ["a later import", 'const a = () => import("../report/index.ts");'],
  ])("with an upward import: %s", (_, text) => {
    const files = { "errors/a.ts": text, "report/index.ts": "" };
    expect(broken(files)).toEqual({ upward: ["errors/a.ts imports report/index.ts"] });
  });

  it("with an import of the command line, or of the entry", () => {
    const files = {
      "index.ts": "",
      "jobs/a.ts": 'import { b } from "../cli/index.ts";\nimport "../index.ts";',
      "cli/index.ts": "",
    };
    expect(broken(files).upward).toEqual([
      "jobs/a.ts imports cli/index.ts",
      "jobs/a.ts imports index.ts",
    ]);
  });

  it("with an import past an index", () => {
    const files = {
      "engine/a.ts": 'import "../errors/deep/index.ts";',
      "errors/deep/index.ts": "",
    };
    expect(broken(files)).toEqual({
      sideDoors: ["engine/a.ts imports errors/deep/index.ts"],
    });
  });

  it("with Node where browsers come, directly or through a file for Node", () => {
    const files = {
      "report/a.ts": 'import { join } from "node:path";',
      "engine/a.ts": 'import { host } from "./host.node.ts";',
      "engine/host.node.ts": 'import { join } from "node:path";',
    };
    expect(broken(files)).toEqual({
      node: ["report/a.ts imports node:path", "engine/a.ts imports engine/host.node.ts"],
    });
  });

  it("with a cycle, of types only too", () => {
    const files = {
      "errors/a.ts": 'import type { B } from "./b.ts";',
      "errors/b.ts": 'import { c } from "./c.ts";',
      "errors/c.ts": 'import { type A, d } from "./a.ts";',
    };
    expect(broken(files)).toEqual({
      cycles: ["errors/a.ts → errors/b.ts → errors/c.ts → errors/a.ts"],
    });
  });
});
