/** A directory that moved, with everything in it. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** The new place of a directory; null if none of the moves concerns it. */
export function movedTo(directory: string, moves: readonly Move[]): string | null {
  const pieces = piecesOf(directory);
  for (const { from, to } of moves) {
    const prefix = piecesOf(from);
    if (!prefix.every((piece, index) => piece === pieces[index])) continue;
    const separator = to.includes("\\") ? "\\" : "/";
    const moved = [withoutEnd(to), ...pieces.slice(prefix.length)].join(separator);
    if (moved !== directory) return moved;
  }
  return null;
}

/** The names in a path. Windows paths are split at both kinds of slash. */
function piecesOf(path: string): string[] {
  const isWindows = /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
  return withoutEnd(path).split(isWindows ? /[\\/]/ : "/");
}

/** The path without the slashes at its end. */
function withoutEnd(path: string): string {
  let end = path.length;
  while (end > 0 && (path[end - 1] === "/" || path[end - 1] === "\\")) end--;
  return path.slice(0, end);
}
