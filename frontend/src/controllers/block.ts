/**
 * A block of cells of a table, as in a spreadsheet: marked with Shift and the arrows or a click, copied, pasted and emptied.
 *
 * <table role="grid" data-controller="grid block" data-block-url-value="/organisations/cells/"
 *        data-block-long-value="Der Block hat mehr Zeilen, als hier stehen.">
 *
 * With `data-block-of-value`, the record whose parts the table shows, rows that are pasted below the last one, or into `<tr id="blank" data-blank>`,
 * are added.
 *
 * What is copied are the texts with tabs between them, which Excel takes, and so is what is pasted; one text fills the whole block. All cells
 * are written or none: those that cannot take their text are marked, with the reason (`refused`, told by the server).
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import "../../styles/block.css";
import { tell } from "../htmx.ts";

type Spot = { x: number; y: number };
type Wrong = { record: string; field: string; why: string };

export default class BlockController extends Controller<HTMLTableElement> {
  static override values = { url: String, long: String, wide: String, of: String };
  declare readonly urlValue: string;
  declare readonly longValue: string;
  declare readonly wideValue: string;
  declare readonly ofValue: string;
  private from: Spot | null = null;
  private to: Spot | null = null;
  private wrong: (Wrong & { text?: string })[] = [];

  override connect(): void {
    this.element.addEventListener("keydown", this.key, true);
    this.element.addEventListener("click", this.click, true);
    this.element.addEventListener("focusin", this.focused);
    document.addEventListener("copy", this.copy);
    document.addEventListener("paste", this.paste);
    document.addEventListener("refused", this.refused);
    document.addEventListener("added", this.added);
    document.addEventListener("htmx:after:process", this.tellWrong);
  }

  override disconnect(): void {
    document.removeEventListener("copy", this.copy);
    document.removeEventListener("paste", this.paste);
    document.removeEventListener("refused", this.refused);
    document.removeEventListener("added", this.added);
    document.removeEventListener("htmx:after:process", this.tellWrong);
  }

  // -- where ------------------------------------------------------------------------------------------------------

  private get rows(): HTMLElement[][] {
    const rows = [...this.element.querySelectorAll("tbody tr[id]")];
    return rows.map((row) => [...row.querySelectorAll<HTMLElement>(":scope > :is(th, td):not(.table__check)")]);
  }

  private get columns(): string[] {
    return [...this.element.querySelectorAll<HTMLElement>("thead th[data-column]")].map((head) => head.dataset.column!);
  }

  private spotOf(cell: Element | null): Spot | null {
    const y = this.rows.findIndex((row) => row.includes(cell as HTMLElement));
    return y < 0 ? null : { x: this.rows[y]!.indexOf(cell as HTMLElement), y };
  }

  /** The cell that has the focus itself; an open editor keeps its keys for itself. */
  private get focus(): Spot | null {
    return this.spotOf(document.activeElement);
  }

  private get block(): HTMLElement[][] {
    const from = this.from ?? this.focus;
    const to = this.to ?? from;
    if (!from || !to) return [];
    const rows = this.rows.slice(Math.min(from.y, to.y), Math.max(from.y, to.y) + 1);
    return rows.map((row) => row.slice(Math.min(from.x, to.x), Math.max(from.x, to.x) + 1));
  }

  private mark(): void {
    const cells = new Set(this.to ? this.block.flat() : []);
    for (const cell of this.element.querySelectorAll("tbody [data-marked]")) if (!cells.has(cell as HTMLElement)) cell.removeAttribute("data-marked");
    for (const cell of cells) cell.setAttribute("data-marked", "");
  }

  private clear(): void {
    this.from = this.to = null;
    this.mark();
  }

  // -- marking ----------------------------------------------------------------------------------------------------

  private key = (event: KeyboardEvent): void => {
    const here = this.focus;
    if (!here || event.altKey) return;
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (step && event.shiftKey) this.extend(here, step[0]!, step[1]!);
    else if (event.key === "Escape" && this.to) this.clear();
    else if (event.key === "Delete" && !event.ctrlKey && !event.metaKey) this.write([[""]]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private extend(here: Spot, x: number, y: number): void {
    this.from ??= here;
    const at = this.to ?? this.from;
    const rows = this.rows;
    this.to = {
      y: Math.max(0, Math.min(rows.length - 1, at.y + y)),
      x: Math.max(0, Math.min(rows[0]!.length - 1, at.x + x)),
    };
    this.mark();
  }

  private click = (event: MouseEvent): void => {
    const cell = (event.target as Element).closest("th, td");
    const spot = this.spotOf(cell);
    if (!spot || cell!.querySelector("form")) return;
    const from = this.from ?? this.focus;
    if (!event.shiftKey || !from) return this.clear();
    getSelection()?.removeAllRanges();
    event.preventDefault();
    event.stopPropagation();
    this.from = from;
    this.to = spot;
    this.mark();
  };

  private focused = (event: FocusEvent): void => {
    if (this.to && !this.block.flat().includes(event.target as HTMLElement)) this.clear();
  };

  // -- copying and pasting ----------------------------------------------------------------------------------------

  private copy = (event: ClipboardEvent): void => {
    if (!this.focus || !getSelection()?.isCollapsed) return;
    event.clipboardData!.setData("text/plain", this.block.map((row) => row.map(textOf).map(quoted).join("\t")).join("\n"));
    event.preventDefault();
  };

  private paste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData("text/plain");
    if (!this.focus || !text) return;
    event.preventDefault();
    this.write(cellsOf(text));
  };

  /** Sends texts for the block, or for as many cells from its corner as there are texts. */
  private write(texts: string[][]): void {
    const block = this.block;
    const corner = this.spotOf(block[0]?.[0] ?? null);
    if (!corner) return;
    const isOne = texts.length === 1 && texts[0]!.length === 1;
    const height = isOne ? block.length : texts.length;
    const width = isOne ? block[0]!.length : Math.max(...texts.map((row) => row.length));
    const rows = this.rows.slice(corner.y, corner.y + height);
    const fields = this.columns.slice(corner.x, corner.x + width);
    if (rows.length < height && !this.ofValue) return tell(this.longValue);
    if (fields.length < width) return tell(this.wideValue);
    const body = {
      records: Array.from({ length: height }, (_each, y) => (rows[y] && recordOf(rows[y])) ?? null),
      of: this.ofValue,
      fields,
      texts: Array.from({ length: height }, (_each, y) => fields.map((_field, x) => (isOne ? texts[0]![0]! : (texts[y]![x] ?? "")))),
    };
    this.wrong = [];
    for (const cell of this.element.querySelectorAll("[data-refused]")) unmark(cell as HTMLElement);
    htmx.ajax("POST", this.urlValue, { source: this.element, target: this.element, swap: "none", values: { block: JSON.stringify(body) } });
  }

  /** The new rows take their places, and a further blank one comes. */
  private added = (): void => {
    const list = this.element.closest("main");
    if (!list) return;
    htmx.trigger(list, "arranged", {}, false);
    const count = list.querySelector<HTMLElement>(".list-count[hx-get]"); // kept by the morph: it is asked for apart
    if (count) htmx.ajax("GET", count.getAttribute("hx-get")!, { source: count, target: count, swap: "innerHTML" });
  };

  private refused = (event: Event): void => {
    this.wrong = (event as CustomEvent<{ cells: Wrong[] }>).detail.cells;
    this.tellWrong();
  };

  /** Also when a row came anew meanwhile, because somebody else has changed it: unless it is this cell that is another now. */
  private tellWrong = (): void => {
    for (const each of this.wrong) {
      const row = each.record ? this.rows.find((cells) => recordOf(cells) === each.record) : undefined;
      const cell = row?.[this.columns.indexOf(each.field)];
      if (!cell || (each.text ??= textOf(cell)) !== textOf(cell)) continue;
      cell.dataset.refused = "";
      cell.title = each.why;
    }
  };
}

