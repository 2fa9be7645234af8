import { resolve } from "node:path";
import { z } from "zod";
import { allCases, getCase } from "../../cases/index.ts";
import { flag } from "../../flags/index.ts";
import {
  buildZoo,
  failuresDocument,
  failuresText,
  verifyZoo,
  type ZooOutcome,
  zooColumns,
  zooPage,
  zooRow,
  zooText,
} from "../../jobs/index.ts";
import { packagedZoo, readZoo, type ZooRecord } from "../../models/index.ts";
import { formatTable, type Style } from "../../report/index.ts";
import { type CommandOutput, type Context, defineCommand } from "../command.ts";
import { commandJobs, withQueue } from "../job-context.ts";
import { caseOptions, selectIds } from "../options/cases.ts";
import { jobOptions } from "../options/common.ts";
import { engineOf, engineOptions } from "../options/engine.ts";

const group = "Zoo";
const where = z.object({
  indices: caseOptions.indices,
  zoo: flag(z.string().min(1).optional(), "Its folder", {
    placeholder: "FOLDER",
    group,
    defaultText: "in this package",
  }),
});
const work = where.extend({
  outputDir: jobOptions.outputDir,
  force: jobOptions.force,
  ...engineOptions,
});

/** The folder of a zoo, and its models of the cases that are asked for. */
function openZoo({ io }: Context, { zoo, indices }: z.output<typeof where>) {
  const folder = zoo === undefined ? packagedZoo() : resolve(io.cwd, zoo);
  const { models, records } = readZoo(folder);
  const ids = selectIds(indices, [...new Set([...models, ...records].map(({ id }) => id))]);
  const isMeant = ({ id }: ZooRecord) => ids.includes(id);
  return { folder, entries: models.filter(isMeant), records: records.filter(isMeant) };
}

const table = (entries: readonly ZooRecord[], style: Style) =>
  formatTable(zooColumns, entries.map(zooRow), style);

const outputOf = (kind: string, { entries, failures }: ZooOutcome): CommandOutput => ({
  kind,
  document: { models: entries.map(zooRow), failures: failuresDocument(failures) },
  text: (style) =>
    table(entries, style) + failuresText(failures, entries.length + failures.length, style),
  exitCode: failures.length > 0 ? 1 : 0,
});

/** The commands about trained models that come with the package. */
export const zooCommands = [
  defineCommand({
    path: ["zoo", "list"],
    summary: "List the trained models that come with this package",
    options: where.extend({
      records: flag(
        z.boolean().default(false),
        "Those that were trained and audited, but are not kept",
        {
          group,
        },
      ),
    }),
    run(context, choice) {
      const { entries, records } = openZoo(context, choice);
      const listed = choice.records ? records : entries;
      const more =
        choice.records || records.length === 0
          ? ""
          : `\n${records.length} more recorded, but not kept: zoo list --records\n`;
      const text = (style: Style) => table(listed, style) + more;
      return { kind: "zoo-list", document: listed.map(zooRow), text };
    },
  }),
  defineCommand({
    path: ["zoo", "show"],
    summary: "Show what is known about models of the zoo",
    options: where,
    run(context, choice) {
      const { folder, entries } = openZoo(context, choice);
      const pages = entries.map((entry) => zooPage(folder, entry));
      const text = (style: Style) => pages.map((page) => zooText(page, style)).join("\n");
      return { kind: "zoo-show", document: pages, text };
    },
  }),
  defineCommand({
    path: ["zoo", "build"],
    summary: "Train and audit models, and put them into a zoo",
    description:
      "By the recipe fast. What is finished in the output folder is taken from there; the same seed on the same backend gives the same bytes.",
    options: work.extend({
      seeds: flag(z.array(z.int().min(0)).min(1).default([1]), "Seeds", {
        group,
        placeholder: "N,…",
      }),
      record: flag(
        z.boolean().default(false),
        "Write what came of them into the index, without keeping them",
        { group },
      ),
      queue: jobOptions.queue,
    }),
    examples: [{ command: "zoo build 3 --zoo my-zoo", summary: "A zoo of one's own" }],
    async run(context, { indices, seeds, ...choice }) {
      const ids = selectIds(
        indices,
        allCases().map(({ id }) => id),
      );
      const models = ids.flatMap((id) => seeds.map((seed) => ({ case_: getCase(id), seed })));
      const { folder } = openZoo(context, { zoo: choice.zoo });
      const options = { ...choice, engine: engineOf(choice), workers: context.workers };
      const jobs = commandJobs(context, choice.outputDir);
      const built = await withQueue(choice.queue, jobs, (queue) =>
        buildZoo(folder, models, jobs, { ...options, queue }),
      );
      return outputOf("zoo-build", built);
    },
  }),
  defineCommand({
    path: ["zoo", "verify"],
    summary: "Compare models of the zoo with their hashes, and audit them again",
    options: work,
    async run(context, choice) {
      const { folder, entries } = openZoo(context, choice);
      const options = { engine: engineOf(choice), force: choice.force };
      const jobs = commandJobs(context, choice.outputDir);
      return outputOf("zoo-verify", await verifyZoo(folder, entries, jobs, options));
    },
  }),
];
