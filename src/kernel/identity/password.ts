import { hash, verify } from '@node-rs/argon2'
import { Refused } from '../../core/errors.ts'

// RFC 9106 and OWASP's second choice: 19 MiB, two passes, about 40 ms. Algorithm 2 is Argon2id.
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

// Hashing is the dearest thing a stranger may ask for: two at a time, and a queue with an end.
const atOnce = 2
const longestQueue = 60
let running = 0
const waiting: (() => void)[] = []

/** Argon2id hash of a password, PHC string. */
export const hashPassword = (password: string): Promise<string> =>
  queued(() => hash(password.normalize('NFC'), cost))

/**
 * Whether the password fits. `known` null stands for an account that does not exist: the same work
 * is done, so that the time tells nothing. Refuses 503 when too many people sign in at once.
 */
export async function passwordFits(known: string | null, password: string): Promise<boolean> {
  const fits = await queued(async () => verify(known ?? (await dummy), password.normalize('NFC')))
  return fits && known !== null
}

const dummy = hash('nobody has this password', cost)

async function queued<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= longestQueue) throw busy()
  if (running >= atOnce) await new Promise<void>((go) => waiting.push(go))
  running++
  try {
    return await work()
  } finally {
    running--
    waiting.shift()?.()
  }
}

const busy = () =>
  new Refused('sign-in.busy', 503, {
    zh: '目前登入的人很多，請過一分鐘再試。',
    en: 'Many people are signing in right now. Try again in a minute.',
  })
