import type { Command } from "./command.ts";
import { audit } from "./commands/audit.ts";
import { casesCheck } from "./commands/cases/check.ts";
import { casesGenerate } from "./commands/cases/generate.ts";
import { casesList } from "./commands/cases/list.ts";
import { casesMetadata } from "./commands/cases/metadata.ts";
import { casesRun } from "./commands/cases/run.ts";
import { casesShow } from "./commands/cases/show.ts";
import { compile } from "./commands/compile.ts";
import { demo } from "./commands/demo.ts";
import { doctor } from "./commands/doctor.ts";
import { emitCommands } from "./commands/emit.ts";
import { evalGtNodeRealism } from "./commands/eval/gt-node-realism.ts";
import { evalIit } from "./commands/eval/iit.ts";
import { evalIitAcdc } from "./commands/eval/iit-acdc.ts";
import { evalIoi } from "./commands/eval/ioi.ts";
import { evalIoiAcdc } from "./commands/eval/ioi-acdc.ts";
import { evalNodeRealism } from "./commands/eval/node-realism.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { leaderboard } from "./commands/leaderboard.ts";
import { pull } from "./commands/pull.ts";
import { report } from "./commands/report.ts";
import { score } from "./commands/score.ts";
import { serve } from "./commands/serve.ts";
import { study } from "./commands/study.ts";
import { trainIit } from "./commands/train/iit.ts";
import { trainIoi } from "./commands/train/ioi.ts";
import { trainLinearCompression } from "./commands/train/linear-compression.ts";
import { trainNatural } from "./commands/train/natural.ts";
import { trainNonLinearCompression } from "./commands/train/non-linear-compression.ts";
import { work } from "./commands/work.ts";
import { zooCommands } from "./commands/zoo.ts";

/** All commands and what the first words of the two-word ones mean. */
export interface Registry {
  readonly commands: readonly Command[];
  readonly groups: Readonly<Record<string, string>>;
  /** Commands about others, made of what throws unless words are one of those, with options that fit. */
  readonly about?: (check: (words: readonly string[]) => void) => readonly Command[];
}

/** The commands of `interpbench`, in the order of its help, with those that run algorithms. */
export const registryWith = (runCommands: readonly Command[]): Registry => ({
  commands: [
    demo,
    casesList,
    casesShow,
    casesRun,
    casesGenerate,
    casesCheck,
    casesMetadata,
    compile,
    trainIit,
    trainNatural,
    trainIoi,
    trainLinearCompression,
    trainNonLinearCompression,
    ...runCommands,
    evalIit,
    evalIoi,
    evalNodeRealism,
    evalGtNodeRealism,
    evalIitAcdc,
    evalIoiAcdc,
    audit,
    score,
    leaderboard,
    study,
    report,
    work,
    serve,
    ...zooCommands,
    pull,
    inspectCommand,
    doctor,
  ],
  groups: {
    cases: "Look at the catalogue of cases, and run them",
    train: "Train transformers with a known circuit",
    run: "Discover circuits and score them against the truth",
    eval: "Evaluate transformers and circuits",
    zoo: "Trained models that come with this package",
    emit: "Divide the jobs of a command between the machines of a cluster",
  },
  about: emitCommands,
});

/** All commands: algorithms are loaded with them. */
export async function loadRegistry(): Promise<Registry> {
  return registryWith((await import("./commands/run/algorithm.ts")).runCommands);
}
