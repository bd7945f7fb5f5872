import { Agent, request } from 'node:http'

export type Reply = {
  readonly status: number
  readonly body: string
  readonly cookies: readonly string[]
  /** Where a redirect leads; undefined for none. */
  readonly location: string | undefined
}

/** A client of one city that keeps its connections, as a browser or a program of an agency does. */
export type Client = {
  readonly get: (path: string, headers?: Headers) => Promise<Reply>
  /** As a form when the body is one, otherwise as JSON. */
  readonly post: (path: string, body: object, headers?: Headers) => Promise<Reply>
  /** A form with fields and one photograph. */
  readonly upload: (path: string, form: Form, headers?: Headers) => Promise<Reply>
  readonly close: () => void
}

type Headers = Readonly<Record<string, string>>
type Form = { readonly fields: Readonly<Record<string, string>>; readonly photo: Buffer }

/** Opens a client with `lanes` connections at most. Its replies are read to the end. */
export function openClient(url: string, lanes: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes })
  const send = (method: string, path: string, headers: Headers, body?: Buffer) =>
    new Promise<Reply>((done, failed) => {
      const length = body ? { 'content-length': String(body.length) } : {}
      const to = request(`${url}${path}`, { agent, method, headers: { ...headers, ...length } })
      to.on('error', failed)
      to.on('response', (from) => {
        const parts: Buffer[] = []
        from.on('data', (part: Buffer) => parts.push(part))
        from.on('error', failed)
        from.on('end', () =>
          done({
            status: from.statusCode ?? 0,
            body: Buffer.concat(parts).toString(),
            location: from.headers.location,
            cookies: (from.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]!),
          }),
        )
      })
      to.end(body)
    })
  return {
    get: (path, headers = {}) => send('GET', path, headers),
    post: (path, body, headers = {}) => {
      const form = body instanceof URLSearchParams
      const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
      const text = Buffer.from(form ? body.toString() : JSON.stringify(body))
      return send('POST', path, { 'content-type': type, ...headers }, text)
    },
    upload: (path, form, headers = {}) => {
      const type = `multipart/form-data; boundary=${boundary}`
      return send('POST', path, { 'content-type': type, ...headers }, multipart(form))
    },
    close: () => agent.destroy(),
  }
}

const boundary = 'takao-bench-boundary'

function multipart({ fields, photo }: Form): Buffer {
  const part = (head: string) => `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n`
  const words = Object.entries(fields).map(
    ([name, value]) => `${part(`name="${name}"`)}\r\n${value}`,
  )
  const file = `${part('name="photos"; filename="p.jpg"')}content-type: image/jpeg\r\n\r\n`
  const head = [...words, file].join('\r\n')
  return Buffer.concat([Buffer.from(head), photo, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

/** The reply, if it is of the status that was expected; otherwise what it said. */
export function expect(reply: Reply, status: number): Reply {
  if (reply.status !== status)
    throw new Error(`${reply.status} instead of ${status}: ${reply.body.slice(0, 300)}`)
  return reply
}
