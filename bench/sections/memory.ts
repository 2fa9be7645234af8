import { openBackend } from "../../src/engine/index.node.ts";
import type { MemoryUse } from "../../src/engine/index.ts";
import { threadCounts } from "../backends.ts";
import type { Section } from "../section.ts";
import { prepareStep, stepShape } from "../step.ts";
import { makeTable, rounded } from "../table.ts";

const SHAPES = ["case 3", "d_model 64", "IOI"].map(stepShape);

/** The memory of a backend that has done one training step. */
interface MemoryRow extends MemoryUse {
  readonly step: string;
  readonly threads: number;
}

const MEBIBYTE = 2 ** 20;

/** What training steps take of a backend's memory: parameters, moments, data, program and run. */
export const memory: Section = {
  name: "memory",
  summary: "Memory of training steps",
  async run({ progress }) {
    const rows: MemoryRow[] = [];
    for (const shape of SHAPES) {
      for (const threads of threadCounts()) {
        progress(`${shape.name}, threads: ${threads}`);
        const backend = await openBackend("auto", { threads });
        prepareStep(backend, shape).run();
        const use = backend.memory();
        backend.dispose();
        if (use !== undefined) rows.push({ step: shape.name, threads, ...use });
      }
    }
    return [
      makeTable(
        "Memory of a training step, batch 256",
        [
          { heading: "training step", value: ({ step }) => step },
          { heading: "threads", value: ({ threads }) => threads },
          { heading: "peak MiB", value: ({ peak }) => rounded(peak / MEBIBYTE) },
          { heading: "reserved MiB", value: ({ reserved }) => rounded(reserved / MEBIBYTE) },
        ],
        rows,
      ),
    ];
  },
};
