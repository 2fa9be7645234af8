import { cpus } from "node:os";
import { hasNativeKernels, openBackend } from "../src/engine/index.node.ts";
import type { Backend } from "../src/engine/index.ts";
import { type Column, formatTable } from "../src/report/index.ts";
import { type Case3Times, timeCase3 } from "./case3.ts";
import { measure, type Timing } from "./measure.ts";
import { forwardFlops, prepareStep, STEP_SHAPES, type StepShape } from "./step.ts";
import { type TorchTiming, torchSteps } from "./torch.ts";

/**
 * `npm run bench [-- --json]`: training steps on every backend (beside PyTorch's, where there is
 * one) and the work on case 3. Compare ratios within one run; single times depend on the machine.
 */

interface StepRow {
  readonly shape: string;
  /** Floating-point operations of a step. */
  readonly flops: number;
  readonly times: Readonly<Record<string, Timing>>;
  readonly torch: TorchTiming | undefined;
}

interface Case3Row extends Case3Times {
  readonly backend: string;
}

function timeStep(backend: Backend, shape: StepShape): Timing {
  const step = prepareStep(backend, shape);
  const timing = measure(step.run);
  step.dispose();
  return timing;
}

async function benchSteps(backends: Readonly<Record<string, Backend>>): Promise<StepRow[]> {
  const torch = await torchSteps(STEP_SHAPES);
  return STEP_SHAPES.map((shape, i) => ({
    shape: shape.name,
    flops: 3 * forwardFlops(shape),
    times: Object.fromEntries(
      Object.entries(backends).map(([name, backend]) => [name, timeStep(backend, shape)]),
    ),
    torch: torch?.[i],
  }));
}

function stepColumns(names: readonly string[]): Column<StepRow>[] {
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
  return [
    { heading: "training step", value: (row) => row.shape },
    ...names.flatMap((name): Column<StepRow>[] => [
      { heading: `${name} ms`, value: ({ times }) => rounded(times[name]!.median, 2) },
      {
        heading: "GFLOP/s",
        value: ({ times, flops }) => rounded(flops / times[name]!.median / 1e6, 1),
      },
    ]),
    { heading: "torch ms", value: ({ torch }) => torch && rounded(torch.median, 2) },
    ...names.map(
      (name): Column<StepRow> => ({
        heading: `torch / ${name}`,
        value: ({ torch, times }) => torch && rounded(torch.median / times[name]!.median, 1),
      }),
    ),
  ];
}

const CASE_3_COLUMNS: readonly Column<Case3Row>[] = [
  { heading: "case 3", value: (row) => row.backend },
  { heading: "SIIT epoch s", value: (row) => Number(row.epoch.toFixed(2)) },
  { heading: "ACDC ms", value: (row) => Math.round(row.acdc * 1000) },
  { heading: "EAP ms", value: (row) => Math.round(row.eap * 1000) },
  { heading: "EAP, 11 points ms", value: (row) => Math.round(row.integratedGradients * 1000) },
];

async function openBackends(): Promise<Record<string, Backend>> {
  const wasm = await openBackend("wasm");
  return hasNativeKernels() ? { native: await openBackend("native"), wasm } : { wasm };
}

const backends = await openBackends();
const steps = await benchSteps(backends);
const case3: Case3Row[] = [];
for (const [backend, opened] of Object.entries(backends)) {
  case3.push({ backend, ...(await timeCase3(opened)) });
}
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ machine, steps, case3 }, undefined, 2));
} else {
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, one thread\n`);
  console.log(formatTable(stepColumns(Object.keys(backends)), steps));
  if (steps[0]?.torch === undefined) {
    console.log("PyTorch was skipped: there is no python3 with torch here.\n");
  }
  console.log(formatTable(CASE_3_COLUMNS, case3));
}
