// How the editor looks: variables of the page only, so that a change of theme needs no work here.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const ground = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--panel)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", fontSize: "var(--t-sm)", lineHeight: "1.62", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--text)", minWidth: "0" },
  ".cm-line": { padding: "0 12px 0 8px" },
  // Plain values carry no token, so that the line's own colour is theirs. The selection lies
  // below the lines: their backgrounds let it through.
  ".cm-line.cm-frontmatter": { color: "var(--str)" },
  ".cm-line.cm-frontmatter, .cm-frontmatterGutter": { backgroundColor: "color-mix(in srgb, var(--text) 3%, transparent)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)", borderLeftWidth: "1.5px" },
  ".cm-line.cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  ".cm-specialChar": { color: "var(--error)" },

  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { fontSize: "12px", padding: "0 4px 0 8px", minWidth: "28px" },
  ".cm-activeLineGutter:not(.cm-frontmatterGutter)": { backgroundColor: "transparent" },
  ".cm-activeLineGutter": { color: "var(--text)" },
  ".cm-foldGutter .cm-gutterElement": { width: "14px", padding: "0", textAlign: "center", cursor: "pointer" },
  ".cm-foldGutter .cm-fold": { opacity: "0" },
  ".cm-foldGutter .cm-fold[data-open=false], .cm-gutters:hover .cm-fold": { opacity: "1" },
  ".cm-foldPlaceholder": {
    margin: "0 4px",
    padding: "0 6px",
    color: "var(--muted)",
    backgroundColor: "var(--sunken)",
    border: "1px solid var(--line-strong)",
    borderRadius: "4px",
  },
});

const findings = EditorView.theme({
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0", display: "flex", justifyContent: "center" },
  // A shape each, so that colour is not the only carrier: disc, triangle, ring.
  ".cm-lint-marker": { content: '""', width: "8px", height: "8px", marginTop: "6.5px" },
  ".cm-lint-marker-error": { backgroundColor: "var(--error)", borderRadius: "50%" },
  ".cm-lint-marker-warning": { backgroundColor: "var(--warn)", clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
  ".cm-lint-marker-info": { border: "1.5px solid var(--accent)", borderRadius: "50%", boxSizing: "border-box" },
  ".cm-lintRange": {
    backgroundImage: "none",
    paddingBottom: "0",
    textDecoration: "underline wavy 1px",
    textUnderlineOffset: "3px",
    textDecorationSkipInk: "none",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--error)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warn)" },
  ".cm-lintRange-info": { textDecorationColor: "var(--accent)" },
  ".cm-lintRange-active": { backgroundColor: "var(--warn-soft)" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--error)" },
  ".cm-lintPoint-warning:after": { borderBottomColor: "var(--warn)" },
  ".cm-lintPoint-info:after": { borderBottomColor: "var(--accent)" },
});

