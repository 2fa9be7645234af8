import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run, typedLines } from "../src/cli/io.testing.ts";
import { listAlgorithms } from "../src/discovery/index.ts";
import { commandLine, isTypableModel, runLine, runOfResult } from "../src/flags/index.ts";
import { contestantsOf, PROTOCOLS } from "../src/jobs/index.ts";
import { MODEL_KINDS } from "../src/models/index.ts";
import { listedAlgorithms } from "../web/engine/methods/discover.ts";
import { boardCommand, runCommand } from "../web/views/board/command.ts";
import { readBoard } from "../web/views/board/document.ts";
import { circuitCommand } from "../web/views/circuit/command.ts";
import { modelWord } from "../web/views/model-word.ts";
import { choiceOfResult } from "../web/views/work/choice.ts";

type Document = Readonly<Record<string, unknown>>;

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "copied-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

async function documentOf(words: readonly string[]) {
  const { exitCode, stdout, stderr } = await run([...words, "--json"], { cwd });
  expect(exitCode, `${words.join(" ")}\n${stderr}`).toBe(0);
  return JSON.parse(stdout);
}

/** What a copied line would do. */
async function plannedBy(line: string | undefined) {
  const [words = []] = typedLines(`interpbench ${line}`, "interpbench");
  const { jobs } = await documentOf([...words, "--dry-run"]);
  return jobs as {
    readonly case: string;
    readonly action: string;
    readonly plan: { readonly kind: string; readonly config: Document; readonly subject: Document };
    readonly config: { readonly params: Document; readonly data: Document; readonly seed: number };
  }[];
}

/** The actions of the jobs of a line: `reuse` of what is there already, as it is the very same run. */
const actionsOf = async (line: string | undefined) =>
  (await plannedBy(line)).map(({ action }) => action);

const SHORT = "-i 3 --model tracr --data-size 50 --seed 7 --threads 1";

/** The document that a page has of what a line makes: the stored one, with its provenance. */
async function storedBy(line: string) {
  const { folder } = await documentOf(line.split(" "));
  return JSON.parse(readFileSync(join(cwd, folder, "result.json"), "utf8"));
}

const resultOf = (line: string) => storedBy(`run ${line} ${SHORT}`);

const subjectOf = (result: Document) => ({
  result,
  case: undefined,
  model: { case: "3" } as Parameters<typeof circuitCommand>[0]["model"],
});

describe("the line of a result", () => {
  it.each([
    "eap --integrated-grad-steps 5 --edge-count 4",
    "eap --threshold=-0.5 --no-absolute --prune",
    "eap --scores-only --output-positions 1,2",
    "nap --node-count 2",
    "acdc --threshold 0.025 --shuffle-seed 3",
    "acdc --threshold 0.025,0.1",
    "sp --epochs 2",
  ])("makes the same: run %s", async (line) => {
    const result = await resultOf(line);
    expect(await actionsOf(runLine(runOfResult(result)!))).toEqual(["reuse"]);
    expect(await actionsOf(circuitCommand(subjectOf(result), { kind: "found" }))).toEqual([
      "reuse",
    ]);
  });

  it("asks for another circuit of its scores where a threshold was moved, and for all edges", async () => {
    const subject = subjectOf(await resultOf("eap --edge-count 4 --select greedy --prune"));
    const planned = async (threshold: number) =>
      (await plannedBy(circuitCommand(subject, { kind: "above", threshold })))[0]!.config;
    const above = await planned(0.25);
    expect(above).toMatchObject({ params: { threshold: 0.25, select: "top", prune: false } });
    expect(above).toMatchObject({ data: { dataSize: 50 }, seed: 7 });
    expect(above.params).not.toHaveProperty("edgeCount");
    const all = circuitCommand(subject, { kind: "above", threshold: Number.NEGATIVE_INFINITY });
    const [words = []] = typedLines(`interpbench ${all}`, "interpbench");
    const { circuit, scores } = await documentOf([...words, "--threads", "1"]);
    expect(circuit.edges).toHaveLength(scores.length);
  });

  it("is none where the threshold of a page is none of the algorithm", async () => {
    const subject = subjectOf(await resultOf("acdc --threshold 0.025"));
    expect(circuitCommand(subject, { kind: "above", threshold: 0.5 })).toBeUndefined();
    const without = { ...subject, result: undefined };
    expect(circuitCommand(without, { kind: "truth" })).toBe("cases show 3");
  });

  it("is none for models of folders, plugins, prompts of one's own and a seed apart from the run's", async () => {
    const result = await resultOf("sp --epochs 2");
    const { provenance } = result;
    const changed = (config: Document) => ({
      ...result,
      provenance: { ...provenance, config: { ...provenance.config, ...config } },
    });
    expect(runLine({ ...runOfResult(result)!, model: "folder:0123456789ab" })).toBeUndefined();
    expect(runLine({ ...runOfResult(result)!, seed: 8 })).toBeUndefined();
    expect(runLine({ algorithm: "mine", case: "3" })).toBeUndefined();
    expect(runOfResult(changed({ plugin: { sha256: "0" } }))).toBeUndefined();
    expect(runOfResult(changed({ data: { clean: [[0, 1]] } }))).toBeUndefined();
    expect(runOfResult({ case: "3" })).toBeUndefined();
  });
});

