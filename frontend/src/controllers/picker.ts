/**
 * The editor of a filter: finds a field by typing, and shows the value that the chosen comparison takes.
 *
 * <div class="menu" popover data-controller="picker">
 *   <input type="search" data-picker-target="search"> <section data-picker-target="group"><button class="menu-item">Ort</button>…
 *   <select data-picker-target="operator" data-action="picker#fit"><option data-takes="value">…</select>
 *   <div data-picker-target="value" data-for="value values">…</div>
 */
import { Controller } from "@hotwired/stimulus";

export default class PickerController extends Controller<HTMLElement> {
  static override targets = ["search", "group", "operator", "value"];
  declare readonly searchTargets: HTMLInputElement[];
  declare readonly groupTargets: HTMLElement[];
  declare readonly operatorTargets: HTMLSelectElement[];
  declare readonly valueTargets: HTMLElement[];

  override connect(): void {
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("input", this.narrow);
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("input", this.narrow);
  }

  searchTargetConnected(search: HTMLInputElement): void {
    search.focus();
  }

  operatorTargetConnected(): void {
    this.fit();
    this.first()?.focus();
  }

  fit(): void {
    const takes = this.operatorTargets[0]?.selectedOptions[0]?.dataset.takes ?? "";
    for (const value of this.valueTargets) {
      value.hidden = !takes || !value.dataset.for!.split(" ").includes(takes);
      for (const control of value.querySelectorAll<HTMLInputElement>("input, select")) control.disabled = value.hidden;
    }
  }

  /** The value, if there is one to give, else the comparison. */
  private first(): HTMLElement | null {
    const value = this.valueTargets.find((each) => !each.hidden);
    return value?.querySelector<HTMLElement>("input:not([type=hidden]), select") ?? this.operatorTargets[0] ?? null;
  }

  private get items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".menu-item")].filter((item) => item.checkVisibility());
  }

  private narrow = (event: Event): void => {
    if (!this.searchTargets.includes(event.target as HTMLInputElement)) return;
    const words = (event.target as HTMLInputElement).value.toLowerCase().split(/\s+/);
    for (const group of this.groupTargets) {
      const title = group.querySelector("h2")?.textContent?.toLowerCase() ?? "";
      let isAny = false;
      for (const item of group.querySelectorAll<HTMLElement>(".menu-item")) {
        const text = `${title} ${item.textContent!.toLowerCase()}`;
        item.hidden = !words.every((word) => text.includes(word));
        isAny ||= !item.hidden;
      }
      group.hidden = !isAny;
    }
  };

  private key = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const isSearch = this.searchTargets.includes(target as HTMLInputElement);
    const { items } = this;
    const at = items.indexOf(target.closest<HTMLElement>(".menu-item")!);
    if (isSearch && event.key === "Enter") {
      event.preventDefault();
      const begun = (target as HTMLInputElement).value.trim().toLowerCase();
      (items.find((item) => item.textContent!.trim().toLowerCase().startsWith(begun)) ?? items[0])?.click();
    } else if ((isSearch || target.matches("button.menu-item")) && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const goal = items[at + (event.key === "ArrowDown" ? 1 : -1)];
      (goal ?? (event.key === "ArrowUp" ? this.searchTargets[0] : undefined))?.focus();
    }
  };
}
