/**
 * One box for everything that can be found or done. Its HTML stands in templates/palette.html, it opens by `data-opens="palette"`, and the
 * hits come from `/search/?q=`:
 *
 * <h3 role="presentation">Organisationen</h3>
 * <a class="hit" role="option" href="/organisations/17/" data-preview="/organisations/17/preview/">…</a>
 *
 * Arrows choose, Enter opens (with Ctrl in a new tab), Esc closes. The chosen hit shows its preview.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import "../../styles/palette.css";

const PREVIEW_WAITS = 120;

export default class PaletteController extends Controller<HTMLDialogElement> {
  static override targets = ["form", "input", "list", "preview"];
  declare readonly formTarget: HTMLFormElement;
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;
  declare readonly previewTarget: HTMLElement;
  private timer = 0;

  open(): void {
    if (this.element.open) return this.element.close();
    this.element.showModal();
    this.inputTarget.select();
    htmx.trigger(this.formTarget, "open", {}, false);
  }

  close(): void {
    this.element.close();
  }

  /** A click beside the palette closes it. */
  outside(event: MouseEvent): void {
    if (event.target === this.element) this.element.close();
  }

  move(event: KeyboardEvent): void {
    const hits = this.hits;
    const at = hits.findIndex((hit) => hit.ariaSelected === "true");
    if (event.key === "ArrowDown") this.choose(hits[at + 1] ?? hits[0]);
    else if (event.key === "ArrowUp") this.choose(hits[at - 1] ?? hits.at(-1));
    else if (event.key === "Enter" && hits[at]) this.follow(hits[at], event);
    // A search field would only be emptied by it, and the palette stay.
    else if (event.key === "Escape" && !event.isComposing) this.close();
    else return;
    event.preventDefault();
  }

  /** The pointer chooses only when it moves, not when hits change beneath it. */
  point(event: PointerEvent): void {
    const hit = (event.target as HTMLElement).closest<HTMLElement>(".hit");
    if (hit && hit.ariaSelected !== "true") this.choose(hit);
  }

  refresh(): void {
    this.hits.forEach((hit, index) => {
      hit.id = `hit-${index}`;
      hit.tabIndex = -1;
    });
    this.choose(this.hits[0]);
  }

  private get hits(): HTMLElement[] {
    return [...this.listTarget.querySelectorAll<HTMLElement>(".hit")];
  }

  private choose(chosen: HTMLElement | undefined): void {
    for (const hit of this.hits) hit.ariaSelected = String(hit === chosen);
    this.inputTarget.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView({ block: "nearest" });
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.preview(chosen), PREVIEW_WAITS);
  }

  private preview(hit: HTMLElement | undefined): void {
    const address = hit?.dataset.preview;
    if (!address) this.previewTarget.replaceChildren();
    else htmx.ajax("GET", address, { source: this.previewTarget, target: this.previewTarget, swap: "innerHTML" });
  }

  private follow(hit: HTMLElement, event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) window.open((hit as HTMLAnchorElement).href, "_blank", "noopener");
    else {
      this.element.close();
      hit.click();
    }
  }
}
