import { beforeEach, expect, it } from "vitest";

import { forget, tell } from "./presence.ts";
import { find } from "./testing/page.ts";

const FACE = '<span class="avatar" role="img" aria-label="Holger Timm" title="Holger Timm">HT</span>';
const holger = (...edits: string[]) => ({ name: "Holger Timm", face: FACE, edits });
const svenja = (...edits: string[]) => ({ name: "Svenja <Kroll>", face: FACE, edits });
const marks = () => [...document.querySelectorAll<HTMLElement>("[data-edited]")].map((each) => `${each.id}: ${each.dataset.edited}`);

beforeEach(() => {
  forget();
  document.body.innerHTML = `<div id="live" data-edits="{name} bearbeitet gerade" data-here="{name} ist auch hier"></div>
    <ul id="list" data-present="courses:1" hidden></ul>
    <dl data-record="courses:1"><dd id="f1-title" data-field="title"><input id="typing" value="halb getippt"></dd></dl>
    <table><tr data-record="courses:2"><th id="h2"></th><td id="r2-place" data-field="place"></td></tr></table>
    <ul><li class="deal" id="c2" data-record="courses:2"></li></ul>`;
});

it("shows faces at the head of the page, and takes them away", () => {
  tell({ "courses:1": [holger(), svenja("title")] });
  const faces = [...find("#list").querySelectorAll<HTMLElement>(".avatar")];
  expect(faces.map((each) => each.ariaLabel)).toEqual(["Holger Timm ist auch hier", "Svenja <Kroll> bearbeitet gerade"]);
  expect(find("#list").hidden).toBe(false);
  tell({ "courses:1": [] });
  expect([find("#list").hidden, find("#list").children.length]).toEqual([true, 0]);
});

it("marks the field that is edited, or the row or card that stands for it", () => {
  tell({ "courses:1": [holger("title")], "courses:2": [holger("place"), svenja("place", "starts_on")] });
  expect(marks()).toEqual([
    "f1-title: Holger Timm bearbeitet gerade",
    "h2: Svenja <Kroll> bearbeitet gerade",
    "r2-place: Holger Timm, Svenja <Kroll> bearbeitet gerade",
    "c2: Holger Timm, Svenja <Kroll> bearbeitet gerade",
  ]);
  forget();
  expect(marks()).toEqual([]);
});

it("marks again what came anew, and leaves what somebody types alone", () => {
  const typing = find<HTMLInputElement>("#typing");
  typing.value = "halb getippt, noch nicht fertig";
  typing.focus();
  tell({ "courses:1": [holger("title")] });
  find("#r2-place").outerHTML = '<td id="r2-place" data-field="place"></td>';
  tell({ "courses:2": [holger("place")] });
  document.querySelectorAll<HTMLElement>("[data-edited]").forEach((each) => delete each.dataset.edited);
  document.dispatchEvent(new Event("htmx:after:swap"));
  expect(marks()).toEqual(["f1-title: Holger Timm bearbeitet gerade", "r2-place: Holger Timm bearbeitet gerade", "c2: Holger Timm bearbeitet gerade"]);
  expect([document.activeElement, typing.value]).toEqual([typing, "halb getippt, noch nicht fertig"]);
});
