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
    const moved = [to.replace(/[\\/]+$/, ""), ...pieces.slice(prefix.length)].join(separator);
    if (moved !== directory) return moved;
  }
  return null;
}

/** Of a path on Windows, both kinds of slash part it. */
function piecesOf(path: string): string[] {
  const isWindows = /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
  return path.replace(/[\\/]+$/, "").split(isWindows ? /[\\/]/ : "/");
}
