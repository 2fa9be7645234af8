import type { Exactness } from "../../src/cases/index.ts";
import type { RaspValue } from "../../src/rasp/index.ts";
import type { PageEffects } from "../../src/report/index.ts";
import type { NamedMatrix } from "../../src/transformer/index.ts";
import type { AcdcSteps, AcdcStepsInput } from "./methods/acdc-steps.ts";
import type { AuditFacts } from "./methods/audit.ts";
import type { CaseFacts, CaseRow } from "./methods/cases.ts";
import type { Discovered, DiscoverInput, ListedAlgorithm } from "./methods/discover.ts";
import type { DrawInput } from "./methods/draw.ts";
import type { EffectsInput } from "./methods/effects.ts";
import type { FaithfulnessInput } from "./methods/faithfulness.ts";
import type { ChoicesInput, Game, GameInput } from "./methods/game.ts";
import type { IntervenedRun, InterveneInput } from "./methods/intervene.ts";
import type { ModelFacts, ModelFiles, ModelRef } from "./methods/models.ts";
import type { Contributions, ContributionsInput, WeightsInput } from "./methods/node.ts";
import type { OptionsInput } from "./methods/options.ts";
import type { MethodInput, Ranked } from "./methods/rank.ts";
import type { Numbers, RunInput, RunOutput } from "./methods/run.ts";
import type { StandingsFacts, StandingsInput } from "./methods/standings.ts";
import type { TraceInput, TraceOutput } from "./methods/trace.ts";
import type { Trained, TrainInput, TrainProgress } from "./methods/train.ts";
import type { TruthFacts } from "./methods/truth.ts";
import type { MasksFrame, PathPoint } from "./methods/watch.ts";
import type { WriteInput, Written } from "./methods/write.ts";

interface Method<Input, Output, Progress = never> {
  readonly input: Input;
  readonly output: Output;
  readonly progress: Progress;
}

/** How far some work is. */
export interface WorkProgress {
  readonly done: number;
  readonly total: number;
  /** What is counted, in the plural: `edges`. */
  readonly unit: string;
}

/** Everything that a page can ask of the engine. */
export interface Methods {
  /** Makes the kernels ready: which build of them runs. `E_BACKEND` where the browser cannot. */
  readonly start: Method<undefined, { readonly variant: string }>;
  /** The catalogue. */
  readonly cases: Method<undefined, readonly CaseRow[]>;
  /** All about a case, its program compiled. */
  readonly case: Method<{ readonly id: string }, CaseFacts>;
  /** Takes in a case as a program file defines it, and says what is wrong with it, and where. */
  readonly write: Method<WriteInput, Written>;
  /** How exactly the compiled transformer of a case does what its program says. */
  readonly exactness: Method<{ readonly id: string }, Exactness>;
  /** The circuit of trained models of a case. */
  readonly truth: Method<{ readonly id: string }, TruthFacts>;
  /** A program on an input, expression by expression. */
  readonly trace: Method<TraceInput, TraceOutput>;
  /** Takes in a model of its files. Another one of the same name is replaced. */
  readonly load: Method<ModelFiles, ModelFacts>;
  /** All about a model that is loaded or compiled. */
  readonly model: Method<ModelRef, ModelFacts>;
  /** The models of a case that were trained in this page, the newest last. */
  readonly trained: Method<{ readonly id: string }, readonly ModelFacts[]>;
  /** Ordinary runs: logits and what passes at hook points. */
  readonly run: Method<RunInput, RunOutput>;
  /** A run with nodes or edges that carry something else, beside the ordinary one and the causal model. */
  readonly intervene: Method<InterveneInput, IntervenedRun>;
  /** What putting each node out of action does. */
  readonly effects: Method<EffectsInput, PageEffects, WorkProgress>;
  /** What every node adds to the logits by itself. */
  readonly contributions: Method<ContributionsInput, Contributions>;
  /** The weights of a node of a compiled transformer, by named directions. */
  readonly weights: Method<WeightsInput, readonly NamedMatrix[]>;
  /** Rounds of asking which variable a node holds. */
  readonly game: Method<GameInput, Game>;
  /** What the program would do under an exchange of each variable that can be answered in a game. */
  readonly choiceOutputs: Method<ChoicesInput, readonly Numbers[]>;
  /** Inputs of a case. */
  readonly draw: Method<DrawInput, readonly (readonly RaspValue[])[]>;
  /** The algorithms of this page. */
  readonly algorithms: Method<undefined, readonly ListedAlgorithm[]>;
  /** Looks for a circuit. */
  readonly discover: Method<DiscoverInput, Discovered, WorkProgress>;
  /** How much is lost with each circuit alone. */
  readonly faithfulness: Method<FaithfulnessInput, readonly number[]>;
  /** Checks options of an algorithm as they were typed, and says what they are. */
  readonly options: Method<OptionsInput, Readonly<Record<string, unknown>>>;
  /** Looks for a circuit, and ranks edges between heads and MLPs by what was found. */
  readonly rank: Method<MethodInput, Ranked, WorkProgress>;
  /** An algorithm at work: points of a path, or masks that learn. */
  readonly watch: Method<MethodInput, Discovered, PathPoint | MasksFrame>;
  /** ACDC, decision by decision. */
  readonly acdcSteps: Method<AcdcStepsInput, AcdcSteps, WorkProgress>;
  /** What every node of a model does, inside and outside of its truth. */
  readonly audit: Method<EffectsInput, AuditFacts, WorkProgress>;
  /** How algorithms compare on the runs of a leaderboard. */
  readonly standings: Method<StandingsInput, StandingsFacts>;
  /** Trains a model of a case, which is loaded under a name then. */
  readonly train: Method<TrainInput, Trained, TrainProgress>;
}
