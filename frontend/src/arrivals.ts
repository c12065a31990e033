/**
 * Cards that others have changed: asked for, and put where they belong now.
 *
 * <ul class="stage__list"><li class="deal" id="c17" data-record="organisations:17" data-column="lead">…</ul>
 * <ul id="arrivals" hidden></ul>   (where they come in; where there is none, everything is asked for)
 *
 * Cards that stand here are asked for at once, others a moment later: the server spaces out what it tells boards of those. Counts and sums
 * follow only if something is another than it was.
 */
import htmx from "htmx.org";

import type { Columns, Rows } from "./shared.ts";

const NEWCOMERS = 200;
const MOST = 50;
/** How long counts and sums may be old while others change cards all the time. */
const COUNTS = 5000;

export interface Place {
  list: HTMLElement;
  before: Element | null;
}

export interface Board {
  element: HTMLElement;
  object: string;
  /** The address of the board, and its field. */
  address: () => [string, string];
  /** The address of one card, with `{id}` in it. */
  source: () => string;
  listOf: (key: string) => HTMLElement | undefined;
  /** Where a card stood before it was moved here. */
  placeOf: (id: string) => Place | undefined;
  isHeld: (card: Element) => boolean;
  /** Whether any card is: then nothing is redrawn. */
  isHolding: () => boolean;
  refreshTotals: () => void;
}

export class Arrivals {
  private asked = new Set<string>();
  private timer = 0;
  private counting = 0;
  private counted = 0;

  constructor(private readonly board: Board) {}

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.counting);
  }

  heard = (event: Event): void => {
    const prefix = `${this.board.object}:`;
    const ids = [...(event as CustomEvent<Set<string>>).detail].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    const here = ids.filter((id) => document.getElementById(`c${id}`));
    if (here.length) this.fetch(here);
    for (const id of ids) if (id !== "*" && !here.includes(id)) this.asked.add(id);
    if (!this.asked.size || this.timer) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.fetch([...this.asked]);
      this.asked.clear();
    }, NEWCOMERS);
  };

  /** Cards that came unasked; those that do not belong here any more came as null. */
  arrived = (event: Event): void => {
    const { source, rows } = (event as CustomEvent<Rows>).detail;
    const arrivals = this.board.element.querySelector<HTMLElement>("#arrivals");
    if (!arrivals || source !== this.board.source()) return;
    event.preventDefault();
    const gone = (id: string) => `<li id="c${CSS.escape(id)}" hidden></li>`;
    void htmx.swap({ sourceElement: arrivals, target: arrivals, swap: "innerHTML", text: Object.entries(rows).map(([id, html]) => html ?? gone(id)).join("") });
  };

  /** Very many have changed: all columns came as they are now. Where the board has others by now, it asks. */
  columns = (event: Event): void => {
    const { source, columns } = (event as CustomEvent<Columns>).detail;
    if (source !== this.board.source()) return;
    const lists = Object.entries(columns).map(([key, html]) => [this.board.listOf(key), html] as const);
    const isSame = lists.length === this.board.element.querySelectorAll(".stage__list").length && lists.every(([list]) => list);
    if (!isSame || this.board.isHolding()) return void htmx.trigger(this.board.element, "stale", {}, false);
    for (const [list, text] of lists) void htmx.swap({ sourceElement: list!, target: list!, swap: "innerMorph", text });
    this.count();
  };

  fetch(ids: string[]): void {
    const arrivals = this.board.element.querySelector<HTMLElement>("#arrivals");
    if (!arrivals || ids.length > MOST) return void htmx.trigger(this.board.element, "stale", {}, false);
    const [here, field] = this.board.address();
    const [path = "", query = ""] = here.split("?");
    const asked = new URLSearchParams(query);
    asked.set("by", field);
    asked.set("ids", ids.join(" "));
    void htmx.ajax("GET", `${path || location.pathname}?${asked}`, { source: arrivals, target: arrivals, swap: "innerHTML" });
  }

  /** Puts the cards that have come in where they belong. */
  settle(): void {
    const arrivals = [...this.board.element.querySelectorAll<HTMLElement>("#arrivals > li")];
    if (arrivals.map((card) => this.put(card)).includes(true)) this.count();
  }

  private count(): void {
    this.counting ||= window.setTimeout(
      () => {
        this.counting = 0;
        this.counted = Date.now();
        this.board.refreshTotals();
      },
      Math.max(0, this.counted + COUNTS - Date.now()),
    );
  }

  /** False if the card is what stood there. */
  private put(card: HTMLElement): boolean {
    const old = this.board.element.querySelector<HTMLElement>(`.stage__list > #${CSS.escape(card.id)}`);
    const list = "column" in card.dataset ? this.board.listOf(card.dataset.column!) : undefined;
    if (!list || (old && this.board.isHeld(old))) {
      card.remove();
      if (old && !this.board.isHeld(old)) old.remove();
      return old !== null;
    }
    const hadFocus = old?.contains(document.activeElement);
    if (old?.parentElement === list) {
      card.tabIndex = old.tabIndex;
      if (card.isEqualNode(old)) {
        card.remove();
        return false;
      }
      old.replaceWith(card);
    } else {
      const before = this.board.placeOf(card.id);
      list.insertBefore(card, before?.list === list && before.before?.parentElement === list ? before.before : list.firstElementChild);
      old?.remove();
    }
    if (hadFocus) card.focus({ preventScroll: true });
    return true;
  }
}
