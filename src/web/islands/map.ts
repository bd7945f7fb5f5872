import * as L from 'leaflet'

/**
 * The map of a form: district outlines and a pin that writes `lat` and `lon`. Tap, drag, or move the
 * map with the arrow keys and press Enter to put the pin in its middle. An address serves as well.
 */
export function start(): void {
  for (const holder of document.querySelectorAll<HTMLElement>('[data-map]')) {
    if (holder.dataset.started) continue
    holder.dataset.started = 'yes'
    void withStyle().then(() => draw(holder))
  }
}

/** Leaflet's own style sheet, fetched only where there is a map. */
function withStyle(): Promise<void> {
  if (document.querySelector('link[data-map-style]')) return Promise.resolve()
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = '/assets/map.css'
  link.dataset.mapStyle = 'yes'
  const loaded = new Promise<void>((done) => {
    link.onload = () => done()
    link.onerror = () => done()
  })
  document.head.append(link)
  return loaded
}

const accent = '#0b5f8a'

async function draw(holder: HTMLElement): Promise<void> {
  const { outline = '', tiles = '' } = holder.dataset
  const lat = field('lat')
  const lon = field('lon')
  holder.hidden = false
  const map = L.map(holder, { attributionControl: tiles !== '', zoomSnap: 0.5 })
  if (tiles) L.tileLayer(tiles, { maxZoom: 19 }).addTo(map)
  const answer = await fetch(outline)
  const districts = L.geoJSON(await answer.json(), {
    style: { color: accent, weight: 1, fillOpacity: tiles ? 0 : 0.06 },
    onEachFeature: (feature, layer) =>
      layer.bindTooltip(String(feature.properties.name), { sticky: true }),
  }).addTo(map)
  map.fitBounds(districts.getBounds())
  const pin = L.circleMarker(map.getCenter(), { radius: 11, color: accent, weight: 4 })
  const put = (at: L.LatLng) => {
    pin.setLatLng(at).addTo(map)
    if (lat && lon) [lat.value, lon.value] = [at.lat.toFixed(6), at.lng.toFixed(6)]
    say(holder, districts, at)
  }
  if (lat?.value && lon?.value) {
    const at = L.latLng(Number(lat.value), Number(lon.value))
    map.setView(at, 14)
    put(at)
  }
  map.on('click', (event) => put(event.latlng))
  holder.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    put(map.getCenter())
  })
  offerPosition(map, put)
}

const field = (name: string) => document.querySelector<HTMLInputElement>(`input[name=${name}]`)

/** Tells in words where the pin is; a screen reader hears it. */
function say(holder: HTMLElement, districts: L.GeoJSON, at: L.LatLng): void {
  const words = holder.parentElement?.querySelector('[data-map-words]')
  if (!words) return
  const found = (districts.getLayers() as L.Polygon[]).find((layer) => {
    const feature = layer.feature as GeoJSON.Feature<GeoJSON.Polygon | GeoJSON.MultiPolygon>
    return inside(feature.geometry, at)
  })
  const name = found?.feature?.properties.name
  words.textContent = name ? String(name) : (words.getAttribute('data-outside') ?? '')
}

function inside(shape: GeoJSON.Polygon | GeoJSON.MultiPolygon, { lat, lng }: L.LatLng): boolean {
  const rings = shape.type === 'Polygon' ? shape.coordinates : shape.coordinates.flat()
  let odd = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi = 0, yi = 0] = ring[i] ?? []
      const [xj = 0, yj = 0] = ring[j] ?? []
      if (yi > lat !== yj > lat && lng < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) odd = !odd
    }
  }
  return odd
}

function offerPosition(map: L.Map, put: (at: L.LatLng) => void): void {
  const button = document.querySelector<HTMLButtonElement>('button[data-here]')
  if (!button || !navigator.geolocation) return
  button.hidden = false
  button.addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const at = L.latLng(coords.latitude, coords.longitude)
      map.setView(at, 16)
      put(at)
    })
  })
}
