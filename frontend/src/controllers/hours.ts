/**
 * Events in the hours of a day or a week: moved and lengthened by dragging or by keyboard, a quarter of an hour at a time.
 *
 * <main data-controller="board hours" data-hours-words-value='{"lifted": …}'>
 *   <div class="hours"><section class="hours__day" data-key="2026-11-23" data-label="Montag, 23. November">
 *     <ol class="hours__grid" data-new="/appointments/new/?starts_at={at}">
 *       <li class="slot" data-movable data-lengthens data-from="36" data-until="40" data-begins="2026-11-23T09:00" data-ends="2026-11-23T10:00"
 *         data-move="/appointments/17/reschedule/starts_at/" tabindex="0"><p><a href="…">…</a></p><i class="slot__end"></i></li>
 *   <p data-hours-target="voice">   <template data-hours-target="keys">
 *
 * Arrows go from event to event, Enter opens one. Space takes one up: ↑ ↓ a quarter of an hour, ← → a day, with Shift ↑ ↓ its length; Space drops it, Esc puts it back.
 * A click on an empty hour begins a new event there. What the server refuses goes back to where it was.
 */
import { Controller } from "@hotwired/stimulus";
import htmx, { type HtmxEvent } from "htmx.org";

const QUARTERS = 96;
const MORNING = 28; // seven o'clock
const HOLD = 260; // a finger that moves at once scrolls; one that rests takes the event

interface Taken {
  slot: HTMLElement;
  grid: Element;
  from: number;
  until: number;
  next: Element | null;
}

export default class HoursController extends Controller<HTMLElement> {
  static override targets = ["voice", "keys"];
  static override values = { words: Object };
  declare readonly voiceTarget: HTMLElement;
  declare readonly keysTarget: HTMLTemplateElement;
  declare readonly wordsValue: Record<"lifted" | "over" | "dropped" | "back", string>;
  private carried: Taken | null = null;
  private dragged: (Taken & { lengthens: boolean; offset: number; x: number; y: number; hasMoved: boolean; timer: number }) | null = null;
  private isMissed = false;
  private wasDragged = false;

  override connect(): void {
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("focusout", this.left);
    this.element.addEventListener("pointerdown", this.down);
    this.element.addEventListener("click", this.click, true);
    this.element.addEventListener("touchmove", this.touch, { passive: false });
    this.element.addEventListener("stale", this.stale, true);
    this.element.addEventListener("htmx:before:swap", this.swapping);
    this.element.addEventListener("htmx:after:swap", this.arrange);
    addEventListener("pointermove", this.move);
    addEventListener("pointerup", this.up);
    addEventListener("pointercancel", this.cancel);
    this.arrange();
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("focusout", this.left);
    this.element.removeEventListener("pointerdown", this.down);
    this.element.removeEventListener("click", this.click, true);
    this.element.removeEventListener("touchmove", this.touch);
    this.element.removeEventListener("stale", this.stale, true);
    this.element.removeEventListener("htmx:before:swap", this.swapping);
    this.element.removeEventListener("htmx:after:swap", this.arrange);
    removeEventListener("pointermove", this.move);
    removeEventListener("pointerup", this.up);
    removeEventListener("pointercancel", this.cancel);
  }

  /** A calendar opens where the day begins, not at midnight. */
  private arrange = (): void => {
    const hours = this.element.querySelector<HTMLElement>(".hours:not([data-scrolled])");
    const grid = hours?.querySelector(".hours__grid");
    if (!hours || !grid) return;
    hours.dataset.scrolled = "";
    const quarter = grid.clientHeight / QUARTERS;
    const first = Math.min(MORNING, ...[...hours.querySelectorAll<HTMLElement>(".slot")].map((slot) => this.first(slot)));
    hours.scrollTop = first * quarter;
  };

  private first(slot: HTMLElement): number {
    return Number(slot.dataset.from);
  }

  private after(slot: HTMLElement): number {
    return Number(slot.dataset.until);
  }

