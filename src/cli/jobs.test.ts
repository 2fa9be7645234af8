import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { InterpBenchError } from "../errors/index.ts";
import { defineKind, type PreparedWork } from "../jobs/index.ts";
import { defineCommand } from "./command.ts";
import { memoryIo } from "./io.testing.ts";
import { runJobs } from "./jobs.ts";
import { caseOptions, selectIds } from "./options/cases.ts";
import { jobOptions } from "./options/common.ts";
import { runCli } from "./run.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "jobs-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

type Work = PreparedWork["run"];

/** A command that squares the case's number, slowly; an offset below minus the number fails. */
function squaring(run: Work) {
  const kind = defineKind({
    name: "square",
    title: "square",
    usesEngine: false,
    config: z.strictObject({ offset: z.int() }),
    failure: ({ square }) =>
      square === 0 ? new InterpBenchError("E_DATA", "nothing came of it") : undefined,
    async prepare({ subject, config: { offset } }) {
      const { id } = subject.case as { readonly id: string };
      if (offset < -Number(id)) throw new InterpBenchError("E_DATA", `${offset} is too low`);
      return { case: id, config: { offset, id: Number(id) }, seeds: { x: 1 }, run };
    },
  });
  return defineCommand({
    path: ["square"],
    summary: "Square the number of a case",
    options: z.object({ offset: z.int().default(0), ...caseOptions, ...jobOptions }),
    run: (context, options) =>
      runJobs(context, options, {
        kind: "square",
        kinds: [kind],
        jobs: selectIds(options.indices, ["1", "2", "10"]).map((id) => ({
          case: id,
          plan: {
            kind: "square",
            subject: { case: { id } },
            config: { offset: options.offset },
          },
        })),
        text: (document) => `${document.case}² = ${document.square}\n`,
      }),
  });
}

const calls: string[] = [];
const square: Work = async ({ draft, begin }) => {
  const id = draft.folder.split(/[\\/]/).at(-2)!;
  calls.push(id);
  begin("steps", 1).update(1);
  if (id === "2") throw new InterpBenchError("E_DATA", "two is odd", { hint: "Take another." });
  draft.write("notes.txt", "done");
  return { case: id, square: Number(id) ** 2 };
};

async function run(line: string, work = square, signal = new AbortController().signal) {
  calls.length = 0;
  const { io, written } = memoryIo({ cwd, signal });
  const commands = { commands: [squaring(work)], groups: {} };
  const exitCode = await runCli(["square", ...line.split(" ")], io, commands);
  return { exitCode, calls: [...calls], ...written };
}

describe("one job", () => {
  it("gives its document with its folder, and keeps it in the store", async () => {
    const { exitCode, stdout } = await run("-i 10 --json");
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toEqual({
      schema: "interpbench/square@1",
      case: "10",
      square: 100,
      seconds: expect.any(Number),
      folder: expect.stringMatching(/^results\/square\/10\/[0-9a-f]{12}$/),
    });
    expect(readdirSync(join(cwd, document.folder)).sort()).toEqual(["notes.txt", "result.json"]);
  });

  it("is reused when it is finished, and done again beside it with --force", async () => {
    const first = await run("-i 10 --json");
    const folder = join(cwd, JSON.parse(first.stdout).folder);
    // Of a process that was killed as it finished.
    writeFileSync(join(folder, "checkpoint.state"), "");
    const second = await run("-i 10 --json");
    expect(second.calls).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["notes.txt", "result.json"]);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toMatch(
      /^square 10 {2}finished already, see results\/square\/10\/\w+\n$/,
    );
    const third = await run("-i 10 --json --force");
    expect(third.calls).toEqual(["10"]);
    expect(JSON.parse(third.stdout).folder).toBe(`${JSON.parse(first.stdout).folder}-2`);
    expect((await run("-i 10 --offset 1")).calls).toEqual(["10"]);
  });

  it("that fails is the failure of the program", async () => {
    const { exitCode, stdout, stderr } = await run("-i 2 --json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: "interpbench/error@1", code: "E_DATA" });
    expect(stderr).toBe(
      "✗ square 2  E_DATA: two is odd. Take another.\nerror: E_DATA: two is odd. Take another.\n",
    );
  });

  it("whose output folder cannot be written fails before it starts", async () => {
    writeFileSync(join(cwd, "file"), "");
    const { exitCode, calls: begun, stderr } = await run("-i 10 -o file/results");
    expect([exitCode, begun]).toEqual([1, []]);
    expect(stderr).toContain("E_OUTPUT: cannot write to the output folder");
  });
});

