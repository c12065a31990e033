/**
 * Cards in columns (or on the days of a calendar) that are moved by dragging, by keyboard or by a menu; a move is an ordinary change of the card's record.
 *
 * <main data-controller="board" data-board-object-value="organisations" data-board-field-value="lifecycle"
 *     data-board-move-value="/organisations/{id}/move/lifecycle/" data-board-here-value="?q=…">
 *   <section class="stage" data-key="lead" data-label="Interessent"><ul class="stage__list">
 *     <li class="deal" id="c17" data-record="organisations:17" data-column="lead" data-movable tabindex="-1">
 *       <h3><a href="…">…</a></h3><footer>…<button data-action="board#offer">…</button></footer></li>
 *   <span id="totals" hx-get="…" hx-trigger="load, stale">   <ul id="arrivals" hidden>   (where changed cards come in)
 *   <menu popover id="m-move"><button data-action="board#choose" data-key="lead">   <p data-board-target="voice">   <template data-board-target="keys">
 *
 * Arrows move between cards, Enter opens one. Space takes a card up, ← and → carry it to another column, Space drops it, Esc puts it back.
 * With a stride of 7, as in a calendar, ↑ and ↓ carry it a week. What the server refuses goes back to where it was.
 * A card that names another address (data-move) is moved there: a calendar has several kinds of records.
 * Cards that others have changed are fetched anew and go to their column; where there is no #arrivals, everything is.
 */
import { Controller } from "@hotwired/stimulus";
import htmx, { type HtmxEvent } from "htmx.org";
import type Sortable from "sortablejs";

import { Arrivals, type Place } from "../arrivals.ts";
import { dragged } from "../dragging.ts";


interface Carried {
  card: HTMLElement;
  shadow: HTMLElement;
  from: Place;
}

export default class BoardController extends Controller<HTMLElement> {
  static override targets = ["voice", "keys"];
  static override values = { object: String, field: String, move: String, here: String, words: Object, stride: Number };
  declare readonly voiceTarget: HTMLElement;
  declare readonly keysTarget: HTMLTemplateElement;
  declare readonly objectValue: string;
  declare readonly fieldValue: string;
  declare readonly moveValue: string;
  declare readonly hereValue: string;
  declare readonly strideValue: number;
  declare readonly wordsValue: Record<"lifted" | "over" | "dropped" | "back", string>;
  private carried: Carried | null = null;
  /** The id of the card whose menu is open: the card itself may come anew meanwhile. */
  private offered = "";
  /** The card under the pressed mouse button, from before the first step of dragging. */
  private pressed: Element | null = null;
  private sortables = new Map<HTMLElement, Sortable>();
  private places = new Map<string, Place>();
  private arrivals!: Arrivals;
  /** Cards whose move the server has not answered yet: one that came in meanwhile would take the answer's place away. */
  private moving = new Set<Element>();
  private isDragging = false;
  private missed = false;

  override connect(): void {
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("focusin", this.focused);
    this.element.addEventListener("focusout", this.left);
    this.element.addEventListener("htmx:after:swap", this.swapped);
    this.element.addEventListener("stale", this.stale, true);
    this.element.addEventListener("htmx:before:swap", this.swapping);
    this.arrivals = new Arrivals({
      element: this.element,
      object: this.objectValue,
      address: () => [this.hereValue, this.fieldValue],
      source: () => this.element.dataset.rows ?? "",
      listOf: (key) => this.listOf(key),
      placeOf: (id) => this.places.get(id),
      isHeld: (card) => this.moving.has(card) || card === this.carried?.card || card === this.pressed,
      isHolding: () => this.isHolding || this.moving.size > 0,
      refreshTotals: () => this.refreshTotals(),
    });
    document.addEventListener("heard", this.arrivals.heard);
    document.addEventListener("arrived", this.arrivals.arrived);
    document.addEventListener("columns", this.arrivals.columns);
    this.prepare();
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("focusin", this.focused);
    this.element.removeEventListener("focusout", this.left);
    this.element.removeEventListener("htmx:after:swap", this.swapped);
    this.element.removeEventListener("stale", this.stale, true);
    this.element.removeEventListener("htmx:before:swap", this.swapping);
    document.removeEventListener("heard", this.arrivals.heard);
    document.removeEventListener("arrived", this.arrivals.arrived);
    document.removeEventListener("columns", this.arrivals.columns);
    this.arrivals.stop();
    for (const sortable of this.sortables.values()) sortable.destroy();
    this.sortables.clear();
  }

