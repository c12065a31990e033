/**
 * Appearance and density: seen at once, then kept for the user. The server draws the next page that way from the start.
 *
 * <span data-controller="theme" data-theme-url-value="/preferences/">
 *   <button type="button" name="theme" value="dark" aria-pressed="false" data-action="theme#choose">Dunkel</button>
 */
import { Controller } from "@hotwired/stimulus";

import { cookie, say } from "../htmx.ts";

export default class ThemeController extends Controller<HTMLElement> {
  static override values = { url: String };
  declare readonly urlValue: string;

  async choose(event: Event): Promise<void> {
    const { name, value } = event.currentTarget as HTMLButtonElement;
    const root = document.documentElement;
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    for (const button of this.element.querySelectorAll("button")) button.ariaPressed = String(button.value === value);
    const headers = { "X-CSRFToken": cookie("csrftoken"), Accept: "application/json" };
    try {
      const answer = await fetch(this.urlValue, { method: "POST", headers, body: new URLSearchParams({ [name]: value }) });
      if (!answer.ok) say("failed");
    } catch {
      say("offline");
    }
  }
}