describe("the line of every algorithm", () => {
  it.each(listAlgorithms())("of $name is taken without any of its options", async ({ name }) => {
    const data = { dataSize: 50, seed: 7 };
    const line = runLine({ algorithm: name, case: "3", model: "tracr", ...data });
    const [job, ...others] = await plannedBy(line);
    expect(others).toEqual([]);
    expect(job).toMatchObject({
      case: "3",
      plan: {
        kind: `run-${name}`,
        subject: { model: { kind: "tracr" } },
        config: data,
      },
    });
  });

  it("of a method that is run again in a page has its seed once, and options that are not usual", async () => {
    const result = await resultOf("sp --epochs 2");
    const { algorithm, seed, texts } = choiceOfResult(result, listedAlgorithms())!;
    expect([algorithm, seed, texts]).toEqual(["sp", 7, { epochs: "2" }]);
    const line = { algorithm, case: "3", model: "tracr", params: texts, dataSize: 50, seed };
    expect(runLine(line)).toBe("run sp -i 3 --model tracr --epochs 2 --data-size 50 --seed 7");
    expect(await actionsOf(runLine(line))).toEqual(["reuse"]);
  });

  it("names every kind of model, and no folder", () => {
    for (const word of [...MODEL_KINDS, "siit:510", "zoo:seed2", "hf:a/b/3@0123abc", undefined]) {
      expect(isTypableModel(word), word).toBe(true);
    }
    for (const word of ["folder:01ab", "my-model", "train-iit/3/01ab"]) {
      expect(isTypableModel(word), word).toBe(false);
    }
  });
});

describe("the lines of a leaderboard", () => {
  it("make it, and each of its runs", async () => {
    const line = `leaderboard -i 3,4 --algorithms eap,acdc,sp:epochs=2,eap:integratedGradSteps=5 --models tracr --seeds 2 --seed 5 --data-size 30`;
    const board = readBoard(await storedBy(`${line} --threads 1`));
    expect(board.runs).toHaveLength(16);
    const own = new Set((await plannedBy(boardCommand(board))).map(({ action }) => action));
    expect(own).toEqual(new Set(["reuse"]));
    for (const one of board.runs.filter(({ case: id, seed }) => id === "4" && seed === 6)) {
      expect(await actionsOf(runCommand(board, one)), one.algorithm).toEqual(["reuse"]);
    }
  });

  it.each(PROTOCOLS)("of the protocol $name plan its runs", async (protocol) => {
    const contestants = await contestantsOf(protocol);
    const [id = "3"] = protocol.cases ?? [];
    const rows = contestants.map(({ name }) => ({ case: id, algorithm: name, seed: 5 }));
    const { name, corruption } = protocol;
    const about = { protocol: name, corruption, model: "zoo", dataSize: 30 };
    const board = readBoard({ ...about, rows, provenance: { config: { contestants } } });
    const planned = await plannedBy(boardCommand(board));
    const keyOf = (config: object) => JSON.stringify(config);
    const wanted = new Map(planned.map(({ plan, config }) => [plan, config && keyOf(config)]));
    for (const [i, one] of board.runs.entries()) {
      const [job] = await plannedBy(runCommand(board, one));
      expect(keyOf(job!.config), contestants[i]!.name).toBe([...wanted.values()][i]);
    }
  });

  it("are none where seeds have gaps, or names of contestants commas", () => {
    const rows = [1, 3].map((seed) => ({ case: "3", algorithm: "eap", seed }));
    const document = { protocol: "default", model: "zoo", dataSize: 30 };
    expect(boardCommand(readBoard({ ...document, rows }))).toBeUndefined();
    const named = [{ case: "3", algorithm: "eap:threshold=[0,1]", seed: 1 }];
    expect(boardCommand(readBoard({ ...document, rows: named }))).toBeUndefined();
    expect(boardCommand(readBoard({ ...document, model: "mine", rows }))).toBeUndefined();
  });
});

describe("a line of any command", () => {
  it("has words that a shell gives back, and values that flags take", () => {
    const values = { i: "my case.mjs", dataSize: 3, prune: true, absolute: "false", none: null };
    expect(commandLine("audit", values)).toBe(
      "audit -i 'my case.mjs' --data-size 3 --prune --no-absolute",
    );
    expect(commandLine("x", { a: [1, "b c"], threshold: -1 })).toBe("x -a '1,b c' --threshold=-1");
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN, " ", [], ["a,b"], {}, [[1]]]) {
      expect(commandLine("x", { value }), JSON.stringify(value)).toBeUndefined();
    }
  });

  it("names the model that is looked at", async () => {
    expect(modelWord({ kind: "compiled", case: "3" }, "3")).toBe("tracr");
    expect(modelWord({ kind: "loaded", name: "3-seed2" }, "3")).toBe("zoo:seed2");
    expect(modelWord({ kind: "loaded", name: "train-iit/3/0123456789ab" }, "3")).toBeUndefined();
    const model = modelWord({ kind: "compiled", case: "3" }, "3");
    const [job] = await plannedBy(commandLine("audit", { i: "3", model }));
    expect(job!.plan).toMatchObject({ kind: "audit", subject: { model: { kind: "tracr" } } });
  });
});
