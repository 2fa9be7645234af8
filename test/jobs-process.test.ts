import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtPackage } from "./build.testing.ts";

/* Jobs on real threads, which need the package as it is built. */

let bundle: string;
let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "jobs-process-"));
  bundle = await builtPackage();
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

/** What a module prints that imports the jobs of the package, as JSON. */
async function printedBy(name: string, source: string): Promise<unknown> {
  const file = join(cwd, `${name}.mjs`);
  writeFileSync(
    file,
    `import * as jobs from ${JSON.stringify(join(bundle, "jobs/index.js"))};
    const subject = (id) => ({ case: { id }, model: { kind: "tracr" } });
    const eap = (id) => ({
      kind: "run-eap",
      subject: subject(id),
      config: { params: { edgeCount: 4 }, dataSize: 20 },
      engine: { backend: "wasm", threads: 0 },
    });
    ${source}`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd });
  return JSON.parse(stdout);
}

it("jobs of the library run on threads, with the same results", async () => {
  const printed = await printedBy(
    "threads",
    `const run = async (folder, workers) => {
      const context = jobs.jobContext(folder);
      const graph = { first: eap("3"), second: eap("4") };
      const outcomes = await jobs.runGraph(graph, context, { threads: 2, workers });
      return Object.values(outcomes).map(({ job }) => [job.name, job.artifact.result]);
    };
    const pool = jobs.jobThreads(jobs.jobContext("threads"));
    let errands = 0;
    const counting = { ...pool, run: (errand) => (errands++, pool.run(errand)) };
    const onThreads = await run("threads", counting);
    await pool.close();
    const here = await run("here");
    const isSame = JSON.stringify(onThreads) === JSON.stringify(here);
    console.log(JSON.stringify({ errands, isSame, count: here.length }));`,
  );
  expect(printed).toEqual({ errands: 2, isSame: true, count: 2 });
});

it("threads stop when the work is interrupted, and go on afterwards", async () => {
  const printed = await printedBy(
    "interrupted",
    `const notes = [];
    const train = (id) => ({
      kind: "train-iit",
      subject: { case: { id } },
      config: { recipe: { epochs: 2, trainPairs: 4096, validationPairs: 64 }, numSamples: 500 },
    });
    const run = async (signal, onUpdate) => {
      const line = { update: onUpdate, finish() {}, fail: (message) => notes.push(message) };
      const progress = { begin: () => line, note: (text) => notes.push(text), warn() {} };
      const context = jobs.jobContext("interrupted", { signal, progress });
      const workers = jobs.jobThreads(context);
      const graph = { first: train("3"), second: train("4") };
      try {
        return await jobs.runGraph(graph, context, { threads: 2, workers });
      } finally {
        await workers.close();
      }
    };
    const controller = new AbortController();
    const stopped = await run(controller.signal, () => controller.abort()).catch(
      (error) => error.name,
    );
    const outcomes = await run(new AbortController().signal, () => {});
    const kinds = Object.values(outcomes).map(({ kind }) => kind);
    console.log(JSON.stringify({ stopped, kinds, notes: notes.sort() }));`,
  );
  expect(printed).toMatchObject({ stopped: "Interrupted", kinds: ["done", "done"] });
  expect(JSON.stringify(printed)).toMatch(/train iit [34] {2}goes on after \d+ updates/);
});
