// Folders of this machine: picked or dropped, and written back to where the browser can do that.

/** What a workspace has room for. */
export interface Room {
  files: number;
  bytes: number;
  /** Of one file. */
  file: number;
}

/** Files that were read together. */
export interface Found {
  name: string;
  files: { path: string; bytes: Uint8Array }[];
  /** The paths of those that were not read. */
  leftOut: string[];
  /** What {@link save} writes back to; 0 where that cannot be. */
  folder: number;
}

interface Picker {
  showDirectoryPicker(options: { id: string; mode: "read" }): Promise<FileSystemDirectoryHandle>;
}

interface Permitting {
  requestPermission(options: { mode: "readwrite" }): Promise<PermissionState>;
}

/** Folders that hold what others made, and far too much of it. */
const PASSED = new Set([".git", "node_modules"]);

/** By what a file on disk is known to be the one that was read. */
interface Stamp {
  modified: number;
  size: number;
}

/** A folder that was picked, and its files as they were when they were read or written last. */
interface Picked {
  folder: FileSystemDirectoryHandle;
  stamps: Map<string, Stamp>;
}

/** The folders that were picked; their numbers count from 1. */
const picked: Picked[] = [];

function stamp(file: File): Stamp {
  return { modified: file.lastModified, size: file.size };
}

class Reading {
  readonly found: Found;
  readonly stamps = new Map<string, Stamp>();
  #bytes = 0;

  constructor(
    name: string,
    private readonly room: Room,
  ) {
    this.found = { name, files: [], leftOut: [], folder: 0 };
  }

  async file(path: string, get: () => Promise<File>): Promise<void> {
    const { files, leftOut } = this.found;
    if (files.length >= this.room.files) return void leftOut.push(path);
    try {
      const file = await get();
      if (file.size > this.room.file || this.#bytes + file.size > this.room.bytes) return void leftOut.push(path);
      this.#bytes += file.size;
      files.push({ path, bytes: new Uint8Array(await file.arrayBuffer()) });
      this.stamps.set(path, stamp(file));
    } catch {
      leftOut.push(path);
    }
  }

  /** Whether a folder is gone into. */
  enters(name: string, path: string): boolean {
    if (!PASSED.has(name)) return true;
    this.found.leftOut.push(`${path}/`);
    return false;
  }
}

async function walk(folder: FileSystemDirectoryHandle, above: string, reading: Reading): Promise<void> {
  for await (const [name, it] of folder.entries()) {
    const path = above + name;
    if (it.kind === "file") await reading.file(path, () => (it as FileSystemFileHandle).getFile());
    else if (reading.enters(name, path)) await walk(it as FileSystemDirectoryHandle, `${path}/`, reading);
  }
}

/** Lets the person pick a folder and reads it; `null` where they pick none. */
export async function pick(room: Room): Promise<Found | null> {
  let folder: FileSystemDirectoryHandle;
  try {
    folder = await (globalThis as unknown as Picker).showDirectoryPicker({ id: "workspace", mode: "read" });
  } catch {
    return null;
  }
  const reading = new Reading(folder.name, room);
  await walk(folder, "", reading);
  reading.found.folder = picked.push({ folder, stamps: reading.stamps });
  return reading.found;
}

async function entered(entry: FileSystemEntry, above: string, reading: Reading): Promise<void> {
  const path = above + entry.name;
  if (entry.isFile) {
    const file = entry as FileSystemFileEntry;
    return reading.file(path, () => new Promise((done, fail) => file.file(done, fail)));
  }
  if (!reading.enters(entry.name, path)) return;
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // It gives them in pieces, and an empty one at the end.
  for (;;) {
    const inner = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail)).catch(() => []);
    if (inner.length === 0) return;
    for (const it of inner) await entered(it, `${path}/`, reading);
  }
}

/** Reads what was dropped: files and folders with all that is in them. */
export async function read(dropped: { entries: FileSystemEntry[]; room: Room }): Promise<Found> {
  const reading = new Reading(dropped.entries[0]?.name ?? "Dropped", dropped.room);
  for (const entry of dropped.entries) await entered(entry, "", reading);
  return reading.found;
}

/** What is to be written into a folder that was picked. */
export interface Changes {
  folder: number;
  files: { path: string; bytes: Uint8Array<ArrayBuffer> }[];
  gone: string[];
}

/** The first of many paths. */
function some(paths: string[]): string {
  return paths.slice(0, 3).join(", ") + (paths.length > 3 ? ` and ${paths.length - 3} more` : "");
}

/**
 * Writes changes into their folder, after the browser has asked the person. What somebody else has
 * changed, made or removed there since it was read is left as it is.
 *
 * Resolves to what went wrong, in sentences; empty where nothing did.
 */
export async function save(changes: Changes): Promise<string> {
  const at = picked[changes.folder - 1];
  if (!at) return "The folder is no longer at hand: open it again.";
  const { folder, stamps } = at;
  const granted = await (folder as unknown as Permitting).requestPermission({ mode: "readwrite" });
  if (granted !== "granted") return "The browser may not write into this folder, so nothing was changed.";
  const inside = async (path: string, create: boolean) => {
    const parts = path.split("/");
    const name = parts.pop() ?? "";
    let at = folder;
    for (const part of parts) at = await at.getDirectoryHandle(part, { create });
    return [at, name] as const;
  };
  /** The file as it is now; nothing where there is none. */
  const now = async (path: string): Promise<Stamp | undefined> => {
    try {
      const [at, name] = await inside(path, false);
      return stamp(await (await at.getFileHandle(name)).getFile());
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
      throw error;
    }
  };
  const isAsRead = (path: string, found: Stamp | undefined): boolean => {
    const known = stamps.get(path);
    return known?.modified === found?.modified && known?.size === found?.size;
  };
  const [failed, others]: [string[], string[]] = [[], []];
  for (const { path, bytes } of changes.files) {
    try {
      if (!isAsRead(path, await now(path))) {
        others.push(path);
        continue;
      }
      const [at, name] = await inside(path, true);
      const file = await at.getFileHandle(name, { create: true });
      const writer = await file.createWritable();
      await writer.write(bytes);
      await writer.close();
      stamps.set(path, stamp(await file.getFile()));
    } catch {
      failed.push(path);
    }
  }
  for (const path of changes.gone) {
    try {
      const found = await now(path);
      if (found && !isAsRead(path, found)) {
        others.push(path);
        continue;
      }
      const [at, name] = await inside(path, false);
      if (found) await at.removeEntry(name);
      stamps.delete(path);
    } catch {
      failed.push(path);
    }
  }
  const said: string[] = [];
  if (others.length > 0) {
    said.push(
      `Left as it is, because it was changed on disk since the folder was opened: ${some(others)}. ` +
        "Download the ZIP to keep your version, then open the folder again.",
    );
  }
  if (failed.length > 0) said.push(`Not everything could be written: ${some(failed)}.`);
  return said.join(" ");
}
