import { writeFileSync } from "node:fs";
import { ALGORITHMS_PAGE, algorithmsPage } from "./algorithms-page.ts";

writeFileSync(ALGORITHMS_PAGE, algorithmsPage());
