import "./training.css";
import { drawLinesSvg, linesSpec } from "../../../src/report/index.ts";
import { chartElement, stackedSvg } from "../chart.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el, reachIfScrolled } from "../dom.ts";
import { accuracyChart, lossChart } from "./curves.ts";
import { historyOf } from "./records.ts";

/** Accuracies and losses of a stored training, as it was validated. */
export const mountHistory: Mount<SubjectProps> = (element, first) => {
  let props = first;
  const chartsOf = () => {
    const curves = { records: historyOf(props.subject), moments: [] };
    const room = { isNarrow: element.clientWidth < 720 };
    return [accuracyChart(curves, undefined, room), lossChart(curves, undefined, room)];
  };
  const show = () => {
    const parts = chartsOf().map((chart) => {
      const part = el("div", { class: "scrolls" }, [chartElement(drawLinesSvg(chart))]);
      return { part, title: chart.title };
    });
    element.replaceChildren(
      el(
        "div",
        { class: "training-charts" },
        parts.map(({ part }) => part),
      ),
    );
    for (const { part, title } of parts) reachIfScrolled(part, title);
  };
  show();
  return {
    update: (next) => {
      const isOther = next.subject !== props.subject;
      props = next;
      if (isOther) show();
    },
    destroy: () => element.replaceChildren(),
    snapshot: () => ({
      data: historyOf(props.subject),
      svg: stackedSvg(chartsOf().map(drawLinesSvg)),
      vegaLite: { vconcat: chartsOf().map(linesSpec) },
    }),
  } satisfies View<SubjectProps>;
};
