import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'

/** What the counterpart of the LINE Messaging API received. */
export type Replied = {
  readonly path: string
  readonly authorization: string
  readonly body: {
    readonly replyToken: string
    readonly messages: readonly {
      readonly type: string
      readonly text: string
      readonly quickReply?: {
        readonly items: readonly { readonly action: { readonly label: string; data: string } }[]
      }
    }[]
  }
}

export type Counterpart = {
  readonly origin: string
  readonly replies: readonly Replied[]
  /** What it answers from now on, as the service does when it is out of order. */
  readonly answerWith: (status: number) => void
}

/**
 * A LINE platform on the loopback: it takes replies over HTTP, each token once, as the service
 * does. Closed after the file.
 */
export async function lineCounterpart(): Promise<Counterpart> {
  const replies: Replied[] = []
  const used = new Set<string>()
  let status = 200
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await content(request)).toString('utf8'))
    const path = request.url ?? ''
    const authorization = request.headers.authorization ?? ''
    const fresh = !used.has(body.replyToken)
    used.add(body.replyToken)
    if (status === 200 && fresh) replies.push({ path, authorization, body })
    response.writeHead(fresh ? status : 400, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    replies,
    answerWith: (next) => {
      status = next
    },
  }
}

async function content(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** Sends a delivery to the webhook as the service does; the signature can be spoilt. */
export async function deliver(
  webhook: string,
  secret: string,
  events: readonly object[],
  signature?: string,
): Promise<Response> {
  const body = JSON.stringify({ destination: 'U0', events })
  const signed = createHmac('sha256', secret).update(body).digest('base64')
  return fetch(webhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-line-signature': signature ?? signed },
    body,
  })
}
