import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ChainedJob, graphOfChains } from "./chain.ts";
import { type JobContext, jobContext } from "./context.ts";
import { lookAhead, type PlannedJob } from "./look-ahead.ts";
import { type RunOptions, runPlan } from "./run-job.ts";

let folder: string;
let context: JobContext;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "look-ahead-"));
  context = jobContext("results", { folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

const compilation = { kind: "compile", subject: { case: { id: "3" }, advice: { misfit: "Go." } } };
const audit = {
  kind: "audit",
  subject: { case: { id: "3" }, model: { kind: "result", name: "compiled" } as const },
};
const alone: ChainedJob = { case: "3", plan: compilation };
const chain: ChainedJob = { case: "3", plan: audit, before: { compiled: compilation } };

async function seen(job: ChainedJob, options?: RunOptions): Promise<PlannedJob[]> {
  const all: PlannedJob[] = [];
  for await (const planned of lookAhead(job, context, options)) all.push(planned);
  return all;
}

it("tells what would be done, and does nothing", async () => {
  const [planned] = await seen(alone);
  expect(planned).toMatchObject({ kind: "compile", case: "3", action: "do" });
  expect(planned!.folder).toMatch(/^results\/compile\/3\//);
  expect(planned!.plan.subject).toEqual({ case: { id: "3" } });
  expect(existsSync(join(folder, "results"))).toBe(false);
});

it("finds what is finished, to be used or done again", async () => {
  await runPlan(compilation, context);
  expect(await seen(alone)).toMatchObject([{ action: "reuse" }]);
  expect(await seen(alone, { force: true })).toMatchObject([{ action: "do again" }]);
});

it("knows the folder of what is made from another job once that is done", async () => {
  const actions = [{ action: "do" }, { kind: "audit", action: "do", folder: undefined }];
  expect(await seen(chain)).toMatchObject(actions);
  const { name } = await runPlan(compilation, context);
  const [first, second] = await seen(chain);
  expect(first!.action).toBe("reuse");
  expect(second!.folder).toMatch(/^results\/audit\/3\//);
  expect(second!.plan.subject.model).toEqual({ kind: "result", name });
});

it("is of jobs whose graph gives those before them names of their own", () => {
  expect(graphOfChains([alone, chain])).toMatchObject({
    "0": compilation,
    "1": { subject: { model: { name: "1 compiled" } } },
    "1 compiled": compilation,
  });
});
