/**
 * Which of two values stays, by keyboard: up and down from value to value, left and right between the two.
 *
 * <form data-controller="merge">
 *   <tr data-merge-target="row"><th>Ort</th><td><input type="radio" name="value-city" checked></td><td><input type="radio" …
 *
 * Rows in which there is nothing to choose are passed over. Left and right are the browser's own within the two inputs.
 */
import { Controller } from "@hotwired/stimulus";

export default class MergeController extends Controller<HTMLElement> {
  static override targets = ["row"];
  declare readonly rowTargets: HTMLElement[];

  override connect(): void {
    document.addEventListener("keydown", this.key);
    this.element.addEventListener("focusin", this.mark);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.key);
    this.element.removeEventListener("focusin", this.mark);
  }

  private get rows(): HTMLElement[] {
    return this.rowTargets.filter((row) => row.querySelector("input:not(:disabled)"));
  }

  private key = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target as HTMLElement;
    if (target.closest("dialog, [popover], select, textarea, input:not([type=radio])")) return;
    const rows = this.rows;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[here < 0 ? 0 : here + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    (next.querySelector<HTMLElement>("input:checked") ?? next.querySelector<HTMLElement>("input"))!.focus();
    next.scrollIntoView?.({ block: "nearest" });
  };

  private mark = (event: FocusEvent): void => {
    for (const row of this.rowTargets) row.toggleAttribute("aria-current", row.contains(event.target as Node));
    for (const row of this.rowTargets) if (row.hasAttribute("aria-current")) row.setAttribute("aria-current", "true");
  };
}
