/**
 * Notes what happened with a customer.
 *
 * <div data-controller="composer" data-composer-draft-value="draft:7:17" data-composer-place-value="page">
 *   <div role="tablist"><button role="tab" data-key="call" data-composer-target="tab" data-action="composer#choose keydown->composer#arrow">…
 *   <div role="tabpanel" data-composer-target="panel"><form data-composer-target="form" data-action="input->composer#keep change->composer#keep" hx-post="…" hx-swap="none">
 *     <input type="hidden" name="kind" data-composer-target="kind"><input type="hidden" name="key" data-composer-target="key">
 *     <fieldset data-kinds="call visit">…   (only for these kinds)
 *   <div role="tabpanel" id="compose-page-task" hidden hx-get="…" hx-trigger="opened once">   (the tab of another domain)
 *
 * One click chooses, a second one takes it back. What is typed is kept as a draft until it is filed (`drafts.ts`). Filed twice by a slow
 * line it is there once: each form has a key.
 */
import { Controller } from "@hotwired/stimulus";
import type { HtmxEvent } from "htmx.org";
import htmx from "htmx.org";

import "../../styles/timeline.css";
import { forgetDraft, keepDraft, readDraft } from "../drafts.ts";

export default class ComposerController extends Controller<HTMLElement> {
  static override targets = ["tab", "panel", "form", "kind", "key", "text", "reactions", "reaction", "report"];
  static override values = { draft: String, place: String };
  declare readonly tabTargets: HTMLButtonElement[];
  declare readonly reportTargets: HTMLInputElement[];
  declare readonly panelTarget: HTMLElement;
  declare readonly formTarget: HTMLFormElement;
  declare readonly kindTarget: HTMLInputElement;
  declare readonly keyTarget: HTMLInputElement;
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly reactionsTarget: HTMLElement;
  declare readonly reactionTarget: HTMLTemplateElement;
  declare readonly draftValue: string;
  declare readonly placeValue: string;
  private chosen: HTMLInputElement | null = null;

  override connect(): void {
    this.element.addEventListener("pointerdown", this.pressed);
    this.element.addEventListener("click", this.clicked);
    this.formTarget.addEventListener("keydown", this.key);
    this.formTarget.addEventListener("htmx:finally:request", this.answered);
    this.renew();
    this.restore();
  }

  override disconnect(): void {
    this.element.removeEventListener("pointerdown", this.pressed);
    this.element.removeEventListener("click", this.clicked);
    this.formTarget.removeEventListener("keydown", this.key);
    this.formTarget.removeEventListener("htmx:finally:request", this.answered);
  }

  choose(event: Event): void {
    this.open((event.currentTarget as HTMLElement).dataset.key!);
    if (!this.panelTarget.hidden) this.textTarget.focus({ preventScroll: true });
    this.keep();
  }

  arrow(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tabs = this.tabTargets;
    const next = tabs[(tabs.indexOf(event.currentTarget as HTMLButtonElement) + step + tabs.length) % tabs.length]!;
    this.open(next.dataset.key!);
    next.focus();
  }

  /** A reaction was chosen: what belongs to it can be said now. */
  reacted(event: Event): void {
    this.showReaction((event.target as Element).closest<HTMLElement>(".composer__reaction")!);
  }

  another(): void {
    const number = this.reactionsTarget.querySelectorAll(".composer__reaction").length;
    const copy = document.createElement("div");
    copy.innerHTML = this.reactionTarget.innerHTML.replaceAll('-N"', `-${number}"`);
    const row = copy.firstElementChild as HTMLElement;
    this.reactionsTarget.insertBefore(row, this.reactionTarget);
    row.querySelector<HTMLElement>("[data-offer]")!.hidden = false;
    row.querySelector<HTMLElement>("[data-offer]")!.focus();
  }

  /** A template writes its headings where nothing was written yet, or another template was. */
  fill(event: Event): void {
    const known = this.reportTargets.map((report) => report.dataset.text!.trim());
    const text = this.textTarget.value.trim();
    if (text && !known.includes(text)) return;
    this.textTarget.value = (event.target as HTMLElement).dataset.text!;
    const place = this.textTarget.value.indexOf("\n") + 1;
    this.textTarget.focus();
    this.textTarget.setSelectionRange(place, place);
  }

