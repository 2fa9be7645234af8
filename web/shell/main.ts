/** @file What every page but a report runs: with the pages of leaderboards, of programs one writes, and of runs. */
import "./styles.css";
import BoardPage from "./BoardPage.svelte";
import RunsPage from "./RunsPage.svelte";
import { startPage } from "./start.ts";
import WritePage from "./WritePage.svelte";
import "./print.css";

startPage({ Board: BoardPage, Runs: RunsPage, Write: WritePage });
