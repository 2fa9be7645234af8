import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/cli/io.testing.ts";
import { decodePrompts } from "../src/formats/index.ts";
import {
  type JobContext,
  type JobOutcome,
  jobContext,
  type Plan,
  parsePlan,
  preparePlan,
  runGraph,
  runPlan,
} from "../src/jobs/index.ts";
import type { ModelSource } from "../src/models/index.ts";
import { contentOf, openStore, type Store } from "../src/store/index.ts";
import { FAST_RECIPE } from "../src/training/index.ts";

/* Plans of the library are what the commands do: the same addresses, the same results. */

const COMMANDS = {
  compile: "compile 3",
  train:
    "train iit -i 3 --recipe fast --no-early-stop --epochs 1 --train-pairs 64 --validation-pairs 16 --num-samples 500 --backend wasm",
  eap: "run eap -i 3 --edge-count 4 --data-size 20 --backend wasm",
  sp: "run sp -i 3 --tracr --epochs 2 --seed 5 --data-size 20 --backend wasm",
  effects: "eval iit -i 3 --max-pairs 64 --max-len 64 -m 0 --backend wasm",
  prompts: "run eap -i 3 --tracr --data prompts.json --threshold 0.1 --backend wasm",
} as const;

type Name = keyof typeof COMMANDS;

const PROMPTS = JSON.stringify({
  clean: [[0, 5, 2]],
  corrupted: [[0, 2, 5]],
  targets: [[null, 1, 0.5]],
  categorical: false,
});

const engine = { backend: "wasm", threads: 0 } as const;
const subject = { case: { id: "3" } };
const trained = { ...subject, model: { kind: "result", name: "train" } } as const;
const compiled = { ...subject, model: { kind: "tracr" } } as const;

const PLANS: Readonly<Record<Name, Plan>> = {
  eap: {
    kind: "run-eap",
    subject: trained,
    config: { params: { edgeCount: 4 }, dataSize: 20 },
    engine,
  },
  effects: {
    kind: "eval-iit",
    subject: trained,
    config: { ablations: ["resample", "zero"], maxPairs: 64, maxLen: 64 },
    engine,
  },
  train: {
    kind: "train-iit",
    subject,
    config: {
      recipe: {
        ...FAST_RECIPE,
        seed: 1234,
        earlyStop: false,
        epochs: 1,
        trainPairs: 64,
        validationPairs: 16,
      },
      numSamples: 500,
    },
    engine,
  },
  compile: { kind: "compile", subject },
  sp: {
    kind: "run-sp",
    subject: compiled,
    config: { params: { epochs: 2 }, seed: 5, dataSize: 20 },
    engine,
  },
  prompts: {
    kind: "run-eap",
    subject: {
      ...compiled,
      prompts: { file: "prompts.json", content: decodePrompts(PROMPTS, "prompts.json") },
    },
    config: { params: { threshold: 0.1 } },
    engine,
  },
};

let cwd: string;
let context: JobContext;
let outcomes: Readonly<Record<Name, JobOutcome>>;
let byCommands: Store;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "jobs-"));
  writeFileSync(join(cwd, "prompts.json"), PROMPTS);
  for (const line of Object.values(COMMANDS)) {
    const { exitCode, stderr } = await run(line.split(" "), { cwd });
    expect(exitCode, stderr).toBe(0);
  }
  byCommands = openStore(join(cwd, "results"));
  context = jobContext("library", { folder: cwd });
  const plans = JSON.parse(JSON.stringify(PLANS)) as Record<Name, unknown>;
  const graph = Object.fromEntries(
    Object.entries(plans).map(([name, plan]) => [name, parsePlan(plan, name)]),
  ) as Record<Name, Plan>;
  outcomes = await runGraph(graph, context);
}, 60_000);
afterAll(() => rmSync(cwd, { recursive: true }));

function doneJob(name: Name) {
  const outcome = outcomes[name];
  if (outcome.kind === "failed") throw outcome.error;
  return outcome.job;
}

describe("a plan from JSON", () => {
  it.each(Object.keys(COMMANDS) as Name[])("has the address and the result of %s", (name) => {
    const { artifact, name: place } = doneJob(name);
    expect(place).toBe(
      `${artifact.provenance.kind}/${artifact.provenance.case}/${artifact.provenance.address}`,
    );
    expect(contentOf(artifact)).toBe(contentOf(byCommands.read(place)));
    const { config, seeds, parents, backend } = artifact.provenance;
    expect(byCommands.read(place).provenance).toMatchObject({ config, seeds, parents, backend });
  });

  it("is what the command tells with --dry-run", async () => {
    const { stdout } = await run([...COMMANDS.prompts.split(" "), "--dry-run", "--json"], { cwd });
    const { plan, folder } = JSON.parse(stdout).jobs[0];
    const { address, input } = await preparePlan(parsePlan(plan, "plan"), context);
    expect(`results/${input.kind}/${input.case}/${address}`).toBe(folder);
    expect(plan.subject).toEqual(PLANS.prompts.subject);
  });

  it("is found again when it is done, alone as in a graph", async () => {
    const { artifact, name } = doneJob("train");
    const alone = {
      ...PLANS.eap,
      subject: { ...subject, model: { kind: "result", name } },
    } as const;
    expect((await preparePlan(alone, context)).address).toBe(
      doneJob("eap").artifact.provenance.address,
    );
    expect(await runPlan(PLANS.train, context)).toEqual({ artifact, name });
    const newest = { ...PLANS.eap, subject };
    expect(await runPlan(newest, context)).toEqual(doneJob("eap"));
  });

  it("measures a compiled model the same way wherever it comes from", async () => {
    const plan = (model: ModelSource): Plan => ({
      ...PLANS.effects,
      subject: { ...subject, model },
    });
    const onTheSpot = await runPlan(plan({ kind: "tracr" }), context);
    const { name } = doneJob("compile");
    for (const source of [
      { kind: "result", name },
      { kind: "folder", path: `library/${name}` },
    ] as const) {
      const { artifact } = await runPlan(plan(source), context);
      const { rows, accuracies } = artifact.result;
      expect({ rows, accuracies }).toEqual({
        rows: onTheSpot.artifact.result.rows,
        accuracies: onTheSpot.artifact.result.accuracies,
      });
    }
  });

  it("is refused with what is wrong, for people who use the library", async () => {
    const refusal = (plan: Plan) =>
      runPlan(plan, context).catch(({ code, message, hint }) => ({ code, message, hint }));
    expect(await refusal({ kind: "train-iit", subject: {} })).toMatchObject({
      code: "E_PLAN",
      message: "there is no case to train iit",
    });
    expect(await refusal({ ...PLANS.eap, config: { parms: {} } })).toMatchObject({
      code: "E_PLAN",
    });
    expect(await refusal({ ...PLANS.eap, subject: { case: { id: "4" } } })).toEqual({
      code: "E_MODEL",
      message: 'case "4" has no trained model "siit"',
      hint: "Train it, or take the compiled one (tracr) if the case has a program.",
    });
    const unknown = { kind: "result", name: "train-iit/3/000000000000" } as const;
    expect(await refusal({ ...PLANS.eap, subject: { ...subject, model: unknown } })).toMatchObject({
      code: "E_ARTIFACT",
    });
  });
});
