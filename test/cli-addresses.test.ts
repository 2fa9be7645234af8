import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/cli/io.testing.ts";
import { hasNativeKernels, resolveBackend } from "../src/engine/index.node.ts";

/* What decides a result decides its folder, and nothing else does. */

const TRAIN =
  "train iit -i 3 --recipe fast --no-early-stop --epochs 1 --train-pairs 64 --validation-pairs 16 --num-samples 500";

let cwd: string;
let model: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "addresses-"));
  const { folder } = await documentOf(`${TRAIN} --backend wasm`);
  model = copyOf(folder, "model");
});
afterAll(() => rmSync(cwd, { recursive: true }));

async function documentOf(line: string, at = cwd) {
  const { exitCode, stdout, stderr } = await run([...line.split(" "), "--json"], { cwd: at });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** Where the result of a command line is or would be. */
const folderOf = async (line: string): Promise<string> =>
  (await documentOf(`${line} --dry-run`)).jobs[0].folder;

const resultIn = (folder: string, at = cwd) =>
  JSON.parse(readFileSync(join(at, folder, "result.json"), "utf8"));

function copyOf(folder: string, name: string): string {
  cpSync(join(cwd, folder), join(cwd, name), { recursive: true });
  return name;
}

/** A copy of the model's folder with a file changed. */
function changed(name: string, file: string, change: (text: string) => string): string {
  const path = join(cwd, copyOf(model, name), file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
  return name;
}

const changedConfig = (name: string, facts: object) =>
  changed(name, "config.json", (text) => JSON.stringify({ ...JSON.parse(text), ...facts }));

const withoutOneEdge = (text: string) => {
  const { edges, circuit: _, ...rest } = JSON.parse(text);
  const one = Object.keys(edges).find((name) => edges[name].in_graph)!;
  return JSON.stringify({
    ...rest,
    edges: { ...edges, [one]: { ...edges[one], in_graph: false } },
  });
};

const COMMANDS = [
  ["run eap", "run eap -i 3 --edge-count 4 --data-size 20 --backend wasm"],
  ["eval iit", "eval iit -i 3 --max-pairs 64 --max-len 64 --backend wasm"],
] as const;

describe.each(COMMANDS)("the folder of %s on a model folder", (_, line) => {
  it("does not depend on where the model lies, and the result does not say it", async () => {
    const first = await documentOf(`${line} --model ${model}`);
    const second = await documentOf(`${line} --model ${copyOf(model, "copy")}`);
    expect(second.folder).toBe(first.folder);
    expect(first.model).toBe(join(cwd, "model"));
    expect(second.model).toBe(join(cwd, "copy"));
    expect(resultIn(first.folder).model).toMatch(/^folder:[0-9a-f]{12}$/);
  });

  it("depends on the model's weights, configuration and circuit", async () => {
    const folders = [
      await folderOf(`${line} --model ${model}`),
      await folderOf(`${line} --model ${changedConfig("relu", { act_fn: "relu" })}`),
      await folderOf(
        `${line} --model ${changedConfig("both", { attention_dir: "bidirectional" })}`,
      ),
      await folderOf(`${line} --model ${changed("truth", "circuit.json", withoutOneEdge)}`),
    ];
    expect(new Set(folders).size).toBe(4);
  });

  it("does not depend on what the configuration says of other things than its computation", async () => {
    const inert = {
      initializer_range: 0.7,
      eps: 0.1,
      seed: 3,
      model_name: "mine",
      attn_scale: null,
    };
    const same = changedConfig("inert", inert);
    expect(await folderOf(`${line} --model ${same}`)).toBe(
      await folderOf(`${line} --model ${model}`),
    );
  });

  it("depends on the backend that is taken, which the provenance names", async () => {
    const { folder: auto } = await documentOf(`${line} --tracr`.replace("wasm", "auto"));
    const { name } = await resolveBackend("auto");
    expect(await folderOf(`${line} --tracr`.replace("wasm", name))).toBe(auto);
    expect(resultIn(auto).provenance.backend).toEqual(await resolveBackend(name));
    const others = ["wasm", "reference", ...(hasNativeKernels() ? ["native"] : [])];
    const folders = await Promise.all(
      others.map((other) => folderOf(`${line} --tracr`.replace("wasm", other))),
    );
    expect(new Set(folders).size).toBe(others.length);
  });
});

describe("the folder of a training run", () => {
  it("depends on the backend, so that none goes on from another's state", async () => {
    const wasm = await folderOf(`${TRAIN} --backend wasm`);
    expect(wasm).not.toBe(await folderOf(`${TRAIN} --backend reference`));
    expect(resultIn(wasm).provenance.backend).toEqual(await resolveBackend("wasm"));
  });

  it("made again is what its results name as their parent", async () => {
    await documentOf(`${TRAIN} --backend wasm -o again`);
    const { folder } = await documentOf(`${TRAIN} --backend wasm -o again --force`);
    const eap = await documentOf("run eap -i 3 --edge-count 4 -o again --data-size 20");
    expect(`again/${resultIn(eap.folder).provenance.parents}`).toBe(folder);
  });
});

describe("the folder of a discovery on one's own prompts", () => {
  const data = {
    clean: [
      [0, 5, 2, 5, 3],
      [0, 2, 2, 5, 5],
    ],
    corrupted: [
      [0, 2, 2, 5, 5],
      [0, 5, 2, 5, 3],
    ],
    targets: [
      [null, 1, 0.5, 0.7, 0.5],
      [null, 0, 0, 0.3, 0.5],
    ],
    categorical: false,
  };
  const write = (name: string, content: object, indent?: number) =>
    writeFileSync(join(cwd, name), JSON.stringify(content, undefined, indent));
  const line = "run eap -i 3 --tracr --edge-count 4 --data";

  it("depends on what the file says, not on its name or its spaces", async () => {
    write("one.json", data);
    write("same.json", data, 2);
    write("other.json", { ...data, targets: [...data.targets].reverse() });
    const folder = await folderOf(`${line} one.json`);
    expect(await folderOf(`${line} same.json`)).toBe(folder);
    expect(await folderOf(`${line} other.json`)).not.toBe(folder);
  });
});

describe("the folder of a compiled program", () => {
  const write = (name: string, program: string) =>
    writeFileSync(
      join(cwd, name),
      `export default ({ makeCount, tokens, map }) => ({ program: ${program}, vocab: ["a", "b"], maxSeqLen: 4 });\n`,
    );

  it("depends on what the file says, and on no backend", async () => {
    write("mine.mjs", 'makeCount(tokens, "a")');
    const { folder: first } = await documentOf("compile mine.mjs");
    expect(await folderOf("compile mine.mjs")).toBe(first);
    expect(resultIn(first).provenance.backend).toBe(null);
    write("mine.mjs", 'makeCount(tokens, "b")');
    expect(await folderOf("compile mine.mjs")).not.toBe(first);
  });
});

describe("two runs in two places", () => {
  it("write the same bytes but for the provenance, and no file names a place", async () => {
    const lines = [
      "compile 3",
      `${TRAIN} --backend wasm`,
      "run eap -i 3 --edge-count 4 --data-size 20 --backend wasm",
      `run random --model ${join(cwd, model)} -i 3 --edge-count 4 --backend wasm`,
      "eval iit -i 3 --max-pairs 64 --max-len 64 --backend wasm",
    ];
    const places = ["here", "there"].map((name) => mkdtempSync(join(cwd, `${name}-`)));
    const [here, there] = await Promise.all(
      places.map(async (place) => {
        for (const line of lines) await documentOf(line, place);
        return filesBelow(place);
      }),
    );
    expect(there!.map(([name]) => name)).toEqual(here!.map(([name]) => name));
    expect(there).toEqual(here);
    for (const [name, text] of here!) expect(text, name).not.toContain(cwd);
  });
});

/** All files below a folder; of results what is not provenance, and of that the configuration. */
function filesBelow(folder: string): [name: string, text: string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }): [string, string] => {
      const path = join(parentPath, name);
      const text = readFileSync(path, "latin1");
      if (name !== "result.json") return [path.slice(folder.length), text];
      const { startedAt, seconds, processorSeconds, host, ...provenance } =
        JSON.parse(text).provenance;
      const at = text.indexOf('"provenance": {');
      expect([startedAt, seconds, processorSeconds, host].map((fact) => typeof fact)).toEqual([
        "string",
        "number",
        "number",
        "object",
      ]);
      return [path.slice(folder.length), text.slice(0, at) + JSON.stringify(provenance)];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
