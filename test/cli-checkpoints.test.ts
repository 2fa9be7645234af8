import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryIo, run } from "../src/cli/io.testing.ts";
import { runCli } from "../src/cli/run.ts";

/* Work that is stopped goes on, and damaged states are passed over. */

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "checkpoints-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** Runs a command until it has done some of its work, and then interrupts it. */
async function interrupted(line: string, pattern: RegExp): Promise<string> {
  const controller = new AbortController();
  // A clock by which every report of progress is due.
  let clock = 0;
  const now = () => (clock += 1000);
  const { io, written } = memoryIo({ cwd, signal: controller.signal, now });
  const { write } = io.stderr;
  const stderr = {
    ...io.stderr,
    write(text: string) {
      write(text);
      if (pattern.test(written.stderr)) controller.abort();
    },
  };
  const exitCode = await runCli([...line.split(" "), "--log", "json"], { ...io, stderr });
  expect(exitCode, written.stderr).toBe(130);
  return written.stderr;
}

async function documentOf(line: string) {
  const { exitCode, stdout, stderr } = await run([...line.split(" "), "--json"], { cwd });
  expect(exitCode, stderr).toBe(0);
  return { document: JSON.parse(stdout), stderr };
}

const JOBS = [
  [
    "train iit",
    "train iit -i 3 --recipe fast --no-early-stop --epochs 3 --validation-interval 64 --train-pairs 2048 --validation-pairs 64 --num-samples 500 --backend wasm --threads 1",
    "model.safetensors",
  ],
  ["run sp", "run sp -i 3 --tracr --epochs 2000 --data-size 60 --backend wasm", "circuit.json"],
] as const;

describe.each(JOBS)("%s", (_, line, file) => {
  let whole: string;
  const bytes = (folder: string) => readFileSync(join(cwd, folder, file), "latin1");
  beforeAll(async () => {
    const { document } = await documentOf(`${line} -o whole`);
    whole = bytes(document.folder);
  });

  it("goes on where it was stopped, to the same bytes", async () => {
    await interrupted(`${line} -o stopped`, /"done":\d*[1-9]/);
    const { document, stderr } = await documentOf(`${line} -o stopped`);
    expect(stderr).toMatch(/ {2}goes on (after|where)/);
    expect(bytes(document.folder)).toBe(whole);
  });

  it.each([
    ["cut off", (path: string) => truncateSync(path, 300)],
    ["nonsense", (path: string) => writeFileSync(path, "nonsense")],
  ])("starts anew and says so if its only state is %s", async (how, damage) => {
    const place = `${line} -o ${how.replace(" ", "-")}`;
    await interrupted(place, /"done":\d*[1-9]/);
    const { folder } = (await documentOf(`${place} --dry-run`)).document.jobs[0];
    rmSync(join(cwd, folder, "checkpoint.previous"), { force: true });
    damage(join(cwd, folder, "checkpoint.state"));
    const { document, stderr } = await documentOf(place);
    expect(stderr).toContain("E_CHECKPOINT: a checkpoint cannot be used and is passed over");
    expect(stderr).not.toMatch(/goes on/);
    expect(bytes(document.folder)).toBe(whole);
    expect(existsSync(join(cwd, document.folder, "checkpoint.state"))).toBe(false);
  });
});
