import { beforeEach, describe, expect, it, vi } from "vitest";

import { type Asked, find, page, press, server, settled } from "../testing/page.ts";
import ComboboxController from "./combobox.ts";

const ANSWER = `<li role="option" data-value="4">Maria Anders<small>Berlin</small></li><li role="option" data-value="5">Ana Trujillo</li>`;
const input = () => find<HTMLInputElement>("#f");
const value = () => find<HTMLInputElement>("[name=contact]").value;
async function wait(ms = 160): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  await settled();
}

async function type(text: string): Promise<void> {
  input().focus();
  input().value = text;
  input().dispatchEvent(new Event("input"));
  await wait();
}

describe("a choice from the server", () => {
  let asked: Asked[];

  beforeEach(async () => {
    asked = server({ "GET /persons/options/?q=ma": ANSWER, "GET /persons/options/?q=": ANSWER });
    await page(
      `<div class="combobox" data-controller="combobox" data-combobox-url-value="/persons/options/">
        <input type="hidden" name="contact" value="9" data-combobox-target="value">
        <input id="f" type="text" value="Hanna Moos" data-combobox-target="input">
        <ul role="listbox" aria-label="Person" hidden data-combobox-target="list"></ul></div>`,
      { combobox: ComboboxController },
    );
  });

  it("is chosen with the arrows and Enter", async () => {
    const changed = vi.fn();
    find(".combobox").addEventListener("change", changed);
    await type("ma");
    expect(asked.map(({ url }) => url)).toEqual(["/persons/options/?q=ma"]);
    expect(input().ariaExpanded).toBe("true");
    expect(find("[aria-selected=true]").dataset.value).toBe("4");
    press("ArrowDown");
    expect(input().getAttribute("aria-activedescendant")).toBe(find("[data-value='5']").id);
    press("ArrowUp");
    expect(press("Enter").defaultPrevented).toBe(true);
    expect([value(), input().value]).toEqual(["4", "Maria Anders"]);
    expect(find("ul").hidden).toBe(true);
    expect(changed).toHaveBeenCalledOnce();
  });

  it("keeps what it was when one leaves without choosing", async () => {
    await type("ma");
    input().blur();
    expect([value(), input().value]).toEqual(["9", "Hanna Moos"]);
  });

  it("is nothing when emptied", async () => {
    await type("");
    input().blur();
    expect([value(), input().value]).toEqual(["", ""]);
  });

  it("shows everything on a click, and closes with Esc before the editor does", async () => {
    input().focus();
    input().click();
    await wait();
    expect(asked[0]!.url).toBe("/persons/options/?q=");
    expect(press("Escape").defaultPrevented).toBe(true);
    expect(press("Escape").defaultPrevented).toBe(false);
  });
});
