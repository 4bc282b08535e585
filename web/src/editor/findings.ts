// What the checks found: underlines, marks in the gutter, and fixes at the caret.

import { forEachDiagnostic, lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { StateEffect, StateField, type EditorState, type Extension, type Text } from "@codemirror/state";
import { EditorView, keymap, showTooltip, type Command, type Tooltip } from "@codemirror/view";

/** One finding as Rust sends it; positions are those of the document. */
interface Finding {
  from: number;
  to: number;
  severity: "error" | "warning" | "info";
  message: string;
  code: string;
  fixes: string[];
}

/** The range to underline: an empty one takes in a neighbour on its line, if there is one. */
function visible(doc: Text, from: number, to: number): [number, number] {
  from = Math.max(0, Math.min(from, doc.length));
  to = Math.max(from, Math.min(to, doc.length));
  if (from < to) return [from, to];
  const line = doc.lineAt(from);
  if (to < line.to) return [from, to + 1];
  return from > line.from ? [from - 1, to] : [from, to];
}

/** Shows lists of findings, and nothing anew when the list is the one on show. */
export class Findings {
  private json = "[]";
  private shown: readonly Diagnostic[] = [];

  constructor(
    private readonly view: EditorView,
    private readonly fix: (diagnostic: number, fix: number) => void,
  ) {}

  show(json: string): void {
    if (json === this.json && this.isCurrent()) return;
    const { view } = this;
    this.json = json;
    this.shown = (JSON.parse(json) as Finding[]).map((finding, index): Diagnostic => {
      const [from, to] = visible(view.state.doc, finding.from, finding.to);
      return {
        from,
        to,
        severity: finding.severity,
        message: finding.message,
        source: finding.code,
        actions: finding.fixes.map((name, fix) => ({ name, apply: () => this.fix(index, fix) })),
      };
    });
    view.dispatch(setDiagnostics(view.state, this.shown));
  }

  /** For another document: nothing is shown until the next list. */
  clear(): void {
    this.json = "";
    if (this.shown.length) this.show("[]");
  }

  /** Whether every finding still stands where it was put; typing may have moved or removed it. */
  private isCurrent(): boolean {
    let kept = 0;
    forEachDiagnostic(this.view.state, (diagnostic, from, to) => {
      if (this.shown.includes(diagnostic) && diagnostic.from === from && diagnostic.to === to) kept++;
    });
    return kept === this.shown.length;
  }
}

const setMenu = StateEffect.define<Tooltip | null>();

/** The findings at the caret with their fixes, opened by a key and holding the focus. */
const menu = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMenu)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

function atCaret(state: EditorState): Diagnostic[] {
  const { from, to } = state.selection.main;
  const found: Diagnostic[] = [];
  forEachDiagnostic(state, (diagnostic, start, end) => {
    if (start <= to && from <= end) found.push(diagnostic);
  });
  return found;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function buildMenu(view: EditorView, found: readonly Diagnostic[]): HTMLElement {
  const dom = element("div", "cm-tooltip-lint");
  const close = (refocus: boolean) => {
    if (view.state.field(menu)) view.dispatch({ effects: setMenu.of(null) });
    if (refocus) view.focus();
  };
  const buttons: HTMLButtonElement[] = [];
  for (const diagnostic of found) {
    const item = element("div", `cm-diagnostic cm-diagnostic-${diagnostic.severity}`);
    item.append(element("span", "cm-diagnosticText", diagnostic.message));
    for (const action of diagnostic.actions ?? []) {
      const button = element("button", "cm-diagnosticAction", action.name);
      button.type = "button";
      button.addEventListener("click", () => {
        close(true);
        action.apply(view, diagnostic.from, diagnostic.to);
      });
      buttons.push(button);
      item.append(button);
    }
    item.append(element("div", "cm-diagnosticSource", diagnostic.source));
    dom.append(item);
  }
  dom.setAttribute("role", "dialog");
  dom.setAttribute("aria-label", "Problems here");
  dom.tabIndex = -1;
  dom.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") close(true);
    else if (step && buttons.length) {
      const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
      buttons[(now + step + buttons.length) % buttons.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dom.addEventListener("focusout", (event) => {
    if (!dom.contains(event.relatedTarget as Node | null)) close(false);
  });
  return dom;
}

const openMenu: Command = (view) => {
  const found = atCaret(view.state);
  if (!found.length) return false;
  const tooltip: Tooltip = {
    pos: view.state.selection.main.head,
    above: false,
    create: () => {
      const dom = buildMenu(view, found);
      return { dom, mount: () => (dom.querySelector("button") ?? dom).focus() };
    },
  };
  view.dispatch({ effects: setMenu.of(tooltip) });
  return true;
};

/** Gutter marks, F8 and Shift-F8 from finding to finding, Ctrl/Cmd-. for the fixes at the caret. */
export const findings: Extension = [
  lintGutter(),
  menu,
  keymap.of([
    { key: "F8", run: nextDiagnostic, shift: previousDiagnostic },
    { key: "Mod-.", run: openMenu },
  ]),
];
