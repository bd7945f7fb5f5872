import type { VNode } from 'preact'

/** The site's own drawings on a grid of 24, one stroke; a path string each. */
const drawings = {
  check: 'M4.5 12.5l5 5 10-11',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2',
  alert: 'M12 3.5L2.5 20h19zM12 10v4.5M12 17.2v.1',
  pause: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.7 8.8v6.4M14.3 8.8v6.4',
  stop: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9 9h6v6H9z',
  done: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12.3l2.8 2.8L16 9.5',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.5M12 7.6v.1',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L20.5 20.5',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  menu: 'M4 6.5h16M4 12h16M4 17.5h16',
  close: 'M6 6l12 12M18 6L6 18',
  left: 'M14.5 5.5L8 12l6.5 6.5',
  right: 'M9.5 5.5L16 12l-6.5 6.5',
  up: 'M6 14.5L12 8l6 6.5',
  down: 'M6 9.5L12 16l6-6.5',
  pin:
    'M12 21c4.5-4.8 6.5-8.2 6.5-11a6.5 6.5 0 0 0-13 0' +
    'c0 2.8 2 6.2 6.5 11M12 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4',
  camera: 'M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4zM12 10.2a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4',
  file: 'M6 3h8l4.5 4.5V21H6zM13.5 3v5h5M9 13h6M9 16.5h6',
  inbox: 'M4 13.5L6.5 5h11L20 13.5V19H4zM4 13.5h5l1 2.5h4l1-2.5h5',
  language:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18',
  lock: 'M6 10.5h12V20H6zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5',
  filter: 'M4 6h16M7 12h10M10 18h4',
  phone:
    'M6 3.5h3.5L11 8l-2 1.7c1 2.2 3 4.2 5.3 5.3L16 13l4.5 1.5V18' +
    'c0 1.5-1 2.5-2.5 2.5C10.5 20.5 3.5 13.5 3.5 6 3.5 4.5 4.5 3.5 6 3.5',
  arrow: 'M4.5 12h15M13.5 6l6 6-6 6',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.5-5.6M19.5 3.5v4h-4',
  edit: 'M5 19l1-4L16.5 4.5l3 3L9 18z',
  download: 'M12 4v11M7 10.5l5 5 5-5M4.5 20h15',
} as const

/** The name of a drawing. */
export type IconName = keyof typeof drawings

/** All names, for the style guide. */
export const iconNames = Object.keys(drawings) as readonly IconName[]

/** A drawing beside a word; it never speaks alone, so readers of the screen skip it. */
export const Icon = ({ name }: { name: IconName }): VNode => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={drawings[name]} />
  </svg>
)

/** The city's mark: the sun above the harbour's two moles and the water between them. */
export const Mark = (): VNode => (
  <svg viewBox="0 0 40 40" aria-hidden="true" focusable="false">
    <path d="M20 0a20 20 0 1 1 0 40 20 20 0 0 1 0-40" fill="currentColor" />
    <g class="water">
      <path d="M12.5 20.5a7.5 7.5 0 0 1 15 0" />
      <path d="M6.5 20.5h6M27.5 20.5h6" />
      <path d="M9 26c2.8-2 5.6-2 8.3 0s5.6 2 8.4 0 4-1.9 5.3-1.1" />
      <path d="M13.5 31.5c2.2-1.5 4.3-1.5 6.5 0s4.3 1.5 6.5 0" />
    </g>
  </svg>
)