describe("a result that is a failure", () => {
  const nothing: Work = async ({ draft }) => {
    const id = draft.folder.split(/[\\/]/).at(-2)!;
    return { case: id, square: id === "10" ? 0 : Number(id) ** 2 };
  };

  it("is given and kept, with the exit code of a failure, also when it is found again", async () => {
    for (const note of ["", "square 10  finished already"]) {
      const { exitCode, stdout, stderr } = await run("-i 10 --json", nothing);
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ schema: "interpbench/square@1", square: 0 });
      expect(stderr).toContain(note);
      expect(stderr).toContain("warning: square 10: E_DATA: nothing came of it");
    }
  });

  it("is among the results and the failures of several", async () => {
    const { exitCode, stdout } = await run("-i 1,10 --json", nothing);
    expect(exitCode).toBe(1);
    const { results, failures } = JSON.parse(stdout);
    expect(results.map(({ square }: { square: number }) => square)).toEqual([1, 0]);
    expect(failures).toMatchObject([{ case: "10", code: "E_DATA", message: "nothing came of it" }]);
  });
});

describe("several jobs", () => {
  it("run in numeric order, survive a failing one, and exit with 1", async () => {
    const { exitCode, stdout, calls: done } = await run("--json");
    expect(exitCode).toBe(1);
    expect(done).toEqual(["1", "2", "10"]);
    const { schema, results, failures } = JSON.parse(stdout);
    expect(schema).toBe("interpbench/batch@1");
    expect(results.map((result: { square: number }) => result.square)).toEqual([1, 100]);
    expect(results[0].schema).toBe("interpbench/square@1");
    expect(failures).toMatchObject([{ case: "2", code: "E_DATA", message: "two is odd" }]);
  });

  it("list failures last for people", async () => {
    const { stdout } = await run("-i 10,2,1");
    expect(stdout).toBe(
      "1² = 1\n\n10² = 100\n\n1 of 3 cases failed:\n  2  E_DATA: two is odd. Take another.\n",
    );
  });

  it("exit with 0 if all succeed", async () => {
    expect((await run("-i 1,10")).exitCode).toBe(0);
  });

  it("that are unknown exit with 2 before anything is done", async () => {
    const { exitCode, stderr, calls: begun } = await run("-i 1,11");
    expect([exitCode, begun]).toEqual([2, []]);
    expect(stderr).toBe(
      'error: E_CASE: no case "11" (at --indices) — expected a number: 1 to 2, 10. The command "cases list" lists them.\n',
    );
  });
});

describe("--dry-run", () => {
  it("tells what would be done and does nothing", async () => {
    await run("-i 1");
    const { stdout, calls: done } = await run("--dry-run --json");
    expect(done).toEqual([]);
    expect(JSON.parse(stdout).jobs).toMatchObject([
      { case: "1", action: "reuse", config: { offset: 0, id: 1 } },
      { case: "2", action: "do" },
      { case: "10", action: "do" },
    ]);
    expect((await run("--dry-run -i 1 --force")).stdout).toContain("do again");
  });

  it("goes on after a job that cannot be planned, and tells of it as doing it would", async () => {
    const json = await run("--dry-run --offset=-2 --json");
    expect([json.exitCode, json.calls]).toEqual([1, []]);
    const { jobs, failures } = JSON.parse(json.stdout);
    expect(jobs).toMatchObject([{ case: "2" }, { case: "10" }]);
    expect(failures).toMatchObject([{ case: "1", code: "E_DATA", message: "-2 is too low" }]);
    expect((await run("--dry-run --offset=-2")).stdout).toMatch(
      /^case +action +folder\n2 +do .*\n10 +do .*\n\n1 of 3 cases failed:\n {2}1 {2}E_DATA: -2 is too low\n$/,
    );
    const one = await run("--dry-run --offset=-2 -i 1");
    expect([one.exitCode, one.stderr]).toEqual([1, "error: E_DATA: -2 is too low\n"]);
    expect(existsSync(join(cwd, "results", "square", "2"))).toBe(false);
  });
});

describe("an interrupted job", () => {
  it("saves, exits with 130, and goes on where it was", async () => {
    const controller = new AbortController();
    const counting: Work = async ({ checkpoint, begin, signal }) => {
      let done = checkpoint.restore((state) => Number(Buffer.from(state).toString())) ?? 0;
      const job = begin("steps", 6, { done });
      for (calls.push(`from ${done}`); done < 6; ) {
        if (signal.aborted) {
          checkpoint.save(String(done));
          throw signal.reason;
        }
        done += 1;
        job.update(done);
        if (done === 4) controller.abort();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return { case: "1", square: done };
    };
    const first = await run("-i 1,10", counting, controller.signal);
    expect(first).toMatchObject({ exitCode: 130, stdout: "", calls: ["from 0"] });
    expect(first.stderr.trimEnd().split("\n").at(-1)).toBe("interrupted");

    const second = await run("-i 1 --json", counting);
    expect(second).toMatchObject({ exitCode: 0, calls: ["from 4"] });
    const document = JSON.parse(second.stdout);
    expect(document.square).toBe(6);
    expect(readdirSync(join(cwd, document.folder))).toEqual(["result.json"]);
  });
});
