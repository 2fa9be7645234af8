import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stepShape } from "./step.ts";
import { openTorch, type TorchPeer, torchPython } from "./torch.ts";

const folder = mkdtempSync(join(tmpdir(), "bench-torch-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An interpreter that pays no attention to the script it is given. */
function interpreter(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!${process.execPath}\n${code}`, { mode: 0o755 });
  return path;
}

/** Answers with the number of threads, the width and the seconds asked for; gives up at width 64. */
const peer = interpreter(
  "peer",
  `console.log(JSON.stringify({ torch: "1.2.3" }));
require("node:readline").createInterface(process.stdin).on("line", (line) => {
  const { shape, seconds } = JSON.parse(line);
  if (shape.dModel === 64) {
    console.error("Traceback\\nMemoryError: too large");
    process.exit(1);
  }
  const result = process.argv[2].split("/").at(-1);
  console.log(JSON.stringify({ times: [Number(process.argv[3]), shape.dModel, seconds], result }));
});`,
);

describe("torchPython", () => {
  it("is python3 unless the environment says otherwise", () => {
    expect(torchPython({})).toBe("python3");
    expect(torchPython({ INTERPBENCH_PYTHON: "/opt/python" })).toBe("/opt/python");
  });
});

describe("openTorch", () => {
  it("says why there is no PyTorch", async () => {
    const nowhere = join(folder, "nowhere");
    expect(await openTorch("torch_step", 1, nowhere)).toEqual({
      missing: `spawn ${nowhere} ENOENT`,
    });
    const bare = interpreter(
      "bare",
      `console.error("Traceback\\nModuleNotFoundError: No module named 'torch'"); process.exit(1);`,
    );
    expect(await openTorch("torch_step", 1, bare)).toEqual({
      missing: "ModuleNotFoundError: No module named 'torch'",
    });
    const mute = interpreter("mute", "process.exit(3);");
    expect(await openTorch("torch_step", 1, mute)).toEqual({ missing: `${mute} ended with 3` });
  });

  it("asks a step at a time", async () => {
    const torch = (await openTorch("torch_step", 2, peer)) as TorchPeer;
    expect(torch.version).toBe("1.2.3");
    const contestant = torch.contestant({ shape: stepShape("d_model 20") });
    expect(await contestant.slice(0.5)).toEqual([2, 20, 0.5]);
    expect(await torch.contestant({ shape: stepShape("d_model 4") }).slice(0)).toEqual([2, 4, 0]);
    const shape = stepShape("d_model 4");
    expect(await torch.resultOf({ shape })).toBe("torch_step.py");
    expect(torch.failure()).toBeUndefined();
    torch.close();
  });

  it("goes on without a PyTorch that ends early", async () => {
    const torch = (await openTorch("torch_step", 1, peer)) as TorchPeer;
    expect(await torch.contestant({ shape: stepShape("d_model 64") }).slice(0)).toEqual([]);
    expect(await torch.contestant({ shape: stepShape("d_model 4") }).slice(0)).toEqual([]);
    expect(torch.failure()).toBe("MemoryError: too large");
    torch.close();
  });
});
