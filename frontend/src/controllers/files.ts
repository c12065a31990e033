/**
 * The files of a record: dropped anywhere on the page, chosen or photographed, sent one after another; pictures and PDFs shown in a viewer.
 *
 * <section data-controller="files" data-files-url-value="/organisations/17/files/" data-files-largest-value="100000000"
 *          data-files-too-large-value="„{name}“ ist zu groß …" data-files-dismiss-value="Schließen">
 *   <input type="file" multiple data-files-target="input">
 *   <a href="…/view/" data-shows="picture" data-action="files#show">Plan.png</a>
 *   <ul id="uploads" hx-morph-skip data-files-target="uploads"></ul><p data-files-target="zone">…</p>
 *   <dialog hx-morph-skip data-files-target="viewer"><h2></h2><a download data-files-target="save">…</a><div data-files-target="body"></div></dialog>
 *
 * The server answers in JSON: `remarks` of what was taken, `errors` of what was not. Without scripts the links lead to the same pictures.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import { cookie, say } from "../htmx.ts";

interface Told {
  remarks?: string[];
  errors?: string[];
}

export default class FilesController extends Controller<HTMLElement> {
  static override targets = ["input", "uploads", "zone", "viewer", "body", "save"];
  static override values = { url: String, largest: Number, tooLarge: String, dismiss: String };
  declare readonly urlValue: string;
  declare readonly largestValue: number;
  declare readonly tooLargeValue: string;
  declare readonly dismissValue: string;
  declare readonly hasUploadsTarget: boolean;
  declare readonly uploadsTarget: HTMLElement;
  declare readonly zoneTarget: HTMLElement;
  declare readonly viewerTarget: HTMLDialogElement;
  declare readonly bodyTarget: HTMLElement;
  declare readonly saveTarget: HTMLAnchorElement;
  private waiting: { file: File; row: HTMLElement }[] = [];
  private isSending = false;
  private shown = "";

  override connect(): void {
    for (const name of ["dragover", "dragleave", "drop"] as const) addEventListener(name, this[name]);
    this.viewerTarget.addEventListener("close", this.closed);
    this.viewerTarget.addEventListener("keydown", this.key);
  }

  override disconnect(): void {
    for (const name of ["dragover", "dragleave", "drop"] as const) removeEventListener(name, this[name]);
  }

  inputTargetConnected(input: HTMLInputElement): void {
    input.addEventListener("change", this.chosen);
    this.chosen({ target: input }); // chosen before this was loaded
  }

  private chosen = ({ target }: { target: EventTarget | null }): void => {
    const input = target as HTMLInputElement;
    this.add([...(input.files ?? [])]);
    input.value = "";
  };

  // -- dropping ------------------------------------------------------------------------------------------------------

  private takes(event: DragEvent): boolean {
    const isForAField = (event.target as Element).closest?.("input[type=file], .drop__zone, form");
    return this.hasUploadsTarget && !isForAField && (event.dataTransfer?.types.includes("Files") ?? false);
  }

  private dragover = (event: DragEvent): void => {
    if (!this.takes(event)) return;
    event.preventDefault();
    this.zoneTarget.dataset.state = "target";
  };

  private dragleave = (event: DragEvent): void => {
    if (!event.relatedTarget && this.hasUploadsTarget) delete this.zoneTarget.dataset.state;
  };

  private drop = (event: DragEvent): void => {
    if (!this.takes(event)) return;
    event.preventDefault();
    delete this.zoneTarget.dataset.state;
    this.add([...event.dataTransfer!.files]);
  };

  // -- sending -------------------------------------------------------------------------------------------------------

  private add(files: File[]): void {
    if (files.length === 0) return;
    for (const file of files) {
      const row = document.createElement("li");
      row.append(Object.assign(document.createElement("span"), { textContent: file.name }));
      this.uploadsTarget.append(row);
      if (file.size > this.largestValue) {
        this.end(row, [this.tooLargeValue.replace("{name}", file.name)], "bad");
        continue;
      }
      row.append(Object.assign(document.createElement("progress"), { max: 100, value: 0, ariaLabel: file.name }));
      this.waiting.push({ file, row });
    }
    this.uploadsTarget.scrollIntoView({ block: "nearest" });
    void this.send();
  }

  /** One after another: a telephone's line is not divided, and the order stays. */
  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const told = await this.post(next.file, next.row.querySelector("progress")!);
      if (!told) next.row.remove();
      else if (told.errors?.length) this.end(next.row, told.errors, "bad");
      else if (told.remarks?.length) this.end(next.row, told.remarks, "warn");
      else next.row.remove();
    }
    this.isSending = false;
    const panel = this.element.closest("[hx-get]");
    if (panel) htmx.trigger(panel, "stale", {}, false);
  }

  /** fetch() tells nothing about how much has been sent, so this is the old way. Null where the server was not reached. */
  private post(file: File, progress: HTMLProgressElement): Promise<Told | null> {
    const request = new XMLHttpRequest();
    request.open("POST", this.urlValue);
    request.setRequestHeader("X-CSRFToken", cookie("csrftoken"));
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
    });
    const data = new FormData();
    data.append("file", file);
    return new Promise((resolve) => {
      const fail = (what: "failed" | "offline") => {
        say(what);
        resolve(null);
      };
      request.addEventListener("error", () => fail("offline"));
      request.addEventListener("load", () => {
        try {
          resolve(JSON.parse(request.responseText) as Told);
        } catch {
          fail("failed");
        }
      });
      request.send(data);
    });
  }

  private end(row: HTMLElement, texts: string[], tone: "bad" | "warn"): void {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn--ghost btn--icon", ariaLabel: this.dismissValue, textContent: "×" });
    button.addEventListener("click", () => row.remove());
    row.dataset.tone = tone;
    row.replaceChildren(Object.assign(document.createElement("span"), { textContent: texts.join(" ") }), button);
  }

  // -- looking -------------------------------------------------------------------------------------------------------

  private get links(): HTMLAnchorElement[] {
    return [...this.element.querySelectorAll<HTMLAnchorElement>("a[data-shows]")];
  }

  show(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(event.currentTarget as HTMLAnchorElement);
  }

  next(): void {
    this.step(1);
  }

  previous(): void {
    this.step(-1);
  }

  close(): void {
    this.viewerTarget.close();
  }

  private open(link: HTMLAnchorElement): void {
    this.shown = link.href;
    const title = link.textContent ?? "";
    this.viewerTarget.querySelector("h2")!.textContent = title;
    this.saveTarget.href = link.href.replace(/view\/$/, "");
    const isPicture = link.dataset.shows === "picture";
    const view = isPicture ? Object.assign(new Image(), { alt: title }) : Object.assign(document.createElement("iframe"), { title });
    view.src = link.href;
    this.bodyTarget.replaceChildren(view);
    if (!this.viewerTarget.open) this.viewerTarget.showModal();
  }

  private step(by: number): void {
    const links = this.links;
    const at = links.findIndex((link) => link.href === this.shown);
    const goal = links[(at + by + links.length) % links.length];
    if (goal) this.open(goal);
  }

  private key = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.step(by);
  };

  private closed = (): void => {
    this.bodyTarget.replaceChildren();
    this.links.find((link) => link.href === this.shown)?.focus();
  };
}
