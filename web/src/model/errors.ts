// What went wrong with a model, as a code that the page knows and a sentence for its reader.

/** The beginning of every message. */
export type ErrorCode =
  | "memory"
  | "gpu"
  | "crashed"
  | "refused"
  | "unsupported"
  | "network"
  | "format"
  | "context"
  | "aborted";

/** How far the engine was when it threw: an engine that is `dead` answers nothing any more. */
export type Phase = "loading" | "running" | "dead";

/** An error whose message is `code: detail`. The detail never holds a URL: it may carry a key. */
export class ModelError extends Error {
  constructor(
    readonly code: ErrorCode,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** The request was given up, by its caller or because the model was unloaded. */
export function aborted(): ModelError {
  return new ModelError("aborted", "Stopped.");
}

/** The graphics processor is gone, or refuses its work. */
export function gpuLost(): ModelError {
  return new ModelError("gpu", "The graphics processor was lost.");
}

/** Makes a {@link ModelError} of whatever the engine threw; `complaints` is what it logged before. */
export function explain(error: unknown, complaints: readonly string[], phase: Phase): ModelError {
  if (error instanceof ModelError) return error;
  const { name, message } = error instanceof Error || error instanceof DOMException ? error : new Error(String(error));
  if (name === "AbortError") return aborted();
  const all = [message, ...complaints].join("\n");
  if (/exceeds the available context/.test(all)) {
    const [, asked = "?", most = "?"] = /\((\d+) tokens\).*?\((\d+) tokens\)/.exec(all) ?? [];
    return new ModelError("context", `The conversation has ${asked} tokens; at most ${most} fit.`);
  }
  if (phase !== "loading" && /ggml_webgpu/.test(all)) return gpuLost();
  // An access beyond it is a fault of the engine.
  if (/memory(?! access)|alloc|OOM|enlarge/i.test(all)) {
    return new ModelError("memory", "There is not enough memory for this model.");
  }
  // The first complaint is the cause; before it stands the name of a function.
  const cause = complaints[0]?.replace(/^[\w ]+:\s+/, "") ?? message;
  if (phase !== "loading") return new ModelError(phase === "dead" ? "crashed" : "refused", cause);
  if (/fetching of the wasm failed|Failed to fetch|magic word|fell off end/i.test(all)) {
    return new ModelError("network", "The engine that runs the model could not be fetched.");
  }
  if (/CompileError|LinkError|WebAssembly|SecurityError/.test(all)) {
    return new ModelError("unsupported", "This browser cannot run the model, or the page's policy forbids it.");
  }
  return new ModelError("format", `The model does not accept this: ${cause}.`);
}
