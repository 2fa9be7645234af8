import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { StepShape } from "./step.ts";

const SCRIPT = fileURLToPath(new URL("peers/torch_step.py", import.meta.url));

/** A median and minimum in milliseconds, as torch_step.py prints them. */
export interface TorchTiming {
  readonly median: number;
  readonly minimum: number;
  readonly torch: string;
}

/** PyTorch's times for the shapes; `undefined` where there is no python3 with torch. */
export async function torchSteps(
  shapes: readonly StepShape[],
): Promise<readonly TorchTiming[] | undefined> {
  const python = spawn("python3", [SCRIPT], { stdio: ["pipe", "pipe", "ignore"] });
  python.on("error", () => {});
  python.stdin.on("error", () => {});
  python.stdin.end(shapes.map((shape) => `${JSON.stringify(shape)}\n`).join(""));
  const timings: TorchTiming[] = [];
  for await (const line of createInterface(python.stdout)) timings.push(JSON.parse(line));
  return timings.length === shapes.length ? timings : undefined;
}
