/**
 * The designer of quotes. The server draws all of it; here is what a form cannot do: words put where the caret stands,
 * a further empty row at the end of a table, and nobody who leaves, or lays the quote before somebody, before what was
 * typed is kept.
 *
 * <div data-controller="designer">
 *   <form class="props__form" hx-post="…" hx-trigger="change, input delay:500ms"><textarea data-designer-target="text">…
 *   <button type="button" data-action="designer#put" data-designer-text-param="{Anrede}">…</button>
 *   <tbody data-designer-target="rows"><tr><td><input></td></tr></tbody>
 * </div>
 */
import { Controller } from "@hotwired/stimulus";
import type { HtmxEvent } from "htmx.org";

const FORM = ".props__form";

export default class DesignerController extends Controller<HTMLElement> {
  static override targets = ["text", "rows"];
  declare readonly textTargets: HTMLTextAreaElement[];
  /** Typed, and not yet answered for. */
  private isDirty = false;
  /** Requests; the form of one may have become another by the time it is answered. */
  private readonly onTheirWay = new Set<unknown>();
  private next: (() => void) | undefined;

  override connect(): void {
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("htmx:before:request", this.sent);
    document.addEventListener("htmx:finally:request", this.answered);
    document.addEventListener("submit", this.hold, true);
    document.addEventListener("click", this.hold, true);
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("htmx:before:request", this.sent);
    document.removeEventListener("htmx:finally:request", this.answered);
    document.removeEventListener("submit", this.hold, true);
    document.removeEventListener("click", this.hold, true);
  }

  put(event: Event & { params: { text?: string } }): void {
    const text = this.textTargets.at(-1);
    if (!text) return;
    text.setRangeText(event.params.text ?? "", text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private typed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (input.closest(FORM)) this.isDirty = true;
    this.lengthen(input);
  };

  /** Whoever writes in the last row of a table gets another one. */
  private lengthen(input: HTMLInputElement): void {
    const row = input.closest("tr");
    const rows = row?.closest<HTMLElement>("[data-designer-target~=rows]");
    if (!row || !rows || row !== rows.lastElementChild || !input.value) return;
    const fresh = row.cloneNode(true) as HTMLElement;
    fresh.querySelectorAll("input").forEach((each) => {
      each.value = "";
      each.removeAttribute("value");
    });
    rows.append(fresh);
  }

  private sent = (event: Event): void => {
    if (!(event.target as Element).matches?.(FORM)) return;
    this.onTheirWay.add((event as HtmxEvent<"htmx:before:request">).detail.ctx);
    this.isDirty = false;
  };

  private answered = (event: Event): void => {
    const { ctx } = (event as HtmxEvent<"htmx:finally:request">).detail;
    if (!this.onTheirWay.delete(ctx) || this.onTheirWay.size || this.isDirty) return;
    const { next } = this;
    this.next = undefined;
    if (ctx.response && ctx.response.status < 400) next?.();
  };

  /** What leads to another page waits for what is being kept; a refused value keeps everybody here, with its reason. */
  private hold = (event: Event): void => {
    if ((!this.isDirty && !this.onTheirWay.size) || (event as MouseEvent).ctrlKey || (event as MouseEvent).metaKey) return;
    const what = event.target as HTMLElement;
    const leaves =
      event.type === "submit"
        ? what.matches("form[method=post]:not([hx-post])")
        : what.closest<HTMLAnchorElement>("a[href]:not([hx-get], [target])");
    if (!leaves) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.next = leaves === true ? () => anew(what as HTMLFormElement)?.requestSubmit() : () => leaves.click();
    if (this.isDirty) this.element.querySelector(FORM)?.dispatchEvent(new Event("change", { bubbles: true }));
  };
}

/** What is kept may have drawn the buttons anew, or taken this one away. */
function anew(form: HTMLFormElement): HTMLFormElement | null {
  return form.isConnected ? form : document.querySelector(`form[action="${form.getAttribute("action")}"]`);
}
