/** How the encrypted content of the service begins. */
const PREFIX = "gAAAA";
/** The shortest token: version, time, vector, one block and a digest (bytes). */
const SHORTEST = 73;

/**
 * False for encrypted reasoning that begins as the service's own does and is too short, or no base64, so that no account
 * can open it. Whether another one belongs to this account only the service can tell.
 */
export function isWholeToken(sealed: string): boolean {
  if (!sealed.startsWith(PREFIX)) return true;
  const isBase64 = /^[A-Za-z0-9_-]*={0,2}$/.test(sealed);
  return isBase64 && Math.floor((sealed.replace(/={1,2}$/, "").length * 3) / 4) >= SHORTEST;
}
