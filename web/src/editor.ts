// The source editor: CodeMirror behind a narrow door. It owns its text; whole texts go in only
// when another document is opened or the same one was changed elsewhere.
//
// Positions are those of the document: UTF-16 units, every line break counting 1.

import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory, redo, undo } from "@codemirror/commands";
import { codeFolding, ensureSyntaxTree, foldAll, foldGutter, foldKeymap, unfoldAll } from "@codemirror/language";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState, Text, type Extension, type StateEffect, type TransactionSpec } from "@codemirror/state";
import {
  EditorView,
  closeHoverTooltips,
  drawSelection,
  hasHoverTooltips,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from "@codemirror/view";
import { Findings, findings } from "./editor/findings";
import { definition } from "./editor/language";
import { look } from "./editor/look";

export { highlight } from "./editor/languages";

/** A line break that an editor is told to use. */
export type LineBreak = "\n" | "\r\n";

/** What the editor tells. All are called synchronously, also while a method of the editor runs. */
export interface Callbacks {
  /** After every change of the document, with the whole text and its own line breaks. */
  changed(text: string): void;
  /** After the selection moved and after a document was opened. */
  cursor(head: number, anchor: number): void;
  /** JSON `{from,to,options:[{label,detail?,info?,apply?,kind?}]}`, the likeliest option first. */
  complete(position: number, explicit: boolean): string | undefined;
  /** JSON `{from,to,title,text,source?}`. */
  hover(position: number): string | undefined;
  /** A fix was chosen: indexes into the list of the last `setDiagnostics`. */
  fix(diagnostic: number, fix: number): void;
}

interface Completions {
  from: number;
  to: number;
  options: Array<{ label: string; detail?: string; info?: string; apply?: string; kind?: string }>;
}

interface Explanation {
  from: number;
  to: number;
  title: string;
  text: string;
  source?: string;
}

interface Edit {
  from: number;
  to: number;
  text: string;
}

/** A document that is not on show: its text, undo history, folds and place. */
interface Parked {
  state: EditorState;
  scroll: StateEffect<unknown>;
}

/** How many documents keep their undo history. */
const KEPT = 20;

const PHRASES = {
  next: "Next",
  previous: "Previous",
  all: "Select all",
  "match case": "Match case",
  regexp: "Regular expression",
  "by word": "Whole words",
  replace: "Replace",
  "replace all": "Replace all",
  close: "Close",
  go: "Go",
};

/**
 * The lines of `text`. A CRLF document takes every kind of `\n` as a break; in others a `\r` is a
 * character, which is what keeps texts with mixed breaks as they are.
 */
function toText(text: string, lineBreak: string): Text {
  return Text.of(text.split(lineBreak === "\n" ? "\n" : /\r\n|\n/));
}

/** The one change that turns `before` into `after`: what lies between common start and end. */
function difference(before: Text, after: Text): { from: number; to: number; insert: Text } | null {
  if (before.eq(after)) return null;
  const [a, b] = [before.toString(), after.toString()];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  // Neither cut may fall inside a surrogate pair.
  if (start > 0 && (a.charCodeAt(start - 1) & 0xfc00) === 0xd800) start--;
  if (end > 0 && (a.charCodeAt(a.length - end) & 0xfc00) === 0xdc00) end--;
  return { from: start, to: a.length - end, insert: after.slice(start, b.length - end) };
}

function clamp(position: number, doc: Text): number {
  return Math.max(0, Math.min(position, doc.length));
}

/** What is written from outside arrives with the breaks of this document. */
const pastedBreaks = EditorView.clipboardInputFilter.of((text, state) => text.replace(/\r\n?|\n/g, state.lineBreak));

/** A dropped file is a document to open, which is the page's business. */
const dropped = EditorView.domEventHandlers({ drop: (event) => (event.dataTransfer?.files.length ?? 0) > 0 });

const leaveHover = keymap.of([
  {
    key: "Escape",
    run(view) {
      if (!hasHoverTooltips(view.state)) return false;
      view.dispatch({ effects: closeHoverTooltips });
      return true;
    },
  },
]);

function foldMarker(open: boolean): HTMLElement {
  const marker = document.createElement("span");
  marker.className = "cm-fold";
  marker.dataset["open"] = String(open);
  marker.textContent = open ? "⌄" : "›";
  return marker;
}

function completionSource(callbacks: Callbacks): (context: CompletionContext) => CompletionResult | null {
  return ({ pos, explicit, state }) => {
    const json = callbacks.complete(pos, explicit);
    if (json === undefined) return null;
    const { from, to, options } = JSON.parse(json) as Completions;
    return {
      from: clamp(from, state.doc),
      to: clamp(to, state.doc),
      options: options.map(({ kind, ...option }) => (kind ? { ...option, type: kind } : option)),
    };
  };
}

function explanation(callbacks: Callbacks): (view: EditorView, position: number) => Tooltip | null {
  return (view, position) => {
    const json = callbacks.hover(position);
    if (json === undefined) return null;
    const { from, to, title, text, source } = JSON.parse(json) as Explanation;
    return {
      pos: clamp(from, view.state.doc),
      end: clamp(to, view.state.doc),
      above: true,
      create() {
        const dom = document.createElement("div");
        dom.className = "cm-explanation";
        const add = (tag: string, content: string) => {
          dom.append(Object.assign(document.createElement(tag), { textContent: content }));
        };
        add("b", title);
        add("span", text);
        if (source) add("small", source);
        return { dom };
      },
    };
  };
}

function extensions(callbacks: Callbacks, label: string): Extension {
  return [
    lineNumbers(),
    findings,
    foldGutter({ markerDOM: foldMarker }),
    codeFolding(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    EditorState.phrases.of(PHRASES),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    autocompletion({
      override: [completionSource(callbacks)],
      activateOnTyping: true,
      // The sort is stable, so that equal matches stay in the order in which they came.
      compareCompletions: () => 0,
    }),
    hoverTooltip(explanation(callbacks)),
    // Tab stays with the browser: it is how the keyboard leaves the editor.
    keymap.of([...completionKeymap, ...searchKeymap, ...foldKeymap, ...historyKeymap]),
    leaveHover,
    keymap.of(defaultKeymap),
    pastedBreaks,
    dropped,
    definition,
    look,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) callbacks.changed(update.state.sliceDoc());
      if (update.docChanged || update.selectionSet) {
        const { head, anchor } = update.state.selection.main;
        callbacks.cursor(head, anchor);
      }
    }),
  ];
}

