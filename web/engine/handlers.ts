import { exactnessOf } from "./methods/exactness.ts";
import { standings } from "./methods/standings.ts";
import { writeCase } from "./methods/write.ts";
import { reportHandlers } from "./report-handlers.ts";
import type { Handlers } from "./serve.ts";
import { openState } from "./state.ts";

/** The methods of an engine, with a state of its own. */
export function makeHandlers(): Handlers {
  const state = openState();
  return {
    ...reportHandlers(state),
    write: (input) => writeCase(state, input),
    exactness: ({ id }) => exactnessOf(state, id),
    standings,
  };
}
