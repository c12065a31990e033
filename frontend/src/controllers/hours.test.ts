import { expect, test } from "vitest";

import { clock, end } from "./hours.ts";

test("a quarter of an hour is a time of the clock", () => {
  expect([0, 1, 37, 95].map(clock)).toEqual(["00:00", "00:15", "09:15", "23:45"]);
});

test("the last quarter ends at the next midnight, also of a month", () => {
  expect(end("2026-11-30", 40)).toBe("2026-11-30T10:00");
  expect(end("2026-11-30", 96)).toBe("2026-12-01T00:00");
});
