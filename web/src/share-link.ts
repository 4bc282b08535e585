// Reading a version 1 share link without WebAssembly: `#1.` and base64url of a CRC-32 and DEFLATE.

/** The largest text that a link may hold, in bytes of UTF-8. */
const MAX_TEXT = 4 * 1024 * 1024;

/** CRC-32 as in IEEE 802.3, bit by bit: a table would be larger than what it saves here. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

async function inflate(deflated: BlobPart): Promise<Uint8Array> {
  const reader = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_TEXT) {
      await reader.cancel();
      throw new Error("too large");
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Whether a fragment (with its `#`) is meant as a version 1 share link. */
export function isShareLink(fragment: string): boolean {
  return fragment.startsWith("#1.");
}

/**
 * The text of a version 1 share link, byte for byte.
 * Rejects if the link is damaged, larger than 4 MiB unpacked, or not UTF-8.
 */
export async function decodeShareLink(fragment: string): Promise<string> {
  const packed = atob(fragment.slice(3).replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const expected = new DataView(bytes.buffer).getUint32(0, true);
  const text = await inflate(bytes.subarray(4));
  if (crc32(text) !== expected) throw new Error("damaged");
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
}
