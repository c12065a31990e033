/**
 * A group of a table: its button opens and closes the rows behind it, which are fetched the first time.
 *
 * <tbody class="group" data-controller="group"><tr><th><button aria-expanded="false" data-action="group#toggle">München 12</button></th></tr></tbody>
 * <tbody id="gr-0" hidden></tbody>
 */
import { Controller } from "@hotwired/stimulus";

export default class GroupController extends Controller<HTMLElement> {
  toggle(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const rows = this.element.nextElementSibling as HTMLElement;
    rows.hidden = !rows.hidden;
    button.ariaExpanded = String(!rows.hidden);
  }
}
