/** What was written on site and is not sent yet. `id` is its Idempotency-Key. */
export type Written = {
  readonly id: string
  /** Who wrote it: nobody else on this device may send or see it. */
  readonly owner: string
  readonly kind: string
  readonly no: string
  readonly step: string
  readonly title: string
  readonly writtenAt: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly photos: readonly { readonly field: string; readonly name: string; readonly file: Blob }[]
  /** The sentence with which it was refused; it waits for its writer then. */
  readonly refused?: string
}

/** The name of the database, for the script that forgets it at sign-out. */
export const roundDatabase = 'takao-round'
const store = 'written'
/** How many wait, for whoever signs out; IndexedDB cannot be asked at that moment. */
export const waitingKey = 'takao-round-waiting'
const weekMs = 7 * 86_400_000

/** All that this person wrote, oldest first; what another left here, or is a week old, is gone. */
export async function readWritten(owner: string, nowMs: number): Promise<readonly Written[]> {
  const all: Written[] = await within('readonly', (kept) => kept.getAll())
  const isOurs = (one: Written) => one.owner === owner && nowMs - Date.parse(one.writtenAt) < weekMs
  for (const other of all) if (!isOurs(other)) await dropWritten(other.id)
  const ours = all.filter(isOurs).sort((a, b) => (a.writtenAt < b.writtenAt ? -1 : 1))
  noteWaiting(ours.length)
  return ours
}

/** Keeps one, new or changed. Throws where the device has no room. */
export const keepWritten = (one: Written): Promise<unknown> =>
  within('readwrite', (kept) => kept.put(one))

/** Forgets one: it was sent, or its writer does not want it. */
export const dropWritten = (id: string): Promise<unknown> =>
  within('readwrite', (kept) => kept.delete(id))

const noteWaiting = (n: number): void => {
  try {
    localStorage.setItem(waitingKey, String(n))
  } catch {
    // Only the question at sign-out is lost.
  }
}

/** Opens, asks once and closes: an open database could not be deleted at sign-out. */
async function within<T>(
  mode: IDBTransactionMode,
  ask: (kept: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(roundDatabase, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(store, { keyPath: 'id' })
  const database = await answerOf(opening)
  try {
    const transaction = database.transaction(store, mode)
    const request = ask(transaction.objectStore(store))
    await new Promise<void>((done, fail) => {
      transaction.oncomplete = () => done()
      transaction.onabort = () => fail(transaction.error)
      transaction.onerror = () => fail(transaction.error)
    })
    return request.result
  } finally {
    database.close()
  }
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => fail(request.error)
  })
