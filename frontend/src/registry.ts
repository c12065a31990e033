/** Which controllers there are: some come with every page, the others when a page first names them. */
import type { Application, ControllerConstructor } from "@hotwired/stimulus";

import EditorController from "./controllers/editor.ts";
import GridController from "./controllers/grid.ts";
import HotkeysController from "./controllers/hotkeys.ts";
import LiveController from "./controllers/live.ts";
import MenuController from "./controllers/menu.ts";
import ThemeController from "./controllers/theme.ts";
import ToastController from "./controllers/toast.ts";

export const eager: Record<string, ControllerConstructor> = {
  editor: EditorController,
  grid: GridController,
  hotkeys: HotkeysController,
  live: LiveController,
  menu: MenuController,
  theme: ThemeController,
  toast: ToastController,
};

export type Load = () => Promise<{ default: ControllerConstructor }>;

const PALETTE = "palette";
const palette: Load = () => import("./controllers/palette.ts");

/** Fetches a controller as soon as the page, or a part that htmx has put into it, names it. */
export function loadWhenNamed(application: Application): void {
  const asked = new Set([...Object.keys(eager), PALETTE]);
  const root = document.documentElement;
  let awaited = 0;
  const look = () => {
    for (const { dataset } of document.querySelectorAll<HTMLElement>("[data-controller]")) {
      for (const name of dataset.controller!.split(" ")) {
        if (asked.has(name)) continue;
        asked.add(name);
        // Journeys act once the page does: what a script is still to hear must not be typed before.
        root.toggleAttribute("data-awaits", !!++awaited);
        import("./lazy.ts").then(async ({ lazy }) => {
          application.register(name, (await lazy[name]!()).default);
          root.toggleAttribute("data-awaits", !!--awaited);
        });
      }
    }
  };
  look();
  document.addEventListener("htmx:after:process", look);
}

/** Lets `<button data-opens="palette">` open `<dialog id="palette" data-controller="palette">`, by its event `open`. */
export function loadWhenOpened(application: Application): void {
  let isThere = false;
  // What is typed right after Ctrl+K must arrive in the palette, not be lost while that is being fetched: so it is when the page is at rest.
  // Without a connection it is fetched when it is opened.
  addEventListener("load", () => setTimeout(() => navigator.onLine && palette(), 500));
  document.addEventListener("click", async (event) => {
    const name = (event.target as Element).closest<HTMLElement>("[data-opens]")?.dataset.opens;
    if (!name) return;
    if (name === PALETTE && !isThere) {
      const module = await palette();
      if (!isThere) application.register(name, module.default);
      isThere = true;
    }
    document.getElementById(name)!.dispatchEvent(new Event("open"));
  });
}
