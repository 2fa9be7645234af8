import { removeMade } from "./once.testing.ts";

/** Before all tests of a run: what an earlier one of the same process id left is no use. After them, nothing is left. */
export default function setup(): () => void {
  removeMade();
  return removeMade;
}
