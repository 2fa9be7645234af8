import { acdcSteps } from "./methods/acdc-steps.ts";
import { auditModelNodes } from "./methods/audit.ts";
import { caseFacts, caseRows } from "./methods/cases.ts";
import { discover, listedAlgorithms } from "./methods/discover.ts";
import { drawInputs } from "./methods/draw.ts";
import { effectsOf } from "./methods/effects.ts";
import { measureFaithfulness } from "./methods/faithfulness.ts";
import { choiceOutputs, gameOf } from "./methods/game.ts";
import { interveneOn } from "./methods/intervene.ts";
import { loadModel, modelFacts, trainedModels } from "./methods/models.ts";
import { contributionsOf, weightsOf } from "./methods/node.ts";
import { readOptions } from "./methods/options.ts";
import { rankEdges } from "./methods/rank.ts";
import { runModel } from "./methods/run.ts";
import { traceProgram } from "./methods/trace.ts";
import { trainModel } from "./methods/train.ts";
import { truthOf } from "./methods/truth.ts";
import { watchAlgorithm } from "./methods/watch.ts";
import type { Handlers } from "./serve.ts";
import { type EngineState, VARIANT } from "./state.ts";

/** What only pages ask for that a report has not: leaderboards, and programs that one writes. */
type OfOtherPages = "write" | "exactness" | "standings";

/** The methods of the engine in a report. */
export function reportHandlers(state: EngineState): Omit<Handlers, OfOtherPages> {
  return {
    start: async () => {
      await state.backend();
      return { variant: VARIANT };
    },
    cases: caseRows,
    case: ({ id }) => caseFacts(state, id),
    truth: ({ id }) => truthOf(state, id),
    trace: (input) => traceProgram(state, input),
    load: (files) => loadModel(state, files),
    model: (ref) => modelFacts(state, ref),
    trained: ({ id }) => trainedModels(state, id),
    run: (input) => runModel(state, input),
    intervene: (input) => interveneOn(state, input),
    effects: (input, context) => effectsOf(state, input, context),
    contributions: (input) => contributionsOf(state, input),
    weights: (input) => weightsOf(state, input),
    game: (input) => gameOf(state, input),
    choiceOutputs: (input) => choiceOutputs(state, input),
    draw: (input) => drawInputs(state, input),
    algorithms: listedAlgorithms,
    discover: (input, context) => discover(state, input, context),
    faithfulness: (input) => measureFaithfulness(state, input),
    options: readOptions,
    rank: (input, context) => rankEdges(state, input, context),
    watch: (input, context) => watchAlgorithm(state, input, context),
    acdcSteps: (input, context) => acdcSteps(state, input, context),
    audit: (input, context) => auditModelNodes(state, input, context),
    train: (input, context) => trainModel(state, input, context),
  };
}
