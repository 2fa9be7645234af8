import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import type { PageContent } from "../report/index.ts";

/** The builds of the explorer: all of it, or without what a report never shows. */
export type PageBuild = "whole" | "report";

/** The smallest build that shows a content: pages of leaderboards, of programs one writes, and of runs are in one alone. */
export function buildFor({ kind, results }: Pick<PageContent, "kind" | "results">): PageBuild {
  const isSmall = kind === "report" && results.every((result) => result.kind !== "leaderboard");
  return isSmall ? "report" : "whole";
}

/** A build of the explorer. */
export interface PageParts {
  /** What a page runs at once. */
  readonly shell: string;
  /** What it runs when it first draws something. */
  readonly views: string;
  readonly style: string;
  /** What its worker runs. */
  readonly engine: string;
}

/** The names of the files of a build. */
const PART_FILES = {
  shell: "shell.js",
  views: "views.js",
  style: "style.css",
  engine: "engine.js",
} as const;

/** The folder of the builds in this package, whether it is there or not. */
export function packagedParts(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return join(folder, "dist", "web");
}

/** A build in a folder of builds. `E_INSTALL` if a part is missing. */
export function readParts(build: PageBuild, folder: string = packagedParts()): PageParts {
  const read = (name: string) => {
    const path = join(folder, build, name);
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
