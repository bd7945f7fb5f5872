import 'leaflet/dist/leaflet.css'
import booleanPointInPolygon from '@turf/boolean-point-in-polygon'
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import type { LatLng, Map as LeafletMap } from 'leaflet'
import { circleMarker, geoJSON, latLng, map as makeMap, tileLayer } from 'leaflet'

type District = Feature<Polygon | MultiPolygon, { zh?: string; en?: string } | null>

const mounted = new WeakSet<Element>()

/** Makes a `[data-map]` a map on which a pin is put by tap, key or the device's position. */
export const mount = async (element: HTMLElement): Promise<void> => {
  if (mounted.has(element)) return
  mounted.add(element)
  const part = partsOf(element)
  if (!part || !element.dataset.outline) return
  await loadStyles(element.dataset.css ?? '')
  const response = await fetch(element.dataset.outline)
  // No outline, no map: the address above does as well.
  if (!response.ok) return
  const outline = (await response.json()) as FeatureCollection<Polygon | MultiPolygon>
  part.box.hidden = false
  const map = drawMap(part.canvas, outline, element.dataset.tiles)
  const put = pinPutter(map, part, outline.features as District[], element.dataset.locale === 'en')
  if (part.lat.value && part.lon.value) put(latLng(Number(part.lat.value), Number(part.lon.value)))
  map.on('click', (event) => put(event.latlng))
  part.canvas.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    put(map.getCenter())
  })
  part.locate?.addEventListener('click', () => locate(map, part, put, element))
}

type Parts = {
  box: HTMLElement
  canvas: HTMLElement
  lat: HTMLInputElement
  lon: HTMLInputElement
  said: HTMLElement
  locate: HTMLButtonElement | null
}

const partsOf = (element: HTMLElement): Parts | null => {
  const box = element.querySelector<HTMLElement>('[data-map-box]')
  const canvas = element.querySelector<HTMLElement>('[data-map-canvas]')
  const lat = element.querySelector<HTMLInputElement>('[data-map-lat]')
  const lon = element.querySelector<HTMLInputElement>('[data-map-lon]')
  const said = element.querySelector<HTMLElement>('[data-map-said]')
  if (!box || !canvas || !lat || !lon || !said) return null
  // Turbo keeps a copy of the page; what an earlier map drew into it is of no use.
  canvas.replaceChildren()
  return { box, canvas, lat, lon, said, locate: element.querySelector('button') }
}

/** Leaflet's own sheet, as a file of ours: the policy allows no other. */
const loadStyles = (href: string): Promise<void> =>
  new Promise((done) => {
    if (!href || document.querySelector(`link[href="${href}"]`)) return done()
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = href
    link.onload = () => done()
    link.onerror = () => done()
    document.head.append(link)
  })

const drawMap = (canvas: HTMLElement, outline: FeatureCollection, tiles?: string): LeafletMap => {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = makeMap(canvas, {
    // Fingers need to see the city whole; whole steps would leave it a third too small.
    zoomSnap: 0.25,
    zoomAnimation: !still,
    fadeAnimation: !still,
    attributionControl: Boolean(tiles),
  })
  if (tiles) tileLayer(tiles, { maxZoom: 19 }).addTo(map)
  const lines = geoJSON(outline, {
    interactive: false,
    style: { className: 'map-outline', weight: 1.25 },
  }).addTo(map)
  map.fitBounds(lines.getBounds(), { padding: [8, 8] })
  return map
}

const pinPutter = (map: LeafletMap, part: Parts, districts: District[], english: boolean) => {
  const pin = circleMarker([0, 0], { radius: 10, weight: 3, className: 'map-pin' })
  return (at: LatLng): void => {
    const district = districts.find((one) => booleanPointInPolygon([at.lng, at.lat], one))
    if (!district) {
      part.said.textContent = english
        ? 'That is outside the city. Choose a place within the outlines.'
        : '這裡不在本市範圍內，請在輪廓線內選一點。'
      return
    }
    pin.setLatLng(at).addTo(map)
    part.lat.value = at.lat.toFixed(6)
    part.lon.value = at.lng.toFixed(6)
    const name = (english ? district.properties?.en : district.properties?.zh) ?? ''
    part.said.textContent = english ? `The pin is in ${name}.` : `圖釘在${name}。`
    part.lat.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

const locate = (
  map: LeafletMap,
  part: Parts,
  put: (at: LatLng) => void,
  element: HTMLElement,
): void => {
  const english = element.dataset.locale === 'en'
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const at = latLng(coords.latitude, coords.longitude)
      map.setView(at, 16)
      put(at)
    },
    () => {
      part.said.textContent = english
        ? 'Your device gave no position. Tap the map, or write the address.'
        : '裝置沒有提供位置。請點地圖，或直接填寫地址。'
    },
    { enableHighAccuracy: true, timeout: 10_000 },
  )
}
