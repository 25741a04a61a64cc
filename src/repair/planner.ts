import { runHelper } from "../scan/helper.js";
import { type Planning, plannerOf } from "./planning.js";

runHelper((data) => plannerOf(data as Planning));
