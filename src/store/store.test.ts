import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatError, InterpBenchError } from "../errors/index.ts";
import {
  type AddressInput,
  addressOf,
  contentOf,
  openStore,
  packageVersion,
  RESULTS_SCHEMA,
} from "./index.ts";
import { thisProcess } from "./process.ts";

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

const parse = (state: Uint8Array): unknown => JSON.parse(String(Buffer.from(state)));

const replaceIn = (path: string, from: string, to: string) =>
  writeFileSync(path, readFileSync(path, "latin1").replace(from, to), "latin1");

/** The name of a process that has ended. */
async function deadProcess(): Promise<string> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "close");
  return thisProcess().replace(/-\d+-/, `-${child.pid}-`);
}

const messageOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return formatError(error);
  }
  return "no error";
};

describe("a store", () => {
  it("is empty when its folder does not exist", () => {
    const store = openStore(join(root, "none"));
    expect(store.list()).toEqual([]);
    expect(store.find(input)).toBe(undefined);
    expect(existsSync(store.root)).toBe(false);
  });

  it("leaves no folder of work that came to nothing", () => {
    const draft = openStore(root).begin(input);
    expect(existsSync(draft.folder)).toBe(true);
    draft.release();
    expect(readdirSync(root)).toEqual([]);
    const [one, other] = [
      openStore(root).begin(input),
      openStore(root).begin({ ...input, case: "4" }),
    ];
    one.release();
    expect(readdirSync(join(root, "acdc"))).toEqual(["4"]);
    other.release();
    expect(existsSync(root)).toBe(true);
  });

  it("keeps documents, files and provenance", () => {
    let now = start;
    const store = openStore(root, { now: () => now });
    const backend = { name: "reference", variant: "float64" };
    const parents = ["siit/3/0123456789ab-2"];
    const computed = { ...input, backend };
    const draft = store.begin(computed, { seeds: { data: 1234 }, parents });
    draft.write("circuit.json", "{}");
    draft.write("figures/circuit.svg", "<svg/>");
    now += 2500;
    const made = draft.finish({ schema: "interpbench/acdc@1", score: { tpr: undefined, fpr: 0 } });

    expect(made.folder).toBe(join(root, "acdc", "3", addressOf(computed)));
    expect(made.result).toEqual({ schema: "interpbench/acdc@1", score: { tpr: null, fpr: 0 } });
    expect(made.provenance).toMatchObject({
      package: "interpbench",
      version: packageVersion(),
      address: addressOf(computed),
      config: input.config,
      seeds: { data: 1234 },
      backend,
      parents,
      files: { "circuit.json": { bytes: 2 }, "figures/circuit.svg": { bytes: 6 } },
      startedAt: "2025-01-01T00:00:00.000Z",
      seconds: 2.5,
      processorSeconds: expect.any(Number),
      host: { node: process.versions.node },
    });
    expect(readdirSync(made.folder).sort()).toEqual(["circuit.json", "figures", "result.json"]);
    expect(readdirSync(join(root, "acdc", "3"))).toEqual([addressOf(computed)]);
    expect(store.find(computed)).toEqual(made);
    expect(store.nameOf(made)).toBe(`acdc/3/${addressOf(computed)}`);
    expect(store.list()).toEqual([made]);
  });

  it("finds what has options that are not defined", () => {
    const store = openStore(root);
    const open = { ...input, config: { threshold: undefined, nested: { seed: undefined } } };
    const made = store.begin(open).finish({});
    expect(store.find(open)).toEqual(made);
    expect(made.provenance.config).toEqual({ nested: {} });
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
    const { folder } = draft;
    writeFileSync(join(folder, "result.json"), readFileSync(finishedElsewhere(), "utf8"));
    expect(draft.finish({ by: "draft" }).result).toEqual({ by: "another" });
    expect(messageOf(() => draft.write("late.json", "{}"))).toContain("E_FINISHED");
    expect(readdirSync(folder)).toEqual(["result.json"]);
  });

  /** The result of the same work in another results folder. */
  function finishedElsewhere(): string {
    const { folder } = openStore(join(root, "elsewhere")).begin(input).finish({ by: "another" });
    return join(folder, "result.json");
  }

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

  it("knows what is in an artefact, whenever and wherever it was made", () => {
    const make = (folder: string, text: string, now: number) => {
      const draft = openStore(join(root, folder), { now: () => now }).begin(input);
      draft.write("file.txt", text);
      return contentOf(draft.finish({ x: 1 }));
    };
    const content = make("a", "text", start);
    expect(make("b", "text", start + 1e6)).toBe(content);
    expect(make("c", "texT", start)).not.toBe(content);
  });
});

