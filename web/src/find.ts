// Found words: marked in what is rendered, where source and text differ, and brought into sight.

interface Asked {
  /** The ids of the calls in which it lies, from the outside, and that of the message or the call itself. */
  ids: string[];
  part: keyof typeof PARTS;
  words: string;
  /** Which of the places in it, from 0. */
  nth: number;
}

/** Where the parts of a message and a call say something. */
const PARTS = {
  text: ":scope > .chat-reply, .chat-question",
  thought: ":scope > .chat-thought > .chat-thought-text",
  call: ":scope > .tool-details > .tool-head > b, :scope > .tool-details > .tool-body > div > .chat-code",
};
/** What has to be opened before it can be seen. */
const FOLD = { text: "", thought: ":scope > .chat-thought", call: ":scope > .tool-details" };
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

/** The next frame; whether nothing else was asked for meanwhile. */
async function frame(mine: number): Promise<boolean> {
  await new Promise(requestAnimationFrame);
  return mine === turn;
}

/** The element with this id, once it is there. */
async function place(id: string, mine: number): Promise<Element | null> {
  for (let left = PATIENCE; left > 0 && !document.getElementById(id); left -= 1) {
    if (!(await frame(mine))) return null;
  }
  return document.getElementById(id);
}

/** Opens what is folded away in `place`. */
function open(place: Element, part: Asked["part"]): void {
  const fold = FOLD[part] && place.querySelector(FOLD[part]);
  if (fold instanceof HTMLDetailsElement) fold.open = true;
}

/** Brings `range` into sight, in each box that scrolls. */
function reveal(range: Range, at: Element): void {
  at.scrollIntoView({ block: "center" });
  for (let box: Element | null = at; box; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY === "visible") continue;
    const [place, frame] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
    if (place.top < frame.top || place.bottom > frame.bottom) {
      box.scrollTop += (place.top + place.bottom - frame.top - frame.bottom) / 2;
    }
  }
}

/** Marks the message or the call, and the words where they stand in what is rendered of it. */
export async function show({ ids, part, words, nth }: Asked): Promise<void> {
  unmark();
  const mine = turn;
  for (const [at, id] of ids.entries()) {
    const here = await place(id, mine);
    if (!here || mine !== turn) return;
    const last = at === ids.length - 1;
    open(here, last ? part : "call");
    if (last) marked = here;
  }
  if (!marked) return;
  marked.setAttribute("data-found", "");
  const within = marked;
  const look = () =>
    Array.from(within.querySelectorAll(PARTS[part])).flatMap((said) => places(said, words.trim()));
  let found = look();
  if (part !== "text") {
    // What was opened is drawn by then; who follows the end of the log has moved on, too.
    for (let left = PATIENCE; left > 0 && found.length <= nth; left -= 1) {
      if (!(await frame(mine))) return;
      found = look();
    }
    if (!(await frame(mine))) return;
  }
  // What stands in an address or a mark is in no text.
  const one = found[Math.min(nth, found.length - 1)];
  if (!one) return within.scrollIntoView({ block: "start" });
  reveal(one, one.startContainer.parentElement ?? within);
  if ("highlights" in CSS) {
    CSS.highlights.set(ALL, new Highlight(...found));
    CSS.highlights.set(ONE, new Highlight(one));
  }
}
