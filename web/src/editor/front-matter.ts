// Where front matter ends, by the rule of the host (Claude Code 2.1.330, observed 2026-11-22):
// the editor colours as front matter what the host reads as such, not what looks like it.

/** How far from the start front matter is looked for, in UTF-16 units. The core reads 64 KiB at most. */
export const SCAN_LIMIT = 64 * 1024;

/** Half-open ranges in UTF-16 units, a line break counting 1. */
export interface FrontMatter {
  /** The opening `---`. */
  readonly open: number;
  /** Start of the YAML. */
  readonly yaml: number;
  /** The closing `---`, which is also the end of the YAML. */
  readonly close: number;
}

/**
 * The front matter of a text that begins with `head`, or null if there is none or its end lies
 * beyond {@link SCAN_LIMIT}. `head` has `\n` as its line break.
 *
 * One byte-order mark may stand first; white space and blank lines may follow the opening
 * `---`; the first `---` after that closes, wherever in a line it stands.
 */
export function frontMatterOf(head: string): FrontMatter | null {
  const opening = /^(\uFEFF?)---\s*\n/.exec(head);
  if (!opening) return null;
  const yaml = opening[0].length;
  const close = head.indexOf("---", yaml);
  return close < 0 ? null : { open: opening[1]?.length ?? 0, yaml, close };
}
