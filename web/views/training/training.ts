import "./training.css";
import { commandLine } from "../../../src/flags/index.ts";
import { drawLinesSvg, type LineChart } from "../../../src/report/index.ts";
import type { Engine } from "../../engine/client.ts";
import type { CaseFacts } from "../../engine/methods/cases.ts";
import type { ModelFacts } from "../../engine/methods/models.ts";
import { chartElement, chartFiles, showCharts } from "../chart.ts";
import type { Mount, View, ViewState } from "../contract.ts";
import { el, messageOf, oncePerFrame, reachIfScrolled } from "../dom.ts";
import { accuracyChart, type Curves, lossChart, normChart } from "./curves.ts";
import { trainForm } from "./form.ts";
import { nodeTable, verdictOf } from "./nodes.ts";
import { advanced, newRun, type Run, type Wanted } from "./run.ts";
import { endText, runsTable } from "./runs-table.ts";

/** What the view of trainings is given. */
export interface TrainingProps {
  readonly engine: Engine;
  readonly case: CaseFacts;
  readonly state: ViewState;
  readonly onState: (changes: Readonly<Record<string, string | undefined>>) => void;
  /** A model was trained, or trained further. */
  readonly onTrained: (model: ModelFacts) => void;
}

/** What this view keeps in the address. */
const STATE = {
  base: "training.recipe",
  strict: "training.strict",
  seed: "training.seed",
} as const;

/** Trains models of a case, and shows what becomes of them meanwhile and what they are good for. */
export const mountTraining: Mount<TrainingProps> = (element, first) => {
  let props = first;
  let runs: readonly Run[] = [];
  let shown = 0;
  let controller: AbortController | undefined;

  const form = trainForm({
    onWanted: (wanted) => props.onState(stateOf(wanted)),
    onTrain: () => {
      const run = newRun(runs.length + 1, wantedOf(props.state));
      runs = [...runs, run];
      shown = run.number;
      void train(run, false);
    },
    onStop: () => controller?.abort(),
    onResume: () => {
      const run = runs.find(({ number }) => number === shown);
      if (run !== undefined) void train({ ...run, ended: undefined, audit: undefined }, true);
    },
  });
  const charts = el("div", { class: "training-charts" });
  const norms = el("div", { class: "scrolls" });
  const table = el("div", { class: "scrolls" });
  const verdict = el("div", { role: "status", class: "training-verdict" });
  const nodes = el("div", { class: "scrolls" });
  element.append(form.root, charts, norms, table, verdict, nodes);

  const keep = (run: Run) => {
    runs = runs.map((one) => (one.number === run.number ? run : one));
    draw();
  };

  const train = async (begun: Run, resumes: boolean) => {
    let run = begun;
    const { engine, case: facts } = props;
    const own = new AbortController();
    controller = own;
    keep(run);
    form.say(resumes ? "Goes on …" : "Making its inputs …");
    try {
      const { base, strictWeight, seed } = run.wanted;
      const trained = await engine.call(
        "train",
        {
          case: facts.id,
          name: `trained here, run ${run.number}: ${facts.id}`,
          base,
          recipe: { seed, ...(strictWeight === undefined ? {} : { strictWeight }) },
          resumes,
        },
        {
          signal: own.signal,
          onProgress: (progress) => {
            run = advanced(run, progress);
            if (progress.kind === "moment") form.progress(progress.step, progress.total);
            form.say("Training …");
            keep(run);
          },
        },
      );
      const { end, steps, recipe, model, best } = trained;
      run = { ...run, ended: { end, steps, recipe, model, best } };
      controller = undefined;
      keep(run);
      props.onTrained(model);
      form.say(`Run ${run.number} ${endText(run)}. Looking at what its nodes do …`);
      const audit = await engine.call("audit", { model: model.ref });
      run = { ...run, audit };
      keep(run);
      form.say(`Run ${run.number} ${endText(run)}. The page shows its model.`);
    } catch (error) {
      controller = undefined;
      keep(run);
      form.say(messageOf(error));
    }
  };

  const picture = () => {
    const run = runs.find(({ number }) => number === shown);
    const before = runs.findLast(({ number, ended }) => number < shown && ended !== undefined);
    return { run, before };
  };

  /** At most once a frame: validations and moments can come in one. */
  const draw = oncePerFrame(() => show());

  const chartsOf = (run: Run, before: Run | undefined): LineChart[] => {
    const room = { isNarrow: element.clientWidth < 720 };
    const inTruth = (component: string) => props.case.truth.nodes.includes(component);
    const curves: Curves = run;
    return [
      accuracyChart(curves, before, room),
      lossChart(curves, before, room),
      normChart(curves, inTruth, room),
    ];
  };

  const show = () => {
    const { run, before } = picture();
    const isBusy = controller !== undefined;
    const phase = isBusy ? "busy" : run?.ended?.end === "aborted" ? "stopped" : "idle";
    form.show(wantedOf(props.state), phase);
    if (run === undefined) return;
    const [accuracies, losses, weights] = chartsOf(run, before) as [
      LineChart,
      LineChart,
      LineChart,
    ];
    showCharts(charts, [accuracies, losses]);
    norms.replaceChildren(
      ...(run.moments.length === 0 ? [] : [chartElement(drawLinesSvg(weights))]),
    );
    table.replaceChildren(
      runsTable(runs, shown, (number) => {
        shown = number;
        show();
        const model = runs.find((one) => one.number === number)?.ended?.model;
        if (model !== undefined) props.onTrained(model);
      }),
    );
    verdict.replaceChildren(
      ...(run.audit === undefined ? [] : [el("p", {}, [verdictOf(run.audit)])]),
    );
    nodes.replaceChildren(
      ...(run.audit === undefined ? [] : [nodeTable(run.audit, before?.audit)]),
    );
    for (const [part, title] of [
      [norms, "norms of weights"],
      [table, "runs in this page"],
      [nodes, "what nodes do"],
    ] as const) {
      reachIfScrolled(part, title);
    }
  };
  show();

  return {
    update: (next) => {
      props = next;
      draw();
    },
    destroy: () => {
      controller?.abort();
      element.replaceChildren();
    },
    snapshot: () => {
      const { run, before } = picture();
      const wanted = run?.wanted ?? wantedOf(props.state);
      const made = run && chartsOf(run, before);
      return {
        data: { case: props.case.id, runs },
        ...(made && chartFiles(made)),
        command: commandOf(props.case.word, wanted),
      };
    },
  } satisfies View<TrainingProps>;
};

function wantedOf(state: ViewState): Wanted {
  const base = state[STATE.base];
  const strict = numberOf(state[STATE.strict]);
  const seed = numberOf(state[STATE.seed]);
  return {
    base: base === "case" || base === "original" ? base : "fast",
    strictWeight: strict,
    seed: Number.isInteger(seed) ? seed! : 0,
  };
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === "" || !(value >= 0 && Number.isFinite(value))
    ? undefined
    : value;
}

const stateOf = ({ base, strictWeight, seed }: Wanted) => ({
  [STATE.base]: base === "fast" ? undefined : base,
  [STATE.strict]: strictWeight === undefined ? undefined : String(strictWeight),
  [STATE.seed]: seed === 0 ? undefined : String(seed),
});

const commandOf = (word: string, { base, strictWeight, seed }: Wanted) =>
  commandLine("train iit", { i: word, recipe: base, strictWeight, seed });
