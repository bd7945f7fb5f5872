import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'

export type RemoteUser = {
  readonly id: string
  readonly userName: string
  readonly externalId?: string
  readonly displayName?: string
  readonly active: boolean
}

/** Another system's SCIM server on the loopback: it keeps users, and can be told to fail. */
export type ScimServer = {
  readonly uri: string
  readonly secret: string
  readonly users: Map<string, RemoteUser>
  /** What came, as `POST /Users`, in its order. */
  readonly calls: string[]
  /** Statuses to answer the next calls with, before anything is done. */
  readonly failures: number[]
}

/** Starts it; it ends with the test file. */
export async function scimServer(): Promise<ScimServer> {
  const users = new Map<string, RemoteUser>()
  const calls: string[] = []
  const failures: number[] = []
  const secret = `secret-of-the-server-${randomUUID()}`
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request
    const body = await bodyOf(request)
    calls.push(`${method} ${url.split('?')[0]}`)
    const failure = failures.shift()
    const { status, answer } =
      request.headers.authorization !== `Bearer ${secret}`
        ? { status: 401, answer: undefined }
        : failure !== undefined
          ? { status: failure, answer: undefined }
          : act(users, method, new URL(url, 'http://here'), body)
    response.writeHead(status, { 'content-type': 'application/scim+json' })
    response.end(answer === undefined ? undefined : JSON.stringify(answer))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { uri: `http://127.0.0.1:${port}/scim`, secret, users, calls, failures }
}

type Body = Record<string, unknown>

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString()
  return text === '' ? {} : (JSON.parse(text) as Body)
}

type Done = { readonly status: number; readonly answer?: unknown }

function act(users: Map<string, RemoteUser>, method: string, url: URL, body: Body): Done {
  const id = decodeURIComponent(url.pathname.replace(/^\/scim\/Users\/?/, ''))
  const all = [...users.values()]
  if (method === 'POST') {
    if (all.some(({ userName }) => userName === body.userName)) return { status: 409 }
    const made = { ...body, id: randomUUID() } as RemoteUser
    users.set(made.id, made)
    return { status: 201, answer: made }
  }
  if (method === 'GET') {
    const filter = /^(\w+) eq "(.*)"$/.exec(url.searchParams.get('filter') ?? '')
    const Resources = all.filter((one) => filter && Reflect.get(one, filter[1]!) === filter[2])
    return { status: 200, answer: { totalResults: Resources.length, Resources } }
  }
  const held = users.get(id)
  if (!held) return { status: 404 }
  const [change] = (body.Operations ?? []) as { path: string; value: unknown }[]
  const next = method === 'PUT' ? { ...body, id } : { ...held, [change?.path ?? '']: change?.value }
  users.set(id, next as RemoteUser)
  return { status: 200, answer: next }
}
