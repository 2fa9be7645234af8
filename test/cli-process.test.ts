import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/* The program as a process: streams, signals, exit codes. The rest is tested through runCli. */

const root = fileURLToPath(new URL("..", import.meta.url));

let bundle: string;
let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "process-"));
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  bundle = mkdtempSync(join(cache, "cli-"));
  await build({
    config: false,
    cwd: root,
    entry: { main: "src/cli/main.ts" },
    outDir: bundle,
    format: "esm",
    platform: "neutral",
    target: "node20",
    dts: false,
    fixedExtension: false,
    logLevel: "silent",
    deps: { neverBundle: [/^node:/, "commander", "zod"] },
  });
});
afterAll(() => {
  for (const folder of [bundle, cwd]) rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(line: string, env: Record<string, string> = {}): ChildProcess {
  const given = [join(bundle, "main.js"), ...line.split(" ")];
  return spawn(process.execPath, given, { cwd, env: { PATH: process.env.PATH ?? "", ...env } });
}

/** What a process wrote until it ended; `onError` sees standard error as it comes. */
function ended(child: ChildProcess, onError: (text: string) => void = () => {}): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  child.stdout!.on("data", (data) => {
    written.stdout += data;
  });
  child.stderr!.on("data", (data) => {
    written.stderr += data;
    onError(written.stderr);
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...written })));
}

describe("the process", () => {
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

  it("ends quietly when nobody reads on", async () => {
    const child = start("cases list --json");
    child.stdout!.destroy();
    const { code, stderr } = await ended(child);
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("saves and ends with 130 on Ctrl-C, and goes on afterwards", async () => {
    const line =
      "train iit -i 3 --recipe fast --no-early-stop --epochs 40 --threads 1 --backend wasm --log json";
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
    expect(readdirSync(folder)).toEqual(["checkpoint.safetensors"]);

    const again = await ended(start(`${line} --json`));
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("goes on after epoch");
    expect(JSON.parse(again.stdout)).toMatchObject({ epochs: 40, steps: 40 * 256 });
    expect(readdirSync(folder)).not.toContain("checkpoint.safetensors");
  });
});
