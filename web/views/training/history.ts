import "./training.css";
import { chartFiles, showCharts } from "../chart.ts";
import type { Mount, SubjectProps, View } from "../contract.ts";
import { el } from "../dom.ts";
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
    const charts = el("div", { class: "training-charts" });
    element.replaceChildren(charts);
    showCharts(charts, chartsOf());
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
      ...chartFiles(chartsOf()),
    }),
  } satisfies View<SubjectProps>;
};
