import { expect, it, vi } from "vitest";

import { find, page } from "../testing/page.ts";
import DesignerController from "./designer.ts";

const PAGE = `<div data-controller="designer">
  <textarea data-designer-target="text">Guten Tag </textarea>
  <button type="button" data-action="designer#put" data-designer-text-param="{Anrede}">Anrede</button>
  <table><tbody data-designer-target="rows"><tr><td><input value="a"></td></tr></tbody></table>
</div>`;

it("puts words where the caret stands", async () => {
  await page(PAGE, { designer: DesignerController });
  const text = find("textarea") as HTMLTextAreaElement;
  text.setSelectionRange(10, 10);
  find("button").click();
  expect(text.value).toBe("Guten Tag {Anrede}");
});

it("gives a further row to whoever writes in the last one", async () => {
  await page(PAGE, { designer: DesignerController });
  const input = find("input") as HTMLInputElement;
  input.value = "ab";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  expect([...document.querySelectorAll("td input")].map((each) => (each as HTMLInputElement).value)).toEqual(["ab", ""]);
});

it("lets nobody leave before what was typed is kept, and nobody at all where it is refused", async () => {
  const left = vi.fn((event: Event) => event.preventDefault());
  const kept: (() => void)[] = [];
  const ctx = {};
  await page(
    `<form id="deed" method="post" action="/ask/"><button>Ask</button></form>
     <div data-controller="designer"><form class="props__form"><input name="title"></form></div>`,
    { designer: DesignerController },
  );
  document.addEventListener("submit", left);
  const form = find(".props__form");
  form.addEventListener("change", () => {
    form.dispatchEvent(new CustomEvent("htmx:before:request", { bubbles: true, detail: { ctx } }));
    kept.push(() => {
      find("#deed").outerHTML = find("#deed").outerHTML; // the answer draws the buttons anew
      form.dispatchEvent(answer(200));
    });
  });
  form.querySelector("input")!.dispatchEvent(new Event("input", { bubbles: true }));
  find("#deed button").click();
  expect([left.mock.calls.length, kept.length]).toEqual([0, 1]);
  kept[0]!();
  expect(left).toHaveBeenCalledOnce();

  form.querySelector("input")!.dispatchEvent(new Event("input", { bubbles: true }));
  find("#deed button").click();
  form.dispatchEvent(answer(422));
  expect(left).toHaveBeenCalledOnce();

  function answer(status: number): Event {
    return new CustomEvent("htmx:finally:request", { bubbles: true, detail: { ctx: Object.assign(ctx, { response: { status } }) } });
  }
});
