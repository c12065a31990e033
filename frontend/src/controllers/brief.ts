/**
 * The call brief over any page: opens once its styles are there, closes with Esc.
 *
 * <dialog class="brief" data-controller="brief" aria-labelledby="t"><h1 id="t">…</h1> … <button data-action="brief#close">…</button></dialog>
 */
import "../../styles/brief.css";
import DialogController from "./dialog.ts";

export default class BriefController extends DialogController {
  /** A click beside the sheet puts it away. */
  outside(event: MouseEvent): void {
    if (event.target === this.element) this.close();
  }
}
