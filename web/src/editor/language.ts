// A definition as a language: YAML between the delimiters, Markdown after them.

import { commonmarkLanguage, markdownKeymap, pasteURLAsLink } from "@codemirror/lang-markdown";
import {
  Language,
  LanguageSupport,
  ParseContext,
  defineLanguageFacet,
  foldNodeProp,
  foldService,
  languageDataProp,
  syntaxTree,
} from "@codemirror/language";
import { Prec, RangeSet, StateField, type Extension, type Text } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutterLineClass, keymap, type DecorationSet } from "@codemirror/view";
import {
  NodeSet,
  NodeType,
  Parser,
  Tree,
  parseMixed,
  type Input,
  type PartialParse,
  type SyntaxNode,
  type TreeFragment,
} from "@lezer/common";
import { styleTags, tags } from "@lezer/highlight";
import { GFM, MarkdownParser, parseCode } from "@lezer/markdown";
import { SCAN_LIMIT, frontMatterOf } from "./front-matter";
import { languageOf } from "./languages";
import { yamlLanguage } from "./yaml";

const data = defineLanguageFacet();

const [TOP, FRONT_MATTER, DELIMITER, YAML, BODY] = [0, 1, 2, 3, 4];
const names = ["Definition", "FrontMatter", "Delimiter", "FrontMatterContent", "Body"];
const nodes = new NodeSet(names.map((name, id) => NodeType.define({ id, name, top: id === TOP }))).extend(
  languageDataProp.add({ Definition: data }),
  styleTags({ Delimiter: tags.meta }),
  foldNodeProp.add({
    FrontMatter: (node, state) => ({ from: state.doc.lineAt(node.from).to, to: node.to }),
  }),
);

/** Cuts a text into front matter and body; what is in them is the business of other parsers. */
class Outline implements PartialParse {
  readonly parsedPos = 0;
  stoppedAt: number | null = null;

  constructor(private readonly input: Input) {}

  stopAt(position: number): void {
    this.stoppedAt = position;
  }

  advance(): Tree {
    const { input } = this;
    const end = this.stoppedAt ?? input.length;
    const parts = frontMatterOf(input.read(0, Math.min(SCAN_LIMIT, input.length)));
    if (!parts) return build(TOP, 0, end, [[BODY, 0, end]]);
    const { open, yaml, close } = parts;
    const after = close + 3;
    // Nested parsing needs whole nodes, so a parse that stops inside the front matter sees none.
    if (end < after) return build(TOP, 0, end, []);
    const block = build(FRONT_MATTER, open, after, [
      [DELIMITER, open, open + 3],
      [YAML, yaml, close],
      [DELIMITER, close, after],
    ]);
    const rest = build(BODY, after, end, []);
    return end > after
      ? new Tree(type(TOP), [block, rest], [open, after], end)
      : new Tree(type(TOP), [block], [open], end);
  }
}

function type(id: number): NodeType {
  return nodes.types[id] ?? NodeType.none;
}

/** A node with the leaves that are not empty. */
function build(id: number, from: number, to: number, leaves: Array<[number, number, number]>): Tree {
  const filled = leaves.filter(([, start, end]) => start < end);
  return new Tree(
    type(id),
    filled.map(([leaf, start, end]) => new Tree(type(leaf), [], [], end - start)),
    filled.map(([, start]) => start - from),
    to - from,
  );
}

/** Languages that could not be fetched: asking again on every parse would never end. */
const missing = new Set<string>();

const markdownParser = (commonmarkLanguage.parser as MarkdownParser).configure([
  GFM,
  {
    props: [foldNodeProp.add({ Table: (node, state) => ({ from: state.doc.lineAt(node.from).to, to: node.to }) })],
  },
  parseCode({
    codeParser(info) {
      const found = languageOf(info);
      if (!found || missing.has(found.name)) return null;
      if (found.support) return found.support.language.parser;
      return ParseContext.getSkippingParser(found.load().catch(() => missing.add(found.name)));
    },
  }),
]);

/** CommonMark with tables, task lists, strikethrough and bare links. */
const bodyLanguage = new Language(commonmarkLanguage.data, markdownParser, [], "markdown");

const definitionLanguage = new Language(
  data,
  new (class extends Parser {
    private readonly wrap = parseMixed((node) => {
      if (node.type === nodes.types[YAML]) return { parser: yamlLanguage.parser };
      return node.type === nodes.types[BODY] ? { parser: bodyLanguage.parser } : null;
    });

    override createParse(input: Input, fragments: readonly TreeFragment[], ranges: readonly { from: number; to: number }[]): PartialParse {
      return this.wrap(new Outline(input), input, fragments, ranges);
    }
  })(),
  [],
  "definition",
);

function headingLevel(node: SyntaxNode): number {
  return Number(/^(?:ATX|Setext)Heading(\d)$/.exec(node.name)?.[1] ?? 0);
}

/** A heading folds everything up to the next one of its level or above. */
const foldSections = foldService.of((state, start, end) => {
  for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(end, -1); node && node.from >= start; node = node.parent) {
    const level = headingLevel(node);
    if (!level) continue;
    let last = node;
    for (let next = node.nextSibling; next; next = next.nextSibling) {
      const other = headingLevel(next);
      if (other && other <= level) break;
      last = next;
    }
    return last.to > end ? { from: end, to: last.to } : null;
  }
  return null;
});

const line = Decoration.line({ class: "cm-frontmatter" });
const gutterLine = new (class extends GutterMarker {
  override elementClass = "cm-frontmatterGutter";
})();

interface Marks {
  lines: DecorationSet;
  gutters: RangeSet<GutterMarker>;
}

/** Marks every line from the opening to the closing delimiter, in the text and in the gutters. */
function mark(doc: Text): Marks {
  const parts = frontMatterOf(doc.sliceString(0, SCAN_LIMIT));
  const starts: number[] = [];
  for (let at = 0; parts && at <= parts.close; at = doc.lineAt(at).to + 1) starts.push(at);
  return {
    lines: Decoration.set(starts.map((at) => line.range(at))),
    gutters: RangeSet.of(starts.map((at) => gutterLine.range(at))),
  };
}

const frontMatterLines = StateField.define<Marks>({
  create: (state) => mark(state.doc),
  update: (marks, transaction) => (transaction.docChanged ? mark(transaction.newDoc) : marks),
  provide: (field) => [
    EditorView.decorations.from(field, (marks) => marks.lines),
    gutterLineClass.from(field, (marks) => marks.gutters),
  ],
});

/** Parsing, folding and the keys that continue and end lists. */
export const definition: Extension = [
  new LanguageSupport(definitionLanguage, [foldSections, pasteURLAsLink, Prec.high(keymap.of(markdownKeymap))]),
  frontMatterLines,
];
