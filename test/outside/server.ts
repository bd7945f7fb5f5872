import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'

/** A person who has an account at a provider. */
export type OutsideOne = {
  readonly sub: string
  readonly name: string
  readonly email?: string
}

/** What was asked of a provider's page: its query and its form together. */
export type Request = {
  readonly path: string
  readonly method: string
  readonly given: URLSearchParams
  readonly authorization: string
}

/** What a page or an endpoint of a provider answers. */
export type Reply =
  | { readonly json: unknown; readonly status?: number }
  | { readonly html: string; readonly status?: number }
  | { readonly to: string }

/** A provider on the loopback, in this process. Closed after the file. */
export async function listen(answer: (request: Request) => Promise<Reply>): Promise<string> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider')
    const given = new URLSearchParams([
      ...searchParams,
      ...new URLSearchParams(await textOf(request)),
    ])
    const { method = 'GET', headers } = request
    const authorization = headers.authorization ?? ''
    send(response, await answer({ path: pathname, method, given, authorization }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

function send(response: ServerResponse, reply: Reply): void {
  if ('to' in reply) response.writeHead(302, { location: reply.to }).end()
  else if ('json' in reply)
    response
      .writeHead(reply.status ?? 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(reply.json))
  else
    response
      .writeHead(reply.status ?? 200, { 'content-type': 'text/html; charset=utf-8' })
      .end(reply.html)
}

/** The page on which a person agrees, with what was asked carried along. */
export const consentHtml = (path: string, given: URLSearchParams, name: string): Reply => {
  const hidden = [...given]
    .map(([key, value]) => `<input type="hidden" name="${escaped(key)}" value="${escaped(value)}">`)
    .join('')
  const button = (value: string) => `<button name="answer" value="${value}">${value}</button>`
  return {
    html: `<!doctype html><title>${escaped(name)}</title><h1>${escaped(name)}</h1>
      <form method="post" action="${path}">${hidden}${button('agree')}${button('cancel')}</form>`,
  }
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)

/** What a code stands for until it is traded; it can be traded once, for ten minutes. */
export type Grant = {
  readonly person: OutsideOne
  readonly redirectUri: string
  readonly nonce: string | undefined
  readonly challenge: string | undefined
}

/** The codes of a provider. */
export function codes() {
  const open = new Map<string, Grant>()
  return {
    give: (grant: Grant): string => {
      const code = randomBytes(16).toString('base64url')
      open.set(code, grant)
      return code
    },
    /** Takes a code for the request that trades it; undefined where it is none or does not fit. */
    take: (given: URLSearchParams): Grant | undefined => {
      const code = given.get('code') ?? ''
      const grant = open.get(code)
      open.delete(code)
      if (!grant || grant.redirectUri !== given.get('redirect_uri')) return undefined
      const verifier = given.get('code_verifier') ?? ''
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      return grant.challenge !== undefined && grant.challenge !== challenge ? undefined : grant
    },
  }
}

/** An address with more in its query. */
export const withQuery = (address: string, more: Record<string, string | undefined>): string => {
  const url = new URL(address)
  for (const [key, value] of Object.entries(more))
    if (value !== undefined) url.searchParams.set(key, value)
  return url.href
}

/** What a person's browser does on a provider's page: agrees or cancels. Where it is sent then. */
export async function consent(page: string, answer: 'agree' | 'cancel' = 'agree'): Promise<string> {
  const shown = await fetch(page, { redirect: 'manual' })
  const html = await shown.text()
  if (shown.status !== 200) throw new Error(`the provider refused: ${shown.status} ${html}`)
  const fields = [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)]
    .filter(([, name]) => name !== 'answer')
    .map(([, name, value]) => [name!, unescaped(value!)] as [string, string])
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? ''
  const sent = await fetch(new URL(action, page), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([...fields, ['answer', answer]]),
  })
  return sent.headers.get('location') ?? ''
}

const unescaped = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
