/**
 * The tabs of saved views above a list.
 *
 * <nav class="views" data-controller="views" data-views-url-value="/deals/views/order/">
 *   <a href="/deals/?view=all">Alle</a>   <a href="/deals/?view=17" data-view="17">Meine A-Kunden</a>
 *
 * Tabs are dragged, or moved with Ctrl and an arrow; arrows alone move the focus, V comes here and a digit behind it opens that tab. What
 * a form of the views answers (`views:go`) brings the list up to date.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import { cookie } from "../htmx.ts";

export default class ViewsController extends Controller<HTMLElement> {
  static override values = { url: String };
  declare readonly urlValue: string;
  private dragged: HTMLElement | null = null;

  override connect(): void {
    for (const tab of this.own) tab.draggable = true;
    this.element.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("click", this.pressed);
    this.element.addEventListener("dragstart", this.lift);
    this.element.addEventListener("dragover", this.over);
    this.element.addEventListener("drop", this.drop);
    document.addEventListener("views:go", this.go);
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("click", this.pressed);
    this.element.removeEventListener("dragstart", this.lift);
    this.element.removeEventListener("dragover", this.over);
    this.element.removeEventListener("drop", this.drop);
    document.removeEventListener("views:go", this.go);
  }

  private get tabs(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("a[href]")];
  }

  private get own(): HTMLElement[] {
    return this.tabs.filter((tab) => tab.dataset.view);
  }

  /** V is a hotkey, which clicks: it shall only lead here. */
  private pressed = (event: MouseEvent): void => {
    const tab = (event.target as Element).closest<HTMLElement>("[data-hotkey]");
    if (!tab || event.detail > 0 || document.activeElement === tab) return;
    event.preventDefault();
    (this.element.querySelector<HTMLElement>("[aria-current]") ?? tab).focus();
  };

  private key = (event: KeyboardEvent): void => {
    const { tabs } = this;
    const at = tabs.indexOf(event.target as HTMLElement);
    if (at < 0 || event.altKey || event.metaKey) return;
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step && event.ctrlKey) this.move(tabs[at]!, step);
    else if (step) tabs[(at + step + tabs.length) % tabs.length]!.focus();
    else if (/^[1-9]$/.test(event.key) && !event.ctrlKey) tabs[Number(event.key) - 1]?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private move(tab: HTMLElement, step: number): void {
    const { own } = this;
    const other = own[own.indexOf(tab) + step];
    if (!tab.dataset.view || !other) return;
    if (step > 0) other.after(tab);
    else other.before(tab);
    tab.focus();
    this.keep();
  }

  private lift = (event: DragEvent): void => {
    this.dragged = (event.target as Element).closest<HTMLElement>("[data-view]");
    event.dataTransfer?.setData("text/plain", this.dragged?.textContent ?? "");
  };

  private over = (event: DragEvent): void => {
    const tab = (event.target as Element).closest<HTMLElement>("[data-view]");
    if (!this.dragged || !tab) return;
    event.preventDefault();
    if (tab === this.dragged) return;
    const box = tab.getBoundingClientRect();
    if (event.clientX > box.x + box.width / 2) tab.after(this.dragged);
    else tab.before(this.dragged);
  };

  private drop = (event: DragEvent): void => {
    if (!this.dragged) return;
    event.preventDefault();
    this.dragged = null;
    this.keep();
  };

  private keep(): void {
    const body = new URLSearchParams(this.own.map((tab) => ["ids", tab.dataset.view!]));
    void fetch(this.urlValue, { method: "POST", body, headers: { "X-CSRFToken": cookie("csrftoken") } });
  }

  private go = (event: Event): void => {
    const { path } = (event as CustomEvent<{ path: string }>).detail;
    if (new URL(path, location.href).pathname !== location.pathname) location.href = path;
    else void htmx.ajax("GET", path, { source: "#content", target: "#content", swap: "outerMorph", push: "true" });
  };
}
