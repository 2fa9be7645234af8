import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What a run of tests makes for all of its threads; removed before and after the run, by `run-setup.ts`. */
export const MADE = fileURLToPath(
  new URL(`../node_modules/.cache/tests-${process.pid}`, import.meta.url),
);

/** Milliseconds between looks at whether another thread is done. */
const INTERVAL = 50;

/** A folder that is made by the first thread that asks for it; the others wait. */
export async function madeOnce(
  name: string,
  make: (folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = join(MADE, name);
  const [done, failed] = [`${folder}.done`, `${folder}.failed`];
  if (isFirst(`${folder}.begun`)) {
    const outcome = make(folder).then(
      () => done,
      (error) => {
        console.error(error);
        return failed;
      },
    );
    writeFileSync(await outcome, "");
  }
  while (!existsSync(done) && !existsSync(failed)) await wait(INTERVAL);
  if (existsSync(failed)) throw new Error(`${name} could not be made: see above`);
  return folder;
}

/** Whether no thread has called this with the same path before. */
function isFirst(path: string): boolean {
  mkdirSync(MADE, { recursive: true });
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Removes all that was made. */
export function removeMade(): void {
  rmSync(MADE, { recursive: true, force: true });
}
