import { formatError } from "./index.ts";

/** What the error of an action says to people, or "accepted" where it ends without one. */
export function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return formatError(error);
  }
  return "accepted";
}