/** One editor in the page, showing one of many documents. */
export class Editor {
  private readonly view: EditorView;
  private readonly base: Extension;
  private readonly diagnostics: Findings;
  /** Least recently used first; the document on show is not among them. */
  private readonly parked = new Map<string, Parked>();
  private shown: string | undefined;

  /** Use {@link createEditor}. */
  constructor(
    parent: HTMLElement,
    private readonly callbacks: Callbacks,
    label: string,
  ) {
    this.base = extensions(callbacks, label);
    this.view = new EditorView({ parent, state: this.fresh("", "\n") });
    this.diagnostics = new Findings(this.view, (diagnostic, fix) => callbacks.fix(diagnostic, fix));
  }

  /**
   * Shows the document `id` with `text`. One that was shown before (of the last 20) comes back
   * with its undo history, selection, folds and place; if its text is another by now, the
   * difference is one more undo step. Another line break than before begins a new history.
   *
   * `text()` gives `text` back byte for byte if it has only `\r\n` and is opened with that, or is
   * opened with `\n`. Calls `cursor`, not `changed`; diagnostics are empty until they are set.
   */
  open(id: string, text: string, lineBreak: LineBreak): void {
    const { view, parked } = this;
    this.park();
    const before = parked.get(id);
    parked.delete(id);
    this.shown = id;
    if (before?.state.lineBreak === lineBreak) {
      const changes = difference(before.state.doc, toText(text, lineBreak));
      const state = changes ? before.state.update(this.step(changes, "input.sync")).state : before.state;
      if (state !== view.state) view.setState(state);
      if (!changes) view.dispatch({ effects: before.scroll });
    } else {
      view.setState(this.fresh(text, lineBreak));
    }
    this.diagnostics.clear();
    const { head, anchor } = view.state.selection.main;
    this.callbacks.cursor(head, anchor);
  }

