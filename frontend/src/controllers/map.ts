/**
 * A map of our own: outlines of countries and states, on them the records of a list, in groups where they are close.
 *
 * <main data-controller="map" data-map-object-value="organisations" data-map-here-value="?q=…" data-map-start-value="[47, 5, 55, 15]"
 *       data-map-tiles-value="" data-map-credit-value="" data-map-words-value='{"in": "…", "out": "…", "group": "{n} …"}'>
 *   <div class="map" data-map-target="map"></div>
 *   <div id="in-view" data-map-target="list" hx-get="?q=…" hx-trigger="stale">   <h2 data-points="[[48.1, 11.5, 12], [47.9, 11.1, 1, id, title]]">
 *
 * The list of what is in view is fetched when the map has moved; the points stand in it. Nothing is asked of other servers, unless
 * the house has named a server of tiles.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";
import * as leaflet from "leaflet";

import { baseMap, mark } from "../basemap.ts";

type Point = [latitude: number, longitude: number, count: number, id?: string, title?: string];

const RESTS = 150;

export default class MapController extends Controller<HTMLElement> {
  static override targets = ["map", "list"];
  static override values = { object: String, here: String, start: Array, tiles: String, credit: String, words: Object };
  declare readonly mapTarget: HTMLElement;
  declare readonly listTarget: HTMLElement;
  declare readonly objectValue: string;
  declare readonly hereValue: string;
  declare readonly startValue: [number, number, number, number];
  declare readonly tilesValue: string;
  declare readonly creditValue: string;
  declare readonly wordsValue: Record<"in" | "out" | "group", string>;
  private map!: leaflet.Map;
  private marks = leaflet.layerGroup();
  private timer = 0;

  override connect(): void {
    const map = baseMap(this.mapTarget, { tiles: this.tilesValue, credit: this.creditValue, words: this.wordsValue });
    this.map = map;
    const [south, west, north, east] = this.startValue;
    map.fitBounds([[south, west], [north, east]], { padding: [24, 24], maxZoom: 11, animate: false });
    this.marks.addTo(map);
    map.on("moveend", this.ask);
    this.listTarget.addEventListener("htmx:after:swap", this.show);
    this.listTarget.addEventListener("pointerover", this.point);
    this.listTarget.addEventListener("focusin", this.point);
    document.addEventListener("heard", this.heard);
    this.ask();
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    document.removeEventListener("heard", this.heard);
    this.listTarget.removeEventListener("htmx:after:swap", this.show);
    this.map.remove();
  }

  /** What the filter in the head has changed, the list is asked anew. */
  hereValueChanged(_now: string, before: string | undefined): void {
    if (before !== undefined) this.ask();
  }

  private ask = (): void => {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const bounds = this.map.getBounds();
      const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => degrees.toFixed(4)).join(",");
      const [path = "", query = ""] = this.hereValue.split("?");
      const asked = new URLSearchParams(query);
      asked.set("box", box);
      asked.set("zoom", String(this.map.getZoom()));
      void htmx.ajax("GET", `${path || location.pathname}?${asked}`, { source: this.listTarget, target: this.listTarget, swap: "innerHTML" });
    }, RESTS);
  };

  private heard = (event: Event): void => {
    if ([...(event as CustomEvent<Set<string>>).detail].some((name) => name.startsWith(`${this.objectValue}:`))) this.ask();
  };

  /** Draws the points that came with the list. */
  private show = (): void => {
    const points = JSON.parse(this.listTarget.querySelector<HTMLElement>("[data-points]")?.dataset.points ?? "[]") as Point[];
    this.marks.clearLayers();
    for (const [latitude, longitude, count, id, title] of points) {
      const anchor = document.createElement(id ? "a" : "button");
      anchor.className = "map-mark";
      if (id) Object.assign(anchor, { href: `/${this.objectValue}/${id}/`, title: title ?? "", ariaLabel: title ?? "" });
      else Object.assign(anchor, { type: "button", textContent: shortened(count), title: this.wordsValue.group.replace("{n}", String(count)) });
      if (id) anchor.dataset.id = id;
      else anchor.dataset.size = count < 10 ? "1" : count < 100 ? "2" : count < 1000 ? "3" : "4";
      const place = mark([latitude, longitude], anchor);
      if (!id) place.on("click", () => this.map.setView([latitude, longitude], this.map.getZoom() + 2));
      place.addTo(this.marks);
    }
  };

  /** The point of the line in the list that one points at. */
  private point = (event: Event): void => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("li[data-id]")?.dataset.id;
    for (const mark of this.mapTarget.querySelectorAll<HTMLElement>(".map-mark[data-id]")) mark.toggleAttribute("data-shown", mark.dataset.id === id);
  };
}

function shortened(count: number): string {
  return count < 1000 ? String(count) : new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 }).format(count);
}
