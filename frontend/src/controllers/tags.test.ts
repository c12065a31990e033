import { beforeEach, expect, it } from "vitest";

import { find, page, press } from "../testing/page.ts";
import TagsController from "./tags.ts";

const input = () => find<HTMLInputElement>("#f");
const values = () => [...document.querySelectorAll<HTMLInputElement>("[name=tags]")].map((each) => each.value);
const offered = () => [...document.querySelectorAll<HTMLElement>("li:not([hidden])")].map((each) => each.dataset.value);

async function type(text: string): Promise<void> {
  input().focus();
  input().value = text;
  input().dispatchEvent(new Event("input"));
  await new Promise((resolve) => setTimeout(resolve, 5));
}

function show({ free }: { free: boolean }): Promise<void> {
  return page(
    `<div class="combobox combobox--many" data-controller="tags" data-tags-name-value="tags" data-tags-free-value="${free}" data-tags-remove-value="{label} entfernen">
      <span class="tag" data-tags-target="item">VIP<input type="hidden" name="tags" value="vip"><button type="button" data-action="tags#remove">×</button></span>
      <input id="f" type="text" data-tags-target="input">
      <ul role="listbox" hidden data-tags-target="list"><li role="option" data-value="messe">Messe</li><li role="option" data-value="vip">VIP</li></ul></div>`,
    { tags: TagsController },
  );
}

beforeEach(() => show({ free: false }));

it("offers only what is not chosen yet, and takes it", async () => {
  await type("m");
  expect(offered()).toEqual(["messe"]);
  press("Enter");
  expect(values()).toEqual(["vip", "messe"]);
  expect(find(".tag:nth-of-type(2) button").ariaLabel).toBe("Messe entfernen");
  expect(input().value).toBe("");
});

it("gives one back by its button, and the last by Backspace", async () => {
  await type("m");
  press("Enter");
  find(".tag button").click();
  expect(values()).toEqual(["messe"]);
  press("Backspace", { on: input() });
  expect(values()).toEqual([]);
});

it("makes no tags of its own", async () => {
  await type("neu");
  press("Enter");
  input().blur();
  expect(values()).toEqual(["vip"]);
  expect(input().value).toBe("");
});

it("makes tags of its own where that is allowed", async () => {
  await show({ free: true });
  await type("Süd");
  press(",");
  await type("Süd");
  press("Enter");
  expect(values()).toEqual(["vip", "Süd"]);
});
