/** What a browser keeps under a name of its own, such as keys that no script can read out. */
export type Store = <T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest,
) => Promise<T>

/** Opens the store of that name for each use; it is made at the first. */
export const keptUnder =
  (name: string): Store =>
  <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest) =>
    new Promise<T>((done, fail) => {
      const opening = indexedDB.open(name, 1)
      opening.onupgradeneeded = () => opening.result.createObjectStore('keys')
      opening.onerror = () => fail(opening.error)
      opening.onsuccess = () => {
        const asked = work(opening.result.transaction('keys', mode).objectStore('keys'))
        asked.onsuccess = () => done(asked.result as T)
        asked.onerror = () => fail(asked.error)
      }
    })

/** Bytes as a form can carry them (RFC 4648, section 5, without padding). */
export const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
