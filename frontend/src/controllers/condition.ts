/**
 * A condition in a form: chips and editors as in the filter bar, above the text that the form keeps. Both may be used.
 *
 * <div data-controller="condition" data-condition-url-value="/organisations/condition/">
 *   <div data-condition-target="chips" hx-morph-skip></div>
 *   <textarea data-condition-target="text" name="condition">city = "Bonn"</textarea>
 * </div>
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import "../../styles/condition.css";

const PAUSE = 400;
const EDITOR = "fp-condition";
let made = 0;

export default class ConditionController extends Controller<HTMLElement> {
  static override targets = ["chips", "text", "result"];
  static override values = { url: String };
  declare readonly chipsTarget: HTMLElement;
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly urlValue: string;
  private timer = 0;
  private shown: string | null = null;

  /** Where many stand on a page, most of them folded, each asks when it is first seen. */
  private seen = new IntersectionObserver(([entry]) => {
    if (!entry!.isIntersecting) return;
    this.seen.disconnect();
    this.fetch();
  });

  override connect(): void {
    editor();
    this.seen.observe(this.element);
    this.element.addEventListener("input", this.typed);
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    this.seen.disconnect();
    this.element.removeEventListener("input", this.typed);
  }

  /** Also when another kind of object was chosen in the form. */
  urlValueChanged(): void {
    if (this.shown !== null) this.fetch();
  }

  /** The form may have been answered anew with another text. */
  textTargetConnected(): void {
    if (this.shown !== null && this.shown !== this.textTarget.value) this.fetch();
  }

  private typed = (event: Event): void => {
    if (event.target !== this.textTarget || this.textTarget.value === this.shown) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.fetch(), PAUSE);
  };

  private fetch(): void {
    this.chipsTarget.id ||= `condition-chips-${++made}`;
    this.shown = this.textTarget.value;
    const query = new URLSearchParams({ filter: this.shown, "f.into": this.chipsTarget.id });
    void htmx.ajax("GET", `${this.urlValue}?${query}`, { source: this.chipsTarget, target: this.chipsTarget, swap: "innerHTML" });
  }

  /** What an editor made of the condition goes into the text; what was typed there is only said in words. */
  resultTargetConnected(result: HTMLElement): void {
    document.getElementById(EDITOR)?.setAttribute("aria-label", result.dataset.label!);
    if (result.dataset.new === undefined) return;
    delete result.dataset.new;
    document.getElementById(EDITOR)?.hidePopover();
    this.shown = result.dataset.text!;
    if (this.textTarget.value === this.shown) return;
    this.textTarget.value = this.shown;
    for (const name of ["input", "change"]) this.textTarget.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

/** The one menu for the editors stands outside of every form: they are forms themselves. */
function editor(): void {
  if (document.getElementById(EDITOR)) return;
  const menu = Object.assign(document.createElement("div"), { id: EDITOR, className: "menu filtermenu", popover: "auto" });
  menu.setAttribute("role", "dialog");
  menu.dataset.controller = "picker";
  document.body.append(menu);
  htmx.process(menu);
}
