import { beforeEach, expect, it } from "vitest";

import { find, page, server, settled } from "./testing/page.ts";
import "./unsaved.ts";

const FORM = `<form class="part-form"><input name="reason"></form>`;

beforeEach(async () => {
  server({ "GET /panel/": `<p>anew</p><div id="edit" hx-morph-skip></div>` });
  await page(`<div id="panel" hx-get="/panel/" hx-trigger="stale" hx-swap="innerMorph"><p>old</p><div id="edit" hx-morph-skip></div></div>`, {});
});

const stale = () => find("#panel").dispatchEvent(new Event("stale"));

it("leaves a form alone that is open in a part, and fetches the part anew afterwards", async () => {
  find("#panel").insertAdjacentHTML("beforeend", FORM);
  stale();
  await settled();
  expect([find("p").textContent, document.querySelector("form") !== null]).toEqual(["old", true]);
  find("form").remove();
  stale();
  await settled();
  expect(find("p").textContent).toBe("anew");
});

it("leaves a form alone that was opened while the part was on its way", async () => {
  stale();
  find("#panel").insertAdjacentHTML("beforeend", FORM);
  await settled();
  expect([find("p").textContent, document.querySelector("form") !== null]).toEqual(["old", true]);
});

it("fetches a part anew around a form that looks after itself", async () => {
  find("#edit").innerHTML = FORM;
  stale();
  await settled();
  expect([find("p").textContent, document.querySelector("form") !== null]).toEqual(["anew", true]);
});
