/**
 * A list in which one value after the other is typed: when one is saved, the next is ready.
 *
 * <div id="mend" data-controller="mend" data-mend-focus-value="018f…">
 *   <li id="mend-018f…"><form hx-post="…" hx-target="#mend"> <input> …
 *
 * The answer is the list without what is mended, and names the row that comes next.
 */
import { Controller } from "@hotwired/stimulus";

export default class MendController extends Controller<HTMLElement> {
  static override values = { focus: String };
  declare readonly focusValue: string;

  override connect(): void {
    document.addEventListener("htmx:after:swap", this.goOn);
    if (!this.focusValue) this.control(this.element)?.focus({ preventScroll: true });
  }

  override disconnect(): void {
    document.removeEventListener("htmx:after:swap", this.goOn);
  }

  private goOn = (): void => {
    const row = this.focusValue ? document.getElementById(`mend-${this.focusValue}`) : null;
    this.control(row ?? this.element)?.focus();
  };

  private control(place: Element): HTMLElement | null {
    return place.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
  }
}
