import { beforeEach, describe, expect, it } from "vitest";

import { type Asked, find, page, press, server, settled } from "../testing/page.ts";
import FormController from "./form.ts";

const form = (inside: string, dirty = false) =>
  `<form id="record-form" method="post" novalidate data-controller="form" hx-post="/organisations/new/"
     hx-swap="outerMorph" data-form-dirty-value="${dirty}">${inside}<button>Anlegen</button></form>`;
const EMPTY = `<input name="name" value="">`;

/** Whether the browser would ask before leaving. */
function asksBeforeLeaving(): boolean {
  const event = new Event("beforeunload", { cancelable: true });
  dispatchEvent(event);
  return event.defaultPrevented;
}

describe("a form", () => {
  let asked: Asked[];

  beforeEach(async () => {
    const refused = form(`<input name="name" value="" aria-invalid="true"><p class="field__error">Ein Name gehört dazu.</p>`);
    asked = server({ "POST /organisations/new/": { status: 422, text: refused } });
    await page(form(EMPTY), { form: FormController });
  });

  it("asks before leaving only with changes", () => {
    expect(asksBeforeLeaving()).toBe(false);
    find("[name=name]").dispatchEvent(new Event("input", { bubbles: true }));
    expect(asksBeforeLeaving()).toBe(true);
  });

  it("is sent with Ctrl+Enter, does not ask on its way, and shows what is wrong", async () => {
    const name = find<HTMLInputElement>("[name=name]");
    name.focus();
    name.dispatchEvent(new Event("input", { bubbles: true }));
    press("Enter", { ctrlKey: true });
    expect(asksBeforeLeaving()).toBe(false);
    await settled();
    expect(asked).toHaveLength(1);
    expect(find(".field__error").textContent).toBe("Ein Name gehört dazu.");
    expect(document.activeElement).toBe(find("[aria-invalid=true]"));
    expect(asksBeforeLeaving()).toBe(true);
  });

  it("asks from the start when it comes back with errors", async () => {
    await page(form(EMPTY, true), { form: FormController });
    expect(asksBeforeLeaving()).toBe(true);
  });
});
