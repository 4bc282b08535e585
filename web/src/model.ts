// A model in the tab: llama.cpp compiled to WebAssembly (wllama 3.8), in a worker of its own.
//
// Every rejection is an Error whose message begins with a code: `memory:`, `gpu:`, `crashed:`,
// `refused:`, `unsupported:`, `network:`, `format:`, `context:` or `aborted:`, then a sentence.

import { LogLevel, Wllama, type ChatCompletionChunk, type ChatCompletionParams } from "@wllama/wllama";
import { allStored, cachedSize, fetchModel, forget, nowhere, storage } from "./model/download";
import { ModelError, aborted, explain, gpuLost } from "./model/errors";

/** What a load tells. */
export interface ModelCallbacks {
  /** Bytes so far and in all; `total` is 0 while it is unknown. */
  progress(loaded: number, total: number): void;
}

/** The longest conversation, in tokens: what costs memory, and as much as small models were trained for. */
const CONTEXT = 8192;

/** The longest answer where none is set, in tokens; then the finish reason is `length`. */
const LONGEST_ANSWER = 1024;

/**
 * Tokens read between two looks at progress and abort. On a processor about a second's worth, and
 * no slower than more; a graphics processor wants many at once.
 */
const BATCH = { cpu: 16, gpu: 256 };

/** Whether an engine died that ran on the graphics processor: from then on models run without. */
let gpuFailed = false;

/** The signal of a request that is never given up. */
const NEVER = new AbortController().signal;

type Settings = Pick<ChatCompletionParams, "max_tokens" | "temperature" | "top_p">;
type Extra = { stream_options?: { include_usage: boolean } };

/** Four bytes that every GGUF file begins with. */
async function isGguf(file: Blob): Promise<boolean> {
  return (await file.slice(0, 4).text()) === "GGUF";
}

/** Whether the engine can run at all: it addresses memory with 64 bits. */
function hasMemory64(): boolean {
  try {
    // The descriptor is newer than the types.
    new WebAssembly.Memory({ address: "i64", initial: 1n } as unknown as WebAssembly.MemoryDescriptor);
    return true;
  } catch {
    return false;
  }
}

/** Whether layers can run on a graphics processor; the engine also needs promise integration for it. */
async function hasGpu(): Promise<boolean> {
  if (gpuFailed) return false;
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  if (!gpu || !("Suspending" in WebAssembly)) return false;
  return (await gpu.requestAdapter().catch(() => null)) !== null;
}

/** Rejects when `signal` aborts. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(aborted());
    signal.addEventListener("abort", () => reject(aborted()), { once: true });
  });
}

/** The engine with one model, and what it complained about since the last request began. */
class Engine {
  readonly wllama: Wllama;
  /** Rejects when the worker cannot run or go on, which the library only logs. */
  readonly broken: Promise<never>;
  readonly complaints: string[] = [];
  /** Whether the engine answers nothing any more. */
  dead = false;
  private loaded = false;

  constructor(private readonly gpu: boolean) {
    let reject: (error: unknown) => void = () => undefined;
    this.broken = new Promise((_, rejects) => (reject = rejects));
    const fail = (error: unknown) => {
      this.dead = true;
      reject(error);
    };
    this.broken.catch(() => undefined);
    const wasm = new URL("wllama.wasm", import.meta.url);
    wasm.search = new URL(import.meta.url).search;
    const ignore = () => undefined;
    this.wllama = new Wllama(
      { default: wasm.href },
      {
        // Files come from `fetchModel`; where nothing can be stored the library must still start.
        cacheManager: storage() ?? nowhere(),
        logger: {
          debug: ignore,
          log: (line: unknown) => {
            if (String(line).startsWith("failed to asynchronously prepare wasm")) fail(new Error(String(line)));
          },
          warn: ignore,
          error: (first: unknown) => {
            if (first instanceof Event) fail(this.stopped(first));
            if (typeof first !== "string") return;
            // Comes with what the engine aborts for, which all that is asked of it rejects with.
            if (first.startsWith("Stack trace")) this.dead = true;
            else this.complaints.push(first);
            // Whoever waits for a lost device would wait for ever.
            if (this.loaded && first.includes("ggml_webgpu: Device lost")) fail(gpuLost());
          },
        },
      },
    );
    // The library would fetch a build for older browsers from a server of others.
    this.wllama.setCompat(null);
  }

