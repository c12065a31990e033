/**
 * Selected rows of a list and the bar that acts on them.
 *
 * <main data-controller="selection">
 *   <input class="check" type="checkbox" data-selection-target="all" aria-label="Alle auswählen">
 *   <tr><td><input class="check" type="checkbox" name="id" value="17" form="bulk"></td>…
 *   <span class="list-count">12.806 Kunden</span>
 *   <form id="bulk" hidden data-selection-target="bar">
 *     <input type="hidden" name="all" value="1" disabled data-selection-target="every">
 *     <output data-selection-target="count" data-text="{n} ausgewählt"></output>
 *     <button type="button" hidden data-selection-target="offer" data-text="Alle {n}" data-action="selection#every"></button>
 *     <button type="button" data-action="selection#clear">Aufheben</button></form>
 *
 * On the telephone a long press on a row, or a button with `selection#start`, begins: from then on a tap selects (`data-selecting` on the
 * element), until "clear". Shift and a click selects all rows between; Esc clears. With the whole page selected, all that match are offered, by the number
 * that the list tells. Rows that htmx brings are taken into account; what is done (`bulkdone`) is selected no more.
 */
import { Controller } from "@hotwired/stimulus";

/** Milliseconds that a finger rests on a row, and pixels that it may move meanwhile. */
const LONG = 500;
const STILL = 10;

export default class SelectionController extends Controller<HTMLElement> {
  static override targets = ["all", "bar", "count", "every", "offer"];
  declare readonly hasAllTarget: boolean;
  declare readonly allTarget: HTMLInputElement;
  declare readonly hasBarTarget: boolean;
  declare readonly barTarget: HTMLElement;
  declare readonly countTarget: HTMLElement;
  declare readonly hasEveryTarget: boolean;
  declare readonly everyTarget: HTMLInputElement;
  declare readonly hasOfferTarget: boolean;
  declare readonly offerTarget: HTMLButtonElement;
  private last: HTMLInputElement | null = null;
  private isEvery = false;
  private isSelecting = false;
  private pressing = 0;
  private pressed: PointerEvent | null = null;

  override connect(): void {
    this.element.addEventListener("click", this.tap, true);
    this.element.addEventListener("click", this.click);
    this.element.addEventListener("pointerdown", this.press);
    for (const event of ["pointermove", "pointerup", "pointercancel"]) this.element.addEventListener(event, this.release as EventListener);
    this.element.addEventListener("contextmenu", this.held);
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("htmx:after:swap", this.show);
    document.addEventListener("bulkdone", this.done);
    // Whoever was faster than this script has ticked the box in vain.
    if (this.hasAllTarget && this.allTarget.checked) for (const box of this.boxes) box.checked = true;
    this.show();
  }

  override disconnect(): void {
    clearTimeout(this.pressing);
    this.element.removeEventListener("click", this.tap, true);
    this.element.removeEventListener("click", this.click);
    this.element.removeEventListener("pointerdown", this.press);
    for (const event of ["pointermove", "pointerup", "pointercancel"]) this.element.removeEventListener(event, this.release as EventListener);
    this.element.removeEventListener("contextmenu", this.held);
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("htmx:after:swap", this.show);
    document.removeEventListener("bulkdone", this.done);
  }

  /** From now on a tap on a row selects it. */
  start(): void {
    this.isSelecting = true;
    this.show();
  }

  clear(): void {
    this.isSelecting = false;
    for (const box of this.boxes) box.checked = false;
    this.show();
  }

  /** All that match are meant, not only those on this page. */
  every(): void {
    this.isEvery = true;
    this.show();
    this.barTarget.querySelector<HTMLElement>("button:not([hidden])")?.focus();
  }

  private done = (): void => this.clear();

  private press = (event: PointerEvent): void => {
    clearTimeout(this.pressing);
    this.pressed = null;
    const box = (event.target as Element).closest("tbody tr")?.querySelector<HTMLInputElement>("input.check[name='id']");
    if (event.pointerType !== "touch" || !box || this.isSelecting || (event.target as Element).closest("form")) return;
    this.pressed = event;
    this.pressing = window.setTimeout(() => {
      this.isSelecting = true;
      box.checked = true;
      this.last = box;
      this.show();
    }, LONG);
  };

  private release = (event: PointerEvent): void => {
    const from = this.pressed;
    if (!from || (event.type === "pointermove" && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < STILL)) return;
    clearTimeout(this.pressing);
    // A press that has selected is no tap: what would follow it within a moment opens nothing.
    if (event.type === "pointerup" && this.isSelecting) setTimeout(() => (this.pressed = null), 50);
    else this.pressed = null;
  };

  /** A long press on a link opens no menu of the browser where it selects. */
  private held = (event: Event): void => {
    if (this.pressed) event.preventDefault();
  };

  private tap = (event: MouseEvent): void => {
    const row = (event.target as Element).closest("tbody tr");
    const box = row?.querySelector<HTMLInputElement>("input.check[name='id']");
    if (!this.isSelecting || !box || event.target === box) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.pressed) this.pressed = null;
    else box.click();
  };

  private get boxes(): HTMLInputElement[] {
    return [...this.element.querySelectorAll<HTMLInputElement>("input.check[name='id']")];
  }

  private click = (event: MouseEvent): void => {
    const box = event.target as HTMLInputElement;
    const boxes = this.boxes;
    if (this.hasAllTarget && box === this.allTarget) for (const each of boxes) each.checked = box.checked;
    else if (!boxes.includes(box)) return;
    else {
      const from = event.shiftKey && this.last ? boxes.indexOf(this.last) : -1;
      const to = boxes.indexOf(box);
      if (from >= 0) for (const each of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
      this.last = box;
    }
    this.show();
  };

  private key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.defaultPrevented && this.hasBarTarget && !this.barTarget.hidden) this.clear();
  };

  private show = (): void => {
    const boxes = this.boxes;
    const count = boxes.filter((box) => box.checked).length;
    const isWhole = count > 0 && count === boxes.length;
    this.element.toggleAttribute("data-selecting", this.isSelecting);
    for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
    if (this.hasAllTarget) {
      this.allTarget.checked = isWhole;
      this.allTarget.indeterminate = count > 0 && !isWhole;
    }
    if (!this.hasBarTarget) return;
    this.isEvery &&= isWhole;
    this.barTarget.hidden = count === 0 && !this.isSelecting;
    this.countTarget.textContent = this.countTarget.dataset.text!.replace("{n}", String(count));
    if (this.hasEveryTarget) this.everyTarget.disabled = !this.isEvery;
    if (!this.hasOfferTarget) return;
    const told = this.element.querySelector(".list-count")?.textContent?.trim() ?? "";
    this.offerTarget.textContent = this.offerTarget.dataset.text!.replace("{n}", told).trim();
    this.offerTarget.hidden = !isWhole || this.isEvery;
    if (this.isEvery) this.countTarget.textContent = this.offerTarget.textContent;
  };
}
