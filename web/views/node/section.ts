import { el, messageOf } from "../dom.ts";
import { latestCalls } from "../latest.ts";

/** A part of a view that is filled when it is known. */
export interface Section {
  readonly root: HTMLElement;
  /** Shows what comes of some work; of several the last that was asked for. */
  fill(work: () => Promise<readonly HTMLElement[]>): void;
  destroy(): void;
}

export function sectionOf(title: string): Section {
  const body = el("div", {}, [el("p", { class: "note" }, ["Measuring …"])]);
  const root = el("section", { class: "node-section" }, [el("h3", {}, [title]), body]);
  const call = latestCalls();
  return {
    root,
    fill(work) {
      const isLatest = call();
      const show = (...parts: readonly HTMLElement[]) => {
        if (isLatest()) body.replaceChildren(...parts);
      };
      work().then(
        (parts) => show(...parts),
        (error: unknown) => {
          const reason = messageOf(error);
          show(el("p", { class: "note", role: "alert" }, [reason]));
        },
      );
    },
    destroy: call,
  };
}