describe("a result that is not whole", () => {
  const problems: string[] = [];
  const open = () => {
    problems.length = 0;
    return openStore(root, { onProblem: (problem) => problems.push(formatError(problem)) });
  };
  /** A finished artefact with a file, to be damaged. */
  const make = () => {
    const draft = open().begin(input);
    draft.write("model.bin", new Uint8Array(100));
    return draft.finish({ run: 1 }).folder;
  };

  it.each([
    ["not JSON", (folder: string) => writeFileSync(join(folder, "result.json"), '{"sch')],
    ["without provenance", (folder: string) => writeFileSync(join(folder, "result.json"), "{}")],
    ["without its file", (folder: string) => rmSync(join(folder, "model.bin"))],
    ["with half of its file", (folder: string) => truncateSync(join(folder, "model.bin"), 50)],
    [
      "with a file that cannot be read",
      (folder: string) => {
        rmSync(join(folder, "model.bin"));
        symlinkSync("model.bin", join(folder, "model.bin"));
      },
    ],
  ])("because it is %s, is passed over, said, and made again beside", (_, damage) => {
    const folder = make();
    const neighbour = open()
      .begin({ ...input, config: {} })
      .finish({ neighbour: true });
    damage(folder);

    expect(open().find(input)).toBe(undefined);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^E_ARTIFACT: a stored result cannot be used and is passed over/);
    expect(open().list()).toEqual([neighbour]);
    expect(problems).toHaveLength(1);

    const again = open().begin(input).finish({ run: 2 });
    expect(again.folder).toBe(`${folder}-2`);
    expect(open().find(input)).toEqual(again);
  });

  it("because a byte is another, is noticed where it is used", () => {
    const folder = make();
    writeFileSync(join(folder, "model.bin"), new Uint8Array(100).fill(1, 99));
    expect(open().find(input)).toBe(undefined);
    expect(problems[0]).toContain("received other bytes");
    expect(open().list()).toEqual([]);
  });

  it("because another version made it, is not misread", () => {
    const folder = make();
    const path = join(folder, "result.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(`"resultsSchema": ${RESULTS_SCHEMA}`, '"resultsSchema": 1'));
    expect(open().list()).toEqual([]);
    expect(problems[0]).toContain("received a result of another version");
  });

  it("because it lies at another's address, is not taken for it", () => {
    const store = open();
    const other = store.begin({ ...input, config: {} }).finish({});
    renameSync(other.folder, store.folderOf(input));
    expect(store.find(input)).toBe(undefined);
    expect(problems[0]).toContain("received the result of another configuration");
  });
});

