/** What Back brings out of the browser's memory is the page of whoever was signed in then. */
import { cookie } from "./htmx.ts";

/** Fetches such a page anew if somebody has signed in or out since: each brings another token. */
export function startBack(reload = (): void => location.reload()): void {
  const token = cookie("csrftoken");
  addEventListener("pageshow", (event) => {
    if (!event.persisted || cookie("csrftoken") === token) return;
    document.documentElement.hidden = true;
    reload();
  });
}
