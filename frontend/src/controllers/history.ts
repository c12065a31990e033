/**
 * The history of one field, beside it: opened by its button, by the one in its editor, or with Alt+H.
 *
 * <dl data-record="organisations:17"><dt>Telefon <button type="button" data-history="phone">…</button></dt>
 *   <dd id="f17-phone" data-field="phone">030 0074321</dd></dl>
 * <div class="menu" popover id="field-history" data-controller="history"></div>
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import "../../styles/field-history.css";

/** The field that a cell shows, also one that cannot be edited: its column says it. */
function fieldOf(cell: HTMLElement): string | undefined {
  if (cell.dataset.field || !(cell instanceof HTMLTableCellElement)) return cell.dataset.field;
  return cell.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex]?.dataset.column;
}

export default class HistoryController extends Controller<HTMLElement> {
  private opener: HTMLElement | null = null;
  private cell = "";

  override connect(): void {
    document.addEventListener("click", this.clicked);
    document.addEventListener("keydown", this.key, true);
    this.element.addEventListener("toggle", this.toggled);
    this.element.dataset.ready = "";
  }

  override disconnect(): void {
    document.removeEventListener("click", this.clicked);
    document.removeEventListener("keydown", this.key, true);
    this.element.removeEventListener("toggle", this.toggled);
  }

  private clicked = (event: MouseEvent): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-history]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    void this.open(button, button.dataset.history!);
  };

  private key = (event: KeyboardEvent): void => {
    if (event.code !== "KeyH" || !event.altKey || event.ctrlKey || event.metaKey) return;
    const cell = (event.target as Element).closest<HTMLElement>("td, th, dd");
    const field = cell && fieldOf(cell);
    if (!field) return;
    event.preventDefault();
    void this.open(cell, field);
  };

  private async open(from: HTMLElement, field: string): Promise<void> {
    const record = from.closest<HTMLElement>("[data-record]")?.dataset.record;
    if (!record) return;
    const [object, id] = record.split(":");
    this.opener = from;
    this.cell = from.closest<HTMLElement>("[data-field][id]")?.id ?? "";
    await htmx.ajax("GET", `/${object}/${id}/history/?field=${field}`, { source: this.element, target: this.element, swap: "innerHTML" });
    this.element.showPopover({ source: from });
    this.element.querySelector<HTMLElement>("h2")?.focus();
  }

  /** Whoever came by keyboard goes on where they were. */
  private toggled = (event: Event): void => {
    if ((event as ToggleEvent).newState !== "closed") return;
    const back = this.cell ? document.getElementById(this.cell) : this.opener;
    back?.focus({ preventScroll: true });
  };
}
