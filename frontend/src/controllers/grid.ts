/**
 * Values that are edited where they stand: the cells of a table, or a list of fields.
 *
 * <table class="table" role="grid" data-controller="grid">
 *   <tr id="r17" data-record="organisations:17">
 *     <th scope="row" id="r17-name" data-field="name"><a href="/organisations/17/">Alfreds Futterkiste</a></th>
 *     <td id="r17-phone" data-field="phone">030 0074321</td>
 *
 * <dl class="fields" data-controller="grid" data-record="organisations:17">
 *   <div class="field-row"><dt>Telefon</dt><dd id="f17-phone" data-field="phone">030 0074321</dd></div>
 *
 * A cell with an id and `data-field` can be edited. Click, Enter and F2 fetch its editor; in a table Enter and a click in the row's
 * header open the record, as does a click on a cell that cannot be edited. Arrows, Home and End move, Space selects the row. Tab enters a
 * table at one place and leaves it again. A number or mail address in a table is there to be corrected; with Ctrl the click calls or writes.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

const CELL = "[data-field][id]";
/** The cell at which Tab enters; heads of columns have stops of their own. */
const STOP = ":is(td, dd, tbody th)[tabindex='0']";
const CONTROL = "a, button, input, select, textarea, label, summary, form";
const CONTACT = "a[href^='tel:'], a[href^='mailto:']";

/** The address of the field a cell shows, made of the record around it: "organisations:17" and "phone". */
export function addressOf(cell: HTMLElement): string {
  const [object, id] = cell.closest<HTMLElement>("[data-record]")!.dataset.record!.split(":");
  return `/${object}/${id}/fields/${cell.dataset.field}/`;
}

/** Whether fingers point, which would open editors by mistake. */
function isCoarse(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

export default class GridController extends Controller<HTMLElement> {
  /** Where the focus goes when the open editor has become a plain cell again: an id, and how many cells further. */
  private next: { id: string; step: number } | null = null;

  override connect(): void {
    this.element.addEventListener("click", this.click);
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("focusin", this.focused);
    this.element.addEventListener("editor:leave", this.leave);
    this.element.addEventListener("htmx:after:swap", this.swapped);
    this.offerOneStop();
  }

  override disconnect(): void {
    this.element.removeEventListener("click", this.click);
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("focusin", this.focused);
    this.element.removeEventListener("editor:leave", this.leave);
    this.element.removeEventListener("htmx:after:swap", this.swapped);
  }

  private get isTable(): boolean {
    return this.element.matches("table");
  }

  /** Cells by rows; a list of fields is a table of one column. */
  private get rows(): HTMLElement[][] {
    if (!this.isTable) return this.editable.map((cell) => [cell]);
    const rows = [...this.element.querySelectorAll("tbody tr[id]")];
    return rows.map((row) => [...row.querySelectorAll<HTMLElement>(":scope > :is(th, td):not(.table__check)")]);
  }

  private get editable(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(CELL)];
  }

  private click = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const isCorrected = this.isTable && !isCoarse() && target.matches(`${CELL} ${CONTACT}`) && !event.ctrlKey && !event.metaKey;
    if (isCorrected) event.preventDefault();
    else if (target.closest(CONTROL) || event.defaultPrevented || !getSelection()?.isCollapsed) return;
    const cell = target.closest<HTMLElement>("th, td, dd");
    if (!cell || !this.element.contains(cell) || cell.matches(".table__check")) return;
    if (cell.matches(CELL) && !(this.isTable && (cell.matches("th") || isCoarse()))) this.open(cell);
    else if (this.isTable) this.follow(cell);
  };

  private key = (event: KeyboardEvent): void => {
    const cell = event.target as HTMLElement;
    if (event.defaultPrevented || event.altKey || event.metaKey || !cell.matches("th, td, dd")) return;
    if (event.key === "Enter" && this.isTable && !cell.matches(`td${CELL}`)) this.follow(cell);
    else if ((event.key === "Enter" || event.key === "F2") && cell.matches(CELL)) this.open(cell);
    else if (event.key === " " && this.isTable) cell.parentElement!.querySelector<HTMLElement>(".check")?.click();
    else if (!this.move(cell, event)) return;
    event.preventDefault();
  };

  /** Moves the focus by an arrow, Home or End; false for any other key. */
  private move(cell: HTMLElement, event: KeyboardEvent): boolean {
    const rows = this.rows;
    const y = rows.findIndex((row) => row.includes(cell));
    const row = rows[y];
    if (!row) return false;
    const x = row.indexOf(cell);
    const goal = {
      ArrowUp: rows[y - 1]?.[x],
      ArrowDown: rows[y + 1]?.[x],
      ArrowLeft: row[x - 1],
      ArrowRight: row[x + 1],
      Home: event.ctrlKey ? rows[0]?.[0] : row[0],
      End: event.ctrlKey ? rows.at(-1)?.at(-1) : row.at(-1),
    }[event.key];
    if (goal) this.focus(goal);
    return /^(Arrow|Home$|End$)/.test(event.key);
  }

  private focus(cell: HTMLElement): void {
    if (cell.tabIndex < 0) cell.tabIndex = -1;
    cell.focus();
  }

  /** Tab enters the grid once, where one was last. */
  private focused = (event: FocusEvent): void => {
    const cell = event.target as HTMLElement;
    if (!cell.matches("th, td, dd")) return;
    for (const old of this.element.querySelectorAll<HTMLElement>(STOP)) old.tabIndex = -1;
    cell.tabIndex = 0;
  };

  private offerOneStop(): void {
    if (this.isTable) for (const inner of this.element.querySelectorAll<HTMLElement>("tbody :is(a, .check)")) inner.tabIndex = -1;
    if (this.element.querySelector(STOP)) return;
    const first = this.isTable ? this.rows[0]?.[0] : this.editable[0];
    if (first) first.tabIndex = 0;
  }

  private follow(cell: HTMLElement): void {
    cell.parentElement!.querySelector<HTMLElement>("th a[href]")?.click();
  }

  private open(cell: HTMLElement): void {
    if (cell.querySelector("form") || cell.matches(".htmx-request")) return;
    htmx.ajax("GET", addressOf(cell), { source: cell, target: cell, swap: "outerHTML" });
  }

  private leave = (event: Event): void => {
    const { step } = (event as CustomEvent<{ step: number }>).detail;
    this.next = { id: (event.target as HTMLElement).closest<HTMLElement>(CELL)!.id, step };
  };

  private swapped = (): void => {
    this.offerOneStop();
    if (!this.next) return;
    const cells = this.editable;
    const at = cells.findIndex((cell) => cell.id === this.next?.id);
    const cell = cells[at];
    if (!cell) return;
    const { step } = this.next;
    this.next = null;
    if (cell.querySelector("form")) return; // refused: the editor stays, with its reason
    const goal = step ? cells[at + step] : cell;
    // Whoever clicked elsewhere meanwhile stays there.
    if (document.activeElement !== document.body && !cell.contains(document.activeElement)) return;
    this.focus(goal ?? cell);
    if (step && goal) this.open(goal);
  };
}
