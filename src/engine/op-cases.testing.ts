import { attention } from "./op-cases/attention.testing.ts";
import { constants } from "./op-cases/constants.testing.ts";
import { contractions } from "./op-cases/contractions.testing.ts";
import { elementwise } from "./op-cases/elementwise.testing.ts";
import { fused } from "./op-cases/fused.testing.ts";
import { lookups } from "./op-cases/lookups.testing.ts";
import type { OpCase } from "./op-cases/op-case.testing.ts";
import { reductions } from "./op-cases/reductions.testing.ts";
import { views } from "./op-cases/views.testing.ts";
import { whole } from "./op-cases/whole.testing.ts";

/** Every operation, on shapes with axes of size 0 and 1 first. */
export const OP_CASES: readonly OpCase[] = [
  ...elementwise,
  ...contractions,
  ...views,
  ...reductions,
  ...lookups,
  ...fused,
  ...attention,
  ...constants,
  ...whole,
];
