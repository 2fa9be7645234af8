import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import {
  type AddressInput,
  addressOf,
  openStore,
  packageVersion,
  publishFile,
  writeFileAtomic,
} from "./index.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "store-"));
});
afterEach(() => {
  chmodSync(root, 0o755);
  rmSync(root, { recursive: true });
});

const input: AddressInput = { kind: "acdc", case: "3", config: { threshold: 0.025, seed: 1234 } };
const start = Date.UTC(2025, 0, 1);

const messageOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return formatError(error);
  }
  return "no error";
};

describe("addressOf", () => {
  it("is twelve hex digits and does not depend on the order of keys", () => {
    expect(addressOf(input)).toMatch(/^[0-9a-f]{12}$/);
    expect(addressOf({ ...input, config: { seed: 1234, threshold: 0.025 } })).toBe(
      addressOf(input),
    );
  });

  it("never changes for a given input: results are found again by later releases", () => {
    expect(addressOf(input)).toBe("195ad19f6e85");
  });

  it("depends on kind, case, config and parents", () => {
    const others = [
      { ...input, kind: "eap" },
      { ...input, case: "4" },
      { ...input, config: { threshold: 0.025, seed: 1 } },
      { ...input, parents: ["0123456789ab"] },
    ];
    expect(new Set([input, ...others].map(addressOf)).size).toBe(5);
    expect(addressOf({ ...input, parents: [] })).toBe(addressOf(input));
  });

  it("refuses names that are no folders", () => {
    for (const name of ["", "..", "a/b", "-x", "a b", "x."]) {
      expect(messageOf(() => addressOf({ ...input, case: name }))).toContain("E_NAME");
    }
  });
});

describe("a store", () => {
  it("is empty when its folder does not exist", () => {
    const store = openStore(join(root, "none"));
    expect(store.list()).toEqual([]);
    expect(store.find(input)).toBe(undefined);
    expect(existsSync(store.root)).toBe(false);
  });

  it("writes nothing before the first file", () => {
    openStore(join(root, "none")).begin(input);
    expect(readdirSync(root)).toEqual([]);
  });

  it("keeps documents, files and provenance", () => {
    let now = start;
    const store = openStore(root, { now: () => now });
    const draft = store.begin(input, { seeds: { data: 1234 }, backend: "reference" });
    draft.write("circuit.json", "{}");
    draft.write("figures/circuit.svg", "<svg/>");
    now += 2500;
    const made = draft.finish({ schema: "interpbench/acdc@1", score: { tpr: undefined, fpr: 0 } });

    expect(made.folder).toBe(join(root, "acdc", "3", addressOf(input)));
    expect(made.result).toEqual({ schema: "interpbench/acdc@1", score: { tpr: null, fpr: 0 } });
    expect(made.provenance).toMatchObject({
      package: "interpbench",
      version: packageVersion(),
      address: addressOf(input),
      config: input.config,
      seeds: { data: 1234 },
      parents: [],
      startedAt: "2025-01-01T00:00:00.000Z",
      seconds: 2.5,
      host: { node: process.versions.node, backend: "reference" },
    });
    expect(readdirSync(made.folder).sort()).toEqual(["circuit.json", "figures", "result.json"]);
    expect(store.find(input)).toEqual(made);
    expect(store.list()).toEqual([made]);
  });

  it("refuses to begin what is finished, unless it shall be made again beside it", () => {
    const store = openStore(root);
    const first = store.begin(input).finish({ run: 1 });
    expect(messageOf(() => store.begin(input))).toContain("E_FINISHED");

    const second = store.begin(input, { again: true }).finish({ run: 2 });
    expect(second.folder).toBe(`${first.folder}-2`);
    expect(store.begin(input, { again: true }).finish({ run: 3 }).folder).toBe(`${first.folder}-3`);
    expect(store.find(input)?.result).toEqual({ run: 3 });
    expect(JSON.parse(readFileSync(join(first.folder, "result.json"), "utf8")).run).toBe(1);
  });

  it("never writes to a finished artefact", () => {
    const store = openStore(root);
    const draft = store.begin(input);
    const rival = store.begin(input);
    draft.finish({ by: "draft" });
    expect(messageOf(() => draft.write("late.json", "{}"))).toContain("E_FINISHED");
    expect(rival.finish({ by: "rival" }).result).toEqual({ by: "draft" });
  });

  it("lists by kind and case, cases in numeric order", () => {
    const store = openStore(root);
    for (const name of ["10", "ioi", "2"]) store.begin({ ...input, case: name }).finish({});
    store.begin({ ...input, kind: "siit" }).finish({});
    const listed = (filter?: object) =>
      store.list(filter).map(({ provenance }) => `${provenance.kind}/${provenance.case}`);
    expect(listed()).toEqual(["acdc/2", "acdc/10", "acdc/ioi", "siit/3"]);
    expect(listed({ kind: "siit" })).toEqual(["siit/3"]);
    expect(listed({ case: "10" })).toEqual(["acdc/10"]);
  });

  it("refuses reserved and unsafe file names", () => {
    const draft = openStore(root).begin(input);
    for (const name of ["result.json", "checkpoint.json", "../x", "a//b", ".hidden"]) {
      expect(messageOf(() => draft.write(name, ""))).toContain("E_NAME");
    }
  });

  it("says which result is damaged", () => {
    const store = openStore(root);
    const { folder } = store.begin(input).finish({});
    writeFileSync(join(folder, "result.json"), '{"schema": ');
    expect(messageOf(() => store.find(input))).toContain(
      `E_ARTIFACT: a result cannot be read (at ${join(folder, "result.json")})`,
    );
    writeFileSync(join(folder, "result.json"), "{}");
    expect(messageOf(() => store.find(input))).toContain("JSON without provenance");
  });
});

