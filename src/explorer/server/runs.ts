import { InterpBenchError } from "../../errors/index.ts";
import {
  type ErrorData,
  errorData,
  type JobContext,
  type Plan,
  parsePlan,
  preparePlan,
  runPlan,
} from "../../jobs/index.ts";
import type { Progress, ProgressNumbers } from "../../report/index.ts";

/** Where a run stands. */
export interface RunState {
  readonly id: number;
  /** What it is, in words: `run-acdc 3`. */
  readonly title: string;
  readonly state: "running" | "done" | "failed" | "stopped";
  readonly done: number;
  /** How much there is to do, if that is known. */
  readonly total: number | undefined;
  readonly unit: string;
  /** The newest numbers: losses, accuracies. */
  readonly numbers: ProgressNumbers;
  /** The name of the result. */
  readonly result: string | undefined;
  readonly error: ErrorData | undefined;
}

/** Jobs that a page has begun, in this process. */
export interface Runs {
  list(): readonly RunState[];
  /** Begins what a plan in JSON says. `E_PLAN`, and what its kind refuses before it begins. */
  begin(order: unknown): Promise<RunState>;
  /** Stops a run, which saves its state; whether there is one of this number. */
  stop(id: number): boolean;
  /** Stops all, and waits for them. */
  close(): Promise<void>;
}

/** Most runs at the same time: each has the engine to itself for moments only. */
const MOST_RUNS = 4;

type Change = Partial<Omit<RunState, "id" | "title">>;

/** Runs whose results go to the folder of `around`. */
export function openRuns(around: Omit<JobContext, "progress" | "signal">): Runs {
  const states = new Map<number, RunState>();
  const controllers = new Map<number, AbortController>();
  const endings = new Set<Promise<void>>();
  const change = (id: number, changes: Change) =>
    states.set(id, { ...states.get(id)!, ...changes });

  const run = async (id: number, plan: Plan, { signal }: AbortController) => {
    try {
      const progress = progressOf((changes) => change(id, changes));
      const { name } = await runPlan(plan, { ...around, progress, signal });
      change(id, { state: "done", result: name });
    } catch (error) {
      if (error === signal.reason) change(id, { state: "stopped" });
      else change(id, { state: "failed", error: errorData(error) });
    } finally {
      controllers.delete(id);
    }
  };

  return {
    list: () => [...states.values()],
    begin: async (order) => {
      const plan = parsePlan(order, "order");
      assertHarmless(plan);
      if (controllers.size >= MOST_RUNS) {
        throw new InterpBenchError("E_PLAN", `${MOST_RUNS} runs are on their way already`, {
          hint: "Wait for one, or stop one.",
        });
      }
      const controller = new AbortController();
      const context = { ...around, progress: progressOf(() => {}), signal: controller.signal };
      const { work, kind } = await preparePlan(plan, context);
      const id = states.size + 1;
      const begun: RunState = {
        id,
        title: `${kind.title} ${work.case}`,
        state: "running",
        done: 0,
        total: undefined,
        unit: "steps",
        numbers: {},
        result: undefined,
        error: undefined,
      };
      states.set(id, begun);
      controllers.set(id, controller);
      const ending = run(id, plan, controller).finally(() => endings.delete(ending));
      endings.add(ending);
      return begun;
    },
    stop: (id) => {
      controllers.get(id)?.abort();
      return states.has(id);
    },
    close: async () => {
      for (const controller of controllers.values()) controller.abort();
      await Promise.all(endings);
    },
  };
}

/** Pages name cases and models of this package and its results; they make nothing run, or be read, but these. */
function assertHarmless({ subject }: Plan): void {
  const { case: case_, model, prompts } = subject;
  const isForeign =
    (case_ !== undefined && "file" in case_) ||
    prompts !== undefined ||
    (model !== undefined && !["siit", "zoo", "natural", "result", "tracr"].includes(model.kind));
  if (!isForeign) return;
  throw new InterpBenchError("E_PLAN", "a page cannot ask for files or for the network", {
    expected: "a case of the catalogue, and a model of the zoo, of the results, or compiled",
    hint: "Use the command line for programs and models of your own.",
  });
}

/** Progress that tells of its newest line. */
function progressOf(tell: (changes: Change) => void): Progress {
  return {
    begin: (_, { unit = "steps", total, done = 0 } = {}) => {
      tell({ unit, total, done });
      return {
        update: (done, numbers) => tell(numbers === undefined ? { done } : { done, numbers }),
        finish: () => tell(total === undefined ? {} : { done: total }),
        fail: () => {},
      };
    },
    note: () => {},
    warn: () => {},
  };
}
