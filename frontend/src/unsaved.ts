/**
 * What somebody has begun to write in a part of the page stays, although others have changed what the part shows.
 *
 * <div id="panel-contact" hx-get="…" hx-trigger="stale" hx-swap="innerMorph">…<form class="part-form">…   (waits while it is open)
 * <div id="edit-people" hx-morph-skip><form class="part-form">…   (looks after itself: what is around it comes anew)
 *
 * Saving and Cancel bring the part as it is then, so nothing is missed.
 */
import htmx, { type HtmxEvent } from "htmx.org";

const OPEN = ".part-form:not([hx-morph-skip] .part-form)";

const isWriting = (part: unknown): boolean => part instanceof Element && part.querySelector(OPEN) !== null;

document.addEventListener(
  "stale",
  (event) => {
    if (isWriting(event.target)) event.stopImmediatePropagation();
  },
  true,
);
// Nor by what had been asked for before the form was opened.
htmx.on("htmx:before:swap", (event) => {
  const { ctx } = (event as HtmxEvent<"htmx:before:swap">).detail;
  if (ctx.sourceEvent?.type === "stale" && isWriting(ctx.target)) event.preventDefault();
});
