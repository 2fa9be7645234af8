import { el } from "../dom.ts";
import type { Board } from "./document.ts";

/** What of a leaderboard is chosen, as texts of the address. */
export interface Chosen {
  readonly tag: string | undefined;
  readonly group: string | undefined;
  readonly query: string | undefined;
  readonly cases: string | undefined;
  readonly algorithms: string | undefined;
}

const ANY = "";

/** The filters and orders of a leaderboard. */
export function boardControls(
  { groups, runs }: Board,
  tags: readonly string[],
  onChoose: (changes: Partial<Chosen>) => void,
) {
  const names = [...new Set(runs.map(({ algorithm }) => algorithm))].sort();
  const query = el("input", {
    type: "search",
    "aria-label": "Search algorithms",
    placeholder: "Search algorithms",
  });
  const select = (label: string, options: readonly (readonly [string, string])[]) => {
    const choice = el(
      "select",
      {},
      options.map(([value, text]) => el("option", { value }, [text])),
    );
    return { choice, labelled: el("label", {}, [`${label} `, choice]) };
  };
  const tag = select("Tag", [[ANY, "any"], ...tags.map((name) => [name, name] as const)]);
  const group = select("Group", [
    [ANY, "all cases"],
    ...groups.map(({ name }) => [name, name] as const),
  ]);
  const cases = select("Cases by", [
    [ANY, "id"],
    ["mean", "mean, hardest first"],
    ...names.map((name) => [`algorithm:${name}`, `${name}, worst first`] as const),
  ]);
  const algorithms = select("Algorithms by", [
    [ANY, "mean"],
    ["name", "name"],
  ]);
  const count = el("span", { class: "count", role: "status" });
  const listen = (key: keyof Chosen, element: HTMLInputElement | HTMLSelectElement) =>
    element.addEventListener("input", () => onChoose({ [key]: element.value || undefined }));
  listen("query", query);
  listen("tag", tag.choice);
  listen("group", group.choice);
  listen("cases", cases.choice);
  listen("algorithms", algorithms.choice);
  return {
    root: el("div", { class: "controls" }, [
      query,
      ...(tags.length > 1 ? [tag.labelled] : []),
      ...(groups.length > 0 ? [group.labelled] : []),
      cases.labelled,
      algorithms.labelled,
      count,
    ]),
    show(chosen: Chosen) {
      if (query.value !== (chosen.query ?? "")) query.value = chosen.query ?? "";
      tag.choice.value = chosen.tag ?? ANY;
      group.choice.value = chosen.group ?? ANY;
      cases.choice.value = chosen.cases ?? ANY;
      algorithms.choice.value = chosen.algorithms ?? ANY;
    },
    say: (text: string) => {
      count.textContent = text;
    },
  };
}
