/** The ground of every map: outlines of countries and states of our own, or the tiles of the server that the house has named. */
import * as leaflet from "leaflet";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

import "leaflet/dist/leaflet.css";

export interface Ground {
  tiles: string;
  credit: string;
  words: { in: string; out: string };
}

/** A map in `element`, without anything on it yet. */
export function baseMap(element: HTMLElement, { tiles, credit, words }: Ground): leaflet.Map {
  const map = leaflet.map(element, { zoomControl: false, attributionControl: !!credit, minZoom: 2, maxZoom: 18, worldCopyJump: true });
  leaflet.control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out }).addTo(map);
  if (tiles) leaflet.tileLayer(tiles, { attribution: escaped(credit) }).addTo(map);
  else void drawOutlines(map);
  return map;
}

async function drawOutlines(map: leaflet.Map): Promise<void> {
  const [{ default: atlas }, { default: states }] = await Promise.all([import("world-atlas/countries-50m.json"), import("../data/states.json")]);
  const world = atlas as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const drawn = (className: string) => ({ interactive: false, className, fill: className === "map-land" });
  const land = leaflet.geoJSON(feature(world, world.objects.land), { interactive: false, style: drawn("map-land") });
  const borders = leaflet.geoJSON(mesh(world, world.objects.countries), { interactive: false, style: drawn("map-border") });
  const inner = leaflet.polyline((states as number[][]).map(pairs), drawn("map-state"));
  for (const layer of [borders, inner, land]) layer.addTo(map).bringToBack();
}

/** A mark of our own at a place; `anchor` is put there as it is. */
export function mark(at: leaflet.LatLngTuple, anchor: HTMLElement): leaflet.Marker {
  anchor.tabIndex = -1; // the list beside the map is for the keyboard
  return leaflet.marker(at, { icon: leaflet.divIcon({ html: anchor, className: "map-place", iconSize: [0, 0] }), keyboard: false });
}

function pairs(line: number[]): leaflet.LatLngTuple[] {
  return Array.from({ length: line.length / 2 }, (_none, at) => [line[2 * at + 1]!, line[2 * at]!]);
}

function escaped(text: string): string {
  return Object.assign(document.createElement("span"), { textContent: text }).innerHTML;
}
