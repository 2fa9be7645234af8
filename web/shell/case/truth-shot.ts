import type { CaseFacts } from "../../engine/methods/cases.ts";
import type { Snapshot } from "../../views/contract.ts";
import { loadViews } from "../late-views.ts";

/** The truth of a case: its picture is the one that the command line draws. */
export async function truthShot(facts: CaseFacts): Promise<Snapshot> {
  const { id, word, shape, truth, variables } = facts;
  const { truthPicture } = await loadViews();
  return {
    data: { case: id, shape, truth, variables },
    svg: truthPicture(facts),
    command: `cases show ${word}`,
  };
}
