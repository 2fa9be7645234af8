import type { Section } from "../section.ts";
import { case3 } from "./case3.ts";
import { compile } from "./compile.ts";
import { discovery } from "./discovery.ts";
import { explorer } from "./explorer.ts";
import { files } from "./files.ts";
import { generated } from "./generated.ts";
import { growth } from "./growth.ts";
import { ioi } from "./ioi.ts";
import { memory } from "./memory.ts";
import { ops } from "./ops.ts";
import { sparse } from "./sparse.ts";
import { steps } from "./steps.ts";
import { threads } from "./threads.ts";

/** The sections in the order in which they run; `compile` first, to see a cold start. */
export const SECTIONS: readonly Section[] = [
  compile,
  ops,
  steps,
  threads,
  growth,
  case3,
  discovery,
  ioi,
  sparse,
  files,
  generated,
  memory,
  explorer,
];
