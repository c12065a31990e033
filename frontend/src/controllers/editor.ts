/**
 * The editor of one value, fetched into its cell by `grid`.
 *
 * <td class="cell-edit" id="r17-phone" data-field="phone" hx-morph-skip data-controller="editor">
 *   <form hx-put="/organisations/17/fields/phone/" hx-target="closest td" hx-swap="outerHTML" novalidate>
 *     <input class="cell-input" name="phone" value="030 0074321" aria-label="Telefon">
 *     <input type="hidden" name="seen" value="030 0074321">
 *
 * Enter or leaving saves, Esc shows the value as it is now, Tab saves and goes on to the next. What was not changed is not sent. After a
 * refusal (422) the editor stands there again with the reason; only Enter sends the same once more, which settles a conflict.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

const CONTROLS = "input:not([type=hidden]), select, textarea, button";

export default class EditorController extends Controller<HTMLElement> {
  private before = "";
  private isBusy = false;
  private usesArrows = false;

  override connect(): void {
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("focusout", this.left);
    this.element.addEventListener("change", this.chosen);
    this.element.addEventListener("pointerdown", this.pointed);
    this.form.addEventListener("submit", this.sent);
    this.form.addEventListener("htmx:finally:request", this.answered);
    this.before = this.values;
    const first = this.controls[0];
    first?.focus();
    if (first instanceof HTMLInputElement && first.type !== "checkbox") first.select();
  }

  override disconnect(): void {
    this.isBusy = true; // the focus leaves with the element: nothing to save any more
  }

  private get form(): HTMLFormElement {
    return this.element.querySelector("form")!;
  }

  private get controls(): HTMLElement[] {
    return [...this.form.querySelectorAll<HTMLElement>(CONTROLS)].filter((control) => control.tabIndex >= 0);
  }

  private get values(): string {
    return JSON.stringify([...new FormData(this.form)].map(([name, value]) => [name, value instanceof File ? value.name : value]));
  }

  private get isRefused(): boolean {
    return this.element.querySelector("[aria-invalid='true'], [role='alert']") !== null;
  }

  private key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.target as HTMLElement;
    this.usesArrows = event.key.startsWith("Arrow");
    if (event.key === "Escape") this.show();
    else if (event.key === "Enter" && this.isFiling(target, event)) this.save();
    else if (event.key === "Tab" && target === this.controls.at(event.shiftKey ? 0 : -1)) this.finish(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private isFiling(target: HTMLElement, event: KeyboardEvent): boolean {
    if (target.matches("textarea")) return event.ctrlKey || event.metaKey;
    return !target.matches("button");
  }

  private left = (): void => {
    // The next element has the focus only after this event; a window in the background keeps it here.
    setTimeout(() => {
      if (!this.isBusy && !this.element.contains(document.activeElement) && !(this.isRefused && this.isUnchanged)) this.finish(null);
    });
  };

  /** A choice made with the mouse needs no second confirmation; the arrows pass over choices. */
  private chosen = (event: Event): void => {
    if ((event.target as HTMLElement).matches("select") && !this.usesArrows) this.finish(0);
  };

  private pointed = (): void => {
    this.usesArrows = false;
  };

  private get isUnchanged(): boolean {
    return this.values === this.before;
  }

  private finish(step: number | null): void {
    if (this.isUnchanged && !this.isRefused) this.show(step);
    else this.save(step);
  }

  private save(step: number | null = 0): void {
    if (this.isBusy) return;
    if (this.isUnchanged && !this.isRefused) return this.show(step);
    this.announce(step);
    this.form.requestSubmit();
  }

  /** Fetches the value anew: the text that stood here may have grown old while the editor was open. */
  private show(step: number | null = 0): void {
    if (this.isBusy) return;
    this.isBusy = true;
    this.announce(step);
    const address = this.form.getAttribute("hx-put") ?? this.form.getAttribute("hx-post")!;
    htmx.ajax("GET", `${address}?show`, { source: this.element, target: this.element, swap: "outerHTML" });
  }

  /** Tells the grid where to go on: 0 stays here, 1 is the next cell, null leaves the focus alone. */
  private announce(step: number | null): void {
    if (step !== null) this.dispatch("leave", { detail: { step } });
  }

  private sent = (): void => {
    this.isBusy = true;
  };

  private answered = (): void => {
    this.isBusy = !this.element.isConnected;
  };
}