  // -- columns and cards

  private get lists(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".stage__list")];
  }

  private cardsOf(list: Element): HTMLElement[] {
    return [...list.querySelectorAll<HTMLElement>(":scope > .deal:not([data-state='lifted'])")];
  }

  private keyOf(list: Element): string {
    return list.closest<HTMLElement>(".stage")!.dataset.key!;
  }

  private listOf(key: string): HTMLElement | undefined {
    return this.lists.find((list) => this.keyOf(list) === key);
  }

  private say(words: keyof typeof this.wordsValue, values: Record<string, string | number>): void {
    this.voiceTarget.textContent = this.wordsValue[words].replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name]));
  }

  private nameOf(card: Element): string {
    return card.querySelector("a")!.textContent!;
  }

  private labelOf(list: Element): string {
    return list.closest<HTMLElement>(".stage")!.dataset.label!;
  }

  /** Lists can be dragged into, and Tab finds one card. */
  private prepare(): void {
    for (const [list, sortable] of this.sortables) {
      if (list.isConnected) continue;
      sortable.destroy();
      this.sortables.delete(list);
    }
    for (const list of this.lists) if (!this.sortables.has(list)) this.sortables.set(list, this.sortable(list));
    const cards = [...this.element.querySelectorAll<HTMLElement>(".deal")];
    if (cards[0] && !cards.some((card) => card.tabIndex === 0)) cards[0].tabIndex = 0;
  }

  private sortable(list: HTMLElement): Sortable {
    return dragged(list, {
      onChoose: ({ item }) => {
        this.pressed = item;
      },
      onUnchoose: () => {
        this.pressed = null;
        if (!this.isDragging) this.catchUp();
      },
      onStart: ({ item }) => {
        this.isDragging = true;
        this.places.set(item.id, { list, before: item.nextElementSibling });
      },
      onChange: ({ to }) => this.aim(to),
      onEnd: ({ item, from, to }) => {
        this.isDragging = false;
        this.aim(null);
        if (from !== to) void this.move(item, to);
        this.catchUp();
      },
    });
  }

  /** Marks the column that a card would land in. */
  private aim(list: Element | null): void {
    for (const stage of this.element.querySelectorAll<HTMLElement>(".stage")) {
      if (list && stage.contains(list)) stage.dataset.state = "target";
      else delete stage.dataset.state;
    }
  }

  // -- moving

  /** Tells the server of a card that already stands in `list`; puts it back if that is refused. */
  private async move(card: HTMLElement, list: HTMLElement): Promise<void> {
    const seen = card.dataset.column!;
    const to = this.keyOf(list);
    if (seen === to) return;
    const back = this.places.get(card.id);
    card.dataset.column = to;
    this.moving.add(card);
    const isTaken = await this.post(card, { to, seen }).finally(() => this.moving.delete(card));
    if (isTaken) {
      this.say("dropped", { card: this.nameOf(card), column: this.labelOf(list) });
      this.refreshTotals();
      return;
    }
    card.dataset.column = seen;
    if (back) this.put(card, back);
    this.say("back", { card: this.nameOf(card) });
    this.arrivals.fetch([card.dataset.record!.split(":")[1]!]);
  }

  /** Whether the server took the move. */
  private async post(card: HTMLElement, values: Record<string, string>): Promise<boolean> {
    let status = 0;
    const note = (event: Event) => (status = (event as HtmxEvent<"htmx:after:request">).detail.ctx.response?.status ?? 0);
    card.addEventListener("htmx:after:request", note);
    const id = card.dataset.record!.split(":")[1];
    try {
      await htmx.ajax("POST", card.dataset.move ?? this.moveValue.replace("{id}", id!), { source: card, target: card, swap: "none", values });
    } finally {
      card.removeEventListener("htmx:after:request", note);
    }
    return status >= 200 && status < 300;
  }

  private put(card: HTMLElement, { list, before }: Place): void {
    const hadFocus = card.contains(document.activeElement);
    list.insertBefore(card, before?.parentElement === list ? before : null);
    if (hadFocus) card.focus({ preventScroll: true });
  }

  private refreshTotals(): void {
    const totals = this.element.querySelector("#totals");
    if (totals) htmx.trigger(totals, "stale", {}, false);
  }

  // -- keyboard

  private key = (event: KeyboardEvent): void => {
    const card = event.target as HTMLElement;
    if (event.defaultPrevented || event.altKey || event.metaKey || event.ctrlKey || !card.matches(".deal")) return;
    if (this.carried) this.carry(event);
    else if (event.key === " " && "movable" in card.dataset) this.lift(card);
    else if (event.key === "Enter") card.querySelector<HTMLElement>("a")!.click();
    else if (!this.step(card, event.key)) return;
    event.preventDefault();
  };

  /** Moves the focus to the next card in the direction of an arrow; false for any other key. */
  private step(card: HTMLElement, key: string): boolean {
    const list = card.closest(".stage__list")!;
    const cards = this.cardsOf(list);
    const at = cards.indexOf(card);
    let goal: Element | undefined;
    if (key === "ArrowDown") goal = cards[at + 1] ?? list.querySelector(".stage__more button") ?? this.across(list, this.strideValue)[0];
    else if (key === "ArrowUp") goal = cards[at - 1] ?? this.across(list, -this.strideValue).at(-1);
    else if (key === "Home") goal = cards[0];
    else if (key === "End") goal = cards.at(-1);
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      const lists = this.lists.filter((each) => this.cardsOf(each).length);
      const beside = lists[lists.indexOf(list as HTMLElement) + (key === "ArrowLeft" ? -1 : 1)];
      const there = beside ? this.cardsOf(beside) : [];
      goal = there[Math.min(at, there.length - 1)];
    } else return false;
    (goal as HTMLElement | undefined)?.focus();
    return true;
  }

  /** The cards of the next list that has any, so many lists further. */
  private across(from: Element, stride: number): HTMLElement[] {
    const lists = this.lists;
    for (let at = lists.indexOf(from as HTMLElement) + stride; stride && lists[at]; at += stride) {
      const cards = this.cardsOf(lists[at]!);
      if (cards.length) return cards;
    }
    return [];
  }

  private lift(card: HTMLElement): void {
    const list = card.closest<HTMLElement>(".stage__list")!;
    const shadow = card.cloneNode(true) as HTMLElement;
    shadow.removeAttribute("id");
    shadow.removeAttribute("data-record");
    Object.assign(shadow, { inert: true, ariaHidden: "true" });
    shadow.dataset.state = "lifted";
    this.carried = { card, shadow, from: { list, before: card.nextElementSibling } };
    card.dataset.state = "carried";
    card.append(this.keysTarget.content.cloneNode(true));
    this.say("lifted", { card: this.nameOf(card) });
  }

  private carry(event: KeyboardEvent): void {
    const { card } = this.carried!;
    const list = card.closest<HTMLElement>(".stage__list")!;
    const lists = this.lists;
    const at = lists.indexOf(list);
    if (event.key === " " || event.key === "Enter") return this.drop();
    if (event.key === "Escape") return this.putBack();
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.strideValue, ArrowDown: this.strideValue }[event.key];
    const goal = step ? lists[at + step] : undefined;
    if (!goal) return;
    this.carryTo(goal);
    this.say("over", { column: this.labelOf(goal), n: lists.indexOf(goal) + 1, all: lists.length });
  }

  private carryTo(goal: HTMLElement): void {
    const { card, shadow, from } = this.carried!;
    const isHome = goal === from.list;
    if (isHome) shadow.remove();
    else from.list.insertBefore(shadow, from.before?.parentElement === from.list ? from.before : null);
    this.isDragging = true; // moving it takes the focus for a moment, which must not drop it
    this.put(card, isHome ? from : { list: goal, before: this.cardsOf(goal)[0] ?? goal.firstElementChild });
    this.isDragging = false;
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.aim(isHome ? null : goal);
  }

  private drop(): void {
    const { card, from } = this.carried!;
    this.places.set(card.id, from);
    this.end();
    void this.move(card, card.closest<HTMLElement>(".stage__list")!);
  }

  private putBack(): void {
    const { card, from } = this.carried!;
    if (card.closest(".stage__list") !== from.list) this.carryTo(from.list);
    this.end();
    this.say("back", { card: this.nameOf(card) });
  }

  /** The card is no longer carried, wherever it stands. */
  private end(): void {
    const { card, shadow } = this.carried!;
    this.carried = null;
    shadow.remove();
    delete card.dataset.state;
    card.querySelector(".deal__keys")?.remove();
    this.aim(null);
    this.catchUp();
  }

  private left = (event: FocusEvent): void => {
    if (this.carried && !this.isDragging && event.target === this.carried.card) this.putBack();
  };

  /** Tab enters the board at one card, where one was last. */
  private focused = (event: FocusEvent): void => {
    const card = (event.target as HTMLElement).closest<HTMLElement>(".deal");
    if (!card || card.tabIndex === 0) return;
    for (const old of this.element.querySelectorAll<HTMLElement>(".deal[tabindex='0']")) old.tabIndex = -1;
    card.tabIndex = 0;
  };

  // -- menu

  /** Shows the columns that a card can be moved to, under its button. */
  offer(event: Event): void {
    const button = event.currentTarget as HTMLButtonElement;
    this.offered = button.closest(".deal")!.id;
    this.barItsOwn();
    this.element.querySelector<HTMLElement>("#m-move")!.showPopover({ source: button } as never);
  }

  /** Nobody moves a card to where it stands. */
  private barItsOwn(): void {
    const card = document.getElementById(this.offered);
    for (const item of this.element.querySelectorAll<HTMLButtonElement>("#m-move button")) item.disabled = item.dataset.key === card?.dataset.column;
  }

  choose(event: Event): void {
    const card = document.getElementById(this.offered);
    const list = this.listOf((event.currentTarget as HTMLElement).dataset.key!);
    if (!card || !list) return;
    this.places.set(card.id, { list: card.closest<HTMLElement>(".stage__list")!, before: card.nextElementSibling });
    this.put(card, { list, before: list.firstElementChild });
    card.focus();
    void this.move(card, list);
  }

  // -- live

  private get isHolding(): boolean {
    return this.isDragging || this.carried !== null || this.pressed !== null;
  }

  /** Nothing is redrawn under a card that somebody holds. */
  private stale = (event: Event): void => {
    if (event.target !== this.element || !this.isHolding) return;
    this.missed = true;
    event.stopImmediatePropagation();
  };

  /** Nor what had been asked for before it was taken up. */
  private swapping = (event: Event): void => {
    const { ctx } = (event as HtmxEvent<"htmx:before:swap">).detail;
    if (ctx.target !== this.element || !this.isHolding) return;
    this.missed = true;
    event.preventDefault();
  };

  private swapped = (): void => {
    this.arrivals.settle();
    this.prepare();
    this.barItsOwn();
  };

  private catchUp(): void {
    if (!this.missed) return;
    this.missed = false;
    htmx.trigger(this.element, "stale", {}, false);
  }
}
