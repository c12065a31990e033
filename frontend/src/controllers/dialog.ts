/**
 * A dialogue that a part of the page has brought: opens itself, and is gone when closed.
 *
 * <dialog data-controller="dialog" aria-labelledby="t"><form hx-post="…"><h2 id="t">…</h2>
 *   <fieldset data-dialog-target="part">… <button type="button" data-action="dialog#remove">…</button></fieldset>
 *   <button type="button" data-action="dialog#close">Abbrechen</button></form></dialog>
 *
 * The answer that has done it says so (`bulkdone`), which closes it; one that refuses replaces the form and leaves it open.
 */
import { Controller } from "@hotwired/stimulus";

import "../../styles/form.css";
import "../../styles/bulk.css";

export default class DialogController extends Controller<HTMLDialogElement> {
  private opener = document.activeElement as HTMLElement | null;

  override connect(): void {
    this.element.addEventListener("close", this.gone);
    document.addEventListener("bulkdone", this.done);
    if (!this.element.open) this.element.showModal();
  }

  override disconnect(): void {
    document.removeEventListener("bulkdone", this.done);
  }

  close(): void {
    this.element.close();
  }

  /** A field that shall stay as it is after all. */
  remove(event: Event): void {
    (event.target as Element).closest("[data-dialog-target='part']")?.remove();
    this.element.querySelector<HTMLElement>("select, input:not([type=hidden])")?.focus();
  }

  private done = (): void => this.element.close();

  private gone = (): void => {
    this.element.remove();
    if (this.opener?.isConnected) this.opener.focus();
  };
}
