/**
 * Lines that are put in order by dragging or by their buttons; the form hears `sorted`.
 *
 * <form data-controller="sortable" hx-trigger="change, sorted">
 *   <ul data-sortable-target="list"><li draggable="true">… <button type="button" data-move="-1">…</button></li></ul>
 */
import { Controller } from "@hotwired/stimulus";

export default class SortableController extends Controller<HTMLElement> {
  static override targets = ["list"];
  declare readonly listTarget: HTMLElement;
  private dragged: HTMLElement | null = null;

  override connect(): void {
    const { listTarget: list } = this;
    list.addEventListener("click", this.pressed);
    list.addEventListener("dragstart", this.lift);
    list.addEventListener("dragover", this.over);
    list.addEventListener("drop", this.drop);
  }

  private pressed = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-move]");
    const line = button?.closest<HTMLElement>("li");
    if (!button || !line) return;
    const isForward = button.dataset.move === "1";
    const other = isForward ? line.nextElementSibling : line.previousElementSibling;
    if (!other) return;
    if (isForward) other.after(line);
    else other.before(line);
    button.focus();
    this.dispatch("sorted", { prefix: "" });
  };

  private lift = (event: DragEvent): void => {
    this.dragged = (event.target as Element).closest<HTMLElement>("li");
    event.dataTransfer?.setData("text/plain", this.dragged?.textContent ?? "");
  };

  private over = (event: DragEvent): void => {
    const line = (event.target as Element).closest<HTMLElement>("li");
    if (!this.dragged || !line || !this.listTarget.contains(line)) return;
    event.preventDefault();
    if (line === this.dragged) return;
    const box = line.getBoundingClientRect();
    if (event.clientY > box.y + box.height / 2) line.after(this.dragged);
    else line.before(this.dragged);
  };

  private drop = (event: DragEvent): void => {
    if (!this.dragged) return;
    event.preventDefault();
    this.dragged = null;
    this.dispatch("sorted", { prefix: "" });
  };
}
