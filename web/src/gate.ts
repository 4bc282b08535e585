// Requests to other servers. The page's own policy lets it connect to its own origin alone. For
// every server that the author chose there is a hidden frame whose policy names that server and
// no other; what goes there goes through it. (docs/decisions/012-content-security-policy.md)

type Gate = Window & { fetch(request: Request): Promise<Response> };

/** What the message of an error begins with where there is no gate to go through. */
const MISSING = "gate";

const gates = new Map<string, Promise<Gate>>();

async function make(sources: string): Promise<Gate> {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  const url = new URL("gate.html", document.baseURI);
  url.search = `?v=${document.querySelector<HTMLMetaElement>("meta[name=build]")?.content ?? ""}`;
  frame.src = url.href;
  const loaded = new Promise((done) => frame.addEventListener("load", done, { once: true }));
  document.body.append(frame);
  await loaded;
  const inside = frame.contentDocument;
  const gate = frame.contentWindow as Gate | null;
  // In the place of a file that is missing stands a page of the server's or the browser's.
  if (!gate || !inside?.querySelector("meta[name=gate]")) {
    frame.remove();
    throw new Error(`${MISSING}: the file could not be fetched.`);
  }
  const policy = inside.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `connect-src ${sources}`;
  inside.head.append(policy);
  return gate;
}

function gate(sources: string): Promise<Gate> {
  let opening = gates.get(sources);
  if (!opening) {
    opening = make(sources);
    opening.catch(() => gates.delete(sources));
    gates.set(sources, opening);
  }
  return opening;
}

/** Opens the gate to the server at `url`, so that it is there when this site is not. */
export async function open(url: string): Promise<void> {
  await gate(new URL(url).origin);
}

/** Sends a request to the server in its address, which has to answer it itself. */
export async function through(request: Request): Promise<Response> {
  const { origin } = new URL(request.url);
  if (origin === location.origin) return fetch(request);
  return (await gate(origin)).fetch(request);
}

/**
 * Whether this page may reach this machine or its network: `granted`, `denied`, `prompt`, or empty
 * where the browser asks nobody. `name` is the permission that Chrome 145 and later ask for; 142 to
 * 144 had one for both.
 */
export async function mayReach(name: string): Promise<string> {
  for (const permission of [name, "local-network-access"]) {
    try {
      return (await navigator.permissions.query({ name: permission as PermissionName })).state;
    } catch {
      // A browser that does not know the name does not ask for it.
    }
  }
  return "";
}

/** Fetches a file, from wherever its server sends one to: places for large files do that. */
export async function file(request: Request): Promise<Response> {
  const { origin } = new URL(request.url);
  if (origin === location.origin) return fetch(request);
  return (await gate(`${origin} https:`)).fetch(request);
}

/** The longest page that is read, in characters. */
const LONGEST_PAGE = 2_000_000;

/** What lies in a page and is no text for a reader. */
const NO_TEXT = "script, style, noscript, template, svg, iframe, nav, [hidden], [aria-hidden=true]";

/** What ends a line. */
const BLOCKS = "p, div, section, article, header, li, tr, pre, blockquote, h1, h2, h3, h4, h5, h6, br, dt, dd";

/** The text of a page of the web that the person agreed to fetch; nothing of theirs goes along. */
export async function page(url: string): Promise<string> {
  const request = new Request(url, { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
  const response = await through(request);
  if (!response.ok) throw new TypeError(`The server answers ${response.status}.`);
  const text = (await response.text()).slice(0, LONGEST_PAGE);
  if (!response.headers.get("content-type")?.includes("html")) return text;
  // Such a document loads and runs nothing.
  const read = new DOMParser().parseFromString(text, "text/html");
  for (const it of read.querySelectorAll(NO_TEXT)) it.remove();
  for (const it of read.querySelectorAll(BLOCKS)) it.append("\n");
  const lines = (read.querySelector("main") ?? read.body).textContent.split("\n");
  return [read.title, "", ...lines.map((line) => line.replace(/\s+/g, " ").trim())]
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
