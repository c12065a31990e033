/**
 * Shows the menu at the bell once its styles are there: they come with the first menu that is opened.
 *
 * <div class="notices-menu" data-controller="notices" hidden>…</div>
 */
import { Controller } from "@hotwired/stimulus";

import "../../styles/notices.css";

export default class NoticesController extends Controller<HTMLElement> {
  override connect(): void {
    this.element.hidden = false;
  }
}