  private get grids(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".hours__grid")];
  }

  private dayOf(grid: Element): HTMLElement {
    return grid.closest<HTMLElement>(".hours__day")!;
  }

  private say(words: keyof typeof this.wordsValue, slot: HTMLElement): void {
    const values: Record<string, string> = {
      card: slot.querySelector("a")!.textContent!,
      day: this.dayOf(slot.parentElement!).dataset.label!,
      from: clock(this.first(slot)),
      until: clock(this.after(slot)),
    };
    this.voiceTarget.textContent = this.wordsValue[words].replace(/\{(\w+)\}/g, (_all, name: string) => values[name]!);
  }

  private taken(slot: HTMLElement): Taken {
    return { slot, grid: slot.parentElement!, from: this.first(slot), until: this.after(slot), next: slot.nextElementSibling };
  }

  /** Puts an event at its place on the screen; the server hears of it when it is let go. */
  private place(slot: HTMLElement, grid: Element, from: number, until: number): void {
    slot.dataset.from = String(from);
    slot.dataset.until = String(until);
    if (slot.parentElement !== grid) grid.append(slot);
  }

  private putBack({ slot, grid, from, until, next }: Taken): void {
    slot.dataset.from = String(from);
    slot.dataset.until = String(until);
    grid.insertBefore(slot, next?.parentElement === grid ? next : null);
  }

  /** Tells the server; what it refuses goes back. */
  private async tell(before: Taken): Promise<void> {
    const { slot } = before;
    if (slot.parentElement === before.grid && this.first(slot) === before.from && this.after(slot) === before.until) return;
    const day = this.dayOf(slot.parentElement!).dataset.key!;
    const hasMoved = slot.parentElement !== before.grid || this.first(slot) !== before.from;
    const begins = slot.dataset.begins!;
    const values: Record<string, string> = { seen: begins.slice(0, 10), to: hasMoved ? `${day}T${clock(this.first(slot))}` : begins };
    if (this.after(slot) - this.first(slot) !== before.until - before.from) values.until = end(day, this.after(slot));
    let status = 0;
    const note = (event: Event) => (status = (event as HtmxEvent<"htmx:after:request">).detail.ctx.response?.status ?? 0);
    slot.addEventListener("htmx:after:request", note);
    try {
      await htmx.ajax("POST", slot.dataset.move!, { source: slot, target: slot, swap: "none", values });
    } finally {
      slot.removeEventListener("htmx:after:request", note);
    }
    if (status >= 200 && status < 300) return this.say("dropped", slot);
    this.putBack(before);
    this.say("back", slot);
  }

  // -- by hand

  private down = (event: PointerEvent): void => {
    const target = event.target as HTMLElement;
    const slot = target.closest<HTMLElement>(".slot[data-movable]");
    if (!slot || event.button !== 0 || this.carried) return;
    const lengthens = target.matches(".slot__end");
    const begin = () => {
      slot.dataset.state = "dragging";
      if (this.dragged) this.dragged.hasMoved = true;
    };
    const timer = event.pointerType === "touch" && !lengthens ? window.setTimeout(begin, HOLD) : 0;
    const offset = event.clientY - slot.getBoundingClientRect().top;
    this.dragged = { ...this.taken(slot), lengthens, offset, x: event.clientX, y: event.clientY, hasMoved: false, timer };
    if (lengthens) event.preventDefault();
  };

  private move = (event: PointerEvent): void => {
    const drag = this.dragged;
    if (!drag) return;
    const isFar = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 4;
    if (!drag.hasMoved) {
      if (!isFar) return;
      if (drag.timer) return this.forget();
      drag.hasMoved = true;
      drag.slot.dataset.state = "dragging";
    }
    const grids = this.grids;
    const under = grids.find((grid) => within(event.clientX, grid.getBoundingClientRect())) ?? drag.slot.parentElement!;
    const grid = drag.lengthens ? drag.grid : under;
    const box = grid.getBoundingClientRect();
    const quarter = box.height / QUARTERS;
    if (drag.lengthens) {
      const until = Math.round((event.clientY - box.top) / quarter);
      return this.place(drag.slot, grid, drag.from, Math.min(Math.max(until, drag.from + 1), QUARTERS));
    }
    const length = drag.until - drag.from;
    const from = Math.min(Math.max(Math.round((event.clientY - drag.offset - box.top) / quarter), 0), QUARTERS - length);
    this.place(drag.slot, grid, from, from + length);
  };

  private up = (): void => {
    const drag = this.dragged;
    if (!drag) return;
    this.forget();
    if (!drag.hasMoved) return;
    this.wasDragged = true;
    setTimeout(() => (this.wasDragged = false));
    void this.tell(drag).then(() => this.catchUp());
  };

  private cancel = (): void => {
    if (this.dragged?.hasMoved) this.putBack(this.dragged);
    this.forget();
    this.catchUp();
  };

  private forget(): void {
    if (!this.dragged) return;
    clearTimeout(this.dragged.timer);
    delete this.dragged.slot.dataset.state;
    this.dragged = null;
  }

  private touch = (event: TouchEvent): void => {
    if (this.dragged?.hasMoved) event.preventDefault();
  };

  /** The end of a drag opens nothing; a click on an empty hour begins something. */
  private click = (event: MouseEvent): void => {
    if (this.wasDragged) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const grid = event.target as HTMLElement;
    if (!grid.matches(".hours__grid[data-new]")) return;
    const box = grid.getBoundingClientRect();
    const half = Math.floor(((event.clientY - box.top) / box.height) * 48) * 2;
    location.assign(grid.dataset.new!.replace("{at}", `${this.dayOf(grid).dataset.key}T${clock(half)}`));
  };

  // -- by keyboard

  private key = (event: KeyboardEvent): void => {
    const slot = event.target as HTMLElement;
    if (event.defaultPrevented || event.altKey || event.metaKey || event.ctrlKey || !slot.matches(".slot")) return;
    if (this.carried) this.carry(event);
    else if (event.key === " " && "movable" in slot.dataset) this.lift(slot);
    else if (event.key === "Enter") slot.querySelector<HTMLElement>("a")!.click();
    else if (!this.step(slot, event.key)) return;
    event.preventDefault();
  };

  private step(slot: HTMLElement, key: string): boolean {
    if (!/^Arrow/.test(key)) return false;
    const slots = (grid: Element) =>
      [...grid.querySelectorAll<HTMLElement>(".slot")].sort((one, other) => this.first(one) - this.first(other));
    const here = slots(slot.parentElement!);
    const at = here.indexOf(slot);
    let goal = key === "ArrowDown" ? here[at + 1] : key === "ArrowUp" ? here[at - 1] : undefined;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const grids = this.grids.filter((grid) => grid.querySelector(".slot"));
      const beside = grids[grids.indexOf(slot.parentElement!) + (key === "ArrowLeft" ? -1 : 1)];
      goal = beside && slots(beside)[0];
    }
    goal?.focus();
    return true;
  }

  private lift(slot: HTMLElement): void {
    this.carried = this.taken(slot);
    slot.dataset.state = "carried";
    slot.append(this.keysTarget.content.cloneNode(true));
    this.say("lifted", slot);
  }

  private carry(event: KeyboardEvent): void {
    const { slot } = this.carried!;
    if (event.key === " " || event.key === "Enter") return this.drop();
    if (event.key === "Escape") return this.giveUp();
    const grids = this.grids;
    const length = this.after(slot) - this.first(slot);
    let [grid, from, until] = [slot.parentElement!, this.first(slot), this.after(slot)];
    const down = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.shiftKey && down) {
      if (!("lengthens" in slot.dataset)) return;
      until = Math.min(Math.max(until + down, from + 1), QUARTERS);
    } else if (down) {
      from = Math.min(Math.max(from + down, 0), QUARTERS - length);
      until = from + length;
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      grid = grids[grids.indexOf(grid) + (event.key === "ArrowLeft" ? -1 : 1)] ?? grid;
    } else return;
    const isOver = this.carried;
    this.carried = null; // moving it takes the focus for a moment, which must not drop it
    this.place(slot, grid, from, until);
    this.carried = isOver;
    slot.focus({ preventScroll: true });
    slot.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.say("over", slot);
  }

  private drop(): void {
    const before = this.carried!;
    this.end();
    void this.tell(before).then(() => this.catchUp());
  }

  private giveUp(): void {
    const before = this.carried!;
    this.carried = null;
    this.putBack(before);
    this.carried = before;
    before.slot.focus({ preventScroll: true });
    this.end();
    this.say("back", before.slot);
    this.catchUp();
  }

  private end(): void {
    const { slot } = this.carried!;
    this.carried = null;
    delete slot.dataset.state;
    slot.querySelector(".deal__keys")?.remove();
  }

  private left = (event: FocusEvent): void => {
    if (this.carried && event.target === this.carried.slot) this.giveUp();
  };

  // -- live

  /** Nothing is redrawn under an event that somebody holds. */
  private stale = (event: Event): void => {
    if (event.target !== this.element || !(this.dragged || this.carried)) return;
    this.isMissed = true;
    event.stopImmediatePropagation();
  };

  private swapping = (event: Event): void => {
    const { ctx } = (event as HtmxEvent<"htmx:before:swap">).detail;
    if (ctx.target !== this.element || !(this.dragged || this.carried)) return;
    this.isMissed = true;
    event.preventDefault();
  };

  private catchUp(): void {
    if (!this.isMissed) return;
    this.isMissed = false;
    htmx.trigger(this.element, "stale", {}, false);
  }
}

/** The time at which a quarter of an hour begins: 37 → "09:15". */
export function clock(quarter: number): string {
  const hour = Math.floor(quarter / 4) % 24;
  return `${String(hour).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
}

/** When an event ends that lasts until the beginning of a quarter; the last one is the next midnight. */
export function end(day: string, quarter: number): string {
  if (quarter < QUARTERS) return `${day}T${clock(quarter)}`;
  const next = new Date(`${day}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `${next.toISOString().slice(0, 10)}T00:00`;
}

function within(x: number, box: DOMRect): boolean {
  return x >= box.left && x <= box.right;
}
