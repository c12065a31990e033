/** Dragging cards from one list to another, by mouse and by finger, as our boards and calendars want it. */
import Sortable, { type Options } from "sortablejs";

export function dragged(list: HTMLElement, heard: Pick<Options, "onChoose" | "onUnchoose" | "onStart" | "onChange" | "onEnd">): Sortable {
  return Sortable.create(list, {
    group: "board",
    draggable: ".deal[data-movable]",
    filter: "button",
    preventOnFilter: false,
    sort: false, // the order in a column is the list's, not the hand's
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 4,
    // A finger that moves at once scrolls; one that rests takes the card.
    delay: 220,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    scrollSensitivity: 80,
    ...heard,
  });
}
