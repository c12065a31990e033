/**
 * A file chosen or dropped, sent at once, with its progress.
 *
 * <form class="drop" id="upload" method="post" enctype="multipart/form-data" data-controller="upload">
 *   <label class="drop__zone" data-upload-target="zone">…<input class="visually-hidden" type="file" name="file" data-upload-target="input"></label>
 *   <progress max="100" value="0" hidden data-upload-target="progress" aria-label="Hochladen"></progress>
 *   <p class="field__error" role="alert" data-upload-target="error"></p>
 * </form>
 *
 * The answer is a redirect to the next step, or the form again with its error.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import { cookie, say } from "../htmx.ts";

export default class UploadController extends Controller<HTMLFormElement> {
  static override targets = ["zone", "input", "progress", "error"];
  declare readonly zoneTarget: HTMLElement;
  declare readonly inputTarget: HTMLInputElement;
  declare readonly progressTarget: HTMLProgressElement;
  declare readonly errorTarget: HTMLElement;
  private request: XMLHttpRequest | null = null;

  override connect(): void {
    this.inputTarget.addEventListener("change", this.send);
    for (const event of ["dragenter", "dragover"]) this.zoneTarget.addEventListener(event, this.over);
    for (const event of ["dragleave", "drop"]) this.zoneTarget.addEventListener(event, this.out);
    this.zoneTarget.addEventListener("drop", this.dropped);
    this.send(); // chosen before this was loaded
  }

  override disconnect(): void {
    this.request?.abort();
  }

  private over = (event: Event): void => {
    event.preventDefault();
    this.zoneTarget.dataset.state = "target";
  };

  private out = (event: Event): void => {
    event.preventDefault();
    delete this.zoneTarget.dataset.state;
  };

  private dropped = (event: DragEvent): void => {
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    this.inputTarget.files = files;
    this.send();
  };

  /** fetch() tells nothing about how much has been sent, so this is the old way. */
  private send = (): void => {
    if (!this.inputTarget.files?.length || this.request) return;
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.element.action);
    const headers = { "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": location.href };
    for (const [name, value] of Object.entries({ ...headers, "HX-Target": `form#${this.element.id}` })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.progressTarget.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.stop("offline"));
    this.progressTarget.hidden = false;
    this.zoneTarget.ariaBusy = "true";
    this.errorTarget.textContent = "";
    request.send(new FormData(this.element));
  };

  private answered(request: XMLHttpRequest): void {
    const address = request.getResponseHeader("HX-Redirect");
    if (address) location.assign(address);
    else if (request.responseText.includes(`id="${this.element.id}"`)) this.replace(request.responseText);
    else this.stop("failed");
  }

  private replace(html: string): void {
    const id = this.element.id;
    this.element.outerHTML = html;
    const form = document.getElementById(id)!;
    htmx.process(form);
    form.querySelector<HTMLElement>("input[type=file]")?.focus();
  }

  private stop(what: "failed" | "offline"): void {
    this.request = null;
    this.progressTarget.hidden = true;
    this.zoneTarget.ariaBusy = "false";
    this.inputTarget.value = "";
    say(what);
  }
}
