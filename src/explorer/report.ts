import { printable } from "../errors/index.ts";
import type { Style } from "../report/index.ts";
import { writeOutput } from "../store/index.ts";
import { type ReportSpec, reportContent } from "./content.ts";
import { explorerPage } from "./page.ts";
import { buildFor, readParts } from "./parts.ts";

/** What is said of a report that was written. */
export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  readonly title: string;
  /** Names of results and models in it. */
  readonly results: readonly string[];
  readonly models: readonly string[];
}

/**
 * Writes results as one HTML file.
 *
 * `E_ARTIFACT` for what is no finished result, `E_INSTALL` without the built program, `E_OUTPUT` where the
 * file cannot be written; nothing is written then.
 */
export async function writeReport(
  spec: ReportSpec,
  file: string,
  signal?: AbortSignal,
): Promise<WrittenReport> {
  const content = reportContent(spec);
  const html = explorerPage(readParts(buildFor(content)), content);
  await writeOutput(file, html, signal);
  return {
    file,
    bytes: Buffer.byteLength(html),
    title: content.title,
    results: content.results.map(({ name }) => name),
    models: content.models.map(({ name }) => name),
  };
}

/** The same for people. */
export function reportText({ file, title, bytes }: WrittenReport, style: Style): string {
  const size = `${Math.round(bytes / 1000)} kB`;
  return `${style.bold("Wrote")} ${printable(file)}: ${printable(title)}, ${size}\n`;
}
