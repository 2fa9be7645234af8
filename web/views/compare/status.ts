import type { WorkProgress } from "../../engine/methods.ts";
import { el } from "../dom.ts";

/** How far a side is, with what stops it and begins it anew. */
export function workStatus(name: string, onRun: () => void, onStop: () => void) {
  const button = (title: string, press: () => void) => {
    const made = el(
      "button",
      { type: "button", class: "quiet", "aria-label": `${title}, ${name}` },
      [title],
    );
    made.addEventListener("click", press);
    return made;
  };
  const stop = button("Stop", onStop);
  const again = button("Run", onRun);
  const bar = el("progress", { max: 1, "aria-label": `Work done, ${name}` });
  const said = el("p", { class: "said", role: "status" });
  const show = (isBusy: boolean, text: string) => {
    for (const one of [stop, bar]) one.hidden = !isBusy;
    again.hidden = isBusy || text === "";
    said.textContent = text;
  };
  show(false, "");
  return {
    root: el("div", { class: "compare-status" }, [said, bar, stop, again]),
    begin() {
      bar.removeAttribute("value");
      show(true, "At work …");
    },
    progress({ done, total, unit }: WorkProgress) {
      bar.value = done / total;
      said.textContent = `${done} of ${total} ${unit}`;
    },
    /** @param text why there is nothing to see; none after work that was done */
    end: (text = "") => show(false, text),
  };
}
