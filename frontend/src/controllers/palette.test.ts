import { beforeEach, expect, it, vi } from "vitest";

import { type Asked, find, page, press, server, settled } from "../testing/page.ts";
import PaletteController from "./palette.ts";

const HITS = `<h3 role="presentation">Organisationen</h3>
  <a class="hit" role="option" href="#a" data-preview="/organisations/1/preview/">Alfreds Futterkiste</a><a class="hit" role="option" href="#b">Königlich Essen</a>`;
let asked: Asked[];

HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

beforeEach(async () => {
  asked = server({ "GET /search/?q=": HITS, "GET /organisations/1/preview/": "<h3>Alfreds Futterkiste</h3>" });
  await page(
    `<dialog id="palette" data-controller="palette" data-action="open->palette#open click->palette#outside">
      <form action="/search/" hx-get="/search/" hx-trigger="open, input delay:80ms" hx-target="#hits" data-palette-target="form" data-action="htmx:after:swap->palette#refresh">
        <input type="search" name="q" role="combobox" data-palette-target="input" data-action="keydown->palette#move"></form>
      <div id="hits" role="listbox" data-palette-target="list"></div>
      <aside id="preview" data-palette-target="preview"></aside></dialog>`,
    { palette: PaletteController },
  );
  find("#palette").dispatchEvent(new Event("open"));
  await settled();
});

const active = () => find("input").getAttribute("aria-activedescendant");

it("opens with what was used recently, the first chosen", () => {
  expect(find<HTMLDialogElement>("dialog").open).toBe(true);
  expect(asked[0]).toMatchObject({ url: "/search/?q=", headers: { "HX-Target": "div#hits" } });
  expect(active()).toBe("hit-0");
});

it("moves around by arrows and opens with Enter", () => {
  const followed = vi.fn();
  addEventListener("click", (event) => followed((event.target as HTMLElement).getAttribute("href")), { once: true });
  press("ArrowDown", { on: find("input") });
  expect(active()).toBe("hit-1");
  press("ArrowDown", { on: find("input") });
  expect(active()).toBe("hit-0");
  press("ArrowUp", { on: find("input") });
  press("Enter", { on: find("input") });
  expect(followed).toHaveBeenCalledWith("#b");
  expect(find<HTMLDialogElement>("dialog").open).toBe(false);
});

it("closes with Esc, whatever is typed", () => {
  find<HTMLInputElement>("input").value = "futter";
  press("Escape", { on: find("input") });
  expect(find<HTMLDialogElement>("dialog").open).toBe(false);
});

it("shows the preview of the hit one rests on", async () => {
  await new Promise((resolve) => setTimeout(resolve, 130));
  await settled();
  expect(find("#preview").textContent).toBe("Alfreds Futterkiste");
  press("ArrowDown", { on: find("input") });
  await new Promise((resolve) => setTimeout(resolve, 130));
  expect(find("#preview").textContent).toBe("");
});
