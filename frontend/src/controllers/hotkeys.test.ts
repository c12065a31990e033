import { beforeEach, expect, it, vi } from "vitest";

import { find, page, press } from "../testing/page.ts";
import HotkeysController from "./hotkeys.ts";

const html = (off: boolean) => `<div data-controller="hotkeys" data-hotkeys-off-value="${off}"></div>
  <button id="search" data-hotkey="/ Control+k">Suchen</button><button id="new" data-hotkey="n">Neu</button><button id="go" data-hotkey="Control+enter">Los</button><input id="field"><input id="box" type="checkbox">`;
const pressed = vi.fn();

async function show({ off = false } = {}): Promise<void> {
  await page(html(off), { hotkeys: HotkeysController });
  for (const button of document.querySelectorAll("button")) button.addEventListener("click", () => pressed(button.id));
}

beforeEach(() => pressed.mockClear());

it("presses what carries the key", async () => {
  await show();
  press("n");
  press("/");
  press("k", { ctrlKey: true });
  press("x");
  expect(pressed.mock.calls.flat()).toEqual(["new", "search", "search"]);
});

it("rests while one types, but for chords", async () => {
  await show();
  find("#field").focus();
  press("n");
  press("Enter");
  press("k", { ctrlKey: true });
  press("Enter", { ctrlKey: true });
  find("#box").focus();
  press("n");
  expect(pressed.mock.calls.flat()).toEqual(["search", "go", "new"]);
});

it("can be switched off, but for chords", async () => {
  await show({ off: true });
  press("n");
  press("k", { metaKey: true });
  expect(pressed.mock.calls.flat()).toEqual(["search"]);
});
