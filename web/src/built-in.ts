// The model that the browser itself brings along: Chrome's Prompt API
// (`@types/dom-chromium-ai` 0.0.17, Chrome 148 and later, read 2026-11).
//
// Every rejection is an Error whose message begins with a code, as those of a model in the tab.

import { ModelError, aborted } from "./model/errors";

type Availability = "unavailable" | "downloadable" | "downloading" | "available";

interface Turn {
  role: "system" | "user" | "assistant";
  content: string;
}

interface LanguageModelSession {
  promptStreaming(input: Turn[], options: { signal: AbortSignal }): ReadableStream<string>;
  destroy(): void;
}

interface LanguageModelApi {
  availability(): Promise<Availability>;
  create(options: { initialPrompts: Turn[]; signal: AbortSignal }): Promise<LanguageModelSession>;
}

function api(): LanguageModelApi | undefined {
  return (globalThis as { LanguageModel?: LanguageModelApi }).LanguageModel;
}

/** How far the browser's model is. */
export async function availability(): Promise<Availability> {
  return (await api()?.availability().catch(() => "unavailable" as const)) ?? "unavailable";
}

/** A reply that is asked for. */
export interface Asked {
  /** OpenAI-style messages with texts alone, as JSON. */
  messages: string;
  /** Aborted when nobody waits any more. */
  signal: AbortSignal;
  /** Gets every piece. */
  onDelta(text: string): void;
  /** The model takes the question. */
  onStart(empty: string): void;
}

/** Answers; resolves when the reply is complete. */
export async function chat({ messages, signal, onDelta, onStart }: Asked): Promise<void> {
  const model = api();
  if (!model) throw new ModelError("unsupported", "It has no model of its own.");
  const turns = JSON.parse(messages) as Turn[];
  const asked = turns.pop();
  if (!asked) return;
  try {
    const session = await model.create({ initialPrompts: turns, signal });
    try {
      onStart("");
      const reader = session.promptStreaming([asked], { signal }).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (!signal.aborted) onDelta(value);
      }
    } finally {
      session.destroy();
    }
  } catch (error) {
    if (signal.aborted) throw aborted();
    const { name, message } = error as DOMException;
    if (name === "NotSupportedError" || name === "NotAllowedError") throw new ModelError("unsupported", message);
    if (name === "QuotaExceededError") throw new ModelError("context", "The conversation is longer than the model takes.");
    throw error;
  }
}
