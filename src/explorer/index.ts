/**
 * @file The explorer as files: the page that shows and runs models and results in a browser, put together
 * of the built program and what it is to show.
 *
 * The program itself is `web/`, which imports the portable layers; here it is only read as built text.
 * May import: errors … jobs.
 */
export { filesIn, type ReportSpec, reportContent } from "./content.ts";
export { effectsIn } from "./effects.ts";
export { listedContent } from "./listing.ts";
export { packed } from "./packed.ts";
export { explorerPage, type PageOptions } from "./page.ts";
export { buildFor, type PageBuild, type PageParts, packagedParts, readParts } from "./parts.ts";
export { reportText, type WrittenReport, writeReport } from "./report.ts";
export type { Listening } from "./server/listen.ts";
export { openBrowser } from "./server/open-browser.ts";
export { type ServeOptions, serveExplorer } from "./server/serve.ts";
export { type SiteSpec, writeSite } from "./site.ts";
