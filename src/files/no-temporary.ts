import { tmpdir } from "node:os";
import { DoctorError } from "../errors.js";

/** Says that the folder for temporary files cannot take something. */
export function noTemporary(thing: string, error: unknown): DoctorError {
  return new DoctorError(
    "NO_SPACE",
    `${tmpdir()}: cannot take ${thing} (${(error as Error).message})`,
    "set TMPDIR to a folder that can be written to",
  );
}