const overlays = EditorView.theme({
  ".cm-tooltip": {
    maxWidth: "min(480px, 92vw)",
    color: "var(--text)",
    backgroundColor: "var(--panel)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    boxShadow: "0 4px 16px rgb(0 0 0 / 12%)",
    fontFamily: "var(--font-ui)",
    fontSize: "var(--t-sm)",
    lineHeight: "1.5",
    overflow: "hidden",
    zIndex: "200",
  },
  ".cm-tooltip-section:not(:first-child)": { borderTop: "1px solid var(--line)" },
  ".cm-tooltip-lint": { margin: "0", padding: "0", listStyle: "none" },
  ".cm-diagnostic": { margin: "0", padding: "8px 12px", border: "none", borderLeft: "3px solid var(--accent)" },
  ".cm-diagnostic + .cm-diagnostic": { borderTop: "1px solid var(--line)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--error)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnosticText": { display: "block" },
  ".cm-diagnosticSource": { fontFamily: "var(--font-mono)", fontSize: "11.5px", color: "var(--muted)", opacity: "1" },
  ".cm-diagnosticAction": {
    margin: "4px 8px 4px 0",
    padding: "3px 8px",
    font: "inherit",
    fontWeight: "500",
    color: "var(--accent)",
    backgroundColor: "var(--accent-soft)",
    border: "1px solid transparent",
    borderRadius: "6px",
    cursor: "pointer",
  },
  ".cm-diagnosticAction:hover": { borderColor: "var(--accent)" },
  ".cm-diagnosticAction:focus-visible": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-diagnosticAction u": { textDecoration: "none" },

  ".cm-explanation": { padding: "8px 12px", whiteSpace: "pre-line" },
  ".cm-explanation b": { display: "block", fontFamily: "var(--font-mono)", fontWeight: "600" },
  ".cm-explanation small": { display: "block", marginTop: "4px", fontSize: "11.5px", color: "var(--muted)" },

  ".cm-tooltip.cm-tooltip-autocomplete": { maxWidth: "none", overflow: "visible" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    maxWidth: "min(440px, 92vw)",
    minWidth: "min(240px, 92vw)",
    maxHeight: "280px",
    padding: "4px",
    fontFamily: "var(--font-mono)",
    borderRadius: "6px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    alignItems: "baseline",
    padding: "3px 8px",
    lineHeight: "1.5",
    borderRadius: "4px",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--text)", backgroundColor: "var(--accent-soft)" },
  ".cm-completionLabel": { flex: "none" },
  ".cm-completionMatchedText": { color: "var(--accent)", textDecoration: "none", fontWeight: "600" },
  ".cm-completionDetail": {
    flex: "1",
    marginLeft: "16px",
    overflow: "hidden",
    textOverflow: "ellipsis",
    textAlign: "right",
    fontFamily: "var(--font-ui)",
    fontStyle: "normal",
    fontSize: "11.5px",
    color: "var(--muted)",
  },
  ".cm-completionIcon": { flex: "none", width: "1em", paddingRight: "8px", opacity: "1", color: "var(--muted)" },
  ".cm-completionIcon-field:after": { content: '":"' },
  ".cm-completionIcon-tool:after": { content: '"ƒ"' },
  ".cm-completionIcon-model:after": { content: '"◇"' },
  ".cm-completionIcon-value:after": { content: '"="' },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 12px", maxWidth: "min(360px, 92vw)" },

  ".cm-panels": { color: "var(--text)", backgroundColor: "var(--bg)", zIndex: "20" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel": { fontFamily: "var(--font-ui)", fontSize: "var(--t-sm)" },
  ".cm-panel.cm-search, .cm-panel.cm-dialog": { padding: "8px 36px 4px 12px" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button, .cm-panel.cm-search label": { margin: "0 8px 4px 0" },
  ".cm-panel.cm-search label": { fontSize: "11.5px", color: "var(--muted)" },
  ".cm-panel.cm-search input[type=checkbox]": { margin: "0 4px 0 0", verticalAlign: "-2px", accentColor: "var(--accent)" },
  ".cm-textfield, .cm-button": {
    height: "28px",
    padding: "0 8px",
    font: "inherit",
    fontSize: "var(--t-sm)",
    color: "var(--text)",
    backgroundColor: "var(--panel)",
    backgroundImage: "none",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    verticalAlign: "middle",
  },
  ".cm-button:hover": { backgroundColor: "var(--sunken)" },
  ".cm-button:active": { backgroundImage: "none" },
  ".cm-textfield:focus-visible, .cm-button:focus-visible, .cm-dialog-close:focus-visible": {
    outline: "2px solid var(--accent)",
    outlineOffset: "0",
  },
  ".cm-panel.cm-search [name=close], .cm-panel .cm-dialog-close": {
    top: "8px",
    right: "8px",
    width: "28px",
    height: "28px",
    fontSize: "17px",
    color: "var(--muted)",
    cursor: "pointer",
    borderRadius: "6px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--warn-soft)", outline: "1px solid color-mix(in srgb, var(--warn) 35%, transparent)", outlineOffset: "-1px" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--warn) 35%, transparent)" },
});

/** Forced colours take away every background: selection and matches come back in system colours. */
const forced = EditorView.theme({
  "@media (forced-colors: active)": {
    ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
      forcedColorAdjust: "none",
      backgroundColor: "Highlight",
      opacity: "0.5",
    },
    ".cm-tooltip-autocomplete ul li[aria-selected]": {
      forcedColorAdjust: "none",
      color: "HighlightText",
      backgroundColor: "Highlight",
    },
    ".cm-lint-marker": { forcedColorAdjust: "none" },
    ".cm-lint-marker-error, .cm-lint-marker-warning": { backgroundColor: "CanvasText" },
    ".cm-lint-marker-info": { borderColor: "CanvasText" },
    ".cm-searchMatch": { outline: "1px solid Highlight" },
    ".cm-cursor": { borderLeftColor: "CanvasText" },
  },
});

/** Fingers need more room than a pointer. */
const touch = EditorView.theme({
  "@media (pointer: coarse)": {
    ".cm-diagnosticAction, .cm-button, .cm-textfield": { minHeight: "40px" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "9px 8px" },
    ".cm-panel.cm-search [name=close]": { width: "40px", height: "40px" },
  },
});

const tokens = HighlightStyle.define([
  { tag: t.heading, color: "var(--head)", fontWeight: "600" },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: t.strong, fontWeight: "600" },
  { tag: t.strikethrough, textDecoration: "line-through" },
  { tag: [t.link, t.url], color: "var(--accent)" },
  { tag: t.monospace, color: "var(--str)" },
  { tag: t.quote, color: "var(--muted)" },
  { tag: [t.meta, t.processingInstruction, t.contentSeparator, t.punctuation, t.separator], color: "var(--punct)" },
  { tag: [t.comment, t.escape], color: "var(--faint)" },
  { tag: [t.keyword, t.propertyName, t.attributeName, t.tagName, t.labelName], color: "var(--key)" },
  { tag: [t.string, t.special(t.string), t.regexp, t.inserted], color: "var(--str)" },
  { tag: [t.number, t.bool, t.null, t.atom, t.typeName, t.className], color: "var(--head)" },
  { tag: [t.invalid, t.deleted], color: "var(--error)" },
]);

/** Sizes, colours and token colours of the editor, in both themes. */
export const look: Extension = [ground, findings, overlays, forced, touch, syntaxHighlighting(tokens)];
