import { InterpBenchError } from "../../errors/index.ts";
import type { Store } from "../../store/index.ts";
import { parseModel } from "../parse.ts";
import type { ModelSource } from "../source.ts";
import type { GivenRanking } from "./given-ranking.ts";

/**
 * The model that a result was found in, where its name or what the store has says which: `undefined` for folders,
 * whose content is known and not their place.
 */
export function sourceOfRanking(
  made: GivenRanking["made"],
  store: Store,
  folder: string,
): ModelSource | undefined {
  if (made === undefined) return undefined;
  const [parent] = made.parents;
  if (parent !== undefined && isThere(store, parent)) return { kind: "result", name: parent };
  if (made.model.name.startsWith("folder:")) return undefined;
  try {
    return parseModel(made.model.name, folder);
  } catch (error) {
    if (error instanceof InterpBenchError) return undefined;
    throw error;
  }
}

function isThere(store: Store, name: string): boolean {
  try {
    store.read(name);
    return true;
  } catch (error) {
    if (error instanceof InterpBenchError) return false;
    throw error;
  }
}
