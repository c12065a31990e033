/**
 * A form with explicit saving.
 *
 * <form class="form" id="record-form" method="post" novalidate data-controller="form"
 *       hx-post="/organisations/new/" hx-swap="outerMorph" hx-disable="find button" data-form-dirty-value="false" data-form-focus-value="true">
 *
 * Dirty is a form that came back from the server with errors; one that is all the page is about has the focus from the start. Ctrl+Enter
 * sends it, leaving the page with changes asks first, and after a refusal (422) the first wrong field has the focus.
 */
import { Controller } from "@hotwired/stimulus";
import type { HtmxEvent } from "htmx.org";

export default class FormController extends Controller<HTMLFormElement> {
  static override values = { dirty: Boolean, focus: Boolean };
  declare readonly dirtyValue: boolean;
  declare readonly focusValue: boolean;
  private isChanged = false;
  private isSending = false;

  override connect(): void {
    this.isChanged = this.dirtyValue;
    this.element.addEventListener("input", this.changed);
    this.element.addEventListener("change", this.changed);
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("submit", this.sent);
    this.element.addEventListener("htmx:finally:request", this.answered);
    addEventListener("beforeunload", this.unload);
    if (this.focusValue) this.element.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")?.focus();
    this.focusError();
  }

  override disconnect(): void {
    removeEventListener("beforeunload", this.unload);
  }

  private changed = (): void => {
    this.isChanged = true;
  };

  private key = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    this.element.requestSubmit();
  };

  private sent = (): void => {
    this.isSending = true;
  };

  private answered = (event: Event): void => {
    // A request of something inside, such as the search for duplicates, says nothing about the form.
    if (event.target !== this.element) return;
    const { response } = (event as HtmxEvent<"htmx:finally:request">).detail.ctx;
    if (response && response.status < 400) return; // the browser is on its way to the saved record
    this.isSending = false;
    if (response?.status === 422) this.focusError();
  };

  private focusError(): void {
    this.element.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }

  private unload = (event: BeforeUnloadEvent): void => {
    if (this.isChanged && !this.isSending) event.preventDefault();
  };
}
