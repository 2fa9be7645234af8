/**
 * @file What people see: drawings of circuits as SVG and as text, tables, numbers, progress.
 *
 * Everything is a pure function from data to text, but for the progress writer, which is handed its
 * clock and its stream. May import: errors … formats. Ideas: layered graph drawing after Sugiyama,
 * Tagawa & Toda 1981 (rows are given by the model, so only the routing is left); Observable Plot's
 * snapshot pictures.
 */
export { type Bar, type BarChart, type BarGroup, barsSpec, drawBarsSvg } from "./charts/bars.ts";
export { type BoxGroup, type BoxPlot, boxPlotSpec, drawBoxPlotSvg } from "./charts/box-plot.ts";
export {
  drawRankDiagramSvg,
  type RankDiagram,
  rankCliques,
  rankDiagramSpec,
} from "./charts/critical-difference.ts";
export type { Axis } from "./charts/frame.ts";
export { drawHeatMapSvg, type HeatCell, type HeatMap, heatMapSpec } from "./charts/heat-map.ts";
export { leaderboardMap, type MappedLeaderboard } from "./charts/leaderboard-map.ts";
export {
  drawLinesSvg,
  type LineChart,
  type LinePoint,
  type LineSeries,
  linesSpec,
} from "./charts/lines.ts";
export { type BoxPlace, boxOfNode } from "./drawing/boxes.ts";
export { describeDiagram } from "./drawing/describe.ts";
export { arrowhead, linkPath, scoreWidth } from "./drawing/elements.ts";
export {
  type BoxShape,
  type LayerBand,
  type Layout,
  type Line,
  layoutOf,
  PORT_OFFSETS,
  type Point,
} from "./drawing/layout.ts";
export { MARK_STYLES, type MarkStyle } from "./drawing/palette.ts";
export {
  type Box,
  type BoxFacts,
  type CircuitPicture,
  type Diagram,
  type DiagramFacts,
  diagramOf,
  type Link,
  type LinkFacts,
  type Mark,
  type Tally,
} from "./drawing/picture.ts";
export { type PlacedBox, SIZES } from "./drawing/rows.ts";
export { drawCircuitSvg, type SvgOptions } from "./drawing/svg.ts";
export { formatDuration, formatNumber, formatPercent, UNDEFINED_TEXT } from "./number.ts";
export {
  PAGE_SCHEMA,
  type PageContent,
  type PageEffects,
  type PageModel,
  type PageModelFiles,
  type PageModelRef,
  type PageNodeEffects,
  type PageResult,
} from "./page/content.ts";
export {
  type ProgressNumbers,
  type ProgressState,
  progressLine,
  secondsLeft,
} from "./progress/line.ts";
export {
  createProgress,
  type JobOptions,
  type LogMode,
  type Progress,
  type ProgressJob,
  type ProgressOptions,
} from "./progress/progress.ts";
export { rangesText } from "./ranges.ts";
export { drawCircuitText } from "./terminal/circuit.ts";
export { formatProgram, type ProgramLine, programLines } from "./terminal/program.ts";
export { indentText, sectionText } from "./terminal/sections.ts";
export {
  cutText,
  type Style,
  stripStyle,
  styleOf,
  terminalText,
  textWidth,
  wantsColours,
  wrapText,
} from "./terminal/style.ts";
export { type Cell, type Column, formatCsv, formatFacts, formatTable } from "./terminal/table.ts";
export { drawWiring } from "./terminal/wiring.ts";
export { wordsOf } from "./words.ts";
