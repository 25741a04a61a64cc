/** A directory that moved, with all that is below it. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Where a directory is now; null where no move concerns it. A path of another system keeps its pieces. */
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

/** Of a path on Windows, both kinds of slash part it. */
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
