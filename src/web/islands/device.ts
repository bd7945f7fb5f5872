/*
 * A phone that answers for its owner: it holds a key that no script can read out, and signs with
 * it. The page that waits looks every two seconds whether the phone has answered.
 */

import { base64url, keptUnder } from './own-keys.ts'

const inStore = keptUnder('takao-device')
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }

/** Lets the form around the element be signed by this browser's key, or go on by itself. */
export const mount = (element: HTMLElement): void => {
  const form = element.closest('form')
  if (!form) return
  if (element.dataset.ask === 'wait') void wait(element, form)
  else
    form.addEventListener('submit', (event) => {
      const number = event.submitter?.getAttribute('value') ?? ''
      // A denial needs no key.
      if (event.submitter?.getAttribute('name') === 'deny') return
      event.preventDefault()
      void sign(element, form, number).catch(() => reveal(element))
    })
}

const sign = async (element: HTMLElement, form: HTMLFormElement, number: string) => {
  const { ask, account = '', text = '' } = element.dataset
  const pair = ask === 'register' ? await made(account) : await kept(account)
  if (!pair) {
    reveal(element)
    return
  }
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const bytes = new TextEncoder().encode(text + number)
  const manner = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(manner, pair.privateKey, bytes)
  fill(form, 'key', JSON.stringify({ x, y }))
  fill(form, 'signature', base64url(signature))
  fill(form, 'number', number)
  const unlock = form.querySelector<HTMLInputElement>('input[name=unlock]')
  if (unlock?.checked) fill(form, 'answer', JSON.stringify(await unlocked(element)))
  form.submit()
}

const unlocked = async (element: HTMLElement): Promise<object> => {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  return startAuthentication({ optionsJSON: JSON.parse(element.dataset.options ?? '{}') })
}

const fill = (form: HTMLFormElement, name: string, value: string): void => {
  const field = form.querySelector<HTMLInputElement>(`input[name=${name}]`)
  if (field) field.value = value
}

/** Makes a pair whose private half cannot be read out, and keeps it in this browser. */
const made = async (account: string): Promise<CryptoKeyPair> => {
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  await inStore('readwrite', (store) => store.put(pair, account))
  return pair
}

const kept = (account: string): Promise<CryptoKeyPair | undefined> =>
  inStore<CryptoKeyPair | undefined>('readonly', (store) => store.get(account))

/** Goes on by itself once the phone has answered, or when it no longer can. */
const wait = async (element: HTMLElement, form: HTMLFormElement): Promise<void> => {
  const url = element.dataset.url ?? ''
  while (element.isConnected) {
    await new Promise((again) => setTimeout(again, 2000))
    const answer = await fetch(url).catch(() => undefined)
    const { open = true } = answer?.ok ? await answer.json() : {}
    if (open) continue
    if (element.isConnected) form.submit()
    return
  }
}

const reveal = (element: HTMLElement): void => {
  const words = element.querySelector<HTMLElement>('[data-unable]')
  if (words) words.hidden = false
}
