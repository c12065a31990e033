import { expect, it } from "vitest";

import { Strokes } from "./strokes.ts";

it("writes strokes as a path of whole numbers", () => {
  const strokes = new Strokes();
  strokes.begin(10.4, 20.6);
  strokes.goOn(30, 40);
  strokes.begin(100, 100);
  strokes.goOn(120, 90);
  expect(strokes.path).toBe("M10 21L30 40M100 100L120 90");
});

it("stays within the box and leaves out what does not move", () => {
  const strokes = new Strokes();
  strokes.begin(-50, 900);
  expect(strokes.goOn(1, 200)).toBe(false);
  expect(strokes.goOn(700, -3)).toBe(true);
  expect(strokes.path).toBe("M0 200L600 0");
});

it("begins anew", () => {
  const strokes = new Strokes();
  strokes.begin(1, 1);
  strokes.goOn(50, 50);
  strokes.clear();
  expect(strokes.path).toBe("");
});

it("takes no more than the server does", () => {
  const strokes = new Strokes();
  strokes.begin(0, 0);
  for (let turn = 0; turn < 9000; turn += 1) strokes.goOn((turn % 2) * 500, (turn * 7) % 200);
  expect(strokes.path.length).toBeLessThan(40_000);
});
