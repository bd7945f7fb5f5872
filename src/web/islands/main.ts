import { config, start } from '@hotwired/turbo'
import { watchAnswers } from './answers.ts'
import { watchBulk } from './bulk.ts'
import { watchChat } from './chat.ts'
import { watchCounters } from './counter.ts'
import { restoreDrafts, watchDrafts } from './draft.ts'
import { watchInspector } from './inspector.ts'
import { watchKeys } from './keys.ts'
import { openLive } from './live.ts'
import { watchPhotos } from './photo.ts'

// Turbo's progress bar brings a style element, which the content security policy forbids. The style
// sheet shows `html[aria-busy]` instead; the delay is the longest that a browser's timer takes.
config.drive.progressBarDelay = 2 ** 31 - 1
start()

// A sign-in begins when somebody follows the link, not when they pass over it.
document.addEventListener('turbo:before-prefetch', (event) => {
  const link = event.target
  if (link instanceof HTMLAnchorElement && /\/sign-in\b/.test(link.pathname)) event.preventDefault()
})

// Listeners sit on the document once and look at what was touched, so they outlive Turbo's pages.
watchAnswers()
watchBulk()
watchChat()
watchCounters()
watchDrafts(Date.now)
watchInspector()
watchKeys()
watchPhotos()

const arrive = (): void => {
  restoreDrafts(Date.now())
  openLive()
  loadIslands()
  document.querySelector<HTMLElement>('[data-focus]')?.focus()
}

/** Larger islands come only where a page has one: the element names the module to fetch. */
const loadIslands = (): void => {
  for (const element of document.querySelectorAll<HTMLElement>('[data-island]')) {
    const url = element.dataset.island
    if (!url) continue
    import(url).then((island: { mount: (element: HTMLElement) => void }) => island.mount(element))
  }
}

// Where citizens fill in forms; the round of staff has its own word with it. Without one, or in a
// private window, nothing is lost.
if (document.documentElement.dataset.chrome !== 'staff')
  navigator.serviceWorker?.register('/sw.js').catch(() => {})

document.addEventListener('turbo:load', arrive)
// A form that comes back with errors is rendered without a visit, hence without `turbo:load`.
document.addEventListener('turbo:submit-end', (event) => {
  const { success } = (event as CustomEvent<{ success: boolean }>).detail
  if (!success) document.addEventListener('turbo:render', arrive, { once: true })
})
