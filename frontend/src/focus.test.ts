import { beforeAll, beforeEach, expect, it } from "vitest";

import { keepFocus } from "./focus.ts";
import { find, page, settled } from "./testing/page.ts";

const PANEL = `<main><section id="people"><header><button id="add">Add</button></header><div id="body"></div></section></main><div id="toasts"></div>`;

beforeAll(() => keepFocus());
beforeEach(() => page(PANEL, {}));

async function answered(): Promise<void> {
  document.body.dispatchEvent(new Event("htmx:after:swap", { bubbles: true }));
  await settled();
}

it("goes to what stands nearest before a form that was saved", async () => {
  find("#body").innerHTML = `<form><input id="name"></form>`;
  find("#name").focus();
  find("#body").replaceChildren();
  await answered();
  expect(document.activeElement?.id).toBe("add");
});

it("goes to the same thing come again, past the message that offered to undo", async () => {
  find("#body").innerHTML = `<b id="phone" tabindex="-1">1</b>`;
  find("#phone").focus();
  find("#toasts").innerHTML = `<button id="undo">Undo</button>`;
  find("#undo").focus();
  find("#toasts").replaceChildren();
  find("#body").innerHTML = `<b id="phone">2</b>`;
  await answered();
  expect(document.activeElement?.textContent).toBe("2");
});

it("leaves alone who clicked beside everything", async () => {
  find("#add").focus();
  find("#body").dispatchEvent(new Event("pointerdown", { bubbles: true }));
  find("#add").blur();
  await answered();
  expect(document.activeElement).toBe(document.body);
});
