import { el, messageOf } from "../dom.ts";

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
  let asked = 0;
  return {
    root,
    fill(work) {
      const turn = ++asked;
      const show = (...parts: readonly HTMLElement[]) => {
        if (turn === asked) body.replaceChildren(...parts);
      };
      work().then(
        (parts) => show(...parts),
        (error: unknown) => {
          const reason = messageOf(error);
          show(el("p", { class: "note", role: "alert" }, [reason]));
        },
      );
    },
    destroy: () => {
      asked++;
    },
  };
}
