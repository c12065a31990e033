/**
 * The head of a table: columns become wider by dragging their edge, and change places by dragging their head.
 *
 * <table data-controller="columns" data-columns-url-value="/deals/columns/" data-columns-view-value="17">
 *   <colgroup><col class="col-check"><col width="180">…
 *   <th data-column="city"><a href="?sort=city">Ort</a><i class="col-edge"></i></th>
 *
 * By keyboard, on the head of a column: Shift and an arrow for the width, Ctrl and an arrow for the place. In a row, ? asks why it is here.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import { cookie } from "../htmx.ts";

const STEP = 16;
const NARROWEST = 48;
const WAITS = 600;

export default class ColumnsController extends Controller<HTMLTableElement> {
  static override values = { url: String, view: String };
  declare readonly urlValue: string;
  declare readonly viewValue: string;
  private timer = 0;
  private dragged: HTMLElement | null = null;
  /** Which column is being made wider: by its name, since the head may be drawn anew under the mouse. */
  private sized: { name: string; from: number; width: number } | null = null;

  override connect(): void {
    const head = this.element.tHead!;
    for (const cell of this.heads.slice(1)) cell.draggable = true;
    this.element.addEventListener("keydown", this.ask);
    head.addEventListener("keydown", this.key);
    head.addEventListener("pointerdown", this.grip);
    head.addEventListener("dragstart", this.lift);
    head.addEventListener("dragover", this.over);
    head.addEventListener("drop", this.drop);
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.ask);
    if (this.timer) this.send();
  }

  /** The heads of columns, the title's first. */
  private get heads(): HTMLElement[] {
    return [...this.element.tHead!.querySelectorAll<HTMLElement>("[data-column]")];
  }

  private col(head: HTMLElement): HTMLTableColElement {
    return this.element.querySelectorAll("col")[(head as HTMLTableCellElement).cellIndex]!;
  }

  /** Sets a width by the attribute, which the content security policy lets be; the others keep theirs. */
  private widen(head: HTMLElement, width: number): void {
    const widths = this.heads.map((each) => [each, each.offsetWidth] as const);
    for (const [each, known] of widths) {
      const col = this.col(each);
      col.removeAttribute("class");
      col.width = String(Math.round(each === head ? Math.max(NARROWEST, width) : known));
    }
  }

  private ask = (event: KeyboardEvent): void => {
    if (event.key !== "?" || !(event.target as Element).matches("tbody :is(th, td)")) return;
    const why = (event.target as Element).closest("tr")!.querySelector<HTMLElement>(".why-open");
    if (!why) return;
    event.preventDefault();
    event.stopPropagation();
    why.click();
  };

  private key = (event: KeyboardEvent): void => {
    const head = (event.target as Element).closest<HTMLElement>("[data-column]");
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!head || !step || event.altKey || event.metaKey || event.shiftKey === event.ctrlKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) {
      this.widen(head, head.offsetWidth + step * STEP);
      this.keepSoon();
    } else {
      const { heads } = this;
      const at = heads.indexOf(head);
      if (at > 0 && at + step > 0 && at + step < heads.length) this.place(head, heads[at + step]!, step > 0);
    }
  };

  private grip = (event: PointerEvent): void => {
    const edge = (event.target as Element).closest<HTMLElement>(".col-edge");
    const head = edge?.closest<HTMLElement>("[data-column]");
    if (!edge || !head) return;
    event.preventDefault();
    head.draggable = false;
    this.sized = { name: head.dataset.column!, from: event.clientX, width: head.offsetWidth };
    edge.setPointerCapture(event.pointerId);
    edge.addEventListener("pointermove", this.pull);
    edge.addEventListener("pointerup", this.release, { once: true });
  };

  /** The head of the column that is being made wider, at the width that the mouse says. */
  private sizedTo(event: PointerEvent): HTMLElement | undefined {
    const { sized } = this;
    const head = sized ? this.heads.find((each) => each.dataset.column === sized.name) : undefined;
    if (sized && head) this.widen(head, sized.width + event.clientX - sized.from);
    return head;
  }

  private pull = (event: PointerEvent): void => {
    this.sizedTo(event);
  };

  private release = (event: PointerEvent): void => {
    (event.target as Element).removeEventListener("pointermove", this.pull as EventListener);
    const head = this.sizedTo(event);
    this.sized = null;
    if (!head) return;
    head.draggable = this.heads.indexOf(head) > 0;
    void this.send();
  };

  private lift = (event: DragEvent): void => {
    this.dragged = (event.target as Element).closest<HTMLElement>("[data-column]");
    event.dataTransfer?.setData("text/plain", this.dragged?.textContent?.trim() ?? "");
  };

  private over = (event: DragEvent): void => {
    const head = (event.target as Element).closest<HTMLElement>("[data-column]");
    if (this.dragged && head && this.heads.indexOf(head) > 0) event.preventDefault();
  };

  private drop = (event: DragEvent): void => {
    const head = (event.target as Element).closest<HTMLElement>("[data-column]");
    const { dragged } = this;
    this.dragged = null;
    if (!head || !dragged || head === dragged) return;
    event.preventDefault();
    const box = head.getBoundingClientRect();
    this.place(dragged, head, event.clientX > box.x + box.width / 2);
  };

  private place(head: HTMLElement, beside: HTMLElement, isBehind: boolean): void {
    const names = this.heads.map((each) => each.dataset.column!).filter((name) => name !== head.dataset.column);
    names.splice(names.indexOf(beside.dataset.column!) + (isBehind ? 1 : 0), 0, head.dataset.column!);
    this.send(names);
  }

  private keepSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.send(), WAITS);
  }

  private async send(names = this.heads.map((head) => head.dataset.column!)): Promise<void> {
    clearTimeout(this.timer);
    this.timer = 0;
    const body = new URLSearchParams(names.map((name) => ["columns", name]));
    body.set("view", this.viewValue);
    for (const head of this.heads) {
      const { width } = this.col(head);
      if (width) body.set(`width:${head.dataset.column}`, width);
    }
    const answer = await fetch(this.urlValue, { method: "POST", body, headers: { "X-CSRFToken": cookie("csrftoken") } });
    const list = document.getElementById("content");
    if (answer.ok && list && this.element.isConnected) htmx.trigger(list, "stale", {}, false);
  }
}