describe("an interrupted job", () => {
  it("is not finished, and goes on from its checkpoint in the same folder", () => {
    const store = openStore(root);
    const draft = store.begin(input);
    draft.write("circuit.json", "half");
    draft.checkpoint.write(JSON.stringify({ epoch: 3 }));
    draft.release();

    expect(store.find(input)).toBe(undefined);
    expect(store.list()).toEqual([]);
    const resumed = store.begin(input);
    expect(resumed.folder).toBe(draft.folder);
    expect(resumed.checkpoint.read(parse)).toEqual({ epoch: 3 });
    resumed.write("circuit.json", "whole");
    const { folder } = resumed.finish({});
    expect(readdirSync(folder).sort()).toEqual(["circuit.json", "result.json"]);
    expect(readFileSync(join(folder, "circuit.json"), "utf8")).toBe("whole");
  });

  it("that died between its last file and result.json is simply done again", () => {
    const store = openStore(root);
    const draft = store.begin(input);
    draft.write("model.safetensors", new Uint8Array([1, 2, 3]));
    draft.release();
    expect(store.find(input)).toBe(undefined);
    expect(store.begin(input).finish({ done: true }).result).toEqual({ done: true });
  });

  it("leaves temporary files and a claim, which the next one removes", async () => {
    const dead = await deadProcess();
    const folder = openStore(root).folderOf(input);
    mkdirSync(folder, { recursive: true });
    const leftovers = [
      join(folder, `.model.safetensors.${dead}.0123abcd.tmp`),
      `${join(folder, "..", `.${basename(folder)}`)}.${dead}.0123abcd.claim`,
    ];
    for (const path of leftovers) writeFileSync(path, "x");
    const living = join(folder, `.model.safetensors.${thisProcess()}.0123abcd.tmp`);
    writeFileSync(living, "x");

    const draft = openStore(root).begin(input);
    expect(leftovers.filter((path) => existsSync(path))).toEqual([]);
    expect(existsSync(living)).toBe(true);
    draft.release();
  });

  it("that died as it finished leaves files that are tidied up, once it has no claim", async () => {
    const dead = await deadProcess();
    const store = openStore(root);
    const artifact = store.begin(input).finish({ done: true });
    const { folder } = artifact;
    const claimOf = (owner: string) =>
      `${join(folder, "..", `.${basename(folder)}`)}.${owner}.0123abcd.claim`;
    const leftovers = [
      join(folder, `.result.json.${dead}.0123abcd.tmp`),
      join(folder, "checkpoint.state"),
      claimOf(dead),
    ];
    for (const path of leftovers) writeFileSync(path, "x");
    const living = claimOf(thisProcess());
    writeFileSync(living, "x");
    const isThere = (path: string) => existsSync(path);

    store.tidy(artifact);
    expect(leftovers.slice(0, 2).filter(isThere)).toHaveLength(2);
    rmSync(living);
    store.tidy(artifact);
    expect(leftovers.filter(isThere)).toEqual([]);
    expect(store.find(input)).toEqual(artifact);
  });

  it("removes its own checkpoint only", () => {
    const store = openStore(root);
    const other = store.begin({ ...input, case: "4" });
    other.checkpoint.write('"state"');
    const draft = store.begin(input);
    draft.checkpoint.write('"state"');
    draft.finish({});
    expect(other.checkpoint.read(parse)).toBe("state");
  });

  it("made again resumes in its own further folder", () => {
    const store = openStore(root);
    store.begin(input).finish({});
    const again = store.begin(input, { again: true });
    again.checkpoint.write("1");
    again.release();
    expect(store.begin(input, { again: true }).folder).toBe(again.folder);
  });
});

