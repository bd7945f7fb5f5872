const minuteMs = 60_000

/**
 * Has the service worker keep the page, its files and photographs, and says so; on a page that it
 * kept, says how old that is.
 */
export const showAge = async (page: HTMLElement): Promise<void> => {
  const line = page.querySelector<HTMLElement>('[data-round-age]')
  if (!line || !navigator.serviceWorker) return
  const minutes = Math.round((Date.now() - Date.parse(page.dataset.made ?? '')) / minuteMs)
  const isKept = await keep(page)
  const words = isKept ? line.dataset.kept : line.dataset.stale?.replace('{n}', String(minutes))
  // Neither is known where the browser keeps nothing, as in a private window.
  if (isKept === undefined || !words) return
  line.textContent = words
  line.hidden = false
}

/**
 * Has the service worker keep this page and its files. True when all is kept now, false without a
 * network, undefined where nothing can be kept.
 */
export const keep = async (page: HTMLElement): Promise<boolean | undefined> => {
  try {
    await navigator.serviceWorker.register('/sw.js')
    await navigator.serviceWorker.ready
    await controlled()
    navigator.storage.persist?.().catch(() => {})
  } catch {
    return navigator.serviceWorker.controller ? false : undefined
  }
  const files = document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet], link[rel=icon]')
  const wanted = [
    ...[...files].map(({ href }) => href),
    ...[...document.querySelectorAll<HTMLScriptElement>('script[src]')].map(({ src }) => src),
    page.dataset.island ?? '',
    ...[...page.querySelectorAll('img')].map(({ src }) => src),
  ]
  try {
    const fresh = await fetch(location.href, { headers: { 'x-keep': '1' } })
    // The worker answers from what it kept where there is no network, and says so.
    if (!fresh.ok || fresh.headers.has('x-kept-at')) return false
    await Promise.all(wanted.filter(Boolean).map((url) => fetch(url)))
    return true
  } catch {
    return false
  }
}

/** Until the worker, new at the first visit, answers for this page. */
const controlled = (): Promise<void> =>
  new Promise((done) => {
    const { serviceWorker } = navigator
    if (serviceWorker.controller) done()
    else serviceWorker.addEventListener('controllerchange', () => done(), { once: true })
  })
