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

/** What a view of that part is given. */
type PropsOf<Name extends keyof Views> = Views[Name] extends Mount<infer Props> ? Props : never;

/** A view that appears as soon as the part that draws is there. */
export function late<Name extends keyof Views>(name: Name): Mount<PropsOf<Name>> {
  type Props = PropsOf<Name>;
  return (element, first) => {
    let props = first;
    let view: View<Props> | undefined;
    let isWanted = true;
    void loadViews().then((views) => {
      const mount = views[name] as unknown as Mount<Props>;
      if (isWanted) view = views.inTurn(mount, element, props);
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
