// The page without WebAssembly: a plain text area that shows, and then edits, the author's text.

import { decodeShareLink, isShareLink } from "./share-link";

/** Where edits made without WebAssembly are kept. */
const KEY = "ap:draft-fallback";

interface Draft {
  text: string;
  saved: number;
  /** The fragment of the link that the edits began from. */
  link?: string | undefined;
}

function readDraft(key: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Draft> | null;
    if (typeof draft?.text === "string" && typeof draft.saved === "number") return draft as Draft;
  } catch {
    // Unreadable or forbidden: no draft.
  }
  return undefined;
}

/** The draft that was saved last; `own` are the edits made without WebAssembly. */
function latestDraft(own: Draft | undefined): Draft | undefined {
  let latest = own;
  try {
    for (const key of Object.keys(localStorage)) {
      const draft = key.startsWith("ap:draft:") ? readDraft(key) : undefined;
      if (draft && draft.saved > (latest?.saved ?? -Infinity)) latest = draft;
    }
  } catch {
    // Storage that is forbidden holds no drafts.
  }
  return latest;
}

/**
 * Fills the text area that stands in the page until the application is there: with the text of
 * the link, else with the latest draft. The result makes it editable and says why there is
 * nothing else.
 */
export function showText(): () => Promise<void> {
  const area = document.querySelector<HTMLTextAreaElement>("#fallback-editor");
  const notice = document.querySelector<HTMLElement>("#fallback-notice");
  const link = isShareLink(location.hash) ? location.hash : undefined;
  const own = readDraft(KEY);
  /** Earlier edits of another text, which the first edit here would overwrite. */
  let earlier = own;
  let linkIsRead = false;
  let warned = false;
  let original = "";
  let shown = "";

  const fill = async () => {
    let draft = link && own?.link === link ? own : undefined;
    let text = link && !draft ? await decodeShareLink(link).catch(() => undefined) : undefined;
    linkIsRead = !!draft || text !== undefined;
    draft ??= linkIsRead ? undefined : latestDraft(own);
    if (draft === own) earlier = undefined;
    text ??= draft?.text;
    if (!area || text === undefined) return;
    original = text;
    area.value = text;
    shown = area.value;
  };

  /** What the author has: untouched byte for byte, else with CRLF again if it was there throughout. */
  const current = () => {
    const value = area?.value ?? "";
    if (value === shown) return original;
    const pure = original.includes("\r\n") && !/(^|[^\r])\n|\r(?!\n)/.test(original);
    return pure ? value.replace(/\n/g, "\r\n") : value;
  };

  const name = () => /^name:\s*["']?([\w.-]+)/m.exec(area?.value ?? "")?.[1] ?? "agent";

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(current());
      return true;
    } catch {
      area?.select();
      return document.execCommand("copy");
    }
  };

  const download = () => {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(new Blob([current()], { type: "text/markdown" }));
    anchor.download = `${name()}.md`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
  };

  const button = (label: string, act: (button: HTMLButtonElement) => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.onclick = () => act(made);
    return made;
  };

  const say = (sentence: string) => {
    notice?.replaceChildren(
      sentence + " ",
      button("Copy text", async (self) => {
        self.textContent = (await copy()) ? "Copied" : "Select the text and copy it";
      }),
      " ",
      button("Download", download),
    );
    if (notice) notice.hidden = false;
    // A `:has()` that looks for the notice would cost the program a look at the whole page each time it changes.
    notice?.closest<HTMLElement>(".panes")?.toggleAttribute("data-alone", true);
  };

  const save = () => {
    const draft = { v: 1, name: name(), text: current(), saved: Date.now(), link: linkIsRead ? link : undefined };
    try {
      if (earlier) localStorage.setItem(`ap:draft:fallback-${earlier.saved}`, JSON.stringify(earlier));
      earlier = undefined;
      localStorage.setItem(KEY, JSON.stringify(draft));
    } catch {
      if (!warned) say("The browser does not store the text: copy or download it before leaving.");
      warned = true;
    }
  };

  if (area) area.readOnly = true;
  original = shown = area?.value ?? "";
  const filled = fill();
  return async () => {
    await filled;
    // The application was there and took the text area's place: it speaks for itself.
    if (area?.isConnected === false) return;
    say(
      "WebAssembly could not be started, so checks, preview and chat are off; the text can still be read, edited, " +
        "copied and downloaded. Reload the page, update the browser, or allow WebAssembly for this site." +
        (link && !linkIsRead ? " The text of the link could not be read." : ""),
    );
    if (!area) return;
    area.readOnly = false;
    area.oninput = save;
  };
}
