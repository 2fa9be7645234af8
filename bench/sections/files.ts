import { fileURLToPath } from "node:url";
import { getCase } from "../../src/cases/index.ts";
import { folderModel } from "../../src/models/folder.ts";
import { inspect } from "../../src/models/index.ts";
import { shortest, timesOf } from "../measure.ts";
import type { Section } from "../section.ts";
import { makeTable, rounded } from "../table.ts";

const published = fileURLToPath(new URL("../../test/fixtures/formats/published", import.meta.url));

/** Two folders as PyTorch wrote them: the older archive with a dict, the newer with an object. */
const IDS = ["3", "13"];

interface FileRow {
  readonly folder: string;
  readonly work: string;
  /** Milliseconds, the first time in this process. */
  readonly first: number;
  /** Milliseconds, the shortest of later times. */
  readonly later: number;
}

/** How long reading a published model takes: weights, configuration, edges, and the truth of its case. */
export const files: Section = {
  name: "files",
  summary: "Reading published models",
  async run({ pace, progress }) {
    const rows: FileRow[] = [];
    for (const id of IDS) {
      const folder = `${published}/${id}`;
      const case_ = getCase(id);
      const work = {
        "read the model": () => folderModel(folder),
        "and compare it with its case": () => folderModel(folder, { case_ }),
        inspect: () => inspect(folder),
      };
      for (const [name, action] of Object.entries(work)) {
        progress(`folder ${id}, ${name}`);
        const [first] = await timesOf(action, 0, 1);
        const later = await shortest(action, pace.seconds);
        rows.push({ folder: id, work: name, first: first!, later });
      }
    }
    const table = makeTable(
      "Published models",
      [
        { heading: "folder", value: ({ folder }: FileRow) => folder },
        { heading: "work", value: ({ work }: FileRow) => work },
        { heading: "first ms", value: ({ first }: FileRow) => rounded(first) },
        { heading: "later ms", value: ({ later }: FileRow) => rounded(later) },
      ],
      rows,
      ["The first time also waits for JavaScript's own compiler."],
    );
    return [table];
  },
};
