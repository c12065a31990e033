/**
 * Shows a password while one types it.
 *
 * <div class="secret" data-controller="reveal">
 *   <input type="password" data-reveal-target="input">
 *   <button type="button" aria-pressed="false" data-action="reveal#toggle">Anzeigen</button>
 */
import { Controller } from "@hotwired/stimulus";

export default class RevealController extends Controller<HTMLElement> {
  static override targets = ["input"];
  declare readonly inputTarget: HTMLInputElement;

  toggle(event: Event): void {
    const button = event.currentTarget as HTMLButtonElement;
    const isShown = this.inputTarget.type === "text";
    this.inputTarget.type = isShown ? "password" : "text";
    button.ariaPressed = String(!isShown);
  }
}