describe("an interrupted job", () => {
  it("is not finished, and goes on from its checkpoint in the same folder", () => {
    const store = openStore(root);
    const draft = store.begin(input);
    draft.write("circuit.json", "half");
    draft.checkpoint().write(JSON.stringify({ epoch: 3 }));

    expect(store.find(input)).toBe(undefined);
    expect(store.list()).toEqual([]);
    const resumed = store.begin(input);
    expect(resumed.folder).toBe(draft.folder);
    expect(JSON.parse(String(resumed.checkpoint().read()))).toEqual({ epoch: 3 });
    resumed.write("circuit.json", "whole");
    const { folder } = resumed.finish({});
    expect(readdirSync(folder).sort()).toEqual(["circuit.json", "result.json"]);
    expect(readFileSync(join(folder, "circuit.json"), "utf8")).toBe("whole");
  });

  it("that died between its last file and result.json is simply done again", () => {
    const store = openStore(root);
    const draft = store.begin(input);
    draft.write("model.safetensors", new Uint8Array([1, 2, 3]));
    writeFileSync(join(draft.folder, ".result.json.0123456789ab.tmp"), '{"schema": "interp');
    expect(store.find(input)).toBe(undefined);
    expect(store.begin(input).finish({ done: true }).result).toEqual({ done: true });
  });

  it("removes its own checkpoint only", () => {
    const store = openStore(root);
    const other = { ...input, case: "4" };
    store.begin(other).checkpoint("bin").write("state");
    store.begin(input).checkpoint().write("state");
    store.begin(input).finish({});
    expect(String(store.begin(other).checkpoint("bin").read())).toBe("state");
  });

  it("made again resumes in its own further folder", () => {
    const store = openStore(root);
    store.begin(input).finish({});
    const again = store.begin(input, { again: true });
    again.checkpoint().write("1");
    expect(store.begin(input, { again: true }).folder).toBe(again.folder);
  });
});

describe("writing", () => {
  it("leaves the old content and no temporary file when the new one cannot be placed", () => {
    mkdirSync(join(root, "taken"));
    expect(messageOf(() => writeFileAtomic(join(root, "taken"), "x"))).toContain(
      "E_OUTPUT: cannot write to the output folder",
    );
    expect(readdirSync(root)).toEqual(["taken"]);
  });

  it("publishes once", () => {
    const path = join(root, "file");
    expect(publishFile(path, "first")).toBe(true);
    expect(publishFile(path, "second")).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("first");
    expect(readdirSync(root)).toEqual(["file"]);
  });

  it("reports a results folder that leads through a file before any work is done", () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    expect(messageOf(() => openStore(join(file, "results")).begin(input))).toBe(
      `E_OUTPUT: cannot write to the output folder (at ${file}) — received a path that leads through a file (ENOTDIR). Choose a folder you can write to with --output-dir.`,
    );
  });

  it("reports a read-only results folder before any work is done", ({ skip }) => {
    chmodSync(root, 0o555);
    try {
      accessSync(root, constants.W_OK);
      skip("this user may write everywhere");
    } catch {
      expect(messageOf(() => openStore(root).begin(input))).toContain("permission denied");
    }
  });
});
