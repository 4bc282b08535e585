// The languages of fenced code. Each is a chunk of its own that is fetched when it is first seen.

import { LanguageDescription, LanguageSupport, StreamLanguage, type StreamParser } from "@codemirror/language";
import { classHighlighter, highlightTree } from "@lezer/highlight";
import { yamlLanguage } from "./yaml";

/** A longer snippet is shown without colours: highlighting runs on the thread of the page. */
const LONGEST_SNIPPET = 100_000;

function stream(name: string, alias: string[], load: () => Promise<StreamParser<unknown>>): LanguageDescription {
  return LanguageDescription.of({
    name,
    alias,
    load: async () => new LanguageSupport(StreamLanguage.define(await load())),
  });
}

const script = () => import("@codemirror/legacy-modes/mode/javascript");
const cLike = () => import("@codemirror/legacy-modes/mode/clike");
const style = () => import("@codemirror/legacy-modes/mode/css");
const markup = () => import("@codemirror/legacy-modes/mode/xml");

/** Every language that fenced code is coloured in, with the names that stand after the fence. */
export const languages: readonly LanguageDescription[] = [
  stream("javascript", ["js", "jsx", "mjs", "cjs", "node"], async () => (await script()).javascript),
  stream("typescript", ["ts", "tsx", "mts", "cts"], async () => (await script()).typescript),
  stream("json", ["json5", "jsonc", "jsonl"], async () => (await script()).json),
  stream("python", ["py", "python3"], async () => (await import("@codemirror/legacy-modes/mode/python")).python),
  stream("rust", ["rs"], async () => (await import("@codemirror/legacy-modes/mode/rust")).rust),
  stream("go", ["golang"], async () => (await import("@codemirror/legacy-modes/mode/go")).go),
  stream("shell", ["sh", "bash", "zsh", "console"], async () => (await import("@codemirror/legacy-modes/mode/shell")).shell),
  stream("sql", ["mysql", "sqlite"], async () => (await import("@codemirror/legacy-modes/mode/sql")).standardSQL),
  stream("postgresql", ["postgres", "pgsql"], async () => (await import("@codemirror/legacy-modes/mode/sql")).pgSQL),
  stream("toml", [], async () => (await import("@codemirror/legacy-modes/mode/toml")).toml),
  stream("html", ["vue", "svelte"], async () => (await markup()).html),
  stream("xml", ["svg", "xsd", "plist"], async () => (await markup()).xml),
  stream("css", [], async () => (await style()).css),
  stream("scss", ["sass"], async () => (await style()).sCSS),
  stream("less", [], async () => (await style()).less),
  stream("java", [], async () => (await cLike()).java),
  stream("c", ["h"], async () => (await cLike()).c),
  stream("c++", ["cpp", "hpp", "cc"], async () => (await cLike()).cpp),
  stream("c#", ["csharp", "cs"], async () => (await cLike()).csharp),
  stream("kotlin", ["kt", "kts"], async () => (await cLike()).kotlin),
  stream("ruby", ["rb"], async () => (await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  stream("diff", ["patch"], async () => (await import("@codemirror/legacy-modes/mode/diff")).diff),
  stream("dockerfile", ["docker"], async () => (await import("@codemirror/legacy-modes/mode/dockerfile")).dockerFile),
  LanguageDescription.of({ name: "yaml", alias: ["yml"], support: new LanguageSupport(yamlLanguage) }),
];

/** The language that the info string of a fence names: its first word, whatever its case. */
export function languageOf(info: string): LanguageDescription | null {
  const name = /^[^\s{,]*/.exec(info.trim())?.[0] ?? "";
  return name ? LanguageDescription.matchLanguageName(languages, name, false) : null;
}

/**
 * The tokens of `code`, for a code block outside the editor: `[from, to, classes]`, sorted and
 * disjoint, in UTF-16 units of `code` as given. Classes are those of `classHighlighter`:
 * `tok-keyword`, `tok-string`, `tok-comment`, `tok-number` and so on, separated by blanks.
 *
 * Resolves to `[]` for a language that is unknown, one that could not be fetched, and code of
 * more than 100,000 units.
 */
export async function highlight(code: string, language: string): Promise<Array<[number, number, string]>> {
  const description = code.length <= LONGEST_SNIPPET ? languageOf(language) : null;
  const support = await description?.load().catch(() => null);
  const tokens: Array<[number, number, string]> = [];
  if (support) {
    highlightTree(support.language.parser.parse(code), classHighlighter, (from, to, classes) => {
      tokens.push([from, to, classes]);
    });
  }
  return tokens;
}
