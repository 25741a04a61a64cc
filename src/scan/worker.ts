import { runHelper } from "./helper.js";

runHelper();
