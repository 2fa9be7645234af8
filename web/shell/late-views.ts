import type { Mount, View } from "../views/contract.ts";
import { runPart } from "./parts.ts";

/** The part of the program that draws. */
export type Views = typeof import("../views/index.ts");

let loading: Promise<Views> | undefined;

/** The part that draws, run when it is first asked for. */
export function loadViews(): Promise<Views> {
  loading ??= import.meta.env.DEV
    ? import("../views/index.ts")
    : runPart<Views>("views", "explorerViews");
  return loading;
}

/** A view that appears as soon as the part that draws is there. */
export function late<Props>(pick: (views: Views) => Mount<Props>): Mount<Props> {
  return (element, first) => {
    let props = first;
    let view: View<Props> | undefined;
    let isWanted = true;
    void loadViews().then((views) => {
      if (isWanted) view = pick(views)(element, props);
    });
    return {
      update(next) {
        props = next;
        view?.update(next);
      },
      destroy() {
        isWanted = false;
        view?.destroy();
      },
      snapshot: () => view?.snapshot() ?? { data: undefined },
    };
  };
}
