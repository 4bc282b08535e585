// Getting a model file: from the browser's storage, else from its URL into the storage.

import { CacheManager, type CacheEntry } from "@wllama/wllama";
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

async function stored(cache: CacheManager, url: string): Promise<CacheEntry | undefined> {
  return (await cache.list()).find(
    ({ size, metadata }) => metadata.originalURL === url && metadata.originalSize === size && size > 0,
  );
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
  if (!(error instanceof TypeError)) return null;
  return new ModelError("network", "The server cannot be reached, broke off, or does not let this page read the file.");
}

async function download(cache: CacheManager, url: string, progress: Progress, abort: AbortSignal): Promise<Blob | null> {
  const name = await cache.getNameFromURL(url);
  await cache.download(url, {
    signal: abort,
    // A compressed transfer announces fewer bytes than arrive.
    progressCallback: ({ loaded, total }) => progress(loaded, loaded > total ? 0 : total),
  });
  const metadata = await cache.getMetadata(name);
  const size = await cache.getSize(name);
  if (metadata && metadata.originalSize !== size) {
    await cache.writeMetadata(name, { ...metadata, originalSize: size });
  }
  return cache.open(name);
}

async function downloadToMemory(url: string, progress: Progress, abort: AbortSignal): Promise<Blob> {
  const response = await fetch(url, { signal: abort });
  if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
  const total = Number(response.headers.get("content-length") ?? 0);
  let loaded = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        loaded += chunk.byteLength;
        progress(loaded, loaded > total ? 0 : total);
        controller.enqueue(chunk);
      },
    }),
  );
  return new Response(counted).blob();
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
