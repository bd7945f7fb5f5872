import { createServer } from 'node:net'
import pg from 'pg'

/* What the peers have in common: one client, one person, a database of their own. */

export const password = 'a-password-of-the-bench'
export const secret = 'a-secret-of-thirty-two-letters-!'
export const back = 'http://localhost:1/in'
export const basic = { authorization: `Basic ${btoa(`bench:${secret}`)}` }

/** Runs statements at a database, over a connection of their own. */
export async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

/** Waits ten seconds at most for a server to answer. */
export async function until(url: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (await fetch(url).catch(() => undefined)) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`${url} does not answer`)
}

/** A port that nobody listens on. */
export const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, 'localhost', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