  keep(): void {
    if (this.isUntouched) forgetDraft(this.draftValue);
    else keepDraft(this.draftValue, this.values);
  }

  private get values(): [string, string][] {
    return [...new FormData(this.formTarget)].filter(([name, value]) => typeof value === "string" && value && !["key", "place"].includes(name)) as [string, string][];
  }

  private get isUntouched(): boolean {
    return this.values.every(([name]) => name === "kind");
  }

  private restore(): void {
    const values = readDraft(this.draftValue);
    const numbers = values.map(([name]) => Number(/^reaction-(\d+)$/.exec(name)?.[1] ?? 0));
    for (let number = 1; number <= Math.max(0, ...numbers); number++) this.another();
    for (const [name, value] of values) {
      if (name === "kind") continue;
      for (const field of this.formTarget.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
        else field.value = value;
      }
    }
    for (const row of this.reactionsTarget.querySelectorAll<HTMLElement>(".composer__reaction")) this.showReaction(row);
    this.open(values.find(([name]) => name === "kind")?.[1] ?? this.kindTarget.value);
  }

  private open(key: string): void {
    const tab = this.tabTargets.find((tab) => tab.dataset.key === key);
    if (!tab) return;
    for (const each of this.tabTargets) {
      each.ariaSelected = String(each === tab);
      each.tabIndex = each === tab ? 0 : -1;
    }
    const panel = document.getElementById(tab.getAttribute("aria-controls")!)!;
    for (const each of this.element.querySelectorAll<HTMLElement>(":scope > [role=tabpanel]")) each.hidden = each !== panel;
    if (panel !== this.panelTarget) {
      htmx.trigger(panel, "opened", {}, false);
      return;
    }
    panel.setAttribute("aria-labelledby", tab.id);
    this.kindTarget.value = key;
    for (const part of this.formTarget.querySelectorAll<HTMLElement>("[data-kinds]")) part.hidden = !part.dataset.kinds!.split(" ").includes(key);
    for (const label of this.formTarget.querySelectorAll<HTMLElement>("[data-report-kind]")) label.hidden = label.dataset.reportKind !== key;
  }

  private showReaction(row: HTMLElement): void {
    const reaction = row.querySelector<HTMLInputElement>("input[name^=reaction]:checked")?.value;
    row.querySelector<HTMLElement>("[data-objection]")!.hidden = reaction !== "objection";
    const offer = row.querySelector<HTMLInputElement>("[data-offer]")!;
    offer.hidden = !reaction && !offer.value;
    row.querySelector<HTMLElement>("[data-another]")!.hidden = !reaction;
  }

  /** What stood chosen when it was pressed is taken back by the click. */
  private pressed = (event: Event): void => {
    const radio = (event.target as Element).closest("label")?.querySelector<HTMLInputElement>("input[type=radio]");
    this.chosen = radio?.checked ? radio : null;
  };

  private clicked = (event: Event): void => {
    const radio = event.target as HTMLInputElement;
    if (radio !== this.chosen) return;
    this.chosen = null;
    radio.checked = false;
    const row = radio.closest<HTMLElement>(".composer__reaction");
    if (row) this.showReaction(row);
    this.keep();
  };

  private key = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    this.formTarget.requestSubmit();
  };

  private answered = (event: Event): void => {
    if (event.target !== this.formTarget) return;
    const { response } = (event as HtmxEvent<"htmx:finally:request">).detail.ctx;
    if (!response || response.status >= 400) return;
    forgetDraft(this.draftValue);
    const kind = this.kindTarget.value;
    this.formTarget.reset();
    for (const row of [...this.reactionsTarget.querySelectorAll<HTMLElement>(".composer__reaction")].slice(1)) row.remove();
    for (const row of this.reactionsTarget.querySelectorAll<HTMLElement>(".composer__reaction")) this.showReaction(row);
    this.element.querySelector(".composer__error")!.replaceChildren();
    this.renew();
    this.open(kind);
    if (this.placeValue === "dialog") this.element.closest("dialog")?.close();
  };

  private renew(): void {
    this.keyTarget.value = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  }
}
