// Getting a model file: from the browser's storage, else from its URL into the storage.

import { CacheManager, type CacheEntry } from "@wllama/wllama";
import { file } from "../gate";
import { ModelError, aborted } from "./errors";

type Progress = (loaded: number, total: number) => void;

/** The storage for models, or null where the browser has none or forbids it. */
export function storage(): CacheManager | null {
  try {
    return isSecureContext ? new CacheManager() : null;
  } catch {
    return null;
  }
}

/** A storage that keeps nothing. */
export function nowhere(): CacheManager {
  return new CacheManager([
    {
      isSupported: () => true,
      read: async () => null,
      write: async () => undefined,
      getSize: async () => -1,
      list: async () => [],
      delete: async () => undefined,
    },
  ]);
}

/** Whether an entry is a whole file: what an aborted download left is none. */
function isWhole({ size, metadata }: CacheEntry): boolean {
  return metadata.originalURL !== "" && metadata.originalSize === size && size > 0;
}

async function stored(cache: CacheManager, url: string): Promise<CacheEntry | undefined> {
  return (await cache.list()).find((entry) => entry.metadata.originalURL === url && isWhole(entry));
}

/** The files that are stored as a whole. */
export async function allStored(): Promise<{ url: string; bytes: number }[]> {
  const entries = (await storage()?.list().catch(() => [])) ?? [];
  return entries.filter(isWhole).map(({ size, metadata }) => ({ url: metadata.originalURL, bytes: size }));
}

/** Bytes that are stored for `url`; 0 if it is not there as a whole. */
export async function cachedSize(url: string): Promise<number> {
  const cache = storage();
  const entry = cache ? await stored(cache, url).catch(() => undefined) : undefined;
  return entry?.size ?? 0;
}

/** Removes what is stored for `url`, parts of an aborted download included. */
export async function forget(url: string): Promise<void> {
  await storage()?.delete(url);
}

function networkError(error: unknown): ModelError | null {
  const status = /HTTP (\d+)$/.exec(error instanceof Error ? error.message : "")?.[1];
  if (status) return new ModelError("network", `The server answered with status ${status}.`);
  if (!(error instanceof TypeError || (error instanceof Error && error.message.startsWith("gate:")))) return null;
  return new ModelError("network", "The server cannot be reached, broke off, or does not let this page read the file.");
}

/** How long to wait between two words about progress, in milliseconds. */
const PACE = 100;

/** What is arriving from `url`, counted. */
async function arriving(
  url: string,
  progress: Progress,
  abort: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await file(new Request(url, { signal: abort }));
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  const total = Number(response.headers.get("content-length") ?? 0);
  let loaded = 0;
  let told = 0;
  // A compressed transfer announces fewer bytes than arrive.
  const tell = () => progress(loaded, loaded > total ? 0 : total);
  return response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        const now = performance.now();
        if (now - told > PACE) {
          told = now;
          tell();
        }
        controller.enqueue(chunk);
      },
      flush: tell,
    }),
  );
}

async function download(cache: CacheManager, url: string, progress: Progress, abort: AbortSignal): Promise<Blob | null> {
  const name = await cache.getNameFromURL(url);
  // Written behind the content, so the size is known by then.
  const metadata = { etag: "", originalSize: 0, originalURL: url };
  const count = (loaded: number, total: number) => {
    metadata.originalSize = loaded;
    progress(loaded, total);
  };
  await cache.write(name, await arriving(url, count, abort), metadata);
  return cache.open(name);
}

async function downloadToMemory(url: string, progress: Progress, abort: AbortSignal): Promise<Blob> {
  return new Response(await arriving(url, progress, abort)).blob();
}

/**
 * The file at `url`, an absolute URL. Where it cannot be stored (no room, private window) it is
 * held in memory for this visit. Rejects with `network:` or `aborted:`.
 */
export async function fetchModel(url: string, progress: Progress, abort: AbortSignal): Promise<Blob> {
  const cache = storage();
  try {
    const entry = cache ? await stored(cache, url).catch(() => undefined) : undefined;
    const blob = entry ? await cache?.open(entry.name) : null;
    if (blob) {
      progress(blob.size, blob.size);
      return blob;
    }
    if (cache) {
      try {
        const fetched = await download(cache, url, progress, abort);
        if (fetched) return fetched;
      } catch (error) {
        // What has arrived cannot be continued later, so it need not take up room.
        await cache.delete(url).catch(() => undefined);
        if (abort.aborted || networkError(error)) throw error;
      }
    }
    return await downloadToMemory(url, progress, abort);
  } catch (error) {
    if (abort.aborted) throw aborted();
    throw networkError(error) ?? error;
  }
}
