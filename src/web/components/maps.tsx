import type { VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { View } from '../view.ts'
import { Button } from './button.tsx'
import { ChartFrame } from './chart-frame.tsx'
import type { Tone } from './tags.tsx'

/** A district's outline: rings of [longitude, latitude] in degrees, WGS 84. */
export type Outline = {
  readonly name: Text
  readonly rings: readonly (readonly (readonly [number, number])[])[]
}

/** A place on a map, and the page about it. */
export type MapPoint = {
  readonly lon: number
  readonly lat: number
  readonly label: Text
  readonly href?: string
  readonly tone?: Tone
}

type Projection = { x: (lon: number) => number; y: (lat: number) => number; height: number }

const widthUnits = 400

/** Outlines and points drawn by the server; the list of the same points belongs beside it. */
export const MapStatic = (props: {
  view: View
  id: string
  title: string
  description: string
  outlines: readonly Outline[]
  points: readonly MapPoint[]
}): VNode => {
  const place = projection(props.outlines.flatMap((outline) => outline.rings.flat()))
  return (
    <div class="chart map">
      <ChartFrame title={props.title}>
        <svg viewBox={`0 0 ${widthUnits} ${place.height}`} aria-describedby={`${props.id}-d`}>
          <title>{props.title}</title>
          <desc id={`${props.id}-d`}>{props.description}</desc>
          {props.outlines.map((outline) => (
            <path key={outline.name.zh} class="outline" d={outlinePath(outline, place)}>
              <title>{pick(outline.name, props.view.locale)}</title>
            </path>
          ))}
          {props.points.map((point) => (
            <Point
              key={`${point.lon} ${point.lat}`}
              view={props.view}
              point={point}
              place={place}
            />
          ))}
        </svg>
      </ChartFrame>
    </div>
  )
}

const Point = (props: { view: View; point: MapPoint; place: Projection }) => {
  const { view, point, place } = props
  const label = pick(point.label, view.locale)
  const dot = (
    <circle
      class={`point tone-${point.tone ?? 'info'}`}
      cx={place.x(point.lon)}
      cy={place.y(point.lat)}
      r="7"
    >
      <title>{label}</title>
    </circle>
  )
  return point.href ? (
    <a href={view.href(point.href)} aria-label={label}>
      {dot}
    </a>
  ) : (
    dot
  )
}

/** Degrees onto the drawing; a degree of longitude is narrower by the cosine of the latitude. */
export const projection = (points: readonly (readonly [number, number])[]): Projection => {
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const [west, east] = [lowest(lons), -lowest(lons.map((lon) => -lon))]
  const [south, north] = [lowest(lats), -lowest(lats.map((lat) => -lat))]
  const narrowing = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = (widthUnits - 16) / Math.max(1e-9, (east - west) * narrowing)
  return {
    x: (lon) => round(8 + (lon - west) * narrowing * scale),
    y: (lat) => round(8 + (north - lat) * scale),
    height: Math.ceil((north - south) * scale + 16),
  }
}

/** Not `Math.min(...all)`: a city's outline has more points than a call takes arguments. */
const lowest = (values: readonly number[]): number =>
  values.reduce((low, value) => Math.min(low, value), values[0] ?? 0)

const round = (value: number): number => Math.round(value * 10) / 10

const outlinePath = (outline: Outline, place: Projection): string =>
  outline.rings
    .map((ring) => `M${ring.map(([lon, lat]) => `${place.x(lon)} ${place.y(lat)}`).join('L')}Z`)
    .join('')

/**
 * A map to put a pin on, beside an address that does as well. It appears with JavaScript only. The
 * outline is GeoJSON whose features carry `zh` and `en`; answers are `lat`, `lon` in degrees.
 */
export const MapPicker = (props: {
  view: View
  outlineUrl: string
  /** Names of the two answers, by default `lat` and `lon`. */
  names?: { lat: string; lon: string }
  value?: { lat: number; lon: number }
  /** A tile address of the operator's choice: `https://…/{z}/{x}/{y}.png`. */
  tiles?: string
}): VNode => {
  const { view, value } = props
  const names = props.names ?? { lat: 'lat', lon: 'lon' }
  return (
    <div
      class="map-picker"
      data-map
      data-island={view.assets.island('map')}
      data-css={view.assets.island('map.css')}
      data-outline={props.outlineUrl}
      data-tiles={props.tiles}
      data-locale={view.locale}
    >
      <input type="hidden" name={names.lat} value={value?.lat ?? ''} data-map-lat />
      <input type="hidden" name={names.lon} value={value?.lon ?? ''} data-map-lon />
      <div data-map-box hidden>
        <p class="hint">
          {view.t(
            '點一下地圖放上圖釘。用鍵盤時：方向鍵移動，Enter 放在中央。',
            'Tap the map to put the pin. By keyboard: arrows move, Enter puts it in the middle.',
          )}
        </p>
        <div
          class="map-canvas"
          data-map-canvas
          role="application"
          aria-label={view.t('地圖', 'Map')}
        />
        <div class="row">
          <Button type="button" icon="pin">
            {view.t('用我現在的位置', 'Use my position')}
          </Button>
          <output aria-live="polite" data-map-said />
        </div>
      </div>
    </div>
  )
}