  /** Frees the memory of an engine that died. */
  async end(): Promise<void> {
    gpuFailed ||= this.gpu;
    await this.wllama.exit();
  }

  /** What the end of the worker means. */
  private stopped(event: Event): Error {
    if (!this.loaded) return new ModelError("unsupported", "The browser does not let the worker run.");
    return new Error((event instanceof ErrorEvent && event.message) || "Its worker ended.");
  }

  async load(file: Blob): Promise<void> {
    const { gpu } = this;
    const batch = gpu ? BATCH.gpu : BATCH.cpu;
    await this.wllama.loadModel([file], {
      log_level: LogLevel.ERROR,
      n_ctx: CONTEXT,
      n_batch: batch,
      n_ubatch: batch,
      n_parallel: 1,
      reasoning: false,
      ...(gpu ? {} : { n_gpu_layers: 0 }),
    });
    // The library takes a refusal for a model without tokens.
    if (!this.wllama.getLoadedContextInfo().n_vocab) throw new Error("The model was refused.");
    this.loaded = true;
  }
}

/**
 * One loaded model. Requests run one at a time, in the order of the calls. Aborting rejects at
 * once; the engine stops after the batch or token that it is at, and keeps what it has read.
 */
export class TabModel {
  private readonly gone = new AbortController();
  private turn: Promise<unknown> = Promise.resolve();
  /** Tokens of the padding that `countTokens` puts before a text. */
  private padding: number | undefined;

  private constructor(private readonly engine: Engine) {}

  /**
   * Loads a GGUF file from a URL (kept in the browser's storage where it allows that) or one that
   * was picked. Uses a graphics processor if there is one and the model fits, else several threads
   * if the page is isolated, else one.
   */
  static async load(source: string | Blob, callbacks: ModelCallbacks, abort: AbortSignal = NEVER): Promise<TabModel> {
    if (!hasMemory64()) {
      throw new ModelError("unsupported", "This browser cannot run the model: it has no 64-bit WebAssembly memory.");
    }
    const stopped = whenAborted(abort);
    stopped.catch(() => undefined);
    const url = typeof source === "string" ? new URL(source, document.baseURI).href : undefined;
    const report = (loaded: number, total: number) => callbacks.progress(loaded, total);
    const file = typeof source === "string" ? await fetchModel(url ?? source, report, abort) : source;
    if (!(await isGguf(file))) {
      if (url) await forget(url);
      throw new ModelError("format", "This is not a GGUF file.");
    }
    for (const gpu of (await hasGpu()) ? [true, false] : [false]) {
      const engine = new Engine(gpu);
      try {
        await Promise.race([engine.load(file), engine.broken, stopped]);
        return new TabModel(engine);
      } catch (error) {
        await engine.wllama.exit();
        const reason = explain(error, engine.complaints, "loading");
        if (gpu && reason.code !== "aborted") continue;
        if (url && reason.code === "format") await forget(url);
        throw reason;
      }
    }
    throw aborted();
  }

  /** Bytes of the model at `url` that are stored; 0 if it is not there as a whole. */
  static cachedSize(url: string): Promise<number> {
    return cachedSize(new URL(url, document.baseURI).href);
  }

  /** The models that are stored as a whole, as JSON `[{"url":…,"bytes":n}]`. */
  static async stored(): Promise<string> {
    return JSON.stringify(await allStored());
  }

  /** Takes the model at `url`, or what there is of it, out of the storage. */
  static removeCached(url: string): Promise<void> {
    return forget(new URL(url, document.baseURI).href);
  }

  /** Whether its engine died. Then its memory is free already, and only loading it again helps. */
  get dead(): boolean {
    return this.engine.dead;
  }

  /** What the model calls itself; empty if it does not. */
  name(): string {
    return this.engine.wllama.getModelMetadata().meta["general.name"] ?? "";
  }

