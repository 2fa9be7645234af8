import { listAlgorithms } from "../discovery/index.ts";
import type { JobKind } from "./kind.ts";
import { auditKind } from "./plans/audit.ts";
import { compilationKind } from "./plans/compile.ts";
import { demoKind } from "./plans/demo.ts";
import { builtInDiscovery } from "./plans/discover.ts";
import { nodeEffectsKind } from "./plans/effects.ts";
import { halfKind } from "./plans/half.ts";
import { leaderboardKind } from "./plans/leaderboard.ts";
import { linearCompressionKind } from "./plans/linear-compression.ts";
import { nonLinearCompressionKind } from "./plans/non-linear-compression.ts";
import { realismKind, truthRealismKind } from "./plans/realism.ts";
import { scoreKind } from "./plans/score.ts";
import { studyKind } from "./plans/study.ts";
import { trainingKind } from "./plans/train.ts";

/** The kinds of work that are built in. */
export const jobKinds: readonly JobKind[] = [
  compilationKind,
  trainingKind,
  linearCompressionKind,
  nonLinearCompressionKind,
  nodeEffectsKind,
  realismKind,
  truthRealismKind,
  halfKind,
  auditKind,
  ...listAlgorithms().map(({ name }) => builtInDiscovery(name)),
  scoreKind,
  demoKind,
  leaderboardKind,
  studyKind,
];
