import { type Circuit, circuitOf, circuitTexts } from "../../../src/circuit/index.ts";
import { formatNumber } from "../../../src/report/index.ts";
import type { Engine } from "../../engine/client.ts";
import type { ModelRef } from "../../engine/methods/models.ts";
import { el, messageOf, svgEl } from "../dom.ts";
import { latestCalls } from "../latest.ts";
import type { CircuitFacts, Ranking } from "./facts.ts";
import { type Selection, selectionOf } from "./selection.ts";

/** Circuits along the curve. */
const POINTS = 14;
/** What losses are taken on: as for ACDC edge by edge. */
const DATA = { seed: 1234, size: 200 } as const;

const WIDTH = 180;
const HEIGHT = 100;
const LEFT = 44;
const TOP = 8;
const BELOW = 30;

/** How much is lost with a circuit alone, at every threshold of a ranking, and where the circuit is that is seen. */
export interface FaithfulnessFigure {
  readonly root: HTMLElement;
  /** Measures a circuit, known by a name, and moves the marker there when the number has come. */
  mark(selection: Selection, name: string): void;
}

export function faithfulnessFigure(
  facts: CircuitFacts,
  ranking: Ranking,
  engine: Engine,
  model: ModelRef,
): FaithfulnessFigure {
  const whole = facts.whole.qkv;
  const said = el("p", { role: "status" }, ["Measuring how faithful circuits are …"]);
  const host = el("div", {});
  const measure = (circuits: readonly Circuit[]) =>
    engine.call("faithfulness", {
      model,
      circuits: circuits.map((circuit) => circuitTexts(circuit).edges),
      ...DATA,
    });
  const circuitsOf = ({ has }: Selection) =>
    circuitOf([...whole.edges].flatMap(([text, edge]) => (has(text, "qkv") ? [edge] : [])));
  const last = ranking.thresholds.length - 1;
  const steps = new Set(
    Array.from({ length: POINTS }, (_, i) => Math.round((i * last) / (POINTS - 1))),
  );
  const along = Array.from(steps, (step) =>
    circuitsOf(selectionOf(facts, { kind: "above", threshold: ranking.thresholds[step]! })),
  );
  const curve = measure(along).then((losses) => {
    const chart = drawLosses(
      along.map(({ edges }, i) => ({ share: edges.size / whole.edges.size, loss: losses[i]! })),
    );
    host.replaceChildren(chart.svg);
    return chart;
  });
  const call = latestCalls();
  let marked: string | undefined;
  return {
    root: el("div", {}, [said, host]),
    async mark(selection, name) {
      if (name === marked) return;
      marked = name;
      const isLatest = call();
      try {
        const chart = await curve;
        await afterPaint();
        if (!isLatest()) return;
        const circuit = circuitsOf(selection);
        const [loss] = await measure([circuit]);
        if (!isLatest()) return;
        const share = circuit.edges.size / whole.edges.size;
        chart.mark({ share, loss: loss! });
        said.textContent = `Loss with these ${circuit.edges.size} edges alone ${formatNumber(loss!)}`;
      } catch (error) {
        if (isLatest()) said.textContent = messageOf(error);
      }
    },
  };
}

/** Lets the page draw first what is there already: of a slider that moves on, only its last place is measured. */
const afterPaint = () =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));

/** A circuit by its share of all edges, and what is lost with it alone. */
interface Loss {
  readonly share: number;
  readonly loss: number;
}

function drawLosses(losses: readonly Loss[]) {
  const most = losses.reduce((largest, { loss }) => Math.max(largest, loss), 1e-9);
  const x = (share: number) => LEFT + share * WIDTH;
  const y = (loss: number) => TOP + (1 - Math.min(1, loss / most)) * HEIGHT;
  const marker = svgEl("circle", { r: 5, class: "roc-marker", visibility: "hidden" });
  const ticks = [0, 0.5, 1];
  const svg = svgEl(
    "svg",
    {
      class: "roc",
      viewBox: `0 0 ${LEFT + WIDTH + 10} ${TOP + HEIGHT + BELOW}`,
      role: "img",
      "aria-label": "loss with the circuit alone, by its share of all edges",
    },
    [
      svgEl("rect", { x: LEFT, y: TOP, width: WIDTH, height: HEIGHT, class: "roc-frame" }),
      svgEl("path", {
        d: `M${losses.map(({ share, loss }) => `${x(share)} ${y(loss)}`).join("L")}`,
        class: "roc-curve",
      }),
      marker,
      ...ticks.map((tick) =>
        svgEl("text", { x: x(tick), y: y(0) + 15, class: "roc-tick middle" }, [String(tick)]),
      ),
      ...[0, most].map((tick) =>
        svgEl("text", { x: LEFT - 5, y: y(tick) + 4, class: "roc-tick end" }, [
          tick === 0 ? "0" : formatNumber(Number(tick.toPrecision(2))),
        ]),
      ),
      svgEl("text", { x: x(0.5), y: y(0) + 28, class: "roc-tick middle" }, ["share of edges"]),
      svgEl(
        "text",
        {
          x: 0,
          y: 0,
          class: "roc-tick middle",
          transform: `translate(11 ${y(most / 2)}) rotate(-90)`,
        },
        ["loss"],
      ),
    ],
  );
  return {
    svg,
    mark({ share, loss }: Loss) {
      marker.setAttribute("visibility", "visible");
      marker.setAttribute("cx", String(x(share)));
      marker.setAttribute("cy", String(y(loss)));
    },
  };
}
