import { runHelper } from "../scan/helper.js";
import { plannerOf } from "./planning.js";
import type { RepairOptions } from "./rounds.js";

runHelper((data) => plannerOf(data as RepairOptions));
