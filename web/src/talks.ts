// Conversations that outlive the page: one for each document, in the browser's own database.

const DATABASE = "agent-playground-conversations";
const STORE = "kept";
/** The most that are kept; the one that was written longest ago makes room. */
const MOST = 50;

interface Kept {
  name: string;
  text: string;
  at: number;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The database does not answer."));
  });
}

let opening: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  if (!opening) {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "name" }).createIndex("at", "at");
    opening = done(request);
    opening.catch(() => (opening = undefined));
  }
  return opening;
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return (await database()).transaction(STORE, mode).objectStore(STORE);
}

/** What is kept for `name`; empty where nothing is. */
export async function read(name: string): Promise<string> {
  const kept = (await done((await store("readonly")).get(name))) as Kept | undefined;
  return kept?.text ?? "";
}

/** Keeps `text` for `name`; an empty one is forgotten. */
export async function write({ name, text }: { name: string; text: string }): Promise<void> {
  const kept = await store("readwrite");
  if (!text) {
    await done(kept.delete(name));
    return;
  }
  await done(kept.put({ name, text, at: Date.now() } satisfies Kept));
  const oldest = await done(kept.index("at").getAllKeys());
  for (const key of oldest.slice(0, Math.max(0, oldest.length - MOST))) await done(kept.delete(key));
}