  /**
   * The document on show was changed elsewhere. One undo step, made of the difference, so that
   * caret and marks outside it stay. Breaks become those of the document. Calls `changed`,
   * unless there is no difference.
   */
  replaceAll(text: string): void {
    const { state } = this.view;
    const changes = difference(state.doc, toText(text, state.lineBreak));
    if (changes) this.view.dispatch(this.step(changes, "input.sync"));
  }

  /** JSON `[{from,to,text}]`, sorted and disjoint, as one undo step. Calls `changed`. */
  applyEdits(json: string): void {
    const { state } = this.view;
    const changes = (JSON.parse(json) as Edit[]).map(({ from, to, text }) => ({
      from: clamp(from, state.doc),
      to: clamp(to, state.doc),
      insert: toText(text, state.lineBreak),
    }));
    this.view.dispatch(this.step(changes, "input.fix"));
  }

  /**
   * JSON `[{from,to,severity,message,code,fixes:[title]}]`: what is underlined and marked from
   * now on. Does nothing when the same list is on show at the same places.
   */
  setDiagnostics(json: string): void {
    this.diagnostics.show(json);
  }

  /** Selects a range, unfolds it, brings it to the middle and takes the focus. */
  reveal(from: number, to: number): void {
    const { view } = this;
    const range = EditorSelection.range(clamp(from, view.state.doc), clamp(to, view.state.doc));
    view.dispatch({
      selection: range,
      effects: EditorView.scrollIntoView(range, { y: "center" }),
      userEvent: "select",
    });
    view.focus();
  }

  /** The text with its own line breaks. */
  text(): string {
    return this.view.state.sliceDoc();
  }

  /** Moves the focus to the text. */
  focus(): void {
    this.view.focus();
  }

  /** Folds front matter and all sections, or unfolds everything. */
  fold(all: boolean): void {
    ensureSyntaxTree(this.view.state, this.view.state.doc.length, 200);
    (all ? foldAll : unfoldAll)(this.view);
  }

  /** Opens the search panel, or selects its field. */
  search(): void {
    openSearchPanel(this.view);
  }

  /** Takes back the last step; nothing if there is none. */
  undo(): void {
    undo(this.view);
  }

  /** Does again what was taken back last; nothing if there is none. */
  redo(): void {
    redo(this.view);
  }

  /** Removes the editor from the page. No callback comes after this. */
  destroy(): void {
    this.view.destroy();
    this.parked.clear();
  }

  private fresh(text: string, lineBreak: LineBreak): EditorState {
    return EditorState.create({
      doc: toText(text, lineBreak),
      extensions: [EditorState.lineSeparator.of(lineBreak), this.base],
    });
  }

  /** A change that undo takes back on its own. */
  private step(changes: NonNullable<TransactionSpec["changes"]>, userEvent: string): TransactionSpec {
    return { changes, userEvent, annotations: isolateHistory.of("full") };
  }

  private park(): void {
    if (this.shown === undefined) return;
    this.parked.set(this.shown, { state: this.view.state, scroll: this.view.scrollSnapshot() });
    const oldest = this.parked.keys().next();
    if (this.parked.size > KEPT && !oldest.done) this.parked.delete(oldest.value);
  }
}

/** Puts an editor with an empty document into `parent`; its text box is named by `label`. */
export function createEditor(parent: HTMLElement, callbacks: Callbacks, label: string): Editor {
  return new Editor(parent, callbacks, label);
}
