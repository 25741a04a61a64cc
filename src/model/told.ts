/**
 * How reports tell stored words that are nobody's texts, but could hold one: whole where they hold to the grammar of
 * their kind, else by their length.
 */
const NAME = /^[\w.:/@+-]{1,128}$/;
const WORD = /^[a-z][a-z0-9_-]{0,39}$/;

/** A name of a tool or a model, an id. */
export function toldName(text: string): string {
  return text === "" || NAME.test(text) ? text : byLength(text);
}

/** A word of the host, such as a kind of row or the reason why a turn ended. */
export function toldWord(text: string): string {
  return text === "" || WORD.test(text) ? text : byLength(text);
}

/** A media type that is known; of others what kind of media they are. */
export function toldMime(text: string): string {
  if (text === "" || isKnownMime(text)) return text;
  const kind = text.slice(0, Math.max(0, text.slice(0, LONGEST).indexOf("/"))).toLowerCase();
  return Object.hasOwn(SUBTYPES, kind) ? `${kind}/… (${text.length} characters)` : byLength(text);
}

/** True for a registered or widely used media type, with or without the character set of a text. */
export function isKnownMime(text: string): boolean {
  const found = MIME.exec(text.slice(0, LONGEST).toLowerCase());
  const [kind = "", subtype = ""] = (found?.[1] ?? "").split("/");
  return text.length <= LONGEST && Object.hasOwn(SUBTYPES, kind) && (SUBTYPES[kind]?.has(subtype) ?? false);
}

/** A text of which only the length is told. */
export function byLength({ length }: string): string {
  return `(${length} character${length === 1 ? "" : "s"})`;
}

const LONGEST = 100;
const MIME = /^([a-z]{1,11}\/[a-z0-9.+*-]{1,80})(?:; ?charset="?[\w-]{1,20}"?)?$/;
const words = (text: string) => new Set(text.split(" "));
const SUBTYPES: Readonly<Record<string, ReadonlySet<string>>> = {
  image: words(
    "* apng avif bmp gif heic heif ico jp2 jpeg jpg jxl png svg svg+xml tif tiff vnd.microsoft.icon webp x-icon x-ms-bmp x-png",
  ),
  audio: words("* aac aiff flac m4a mp3 mp4 mpeg ogg opus wav webm x-m4a x-wav"),
  video: words("* 3gpp avi mp4 mpeg ogg quicktime webm x-matroska x-msvideo"),
  text: words(
    "* calendar css csv html javascript jsx markdown plain rtf tab-separated-values tsx typescript vtt x-c x-c++ x-diff x-go x-java x-log x-markdown x-patch x-python x-ruby x-rust x-script.python x-shellscript x-sh x-toml x-typescript x-yaml xml yaml",
  ),
  font: words("collection otf sfnt ttf woff woff2"),
  application: words(
    "epub+zip gzip java-archive javascript json jsonl ld+json msword octet-stream ogg pdf postscript rtf sql toml typescript vnd.ms-excel vnd.ms-powerpoint vnd.openxmlformats-officedocument.presentationml.presentation vnd.openxmlformats-officedocument.spreadsheetml.sheet vnd.openxmlformats-officedocument.wordprocessingml.document wasm x-7z-compressed x-bzip2 x-directory x-httpd-php x-ipynb+json x-javascript x-ndjson x-sh x-sqlite3 x-tar x-toml x-typescript x-yaml x-zip-compressed xhtml+xml xml yaml zip",
  ),
};
