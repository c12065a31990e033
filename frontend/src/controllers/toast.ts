/**
 * A message at the foot of the page. It goes after eight seconds, but waits while one points at it or stands on its button.
 *
 * <div class="toast" data-controller="toast"><span>Telefon geändert.</span>
 *   <button type="button" hx-post="/changes/9/undo/" hx-swap="none">Rückgängig</button></div>
 *
 * Ctrl+Z outside of a field presses the button.
 */
import { Controller } from "@hotwired/stimulus";

const LASTS = 8000;

export default class ToastController extends Controller<HTMLElement> {
  private timer = 0;

  override connect(): void {
    for (const event of ["pointerenter", "focusin"]) this.element.addEventListener(event, this.wait);
    for (const event of ["pointerleave", "focusout"]) this.element.addEventListener(event, this.count);
    this.element.addEventListener("click", this.pressed);
    document.addEventListener("keydown", this.key);
    this.count();
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.key);
  }

  private wait = (): void => clearTimeout(this.timer);

  private count = (): void => {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.element.remove(), LASTS);
  };

  /** What is being undone cannot be undone twice; the answer brings a message of its own. */
  private pressed = (event: Event): void => {
    const button = (event.target as HTMLElement).closest("button");
    if (button) setTimeout(() => (button.disabled = true));
  };

  private key = (event: KeyboardEvent): void => {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (!isUndo || (event.target as HTMLElement).closest("input, textarea, select, [contenteditable]")) return;
    const button = this.element.querySelector("button");
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  };
}
