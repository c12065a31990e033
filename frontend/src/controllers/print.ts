/**
 * Prints the page: when its button is pressed, or (`now`) as soon as everything has come.
 *
 * <button type="button" data-controller="print" data-action="print#print">
 * <div class="record" data-controller="print" data-print-now-value="true">
 */
import { Controller } from "@hotwired/stimulus";

export default class PrintController extends Controller<HTMLElement> {
  static override values = { now: Boolean };
  declare readonly nowValue: boolean;

  override connect(): void {
    if (!this.nowValue) return;
    if (document.readyState === "complete") this.print();
    else addEventListener("load", () => this.print(), { once: true });
  }

  print(): void {
    window.print();
  }
}
