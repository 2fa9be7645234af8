/** @file What a report runs. */
import "./styles.css";
import { startPage } from "./start.ts";
import "./print.css";

startPage({});
