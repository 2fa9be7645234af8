import { describe, expect, it } from "vitest";
import { formatEdge } from "../../circuit/index.ts";
import { wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { type DiscoveryCheckpoint, type ProbingSweep, probingSweep } from "../index.ts";
import { sweepStateReader } from "../masks/learning-state.ts";

const backend = await wasmBackend();
const task = tinyTask();
const LAMBDAS = [0.5, 3];
const options = { epochs: 6, lr: 0.1 };

/** A place for the state, as text; the sweep is stopped when so many steps have been offered. */
function checkpointIn(store: { text?: string }, stopAfter = Number.POSITIVE_INFINITY) {
  const controller = new AbortController();
  let offers = 0;
  const checkpoint: DiscoveryCheckpoint = {
    restore: (decode) => (store.text === undefined ? undefined : decode(JSON.parse(store.text))),
    offer() {
      offers += 1;
      if (offers === stopAfter) controller.abort(new Error("stopped"));
    },
    save(state) {
      store.text = JSON.stringify(state);
    },
  };
  return { checkpoint, signal: controller.signal };
}

const sweep = (edgewise: boolean, context: ReturnType<typeof checkpointIn>) =>
  probingSweep(task, LAMBDAS, { backend, ...context }, { ...options, edgewise });

const bytes = ({ outcomes, scores, ...counts }: ProbingSweep) =>
  JSON.stringify([
    outcomes.map(({ circuit, ...rest }) => [
      [...circuit.edges.values()].map(formatEdge),
      { ...rest, scores: [...rest.scores] },
    ]),
    [...scores],
    counts,
  ]);

describe.each([
  ["node-wise", false],
  ["edge-wise", true],
])("a sweep of subnetwork probing, %s", (_, edgewise) => {
  it("that is stopped anywhere ends with the same bytes as if it had not been", async () => {
    const whole = bytes(await sweep(edgewise, checkpointIn({})));
    for (const stopAfter of [1, 4, 6, 7, 11]) {
      const store: { text?: string } = {};
      await expect(sweep(edgewise, checkpointIn(store, stopAfter))).rejects.toThrow("stopped");
      const { losses, finished } = JSON.parse(store.text!);
      expect(6 * finished.length + losses.length).toBe(stopAfter);
      expect(bytes(await sweep(edgewise, checkpointIn(store)))).toBe(whole);
    }
  });
});

describe("a state of a sweep", () => {
  const read = sweepStateReader({ settings: 2, steps: 3, count: 2 });
  const masks = { theta: [1, 2], first: [0, 0], second: [0, 0] };
  const state = { finished: [{ losses: [3, 2, 1], maskLogits: [1, 2] }], losses: [5], masks };

  it("is read as it was written", () => {
    expect(read(state)).toEqual({
      ...state,
      finished: [{ losses: [3, 2, 1], maskLogits: Float64Array.of(1, 2) }],
    });
  });

  it.each([
    ["nothing", undefined],
    ["another number of masks", { ...state, masks: { ...masks, theta: [1] } }],
    ["a number that is not finite", { ...state, masks: { ...masks, first: [0, null] } }],
    ["losses that do not fit", { ...state, finished: [{ losses: [3], maskLogits: [1, 2] }] }],
    ["more than there is to do", { ...state, losses: [1, 2, 3, 4] }],
  ])("is refused with %s", (_, data) => {
    let message = "accepted";
    try {
      read(data);
    } catch (error) {
      message = formatError(error);
    }
    expect(message).toContain("E_STATE: this is no state of this sweep");
  });
});
