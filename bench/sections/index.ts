import type { Section } from "../section.ts";
import { case3 } from "./case3.ts";
import { memory } from "./memory.ts";
import { ops } from "./ops.ts";
import { sparse } from "./sparse.ts";
import { steps } from "./steps.ts";
import { threads } from "./threads.ts";

/** The sections in the order in which they run. */
export const SECTIONS: readonly Section[] = [ops, steps, threads, case3, sparse, memory];
