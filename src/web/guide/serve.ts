import type { Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { styleSources } from '../../core/http.ts'
import type { Assets } from '../assets.ts'
import { buildAssets } from '../assets.ts'
import { styleGuide } from '../style-guide.tsx'
import type { View } from '../view.ts'
import { localeOf, makeView } from '../view.ts'

/** What every page of the site allows itself: nothing from elsewhere, nothing inline. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  `style-src ${styleSources}`,
  "img-src 'self' data: blob:",
].join('; ')

/**
 * The style guide on a free port of the loopback, for looking at it and for its test. `?staff`
 * shows
 * the officers' frame, `/en` English. Close the server when done.
 */
export const serveStyleGuide = async (port = 0): Promise<{ url: string; server: Server }> => {
  const assets = await buildAssets()
  const server = createServer((request, response) => answer(assets, request.url ?? '/', response))
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const address = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${address.port}`, server }
}

const answer = (assets: Assets, url: string, response: ServerResponse): void => {
  const file = assets.files.get(url === '/sw.js' ? assets.links.island('worker') : url)
  if (file) {
    response.writeHead(200, { 'content-type': file.contentType })
    response.end(file.body)
    return
  }
  if (url === '/outline.json') {
    response.writeHead(200, { 'content-type': 'application/geo+json' })
    response.end(JSON.stringify(outline))
    return
  }
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
  })
  response.end(styleGuide(guideView(assets, url), url.includes('staff') ? 'staff' : 'citizen'))
}

/** A reader of a city that does not exist. */
const guideView = (assets: Assets, url: string): View => {
  const { locale, path } = localeOf(url)
  const staff = url.includes('staff')
  return makeView({
    locale,
    path,
    cityName: { zh: '示範市政府', en: 'Example City' },
    hotline: '1999',
    assets: assets.links,
    permissions: new Set(),
    person: staff ? { name: '林淑芬', agency: '工務局', staff: true } : null,
    flash: { kind: 'done', text: locale === 'zh' ? '已儲存。' : 'Saved.' },
    nav: [
      { href: '/desk', label: { zh: '收件匣', en: 'Inbox' } },
      { href: '/style-guide', label: { zh: '樣式指南', en: 'Style guide' } },
      { href: '/desk/plans', label: { zh: '施政計畫列管', en: 'Controlled plans' } },
      { href: '/desk/figures', label: { zh: '工作報告數字', en: 'Report figures' } },
    ],
  })
}

const outline = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { zh: '北區', en: 'North' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [120.28, 22.6],
            [120.3, 22.68],
            [120.39, 22.66],
            [120.37, 22.6],
            [120.28, 22.6],
          ],
        ],
      },
    },
  ],
}
