import { writeFileSync } from "node:fs";
import { ALGORITHM_LISTING, algorithmListing } from "./algorithm-listing.ts";
import { ALGORITHMS_PAGE, algorithmsPage } from "./algorithms-page.ts";

writeFileSync(ALGORITHM_LISTING, algorithmListing());
writeFileSync(ALGORITHMS_PAGE, algorithmsPage());
