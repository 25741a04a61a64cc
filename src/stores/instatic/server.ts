import lt from "semver/functions/lt.js";

/** The first version that reads `content_json` of PostgreSQL as JSON (#146). */
const READS_SERVER = "0.0.11";

/** The notes about host versions that fail on PostgreSQL, whatever the rows hold. */
export function serverNotes(hostVersion: string): string[] {
  return lt(hostVersion, READS_SERVER)
    ? [
        `Instatic before ${READS_SERVER} sends every conversation on PostgreSQL without its texts, and each prompt fails ("user messages must have non-empty content"); its rows are not the cause: update Instatic`,
      ]
    : [];
}
