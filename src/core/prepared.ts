import type { PostgresPool } from 'kysely'
import type pg from 'pg'

/** So many statements are kept; the code has a few hundred, and none is made of input. */
const most = 1000

const names = new Map<string, string>()

/** The name under which a statement is prepared, or undefined for one that is sent as it is. */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known || names.size >= most || !/^\s*(select|insert|update|with)\b/i.test(text)) return known
  const name = `s${names.size}`
  names.set(text, name)
  return name
}

/**
 * The pool with statements that a connection plans once and then only runs. Row-level security
 * makes planning dear: three quarters of the time of a step that reads and writes one case were
 * plans of the same twenty statements. Only for what goes by keys: a list with filters is planned
 * better with its values at hand.
 */
export function preparing(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, pg.PoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect()
      const known = clients.get(client) ?? prepared(client)
      clients.set(client, known)
      return known
    },
  }
}

/** The client itself, but for how it sends a statement. */
const prepared = (client: pg.PoolClient): pg.PoolClient =>
  new Proxy(client, {
    get: (target, key) => {
      if (key !== 'query') return Reflect.get(target, key)
      return (text: string, values: unknown[]) => {
        const name = nameOf(text)
        return target.query(name ? { name, text, values } : { text, values })
      }
    },
  })