describe("a checkpoint", () => {
  const problems: string[] = [];
  const begin = () => {
    problems.length = 0;
    const onProblem = (problem: Error) => problems.push(formatError(problem));
    return openStore(root, { onProblem }).begin(input);
  };
  /** Two states were saved one after the other, then the job was killed. */
  const killed = () => {
    const draft = begin();
    for (const state of ["1", "2"]) draft.checkpoint.write(state);
    draft.release();
    return draft.folder;
  };

  it("is the last one written", () => {
    killed();
    expect(begin().checkpoint.read(parse)).toBe(2);
    expect(problems).toEqual([]);
  });

  it.each([
    ["cut off", (path: string) => truncateSync(path, 100)],
    ["changed", (path: string) => appendFileSync(path, "0")],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["of another job", (path: string) => replaceIn(path, addressOf(input), "0123456789ab")],
    ["of another version", (path: string) => replaceIn(path, packageVersion(), "0.0.0")],
  ])("that is %s gives way to the one before it", (_, damage) => {
    damage(join(killed(), "checkpoint.state"));
    expect(begin().checkpoint.read(parse)).toBe(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^E_CHECKPOINT: a checkpoint cannot be used and is passed over/);
  });

  it("in whose place there is no file gives way, too, and keeps nobody from finishing", () => {
    const folder = killed();
    rmSync(join(folder, "checkpoint.state"));
    mkdirSync(join(folder, "checkpoint.state", "taken"), { recursive: true });
    const draft = begin();
    expect(draft.checkpoint.read(parse)).toBe(1);
    expect(problems).toEqual([expect.stringContaining("received no file")]);
    expect(draft.finish({}).folder).toBe(folder);
    expect(readdirSync(folder)).toEqual(["checkpoint.state", "result.json"]);
  });

  it("that the job does not accept gives way, too, and without another there is none", () => {
    killed();
    const { checkpoint } = begin();
    const upTo = (largest: number) => (state: Uint8Array) => {
      if (Number(parse(state)) > largest) throw new InterpBenchError("E_STATE", "too large");
      return parse(state);
    };
    expect(checkpoint.read(upTo(1))).toBe(1);
    expect(checkpoint.read(upTo(0))).toBe(undefined);
    expect(problems).toHaveLength(2);
  });

  it("stays when the next one cannot be written", () => {
    const { folder, checkpoint } = begin();
    checkpoint.write("1");
    mkdirSync(join(folder, "checkpoint.previous", "taken"), { recursive: true });
    expect(messageOf(() => checkpoint.write("2"))).toContain("E_OUTPUT");
    expect(checkpoint.read(parse)).toBe(1);
  });
});

describe("two processes that do the same", () => {
  it("take turns: one has it, the other is told who", () => {
    const store = openStore(root);
    const draft = store.begin(input);
    expect(messageOf(() => store.begin(input))).toMatch(
      new RegExp(`^E_BUSY: another process is making this result .* process ${process.pid}\\.`),
    );
    draft.release();
    expect(store.begin(input).finish({ run: 2 }).result).toEqual({ run: 2 });
    expect(readdirSync(join(root, "acdc", "3"))).toEqual([addressOf(input)]);
  });

  it("do not wait for one that was killed, nor take another for it that has its number", async () => {
    const folder = openStore(root).folderOf(input);
    mkdirSync(join(folder, ".."), { recursive: true });
    const [machine, pid] = thisProcess().split("-");
    for (const owner of [await deadProcess(), `${machine}-${pid}-1`]) {
      writeFileSync(join(folder, "..", `.${basename(folder)}.${owner}.0123abcd.claim`), "");
    }
    expect(openStore(root).begin(input).finish({}).folder).toBe(folder);
  });

  it("trust one on another machine as long as it shows signs of life", () => {
    const folder = openStore(root).folderOf(input);
    mkdirSync(join(folder, ".."), { recursive: true });
    const foreign = join(folder, "..", `.${basename(folder)}.00000000-1-1.0123abcd.claim`);
    writeFileSync(foreign, "");
    expect(messageOf(() => openStore(root).begin(input))).toContain("E_BUSY");
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(foreign, longAgo, longAgo);
    openStore(root).begin(input).release();
    expect(existsSync(foreign)).toBe(false);
  });
});

describe("a folder that cannot be written", () => {
  it("because it leads through a file is reported before any work is done", () => {
    const file = join(root, "file");
    writeFileSync(file, "");
    expect(messageOf(() => openStore(join(file, "results")).begin(input))).toBe(
      `E_OUTPUT: cannot write to the output folder (at ${file}) — received a path that leads through a file (ENOTDIR). Choose a folder you can write to with \`outputDir\`.`,
    );
  });

  it("because it is read-only is reported before any work is done", ({ skip }) => {
    chmodSync(root, 0o555);
    try {
      accessSync(root, constants.W_OK);
      skip("this user may write everywhere");
    } catch {
      expect(messageOf(() => openStore(root).begin(input))).toContain("permission denied");
    }
  });
});
