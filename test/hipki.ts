import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Issued } from './ca.ts'

/** The card in the reader; null where there is none. */
export type Card = {
  readonly issued: Issued
  readonly pin: string
  /** Tries left until it locks. */
  left: number
}

/** The card's software on a person's machine, as it serves the pages of others. */
export type Component = {
  readonly origin: string
  readonly set: (manner: { card?: Card | null; reader?: boolean; trusted?: boolean }) => void
  /** What it was given to sign, with the PIN left out. */
  readonly asked: Record<string, unknown>[]
  readonly close: () => Promise<void>
}

/*
 * A counterpart of the HiPKI local signing component: `/pkcs11info` tells the reader and the card,
 * `/popupForm` is the page that talks with its opener by messages, and `/sign` has the card sign.
 * Its numbers are those of the component; the signature is real, by `openssl cms`.
 */
export async function openComponent(
  sign: (text: string, card: Issued) => Promise<Buffer>,
  port = 0,
): Promise<Component> {
  const state = { card: null as Card | null, reader: true, trusted: true }
  const asked: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/popupForm') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      return response.end(popup)
    }
    response.setHeader('content-type', 'application/json')
    if (path === '/pkcs11info') return response.end(JSON.stringify(info(state)))
    if (path !== '/sign' || request.method !== 'POST') return response.writeHead(404).end()
    const form = new URLSearchParams(await textOf(request))
    const given = JSON.parse(form.get('tbsPackage') ?? '{}') as Record<string, string>
    const { pin: _, ...rest } = given
    asked.push(rest)
    const answer = await signed(state, given, sign)
    response.end(JSON.stringify({ func: 'sign', ...answer }))
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const { port: own } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${own}`,
    set: (manner) => Object.assign(state, manner),
    asked,
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

type State = { card: Card | null; reader: boolean; trusted: boolean }

const info = ({ card, reader }: State) => ({
  ret_code: 0,
  serverVersion: '1.3.4.103',
  slots: reader
    ? [
        {
          slotDescription: 'Test Reader 0',
          token: card ? { label: 'HiCOS PKI', serialNumber: card.issued.serial } : 'not present',
        },
      ]
    : [],
})

async function signed(
  { card, reader, trusted }: State,
  { func, signatureType, hashAlgorithm, tbsEncoding, tbs = '', pin = '' }: Record<string, string>,
  sign: (text: string, card: Issued) => Promise<Buffer>,
) {
  if (!trusted) return { ret_code: 0x76000031 }
  if (func !== 'MakeSignature' || signatureType !== 'PKCS7') return { ret_code: 0x7600000e }
  if (hashAlgorithm !== 'SHA256' || tbsEncoding !== 'NONE') return { ret_code: 0x7600000c }
  if (!reader) return { ret_code: 0x76100003 }
  if (!card) return { ret_code: 0x76000006 }
  if (pin === '') return { ret_code: 0x76000998 }
  if (card.left === 0) return { ret_code: 0x76100006, last_error: 0xa4 }
  if (pin !== card.pin) return { ret_code: 0x76100006, last_error: wrongPin(--card.left) }
  card.left = 3
  const signature = (await sign(tbs, card.issued)).toString('base64')
  return { ret_code: 0, last_error: 0, signature, cardSN: card.issued.serial }
}

/** As the card's library tells how many tries are left. */
const wrongPin = (left: number) => (left === 0 ? 0xa4 : left - 2 ** 31)

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** The package goes into the form unescaped, so whoever sends it must escape its values. */
const popup = `<!doctype html><meta charset="utf-8"><title>HiPKI</title><p>請稍候</p><script>
addEventListener('message', async (event) => {
  if (event.source !== opener) return
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = 'tbsPackage=' + event.data
  const answer = await fetch('/sign', { method: 'POST', headers, body })
  opener.postMessage(await answer.text(), '*')
  close()
})
opener.postMessage(JSON.stringify({ func: 'getTbs' }), '*')
</script>`
