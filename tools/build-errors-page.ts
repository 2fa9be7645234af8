import { writeFileSync } from "node:fs";
import { ERRORS_PAGE, errorsPage } from "./errors-page.ts";

writeFileSync(ERRORS_PAGE, errorsPage());
