// Found words: marked in what is rendered, where source and text differ, and brought into sight.

interface Asked {
  /** The id of the message. */
  id: string;
  words: string;
  /** Which of the places in it, from 0. */
  nth: number;
}

/** Where a message says something. */
const SAID = ".chat-question, .chat-reply";
const ALL = "chat-found";
const ONE = "chat-found-here";

/** How many frames a message is waited for: those of a long conversation come one after the other. */
const PATIENCE = 300;

let marked: Element | null = null;
/** Counts what was asked for: only the last is shown. */
let turn = 0;

/** In lower case, every unit at its place. */
function lower(text: string): string {
  const changed = text.toLowerCase();
  if (changed.length === text.length) return changed;
  return Array.from({ length: text.length }, (_, at) => {
    const unit = text.charAt(at);
    const low = unit.toLowerCase();
    return low.length === 1 ? low : unit;
  }).join("");
}

/** Every place of `words` in the text of `place`, also across elements. */
function places(place: Element, words: string): Range[] {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  const nodes: { node: Node; from: number }[] = [];
  let text = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    nodes.push({ node, from: text.length });
    text += node.nodeValue ?? "";
  }
  const all = lower(text);
  const wanted = lower(words);
  const found: Range[] = [];
  let first = 0;
  for (let at = all.indexOf(wanted); at >= 0 && wanted; at = all.indexOf(wanted, at + wanted.length)) {
    while ((nodes[first + 1]?.from ?? Infinity) <= at) first += 1;
    let last = first;
    while ((nodes[last + 1]?.from ?? Infinity) < at + wanted.length) last += 1;
    const [begin, end] = [nodes[first], nodes[last]];
    if (!begin || !end) break;
    const range = new Range();
    range.setStart(begin.node, at - begin.from);
    range.setEnd(end.node, at + wanted.length - end.from);
    found.push(range);
  }
  return found;
}

function unmark(): void {
  turn += 1;
  marked?.removeAttribute("data-found");
  marked = null;
  // Older browsers mark the message alone.
  if ("highlights" in CSS) {
    CSS.highlights.delete(ALL);
    CSS.highlights.delete(ONE);
  }
}

/** Takes the marks away. */
export async function clear(): Promise<void> {
  unmark();
}

/** Marks the message, and the words where they stand in what is rendered of it. */
export async function show({ id, words, nth }: Asked): Promise<void> {
  unmark();
  const mine = turn;
  for (let frame = 0; frame < PATIENCE && !document.getElementById(id); frame += 1) {
    await new Promise(requestAnimationFrame);
    if (mine !== turn) return;
  }
  marked = document.getElementById(id);
  if (!marked) return;
  marked.setAttribute("data-found", "");
  const found = Array.from(marked.querySelectorAll(SAID)).flatMap((said) => places(said, words.trim()));
  // What stands in an address or a mark is in no text.
  const one = found[Math.min(nth, found.length - 1)];
  const at = one?.startContainer.parentElement ?? marked;
  at.scrollIntoView({ block: one ? "center" : "start" });
  if (one && "highlights" in CSS) {
    CSS.highlights.set(ALL, new Highlight(...found));
    CSS.highlights.set(ONE, new Highlight(one));
  }
}
