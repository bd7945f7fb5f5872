/*
 * The service worker: without a network, the forms of citizens still open on the telephone that
 * opened them before, and a page says that what was typed is kept; the page that verifies cards
 * works whole. A telephone that holds its owner's city card keeps the page that shows it, until
 * they sign out or change the card. Of staff pages only the round, which is made for it
 * (src/kernel/cases/pages/round.tsx), is kept: a day, until someone signs in or out.
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
const roundName = 'takao-round-1'
const cardName = 'takao-card-1'
const roundHours = 24
const forms = /^(\/en)?\/(report|works|petition|verify)(\/[a-z]+)?$/

const round = /^(\/en)?\/desk\/round(\/photo\/[0-9a-f]{64})?$/
const card = /^(\/en)?\/account\/card$/
const cardChange = /^(\/en)?(\/account\/card\/.+|\/sign-out)$/
// Someone proved who they are, came back from the provider with it, or leaves.
const signing = /^(\/en)?\/sign-(in\/.+|out)$/
const signedIn = /^(\/en)?\/sign-in\/callback$/

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))

scope.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== scope.location.origin) return
  if (url.pathname.startsWith('/assets/')) event.respondWith(assetOf(request))
  else if (forms.test(url.pathname)) event.respondWith(formOf(request, url))
  else if (round.test(url.pathname)) event.respondWith(roundOf(request, url))
  else if (card.test(url.pathname)) event.respondWith(cardOf(request, url))
  else event.waitUntil(forget(request, url))
})

/** Drops what was kept for a sign-in or a card that ends with this request, and what is too old. */
async function forget(request: Request, url: URL): Promise<void> {
  const isSent = request.method === 'POST'
  if (isSent && cardChange.test(url.pathname)) await caches.delete(cardName)
  if (signedIn.test(url.pathname) || (isSent && signing.test(url.pathname)))
    await caches.delete(roundName)
  else if (request.mode === 'navigate') await dropOld()
}

/** The newest round where there is a network and a sign-in; without a network the kept one. */
async function roundOf(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(roundName)
  try {
    const answer = await fetch(request)
    if (answer.ok && !answer.redirected) await cache.put(url.pathname, stamped(answer.clone()))
    // Signed out, elsewhere or by time: what was kept for that sign-in ends with it.
    else if (answer.redirected || answer.type === 'opaqueredirect' || answer.status === 403)
      await caches.delete(roundName)
    return answer
  } catch {
    await dropOld()
    return (await cache.match(url.pathname)) ?? offline(url, noRound)
  }
}

/** The own card: kept only where its page asks for that, on the telephone that holds the key. */
async function cardOf(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(cardName)
  try {
    const answer = await fetch(request)
    const isAsked = request.headers.has('x-keep') && answer.ok && !answer.redirected
    if (isAsked) await cache.put(url.pathname, stamped(answer.clone()))
    return answer
  } catch {
    return (await cache.match(url.pathname)) ?? offline(url, noCard)
  }
}

/** With the time of this device, by which it will be too old. */
const stamped = (answer: Response): Response => {
  const headers = new Headers(answer.headers)
  headers.set('x-kept-at', String(Date.now()))
  return new Response(answer.body, { headers })
}

async function dropOld(): Promise<void> {
  if (!(await caches.has(roundName))) return
  const cache = await caches.open(roundName)
  const oldest = Date.now() - roundHours * 3_600_000
  for (const key of await cache.keys()) {
    const kept = await cache.match(key)
    if (Number(kept?.headers.get('x-kept-at')) < oldest) await cache.delete(key)
  }
}

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
    return kept ?? offline(url, /\/verify$/.test(url.pathname) ? noVerifier : noForm)
  }
}

type Said = { readonly [locale in 'zh' | 'en']: readonly [words: string, back: string] }

const noForm: Said = {
  zh: ['剛才填的留在這台手機裡。有網路後回到表單，內容會自動放回，再按一次送出就好。', '回到表單'],
  en: [
    'What you typed is kept on this telephone. Return to the form when there is a network.',
    'Back to the form',
  ],
}

const noVerifier: Said = {
  zh: ['這台裝置還沒有開過查驗頁。有網路時開啟一次，以後沒有網路也能查驗。', '再開一次'],
  en: ['Open this page once with a network; from then on it works without one.', 'Try again'],
}

const noCard: Said = {
  zh: ['這支手機還沒有存市民卡。有網路時開啟一次，以後沒有網路也能出示。', '再開一次'],
  en: ['Open your card once with a network; from then on it shows without one.', 'Try again'],
}

const noRound: Said = {
  zh: [
    '這台裝置上沒有存巡查單，或已超過 24 小時。還沒送出的現場紀錄仍在，有網路後打開巡查單就會送出。',
    '再開一次巡查單',
  ],
  en: [
    'No round is kept on this device, or it is over 24 hours old. What you wrote on site is ' +
      'still here and is sent once you open the round with a network.',
    'Open the round again',
  ],
}

/** A whole page without any file: what happened, that nothing is lost, and the way back. */
function offline(url: URL, say: Said): Response {
  const zh = !url.pathname.startsWith('/en')
  const title = zh ? '目前沒有網路' : 'No network'
  const [words, back] = zh ? say.zh : say.en
  const page = `<!doctype html><html lang="${zh ? 'zh-Hant-TW' : 'en'}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${title}</title>
<body><main><h1>${title}</h1><p>${words}</p><p><a href="${url.pathname}">${back}</a></p></main>`
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  return new Response(page, { status: 503, headers })
}
