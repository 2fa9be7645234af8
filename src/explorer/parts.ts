import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InterpBenchError, reasonOf } from "../errors/index.ts";

/** The built program of the explorer. */
export interface PageParts {
  /** What a page runs at once. */
  readonly shell: string;
  /** What it runs when it first draws something. */
  readonly views: string;
  readonly style: string;
  /** What its worker runs. */
  readonly engine: string;
}

/** The names of the files that a build of `web/` leaves. */
const PART_FILES = {
  shell: "shell.js",
  views: "views.js",
  style: "style.css",
  engine: "engine.js",
} as const;

/** The folder of the program in this package, whether it is there or not. */
export function packagedParts(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return join(folder, "dist", "web");
}

/** The program in a folder. `E_INSTALL` if a part is missing. */
export function readParts(folder: string = packagedParts()): PageParts {
  const read = (name: string) => {
    const path = join(folder, name);
    try {
      return readFileSync(path, "utf8");
    } catch (cause) {
      throw new InterpBenchError("E_INSTALL", "a part of the explorer is missing", {
        at: path,
        received: reasonOf(cause),
        hint: "Install the package again; in a clone of it: npm run build.",
        cause,
      });
    }
  };
  return {
    shell: read(PART_FILES.shell),
    views: read(PART_FILES.views),
    style: read(PART_FILES.style),
    engine: read(PART_FILES.engine),
  };
}
