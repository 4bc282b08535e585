// Starts the page: the author's text first, then the editor and the application side by side.

import "./theme";
import { showText } from "./fallback";
import type * as BuiltInModule from "./built-in";
import type * as EditorModule from "./editor";
import type * as FindModule from "./find";
import type * as FolderModule from "./folder";
import type * as GateModule from "./gate";
import type * as ModelModule from "./model";
import type * as TalksModule from "./talks";

declare global {
  /** How the application gets at its JavaScript parts. */
  var agentPlayground: {
    loadEditor(): Promise<typeof EditorModule>;
    loadModel(): Promise<typeof ModelModule>;
    loadGate(): Promise<typeof GateModule>;
    loadBuiltIn(): Promise<typeof BuiltInModule>;
    loadFolder(): Promise<typeof FolderModule>;
    loadFind(): Promise<typeof FindModule>;
    loadTalks(): Promise<typeof TalksModule>;
  };
}

interface Application {
  default(options: { module_or_path: URL }): Promise<unknown>;
}

const build = document.querySelector<HTMLMetaElement>("meta[name=build]")?.content ?? "";

function file(path: string): URL {
  const url = new URL(path, import.meta.url);
  if (build) url.search = new URLSearchParams({ v: build }).toString();
  return url;
}

/** Loads a module once; after a failure the next call tries again. */
function once<T>(path: string): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    (loading ??= (import(file(path).href) as Promise<T>).catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
}

globalThis.agentPlayground = {
  loadEditor: once("editor.js"),
  loadModel: once("model.js"),
  loadGate: once("gate.js"),
  loadBuiltIn: once("built-in.js"),
  loadFolder: once("folder.js"),
  loadFind: once("find.js"),
  loadTalks: once("talks.js"),
};

const fallBack = showText();
// Whoever asks for the editor hears of a failure; here it is only fetched early.
agentPlayground.loadEditor().catch(() => undefined);

try {
  const application = (await import(file("../page.js").href)) as Application;
  await application.default({ module_or_path: file("../page_bg.wasm") });
} catch (error) {
  console.error("The application could not be started.", error);
  await fallBack();
}
