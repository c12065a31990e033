/**
 * Parts of the page of a record that are to be fetched anew at the same moment, in one request.
 *
 * <div data-parts="/organisations/17/parts/">  answers {"head": "<dl …", "facts": "<div …", "panel-files": "<section …"}
 *
 * Each takes its place as if it had been fetched by itself. One that the answer leaves out asks by itself, all of them where there is
 * no answer: then htmx says what is wrong. While an answer is on its way nothing more is asked, so that nothing older comes last.
 *
 * A stream brings them, too, unasked. A panel that has not come into view yet is asked for when it does.
 */
import htmx from "htmx.org";

import "./shared.ts";

export interface Parts {
  /** Where they would be fetched: "/organisations/17/parts/?of=head&of=facts". */
  source: string;
  /** By the record's id, and theirs; null where the record is not there for its reader any more. */
  rows: Record<string, Record<string, string> | null>;
}

/** A part asks by itself: that was tried in one go, or there is only one. */
const ALONE = { alone: true };
/** Milliseconds after which an answer counts as none: whatever becomes due meanwhile waits for it. */
const PATIENCE = 20_000;
const due = new Map<string, Set<Element>>();
let stale = new Set<Element>();

/** Where the parts come from that this page shows; "" if it is none of a record. */
export function source(): string {
  const address = document.querySelector<HTMLElement>("[data-parts]")?.dataset.parts;
  if (!address) return "";
  const shown = [...ofRecord(nameAt(address))].filter((element) => addressFor(element) && !isToCome(element));
  return shown.length ? `${address}?${named(shown)}` : "";
}

/** Takes in what a stream brought; whatever else shows the record asks for its part. */
export function bring({ source, rows }: Parts): void {
  const address = source.split("?")[0]!;
  const name = nameAt(address);
  for (const told of Object.values(rows)) {
    for (const element of ofRecord(name)) {
      const html = told?.[element.id];
      // What had been asked for before might come last, and is older.
      const brought = html === undefined || due.has(address) ? undefined : new Response(html);
      if (brought || !isToCome(element)) htmx.trigger(element, "stale", brought ? { brought } : {}, false);
    }
    document.dispatchEvent(new CustomEvent("heard", { detail: new Set([name]) }));
  }
}

function nameAt(address: string): string {
  return address.split("/").slice(1, 3).join(":");
}

function ofRecord(name: string): NodeListOf<HTMLElement> {
  return document.querySelectorAll<HTMLElement>(`[data-record="${name}"]`);
}

/** A panel that is fetched when it comes into view; a number in its heading is to be right before. */
function isToCome(element: Element): boolean {
  return element.querySelector(':scope > [aria-busy="true"]') !== null && !element.querySelector(".section__note");
}

function named(elements: Element[]): string {
  return new URLSearchParams(elements.map(({ id }) => ["of", id])).toString();
}

document.addEventListener(
  "stale",
  (event) => {
    const { target, detail } = event as CustomEvent<{ brought?: Response; alone?: true } | null>;
    const address = addressFor(target as HTMLElement);
    if (!address || detail?.brought || detail?.alone) return;
    event.stopImmediatePropagation();
    if (!stale.size) queueMicrotask(() => begin(address));
    stale.add(target as Element);
  },
  { capture: true },
);

/** Where the parts of the page are fetched, if this is one of them. */
function addressFor(element: HTMLElement): string | undefined {
  const address = document.querySelector<HTMLElement>("[data-parts]")?.dataset.parts;
  return address && element.id && element.getAttribute("hx-get")?.startsWith(address.replace(/parts\/$/, "")) ? address : undefined;
}

function begin(address: string): void {
  const each = stale;
  stale = new Set();
  if (each.size > 1 || due.has(address)) void ask(address, each);
  else for (const element of each) htmx.trigger(element, "stale", ALONE, false);
}

/** What becomes due while an answer is on its way waits for it. */
async function ask(address: string, elements: Iterable<Element>): Promise<void> {
  const waiting = due.get(address);
  if (waiting) {
    for (const element of elements) waiting.add(element);
    return;
  }
  const mine = new Set(elements);
  due.set(address, mine);
  try {
    while (mine.size) {
      const now = [...mine].filter((element) => element.isConnected);
      mine.clear();
      if (now.length) put(now, await fetched(address, now));
    }
  } finally {
    due.delete(address);
  }
}

async function fetched(address: string, elements: Element[]): Promise<Record<string, string>> {
  const names = named(elements);
  try {
    // Whoever is signed out meanwhile is led to the door, which is no answer.
    const answer = await fetch(`${address}?${names}`, { headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? ((await answer.json()) as Record<string, string>) : {};
  } catch {
    return {};
  }
}

function put(elements: Element[], told: Record<string, string>): void {
  for (const element of elements) {
    const html = told[element.id];
    if (element.isConnected) htmx.trigger(element, "stale", html === undefined ? ALONE : { brought: new Response(html) }, false);
  }
}