/** The id of the record that a row shows; undefined of the blank one. */
function recordOf(row: HTMLElement[]): string | undefined {
  return row[0]!.closest<HTMLElement>("tr")!.dataset.record?.split(":")[1];
}

function unmark(cell: HTMLElement): void {
  delete cell.dataset.refused;
  cell.removeAttribute("title");
}

/** What a cell says, without what stands beside its title. */
function textOf(cell: HTMLElement): string {
  return (cell.querySelector("th a") ?? cell.querySelector<HTMLElement>(".who > a") ?? cell).textContent!.trim();
}

function quoted(text: string): string {
  return /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Cells out of a text with tabs and lines; in quotes both are part of a cell, as Excel writes them. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|$)/gy;
  while (pattern.lastIndex <= text.length) {
    const [whole, inQuotes, plain, end] = pattern.exec(text) ?? [];
    if (whole === undefined) return text.split(/\r?\n/).map((line) => line.split("\t"));
    rows.at(-1)!.push((inQuotes?.replaceAll('""', '"') ?? plain ?? "").trim());
    if (end === "") break;
    if (end !== "\t") rows.push([]);
  }
  if (rows.length > 1 && rows.at(-1)!.length === 1 && rows.at(-1)![0] === "") rows.pop(); // the line end behind the last row
  return rows;
}
