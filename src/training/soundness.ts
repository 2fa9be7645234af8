import { InterpBenchError } from "../errors/index.ts";
import { STATE_ARRAYS, type TrainingState } from "./state.ts";

/**
 * Throws `E_STATE` unless a stored state can be one that training has come to: all parameters and
 * moments are finite, means of squares are not negative, and the history leads up to its place.
 */
export function assertSound(state: TrainingState): void {
  for (const name of STATE_ARRAYS) {
    const least = name === "secondMoment" ? 0 : Number.NEGATIVE_INFINITY;
    const values = state[name];
    const place = values.findIndex((x) => !(x >= least && Number.isFinite(x)));
    if (place !== -1) throw unsound(`${name}[${place}]`, String(values[place]));
  }
  let [epoch, steps] = [0, 0];
  for (const record of state.history) {
    if (record.epoch < epoch || record.steps < steps) {
      throw unsound("history", `${at(record)} after ${at({ epoch, steps })}`);
    }
    ({ epoch, steps } = record);
  }
  if (epoch > state.epoch + 1 || steps > state.step) {
    const place = at({ epoch: state.epoch, steps: state.step });
    throw unsound("history", `${at({ epoch, steps })} in a state of ${place}`);
  }
}

const at = ({ epoch, steps }: { readonly epoch: number; readonly steps: number }) =>
  `epoch ${epoch}, step ${steps}`;

function unsound(where: string, received: string): InterpBenchError {
  return new InterpBenchError("E_STATE", "the stored state cannot be one of a training run", {
    at: where,
    received,
  });
}
