import { lostHistory } from "../../../rules/lost-history.js";
import { piLosses } from "../losses.js";

export const lost = lostHistory(piLosses);
