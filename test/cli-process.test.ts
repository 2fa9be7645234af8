import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtPackage } from "./build.testing.ts";

/* The program as a process: streams, signals, exit codes. The rest is tested through runCli. */

let bundle: string;
let cwd: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "process-"));
  bundle = await builtPackage();
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(cwd, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  line: string,
  env: Record<string, string> = {},
  stdio: StdioOptions = "pipe",
): ChildProcess {
  const given = [join(bundle, "cli/main.js"), ...line.split(" ")];
  const options = { cwd, stdio, env: { PATH: process.env.PATH ?? "", ...env } };
  const child = spawn(process.execPath, given, options);
  children.push(child);
  return child;
}

/** What a process wrote until it ended; `onError` sees standard error as it comes. */
function ended(child: ChildProcess, onError: (text: string) => void = () => {}): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  child.stdout?.on("data", (data) => {
    written.stdout += data;
  });
  child.stderr!.on("data", (data) => {
    written.stderr += data;
    onError(written.stderr);
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...written })));
}

describe("the process", () => {
  it("loads one package at its start, and what else it needs when it needs it", () => {
    const files = readdirSync(bundle, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".js"),
    );
    const texts = files.map((file) => readFileSync(join(bundle, file), "utf8"));
    const imports = texts.flatMap((text) =>
      Array.from(text.matchAll(/^import (?:[^"]+ from )?"([^"]+)";$/gm), ([, from]) => from!),
    );
    const packages = imports.filter((from) => !/^(\.|node:)/.test(from));
    expect([...new Set(packages)]).toEqual(["commander"]);
    // Of Zod's translations only what it speaks by itself.
    const locales = texts.flatMap((text) => text.match(/zod\/v4\/locales\/.*(?=\.js)/g) ?? []);
    expect([...new Set(locales)]).toEqual(["zod/v4/locales/en"]);
  });

  it("says its version, and ends with 0", async () => {
    const { code, stdout, stderr } = await ended(start("--version"));
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("ends with 2 after a wrong flag, and writes nothing to standard output", async () => {
    expect(await ended(start("train iit --epohcs 3"))).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: E_FLAG: no flag "--epohcs". Did you mean "--epochs" or "--force"?\n',
    });
  });

  it("has no colours when it writes to a pipe, unless they are forced", async () => {
    expect((await ended(start("cases run 3 --input x"))).stdout).not.toContain("\u001b[");
    const forced = await ended(start("cases run 3 --input x", { FORCE_COLOR: "1" }));
    expect(forced.stdout).toContain("\u001b[1m");
    const both = await ended(start("cases run 3 --input x", { FORCE_COLOR: "1", NO_COLOR: "1" }));
    expect(both.stdout).not.toContain("\u001b[");
  });

  it.skipIf(!existsSync("/dev/full"))("says that its output cannot be written", async () => {
    for (const line of ["cases list", "cases list --json", "--help", "cases show 3 --json"]) {
      const full = openSync("/dev/full", "w");
      const child = start(line, {}, ["ignore", full, "pipe"]);
      const { code, stderr } = await ended(child);
      closeSync(full);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: E_OUTPUT: cannot write to standard output — received ENOSPC/);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });

  it.skipIf(process.platform !== "linux")("says that its folder is gone", async () => {
    const gone = mkdtempSync(join(cwd, "gone-"));
    const line = `cd ${gone} && rmdir ${gone} && exec "$0" "$1" cases list --json`;
    const child = spawn("sh", ["-c", line, process.execPath, join(bundle, "cli/main.js")]);
    const { code, stdout, stderr } = await ended(child);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "error: E_FOLDER: the working directory does not exist any more. Change to a folder that is there.\n",
    );
    expect(JSON.parse(stdout)).toMatchObject({ schema: "interpbench/error@1", code: "E_FOLDER" });
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("saves and ends with 130 on %s", async (signal) => {
    const line = "train iit -i 3 --recipe fast --no-early-stop --epochs 40 --log json";
    const child = start(`${line} -o ${signal}`);
    child.stderr!.once("data", () => child.kill(signal));
    expect((await ended(child)).code).toBe(130);
    const [address] = readdirSync(join(cwd, signal, "train-iit/3"));
    expect(readdirSync(join(cwd, signal, "train-iit/3", address!))).toContain("checkpoint.state");
  });

  it("does what another process is doing only once", async () => {
    const line = "run sp -i 3 --tracr --epochs 2000 --data-size 60 -o both --json";
    const [one, other] = await Promise.all([ended(start(line)), ended(start(line))]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(JSON.parse(other.stdout)).toEqual(JSON.parse(one.stdout));
    expect(readdirSync(join(cwd, "both/run-sp/3"))).toHaveLength(1);
    expect(one.stderr + other.stderr).toContain("finished already");
  });

  it("saves and stops when nobody hears of its work any more", async () => {
    const child = start(
      "train iit -i 3 --recipe fast --no-early-stop --epochs 40 -o unheard --log json",
    );
    child.stderr!.once("data", () => child.stderr!.destroy());
    const { code, stdout } = await ended(child);
    expect([code, stdout]).toEqual([130, ""]);
    const [address] = readdirSync(join(cwd, "unheard/train-iit/3"));
    expect(readdirSync(join(cwd, "unheard/train-iit/3", address!))).toContain("checkpoint.state");
  });

  it("ends quietly when nobody reads on", async () => {
    const child = start("cases list --json");
    child.stdout!.destroy();
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("saves and ends with 130 on Ctrl-C, and goes on afterwards", async () => {
    const line =
      "train iit -i 3 --recipe fast --no-early-stop --updates 1024 --threads 1 --backend wasm --log json";
    const child = start(line);
    let isInterrupted = false;
    const stopped = await ended(child, (text) => {
      if (isInterrupted || !/"done":[1-9]/.test(text)) return;
      isInterrupted = child.kill("SIGINT");
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe("");
    expect(stopped.stderr.trimEnd().split("\n").at(-1)).toBe("interrupted");
    const [address] = readdirSync(join(cwd, "results/train-iit/3"));
    const folder = join(cwd, "results/train-iit/3", address!);
    expect(readdirSync(folder)).toContain("checkpoint.state");

    const again = await ended(start(`${line} --json`));
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/goes on after \d+ updates/);
    expect(JSON.parse(again.stdout)).toMatchObject({ epochs: 2, steps: 1024 });
    expect(readdirSync(folder)).not.toContain("checkpoint.state");
  });
});

/** The files below a folder with their contents, without the times that they record. */
function filesIn(folder: string): [name: string, content: string][] {
  const times = /"(seconds|processorSeconds|startedAt)": [^\n]*/g;
  return readdirSync(join(cwd, folder), { recursive: true, encoding: "utf8" })
    .sort()
    .filter((name) => statSync(join(cwd, folder, name)).isFile())
    .map((name) => {
      const text = readFileSync(join(cwd, folder, name), "latin1");
      return [name, name.endsWith(".json") ? text.replaceAll(times, "") : text];
    });
}

describe("several cases on several threads", () => {
  const TRAIN =
    "train iit --recipe fast --no-early-stop --epochs 2 --num-samples 1000 --train-pairs 1024 --validation-pairs 64 --backend wasm --log json";

  /** The documents of a command on so many threads; what depends on time and place is left out. */
  async function batchOn(threads: number, line: string) {
    const folder = `on-${threads}`;
    const child = start(`${line} -o ${folder} --threads ${threads} --json`);
    const { code, stdout, stderr } = await ended(child);
    expect(code, stderr).toBe(0);
    const { results, failures } = JSON.parse(stdout);
    expect(failures).toEqual([]);
    return results.map((result: { folder: string }) => ({
      ...result,
      seconds: undefined,
      folder: result.folder.replace(folder, ""),
    }));
  }

  it.each([
    ["train iit", `${TRAIN} -i 11,3,4`, ["3", "4", "11"]],
    ["run eap", "run eap -i 11,3 --edge-count 4", ["3", "11"]],
    ["eval iit", "eval iit -i 11,3 --max-pairs 256 --max-len 256", ["3", "11"]],
  ])("of %s have the same bytes as one after the other, in order", async (_, line, ids) => {
    const results = await batchOn(1, line);
    expect(results.map((result: { case: string }) => result.case)).toEqual(ids);
    expect(await batchOn(3, line)).toEqual(results);
    expect(filesIn("on-3")).toEqual(filesIn("on-1"));
  });

  it("each tell once that they did not reach their goal", async () => {
    const line =
      "train iit -i 3,4 --recipe fast --updates 4 --num-samples 100 --train-pairs 64 --validation-pairs 64";
    const child = start(`${line} --threads 2 --backend wasm --log plain -o fallen --json`);
    const { code, stdout, stderr } = await ended(child);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      results: [{ case: "3" }, { case: "4" }],
      failures: [
        { case: "3", code: "E_NOT_REACHED" },
        { case: "4", code: "E_NOT_REACHED" },
      ],
    });
    for (const id of ["3", "4"]) {
      expect(stderr.split(`warning: train iit ${id}: E_NOT_REACHED`)).toHaveLength(2);
    }
  });

  it("all save on Ctrl-C, and end as if they had not been interrupted", async () => {
    const line = `${TRAIN} -i 4,11 --threads 2 -o stopped`;
    const child = start(line);
    let isInterrupted = false;
    const stopped = await ended(child, (text) => {
      const haveBegun = ["4", "11"].every((id) => text.includes(`"train iit ${id}"`));
      if (haveBegun && !isInterrupted) isInterrupted = child.kill("SIGINT");
    });
    expect([stopped.code, stopped.stdout]).toEqual([130, ""]);
    expect(stopped.stderr.trimEnd().split("\n").at(-1)).toBe("interrupted");
    const left = filesIn("stopped").map(([name]) => basename(name));
    expect(left.filter((name) => name === "checkpoint.state")).toHaveLength(2);

    const again = await ended(start(line));
    expect(again.code).toBe(0);
    for (const id of ["4", "11"]) {
      expect(again.stderr).toContain(`train iit ${id}  goes on after`);
      expect(filesIn(`stopped/train-iit/${id}`)).toEqual(filesIn(`on-1/train-iit/${id}`));
    }
  });

  /** An environment in which every thread runs `code` wherever it would `post` a `report`. */
  const preloading = (name: string, code: string) => {
    const file = join(cwd, `${name}.cjs`);
    writeFileSync(
      file,
      `const { parentPort } = require("node:worker_threads");
      const post = parentPort?.postMessage.bind(parentPort);
      if (parentPort !== null) parentPort.postMessage = (report) => { ${code} };`,
    );
    return { NODE_OPTIONS: `--require ${file}` };
  };

  it("outlive one whose thread dies, which is listed in the end", async () => {
    const env = preloading(
      "die",
      `if (report.value?.artifact?.result.case === "4") process.exit(7);
      post(report);`,
    );
    const line = "run random -i 3,4,11 --tracr --edge-count 4 --threads 2 --json";
    const { code, stdout } = await ended(start(line, env));
    expect(code).toBe(1);
    const { results, failures } = JSON.parse(stdout);
    expect(results.map((result: { case: string }) => result.case)).toEqual(["3", "11"]);
    expect(failures).toMatchObject([{ case: "4", code: "E_WORKER", received: "exit code 7" }]);
  });

  it("end at once on the second Ctrl-C, even if a thread is deaf", async () => {
    // Deaf once it has told of progress; later than the last event, or that would not be logged.
    const env = preloading(
      "deaf",
      `const isUpdate = report.message?.kind === "update";
      for (const end = Date.now() + 600; isUpdate && Date.now() < end; );
      post(report);
      while (isUpdate);`,
    );
    const line = `${TRAIN} -i 3,11 --threads 2 -o deaf`;
    const child = start(line, env);
    let again: ReturnType<typeof setInterval> | undefined;
    const { code, stderr } = await ended(child, (text) => {
      if (/"done":(?!0,)/.test(text)) again ??= setInterval(() => child.kill("SIGINT"), 50);
    });
    clearInterval(again);
    expect(code).toBe(130);
    expect(stderr).not.toContain("interrupted");
  });
});

describe("a program file", () => {
  const compile = (name: string, text: string) => {
    writeFileSync(join(cwd, name), text);
    return start(`compile ${name} --json`);
  };

  it.concurrent.each([
    ["load.mjs", "console.error('begun'); for (;;);"],
    ["waits.mjs", "console.error('begun'); await new Promise(() => {}); export default 1;"],
    [
      "map.mjs",
      "export default ({ map, tokens }) => ({ program: map(() => { console.error('begun'); for (;;); }, tokens), vocab: [0], maxSeqLen: 3 });",
    ],
  ])("that never ends can be stopped by Ctrl-C: %s", async (name, text) => {
    const child = compile(name, text);
    let isInterrupted = false;
    const { code, stdout, stderr } = await ended(child, (written) => {
      if (!isInterrupted && written.includes("begun")) isInterrupted = child.kill("SIGINT");
    });
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("interrupted");
  });

  it("that ends the process is a failure, and leaves no model", async () => {
    const program =
      "let n = 0; export default ({ map, tokens }) => ({ program: map((x) => { if (n++ > 3) process.exit(0); return x; }, tokens), vocab: [0, 1], maxSeqLen: 3 });";
    const { code, stdout, stderr } = await ended(compile("exit.mjs", program));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ code: "E_PROGRAM", received: "process.exit(0)" });
    expect(stderr).toContain("error: E_PROGRAM: the file does more than define a program");
    expect(
      filesIn(".").filter(([name]) => name.includes("compile/exit/") && name.endsWith("json")),
    ).toEqual([]);
  });

  it("can print, throw away handles and be wrong without harm to the one document", async () => {
    const program =
      "console.log('printed'); process.stdout.write('raw'); setInterval(() => {}, 1000); export default ({ makeHist }) => ({ program: makeHist(), vocab: [0], maxSeqLen: 3 });";
    const good = await ended(compile("prints.mjs", program));
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({ case: "prints" });
    expect(good.stderr).toContain("printed");
    expect(good.stderr).toContain("raw");
    const bad = await ended(compile("wrong.mjs", "export default 3;"));
    expect([bad.code, JSON.parse(bad.stdout).code]).toEqual([2, "E_PROGRAM"]);
  });
});