  /**
   * Reads a system prompt ahead, so that a chat that begins with it answers soon. `progress` is in
   * tokens. What was read stays when this is aborted.
   */
  prime(system: string, progress: (done: number, total: number) => void, abort: AbortSignal = NEVER): Promise<void> {
    // Some chat templates refuse a system message that nobody answers to.
    const messages: ChatCompletionParams["messages"] = [
      { role: "system", content: system },
      { role: "user", content: "." },
    ];
    return this.run(abort, async (signal) => {
      await this.complete({ messages, max_tokens: 1, return_progress: true }, signal, ({ prompt_progress }) => {
        if (prompt_progress) progress(prompt_progress.processed, prompt_progress.total);
      });
    });
  }

  /**
   * Answers OpenAI-style messages. `settingsJson` may hold `max_tokens`, `temperature` and `top_p`.
   * Resolves to JSON `{"prompt_tokens":n,"completion_tokens":n,"finish_reason":"stop"|"length"}`.
   */
  chat(
    messagesJson: string,
    onDelta: (text: string) => void,
    settingsJson: string,
    abort: AbortSignal = NEVER,
  ): Promise<string> {
    return this.run(abort, async (signal) => {
      const messages = JSON.parse(messagesJson) as ChatCompletionParams["messages"];
      const { max_tokens = LONGEST_ANSWER, temperature, top_p } = JSON.parse(settingsJson) as Settings;
      const options = {
        messages,
        max_tokens,
        ...(temperature === undefined ? {} : { temperature }),
        ...(top_p === undefined ? {} : { top_p }),
        stream_options: { include_usage: true },
      };
      let usage: ChatCompletionChunk["usage"];
      let reason: string | null = null;
      await this.complete(options, signal, (chunk) => {
        const choice = chunk.choices[0];
        if (choice?.delta.content) onDelta(choice.delta.content);
        reason = choice?.finish_reason ?? reason;
        usage = chunk.usage ?? usage;
      });
      return JSON.stringify({
        prompt_tokens: usage?.prompt_tokens ?? 0,
        completion_tokens: usage?.completion_tokens ?? 0,
        finish_reason: reason ?? "stop",
      });
    });
  }

  /** How many tokens `text` is to this model, without those of the chat template. */
  countTokens(text: string): Promise<number> {
    return this.run(NEVER, async (signal) => {
      this.padding ??= await this.measure("", signal);
      return (await this.measure(text, signal)) - this.padding;
    });
  }

  /** Frees the memory. What is under way rejects with `aborted:`, and so does every later call. */
  async unload(): Promise<void> {
    this.gone.abort();
    await this.engine.wllama.exit();
  }

  /**
   * The tokens of padding and `text`. The engine has no call for it, but it says how long a prompt
   * is when it refuses one as too long: before it computes anything, and leaving its cache alone.
   */
  private async measure(text: string, signal: AbortSignal): Promise<number> {
    const stop = new AbortController();
    const prompt = " a".repeat(CONTEXT + 1) + "\u0001" + text;
    try {
      await this.engine.wllama.createCompletion({
        prompt,
        stream: true,
        max_tokens: 1,
        return_progress: true,
        abortSignal: AbortSignal.any([signal, stop.signal]),
        onData: () => stop.abort(),
      });
    } catch (error) {
      const count = /\((\d+) tokens\)/.exec(error instanceof Error ? error.message : "")?.[1];
      if (count) return Number(count);
      throw error;
    }
    throw new Error("The tokens could not be counted.");
  }

  private complete(
    options: Omit<ChatCompletionParams, "stream"> & Extra,
    signal: AbortSignal,
    onData: (chunk: ChatCompletionChunk) => void,
  ): Promise<void> {
    return this.engine.wllama.createChatCompletion({
      ...options,
      stream: true,
      cache_prompt: true,
      abortSignal: signal,
      onData: (chunk: ChatCompletionChunk) => {
        if (!signal.aborted) onData(chunk);
      },
    });
  }

  /** Waits for the requests before, then runs `task`; the engine can do one thing at a time. */
  private async run<T>(abort: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.any([abort, this.gone.signal]);
    const mine = this.turn.then(() => {
      signal.throwIfAborted();
      this.engine.complaints.length = 0;
      return task(signal);
    });
    this.turn = mine.catch(() => undefined);
    try {
      return await Promise.race([mine, this.engine.broken, whenAborted(signal)]);
    } catch (error) {
      const { complaints, dead } = this.engine;
      if (dead) await this.engine.end();
      throw explain(error, complaints, dead ? "dead" : "running");
    }
  }
}
