import { lostHistory } from "../../../rules/lost-history.js";
import { claudeLosses } from "../losses.js";

export const lost = lostHistory(claudeLosses);
