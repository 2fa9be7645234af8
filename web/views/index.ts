/**
 * @file All that draws: what a report has, and what only other pages have.
 */
export { mountBoard } from "./board/board.ts";
export { mountOrder } from "./order/order.ts";
export * from "./report.ts";
export { mountWriter } from "./write/write.ts";
