/**
 * The dialogue that finds a customer, and notes something about them.
 *
 * <dialog data-controller="dialog anywhere">
 *   <div data-controller="combobox" data-action="change->anywhere#found"><input type="hidden" data-anywhere-target="party">…
 *   <div id="compose-body" data-anywhere-target="body"></div>
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

import "../../styles/bulk.css";
import "../../styles/timeline.css";

export default class AnywhereController extends Controller<HTMLElement> {
  static override targets = ["party", "body", "recent", "finder"];
  declare readonly partyTarget: HTMLInputElement;
  declare readonly bodyTarget: HTMLElement;
  declare readonly recentTarget: HTMLElement;
  declare readonly finderTarget: HTMLElement;
  declare readonly hasRecentTarget: boolean;
  private shown = "";

  found(): void {
    void this.show(this.partyTarget.value);
  }

  pick(event: Event): void {
    const button = event.currentTarget as HTMLButtonElement;
    this.finderTarget.querySelector<HTMLInputElement>("input[type=text]")!.value = button.textContent!;
    void this.show(button.value);
  }

  private async show(party: string): Promise<void> {
    // The input tells of a change once more when it is left.
    if (party === this.shown) return;
    this.shown = party;
    if (!party) return this.bodyTarget.replaceChildren();
    if (this.hasRecentTarget) this.recentTarget.hidden = true;
    await htmx.ajax("GET", `/compose/?party=${encodeURIComponent(party)}`, { source: this.bodyTarget, target: this.bodyTarget, swap: "innerHTML" });
    this.bodyTarget.querySelector("textarea")?.focus();
  }
}
