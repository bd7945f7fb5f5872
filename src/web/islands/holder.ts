/*
 * The phone that shows a card: it holds a key that no script can read out, and signs the card with
 * it every twenty seconds, so that a picture of it soon counts no more. Its page is kept there, and
 * shows the card where there is no network.
 */
import { presentCard, qrText, refreshSeconds } from '../../core/credential/card.ts'
import { qrImage } from '../qr.ts'
import { keep } from './kept.ts'
import { base64url, keptUnder } from './own-keys.ts'

const inStore = keptUnder('takao-card')
const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const manner = { name: 'ECDSA', hash: 'SHA-256' } as const

/** What the service worker keeps of the card (worker.ts). */
const keptCard = 'takao-card-1'

/** Shows the card on a page that has one, or lets a form put it on this phone. */
export const mount = (element: HTMLElement): void => {
  const form = element.closest('form')
  const behind = behindCity(element)
  if (form)
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void register(element, form, behind).catch(() => reveal(element, 'unable'))
    })
  else void show(element, behind).catch(() => reveal(element, 'unable'))
}

async function register(
  element: HTMLElement,
  form: HTMLFormElement,
  behind: number,
): Promise<void> {
  const { account = '', text = '' } = element.dataset
  const pair = await crypto.subtle.generateKey(curve, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const bytes = new TextEncoder().encode(text)
  const signature = await crypto.subtle.sign(manner, pair.privateKey, bytes)
  await inStore('readwrite', (store) => store.put(pair, account))
  await inStore('readwrite', (store) => store.put(behind, clock(account)))
  fill(form, 'key', JSON.stringify({ x, y }))
  fill(form, 'signature', base64url(signature))
  form.submit()
}

async function show(element: HTMLElement, told: number): Promise<void> {
  const { account = '', cards = '[]' } = element.dataset
  const pair = await inStore<CryptoKeyPair | undefined>('readonly', (store) => store.get(account))
  const { x } = pair ? await crypto.subtle.exportKey('jwk', pair.publicKey) : {}
  const held: { x: string; card: string }[] = JSON.parse(cards)
  const own = held.find((one) => one.x === x)
  if (!pair || !own) {
    await caches.delete(keptCard)
    return reveal(element, 'no-key')
  }
  const card = Uint8Array.from(atob(standard(own.card)), (one) => one.charCodeAt(0))
  const draw = async (behind: number): Promise<void> =>
    paint(element, qrText(await presentCard(pair.privateKey, card, new Date(Date.now() + behind))))
  // A kept page tells an old time: what is remembered counts until the page proves to be new.
  let behind =
    (await inStore<number | undefined>('readonly', (of) => of.get(clock(account)))) ?? told
  void keep(element).then(async (isFresh) => {
    if (!isFresh) return
    behind = told
    await inStore('readwrite', (store) => store.put(told, clock(account)))
    await draw(behind)
  })
  reveal(element, 'shown')
  while (element.isConnected) {
    await draw(behind)
    await new Promise((again) => setTimeout(again, refreshSeconds * 1000))
  }
}

/** By how much this clock is behind the city’s, on a page that has just come. Milliseconds. */
const behindCity = ({ dataset }: HTMLElement): number => Date.parse(dataset.now ?? '') - Date.now()

/** Where a phone remembers by how much its clock is behind. */
const clock = (account: string): string => `${account} behind`

function paint(element: HTMLElement, text: string): void {
  const image = element.querySelector<HTMLImageElement>('img')
  if (!image) return
  image.src = qrImage(text, 'low')
  image.dataset.text = text
}

const reveal = (element: HTMLElement, name: string): void => {
  for (const part of element.querySelectorAll<HTMLElement>('[data-when]'))
    part.hidden = part.dataset.when !== name
}

const fill = (form: HTMLFormElement, name: string, value: string): void => {
  const field = form.querySelector<HTMLInputElement>(`input[name=${name}]`)
  if (field) field.value = value
}

const standard = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/')
