/*
 * The service worker: without a network, the forms of citizens still open on the telephone that
 * opened them before, and a page says that what was typed is kept. Nothing of staff is ever kept.
 */

type Waiting = { waitUntil: (work: Promise<unknown>) => void }
type Fetching = Waiting & {
  readonly request: Request
  respondWith: (answer: Promise<Response>) => void
}
type Scope = {
  addEventListener(type: 'install' | 'activate', listen: (event: Waiting) => void): void
  addEventListener(type: 'fetch', listen: (event: Fetching) => void): void
  skipWaiting: () => Promise<void>
  readonly clients: { claim: () => Promise<void> }
  readonly location: Location
}

const scope = self as unknown as Scope
const cacheName = 'takao-forms-1'
const forms = /^(\/en)?\/(report|works|petition)(\/[a-z]+)?$/

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))

scope.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== scope.location.origin) return
  if (url.pathname.startsWith('/assets/')) event.respondWith(assetOf(request))
  else if (forms.test(url.pathname)) event.respondWith(formOf(request, url))
})

/** A built file never changes under its name: what is kept is right. */
async function assetOf(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

/** The newest page where there is a network; without one the page as it was last, or an apology. */
async function formOf(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(cacheName)
  try {
    const answer = await fetch(request)
    const isPage = request.method === 'GET' && answer.ok && !answer.redirected
    if (isPage) await cache.put(url.pathname, answer.clone())
    return answer
  } catch {
    const kept = request.method === 'GET' ? await cache.match(url.pathname) : undefined
    return kept ?? offline(url)
  }
}

/** A whole page without any file: what happened, that nothing is lost, and the way back. */
function offline(url: URL): Response {
  const zh = !url.pathname.startsWith('/en')
  const title = zh ? '目前沒有網路' : 'No network'
  const words = zh
    ? '剛才填的留在這台手機裡。有網路後回到表單，內容會自動放回，再按一次送出就好。'
    : 'What you typed is kept on this telephone. Return to the form when there is a network.'
  const back = zh ? '回到表單' : 'Back to the form'
  const page = `<!doctype html><html lang="${zh ? 'zh-Hant-TW' : 'en'}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${title}</title>
<body><main><h1>${title}</h1><p>${words}</p><p><a href="${url.pathname}">${back}</a></p></main>`
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  return new Response(page, { status: 503, headers })
}
